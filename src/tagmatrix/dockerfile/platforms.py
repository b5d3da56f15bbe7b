"""The arguments that BuildKit sets for each platform.

https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
"""

from __future__ import annotations

from typing import Final

PLATFORMS: Final = {
    "amd64": "linux/amd64",
    "arm32v5": "linux/arm/v5",
    "arm32v6": "linux/arm/v6",
    "arm32v7": "linux/arm/v7",
    "arm64v8": "linux/arm64",
    "i386": "linux/386",
    "mips64le": "linux/mips64le",
    "ppc64le": "linux/ppc64le",
    "riscv64": "linux/riscv64",
    "s390x": "linux/s390x",
    "windows-amd64": "windows/amd64",
}
"""The platform of each architecture of official-images, as BuildKit writes it."""

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
