"""The manifest of an image like drupal: cycles, versions of PHP, two versions of each system."""

from __future__ import annotations

from typing import Final

from tests.imports.samples import HEAD, entry, product

_DEBIAN: Final = "amd64, arm32v5, arm32v7, arm64v8, i386, ppc64le, s390x"
_ALPINE: Final = "amd64, arm32v6, arm32v7, arm64v8, i386, ppc64le, riscv64, s390x"
_SYSTEMS: Final = {
    "apache-trixie": (["apache", ""], f"{_DEBIAN}, riscv64"),
    "fpm-trixie": (["fpm"], f"{_DEBIAN}, riscv64"),
    "apache-bookworm": ([], _DEBIAN),
    "fpm-bookworm": ([], _DEBIAN),
    "fpm-alpine3.23": (["fpm-alpine"], _ALPINE),
    "fpm-alpine3.22": ([], _ALPINE),
}
"""What else a system is called, and its architectures."""
_RELEASES: Final = {
    "11.3": (["11.3.2", "11.3", "11", "latest"], ["8.5", "8.4"]),
    "10.6": (["10.6.2", "10.6", "10"], ["8.5", "8.4", "8.3"]),
    "10.5": (["10.5.8", "10.5"], ["8.4", "8.3"]),
}
"""The aliases of a cycle, and its versions of PHP; the first one is the default."""


def manifest() -> str:
    """Return the manifest."""
    entries = []
    for cycle, (aliases, versions) in _RELEASES.items():
        for php in versions:
            for system, (names, architectures) in _SYSTEMS.items():
                own = [system, *names]
                suffixes = [f"php{php}-{name}".removesuffix("-") for name in own]
                tags = product(aliases, [*suffixes, *(own if php == versions[0] else [])])
                folder = f"{cycle}/php{php}/{system}"
                entries.append(entry(tags, folder, Architectures=architectures))
    return f"{HEAD}Builder: buildkit\n{''.join(entries)}"
