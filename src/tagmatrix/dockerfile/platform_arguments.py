"""The arguments that BuildKit sets for each platform.

https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
"""

from __future__ import annotations

from typing import Final

from tagmatrix.platforms import PLATFORMS

_PARTS: Final = ("OS", "ARCH", "VARIANT")


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
