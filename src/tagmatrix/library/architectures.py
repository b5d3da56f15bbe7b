"""The architectures that a manifest may name."""

from __future__ import annotations

from typing import Final

DEFAULT_ARCHITECTURE: Final = "amd64"

# bashbrew's `architecture.SupportedArches`; every other name is refused.
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
