"""The arguments that BuildKit sets for each platform.

https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
"""

from __future__ import annotations

import re
from typing import Final

from tagmatrix.platforms import PLATFORMS

_PARTS: Final = ("OS", "ARCH", "VARIANT")
# https://pkg.go.dev/github.com/containerd/platforms#Parse
_PLATFORM: Final = re.compile(r"[A-Za-z0-9_.-]+(?:\([^()]*\))?(?:/[A-Za-z0-9_.-]+){0,2}")
_SYSTEMS: Final = ("darwin", "freebsd", "linux", "macos", "windows")
_MACHINES: Final = ("386", "aarch64", "amd64", "arm", "arm64", "armel", "armhf", "i386", "loong64")
_MORE: Final = ("mips64le", "ppc64le", "riscv64", "s390x", "wasm", "x86-64", "x86_64")
_WORDS: Final = frozenset({*_SYSTEMS, *_MACHINES, *_MORE})
"""The words that may be alone."""


def is_platform(text: str) -> bool:
    """Return whether BuildKit reads a text as a platform.

    >>> [is_platform(text) for text in ("linux/arm/v7", "arm64", "x", "a/b/c/d")]
    [True, True, False, False]
    """
    known = "/" in text or text.partition("(")[0].lower() in _WORDS
    return known and _PLATFORM.fullmatch(text) is not None


def platform_arguments(architecture: str) -> dict[str, str]:
    """Return the platform arguments on an architecture; official images are built natively.

    It may have the name of OCI, or one that official-images does not know.

    >>> platform_arguments("arm32v7")["TARGETVARIANT"]
    'v7'
    >>> [platform_arguments(name)["TARGETPLATFORM"] for name in ("arm64", "linux/arm64", "loong64")]
    ['linux/arm64', 'linux/arm64', 'linux/loong64']
    """
    platform = architecture if "/" in architecture else f"linux/{architecture}"
    platform = PLATFORMS.get(architecture, platform)
    parts = [*platform.split("/"), ""]
    found = {"PLATFORM": platform, **dict(zip(_PARTS, parts, strict=False))}
    arguments = {
        f"{side}{name}": value
        for side in ("TARGET", "BUILD")
        for name, value in {**dict.fromkeys(_PARTS, ""), **found}.items()
    }
    return {**arguments, "TARGETSTAGE": "default"}  # no other stage is chosen
