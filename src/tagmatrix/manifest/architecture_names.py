"""The architectures that a manifest may name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_ARCHITECTURE: Final = "amd64"

# These are bashbrew's `architecture.SupportedArches`; it rejects every other name:
# https://github.com/docker-library/bashbrew/tree/master/architecture
ARCHITECTURES: Final = frozenset(
    {
        "amd64",
        "arm32v5",
        "arm32v6",
        "arm32v7",
        "arm64v8",
        "i386",
        "mips64le",
        "ppc64le",
        "riscv64",
        "s390x",
        "windows-amd64",
    }
)

# Go's names, which `docker --platform` accepts, Debian's, and those of `uname --machine`.
OTHER_NAMES: Final = {
    "x86_64": "amd64",
    "x64": "amd64",
    "arm64": "arm64v8",
    "arm64/v8": "arm64v8",
    "aarch64": "arm64v8",
    "arm/v5": "arm32v5",
    "armel": "arm32v5",
    "arm/v6": "arm32v6",
    "armv6l": "arm32v6",
    "arm": "arm32v7",
    "arm/v7": "arm32v7",
    "armhf": "arm32v7",
    "armv7l": "arm32v7",
    "386": "i386",
    "i686": "i386",
    "mips64el": "mips64le",
    "ppc64el": "ppc64le",
    "windows": "windows-amd64",
    "windows/amd64": "windows-amd64",
}


def is_windows(architecture: str) -> bool:
    """Return whether an architecture is a Windows architecture."""
    return architecture.startswith("windows-")


@lru_cache
def named(name: str) -> str:
    """Return official-images' name of an architecture, given any of its usual names.

    https://github.com/docker-library/official-images#architectures-other-than-amd64
    Raises InputError if the architecture is unknown.

    >>> named("arm64v8"), named("linux/arm64"), named("x86_64"), named("linux/arm/v7")
    ('arm64v8', 'arm64v8', 'amd64', 'arm32v7')
    """
    word = name.lower().removeprefix("linux/")
    word = OTHER_NAMES.get(word, word)
    if word not in ARCHITECTURES or (is_windows(word) and name.lower().startswith("linux/")):
        known = sorted(ARCHITECTURES)
        raise InputError(f'unknown architecture "{name}"{nearest(word, known)}')
    return word


def named_in(name: str, listed: Iterable[str]) -> str:
    """Return the name of an architecture in a manifest, which may list unknown ones.

    Raises InputError if the architecture is neither known nor listed.
    """
    return name if name in listed else named(name)
