"""Checksums of another file: one that stays while the version changes, or one that two files have.

Different files never have the same checksum. So a checksum belongs to one artifact of one
version, in versions.yaml and in each earlier state of it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from tagmatrix import config as configuration
from tagmatrix.config.artifacts import NAMES, each_sum, path_of
from tagmatrix.errors import InputError
from tagmatrix.problems import format_path
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagmatrix.config import Config
    from tagmatrix.config.artifacts import Sums
    from tagmatrix.problems import ValuePath

_Digest: TypeAlias = "tuple[str, str]"
"""An algorithm and a checksum."""
_Problem: TypeAlias = "tuple[_Digest, tuple[ValuePath, str]]"
"""A checksum, the path of its line in versions.yaml, and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleChecksum:
    """A checksum that is certainly of another file.

    Attributes:
        algorithm: the algorithm of the checksum.
        digest: the checksum.
        problem: what is wrong, with the path of the checksum in versions.yaml.
        accepted: why versions.yaml accepts that; empty if it does not.
        place: where versions.yaml has it, `versions.yaml:12:7`. An edit of another line moves it.
    """

    algorithm: str
    digest: str
    problem: str
    accepted: str = ""
    place: str = field(default="", compare=False)

    def line(self) -> str:
        """Return it in a line with its severity, like the lines of other changes."""
        accepted = f" (accepted: {self.accepted})" if self.accepted else ""
        return f"breaking: {self.problem}{accepted}"

    def refusal(self) -> str:
        """Return it, and the line that would accept it."""
        what = ": ".join(filter(None, (self.place, self.problem)))
        return f'{what}\n  to accept it: - {{{self.algorithm}: "{self.digest}", why: "..."}}'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """A line of versions.yaml: the checksum of an artifact of a version."""

    path: ValuePath
    artifact: str
    version: str
    algorithm: str
    digest: str

    @property
    def file(self) -> tuple[str, str]:
        return self.artifact, self.version

    @property
    def key(self) -> _Digest:
        return self.algorithm, self.digest

    @property
    def name(self) -> str:
        return f"`{self.artifact}` of {self.version}"


def stale_checksums(config: Config, earlier: Iterable[bytes] = ()) -> tuple[StaleChecksum, ...]:
    """Return the checksums of other files; each one that versions.yaml accepts gets the reason.

    Args:
        config: versions.yaml.
        earlier: earlier texts of it; invalid ones are ignored.
    """
    claims = _claims(config)
    found = dict(_shared(claims))
    for text in earlier:
        for digest, problem in _kept(claims, _earlier_claims(text)):
            found.setdefault(digest, problem)
    reasons = {one.checksum: one.reason for one in reversed(config.accept) if one.checksum}
    return tuple(
        StaleChecksum(
            algorithm=algorithm,
            digest=digest,
            problem=f"{format_path(path)}: {problem}",
            accepted=reasons.get(digest, ""),
            place=config.where(path),
        )
        for (algorithm, digest), (path, problem) in found.items()
    )


def _shared(claims: Iterable[_Claim]) -> Iterator[_Problem]:
    """Yield the checksums that several files have, each with the problem."""
    by_digest: dict[_Digest, dict[tuple[str, str], _Claim]] = {}
    for claim in claims:
        by_digest.setdefault(claim.key, {}).setdefault(claim.file, claim)
    for digest, files in by_digest.items():
        if len(files) > 1:
            first, *_ = owners = list(files.values())
            names = join_names([claim.name for claim in owners])
            yield digest, (first.path, f"{names} have the same {NAMES[digest[0]]}")


def _kept(claims: Iterable[_Claim], before: Iterable[_Claim]) -> Iterator[_Problem]:
    """Yield the checksums that were those of another version, each with the problem."""
    versions: dict[_Digest, list[str]] = {}
    for claim in before:
        versions.setdefault(claim.key, []).append(claim.version)
    for claim in claims:
        old = versions.get(claim.key, [])
        if old and claim.version not in old:
            kind = NAMES[claim.algorithm]
            what = f"{claim.name} has the {kind} of {old[0]}"
            problem = f"{what}: the version changed, but the checksum did not"
            yield claim.key, (claim.path, problem)


@functools.lru_cache(8)
def _earlier_claims(text: bytes) -> tuple[_Claim, ...]:
    try:
        return _claims(configuration.parse(text))
    except InputError:  # an older format, perhaps
        return ()


def _claims(config: Config) -> tuple[_Claim, ...]:
    found: list[_Claim] = []
    for release in config.releases:
        here: ValuePath = ("releases", release.cycle)
        version = release.version or release.cycle
        lists = [(here, version, release.sums)]
        for number, choice in enumerate(release.variants or ()):
            own = (*here, "variants", number)
            lists.append((own, choice.version or version, choice.sums))
        for path, version, sums in lists:
            found += _of_sums(sums, path, version)
    for path, name, component in config.listed_components():
        found += _of_sums(component.sums, path, component.version, f"components.{name}/")
    return tuple(found)


def _of_sums(sums: Sums, path: ValuePath, version: str, prefix: str = "") -> Iterator[_Claim]:
    """Yield the checksums at a path; `prefix` is before the names of their files."""
    for algorithm, name, digest in each_sum(sums):
        yield _Claim(
            path=(*path, algorithm, *path_of(name)),
            artifact=f"{prefix}{name}".removesuffix("/"),
            version=version,
            algorithm=algorithm,
            digest=digest,
        )
