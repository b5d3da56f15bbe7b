"""Artifacts and their checksums: `source`, or `linux/amd64` where each architecture has a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Sums: TypeAlias = "Mapping[str, Mapping[str, str]]"
"""Checksums by algorithm and artifact."""

ALGORITHMS: Final = ("sha256", "sha512", "sha1")
STRONG: Final = ("sha256", "sha512")
"""The algorithms for which no other file with the same checksum can be made."""
NAMES: Final = {"sha256": "SHA-256", "sha512": "SHA-512", "sha1": "SHA-1"}
DIGITS: Final = {64: "sha256", 128: "sha512", 40: "sha1"}
"""The algorithm of a checksum, by the number of its hexadecimal digits."""

EACH: Final = "/{architecture}"
"""The end of the name of an artifact with a file for each architecture, in `needs`."""


def is_of(artifact: str, group: str) -> bool:
    """Return whether an artifact is another, or the file of one for an architecture.

    >>> is_of("linux/amd64", "linux"), is_of("linux/{architecture}", "linux")
    (True, True)
    >>> is_of("linux", "linux"), is_of("linux", "linux/amd64")
    (True, False)
    """
    return artifact == group or artifact.partition("/")[0] == group


def path_of(artifact: str) -> tuple[str, ...]:
    """Return the keys of an artifact's checksum below `sha256`.

    >>> path_of("source"), path_of("linux/amd64")
    (('source',), ('linux', 'amd64'))

    The only file of a component has no name: its checksum has no key.
    """
    return tuple(artifact.split("/")) if artifact else ()


def nested(sums: Mapping[str, str]) -> dict[str, str | dict[str, str]]:
    """Return checksums as they are in versions.yaml.

    >>> nested({"source": "1f", "linux/amd64": "2e", "linux/s390x": "3d"})
    {'source': '1f', 'linux': {'amd64': '2e', 's390x': '3d'}}
    """
    found: dict[str, str | dict[str, str]] = {}
    for artifact, digest in sums.items():
        name, _, architecture = artifact.partition("/")
        if not architecture:
            found[name] = digest
        elif isinstance(group := found.setdefault(name, {}), dict):
            group[architecture] = digest
    return found


def each_sum(sums: Sums) -> Iterator[tuple[str, str, str]]:
    """Yield algorithm, artifact and checksum of all checksums."""
    for algorithm, digests in sums.items():
        for artifact, digest in digests.items():
            yield algorithm, artifact, digest


def by_algorithm(digests: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return checksums of artifacts by algorithm, which follows from the number of digits.

    >>> by_algorithm({"source": "1f" * 20}) == {"sha1": {"source": "1f" * 20}}
    True
    """
    found: dict[str, dict[str, str]] = {}
    for artifact, digest in digests.items():
        found.setdefault(DIGITS[len(digest)], {})[artifact] = digest
    return {name: found[name] for name in ALGORITHMS if name in found}


def sums_of(record: object) -> dict[str, Mapping[str, str]]:
    """Return the checksums of a record by algorithm, those that it has."""
    return {name: sums for name in ALGORITHMS if (sums := getattr(record, name))}


def best(sums: Sums, artifact: str) -> dict[str, str]:
    """Return the strong checksums of an artifact by algorithm; its weak ones if it has no other.

    >>> best({"sha1": {"source": "1f"}, "sha512": {"source": "2e"}}, "source")
    {'sha512': '2e'}
    """
    own = {name: digests[artifact] for name, digests in sums.items() if artifact in digests}
    return {name: digest for name, digest in own.items() if name in STRONG} or own
