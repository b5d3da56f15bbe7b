"""The arguments that BuildKit sets for each platform.

https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
"""

from __future__ import annotations

from typing import Final

from tagmatrix.platforms import PLATFORMS

_PARTS: Final = ("OS", "ARCH", "VARIANT")


def platform_arguments(architecture: str) -> dict[str, str]:
    """Return the platform arguments on an architecture; official images are built natively.

    >>> platform_arguments("arm32v7")["TARGETVARIANT"]
    'v7'
    """
    platform = PLATFORMS.get(architecture, architecture)
    parts = [*platform.split("/"), ""]
    found = {"PLATFORM": platform, **dict(zip(_PARTS, parts, strict=False))}
    return {
        f"{side}{name}": value
        for side in ("TARGET", "BUILD")
        for name, value in {**dict.fromkeys(_PARTS, ""), **found}.items()
    }
