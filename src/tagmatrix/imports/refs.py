"""Find the refs of images whose commits are not on the branch of the others."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.config.patterns import with_version
from tagmatrix.imports.placing import by_flavor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.imports.placing import Placed
    from tagmatrix.manifest.model import Entry, Manifest

HEADS: Final = "refs/heads/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refs:
    """The refs: of releases by cycle, or as patterns of single cells by their number.

    `elsewhere` has the numbers of all cells that are not on the branch. `cycles` are those of the
    branch, if flavors have cells there and elsewhere, but no cycle has both: then the cycle says
    which of them have templates.
    """

    releases: Mapping[str, str]
    cells: Mapping[int, str]
    elsewhere: frozenset[int]
    cycles: tuple[str, ...] = ()


def branch_of(manifest: Manifest, entries: Iterable[Entry]) -> str:
    """Return the branch of most images, or that of the manifest if all are of tags."""
    heads = Counter(entry.git_fetch for entry in entries if entry.git_fetch.startswith(HEADS))
    usual = heads.most_common(1)[0][0] if heads else manifest.global_.git_fetch
    return usual.removeprefix(HEADS)


def repository_of(manifest: Manifest, entries: Iterable[Entry]) -> str:
    """Return the repository of most images, or that of the manifest if there are none."""
    found = Counter(entry.git_repo for entry in entries)
    return found.most_common(1)[0][0] if found else manifest.global_.git_repo


def find_refs(cells: Sequence[Placed], branch: str) -> Refs:
    """Return the refs as patterns if each flavor has one, else as refs of releases."""
    own = f"{HEADS}{branch}"
    elsewhere = frozenset(
        placed.cell.number for placed in cells if placed.cell.entry.git_fetch != own
    )
    patterns = {placed.cell.number: _pattern(placed) for placed in cells}
    uniform = all(
        len({patterns[placed.cell.number] for placed in members}) == 1
        for members in by_flavor(cells).values()
    )
    fetched: dict[str, set[str]] = {}
    for placed in cells:
        fetched.setdefault(placed.release.cycle, set()).add(placed.cell.entry.git_fetch)
    if uniform or any(len(each) > 1 for each in fetched.values()):
        found = {number: "" if ref == own else ref for number, ref in patterns.items()}
        return Refs(releases={}, cells=found, elsewhere=elsewhere)
    versions = {placed.release.cycle: placed.release.version for placed in cells}
    releases = {
        cycle: with_version(ref, versions[cycle] if versions[cycle] != cycle else "")
        for cycle, (ref,) in fetched.items()
        if ref != own
    }
    both = any(
        len({placed.cell.number in elsewhere for placed in members}) > 1
        for members in by_flavor(cells).values()
    )
    return Refs(
        releases=releases,
        cells=dict.fromkeys(patterns, ""),
        elsewhere=elsewhere,
        cycles=tuple(cycle for cycle in fetched if cycle not in releases) if both else (),
    )


def _pattern(placed: Placed) -> str:
    """Return a ref with the version or the cycle as a hole."""
    ref, cycle = placed.cell.entry.git_fetch, placed.release.cycle
    version = placed.cell.version if placed.release.version else ""
    if (pattern := with_version(ref, version)) != ref:
        return pattern
    words = rf"(?<![0-9A-Za-z.])(v?){re.escape(cycle)}(?![0-9A-Za-z]|\.[0-9])"
    return re.sub(words, r"\g<1>{cycle}", ref)
