"""Check the suites in tags against the bases of the images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.manifest.base_systems import (
    DISTRIBUTIONS,
    base_release,
    is_family,
    split_suite,
)
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.from_lines import Bases
    from tagmatrix.manifest.checks.document import Finding, LintedManifest
    from tagmatrix.manifest.family import Family, FamilyMember

_SHOWN: Final = 3
_ALPINE: Final = "alpine"
_DEEPEST: Final = 8
"""How many bases of bases are followed: a circle of images has no end."""

Suite = tuple[str, str]


def check_suites(
    family: Family, document: LintedManifest, image: FamilyMember, bases: dict[str, Bases]
) -> Iterator[Finding]:
    """Yield tags with a suite that is not the one of the image's base."""
    actual = {
        suite
        for architecture, found in bases.items()
        if not is_windows(architecture)
        for suite in _suites_of(family, found.last, architecture, _DEEPEST)
    }
    if not actual:
        return
    wrong = [
        tag
        for tag in (*image.entry.tags, *image.entry.shared_tags)
        if any(_contradicts(suite, actual) for suite in _named(tag))
        or any(_contradicts((word, ""), actual) for word in _systems(tag))
    ]
    if wrong:
        last = next(found.last for name, found in bases.items() if not is_windows(name))
        problem = (
            f"{few(wrong, _SHOWN)} {'names' if len(wrong) == 1 else 'name'} another base system "
            f"than its base {last} has: rename the tags, or choose another base"
        )
        yield document.about("base-suite", image.entry, problem)


def _contradicts(named: Suite, actual: set[Suite]) -> bool:
    """Return whether none of the known suites of a base is the one that a tag names."""
    name, release = base_release(*named)
    suites = {base_release(*suite) for suite in actual}
    alike = {number for family, number in suites if family == name}
    if not alike:
        known = {family for family, _ in suites}
        return _ALPINE in known or (name in DISTRIBUTIONS and known <= DISTRIBUTIONS)
    return bool(release) and not any(f"{number}.".startswith(f"{release}.") for number in alike)


def _suites_of(family: Family, base: str, architecture: str, depth: int) -> set[Suite]:
    """Return the suites that the name of a base has, or else those of its own base."""
    path, _, tag = base.partition("@")[0].partition(":")
    name = path.rpartition("/")[2]
    owners = family.find(base, architecture)
    tags = [
        tag,
        *(other for owner in owners for other in (*owner.entry.tags, *owner.entry.shared_tags)),
    ]
    if is_family(name):
        found = {suite for one in tags for suite in _of_system(name, one)}
    else:
        found = set(_named(tag)) or {suite for one in tags for suite in _named(one)}
    if found or not depth:
        return found
    for owner in owners:
        parents = family.bases_of(owner).get(architecture)
        if parents is not None:
            found |= _suites_of(family, parents.last, architecture, depth - 1)
    return found


def _of_system(name: str, tag: str) -> Iterator[Suite]:
    """Yield the suites that a tag of a base system names: `3.24` of alpine, `trixie` of debian."""
    yield from _named(tag)
    first = tag.partition("-")[0]
    if first[:1].isdigit():
        yield name, first


def _systems(tag: str) -> list[str]:
    """Return the words of a tag that name a base system without its release: `alpine`."""
    return [word for word in tag.split("-") if word in DISTRIBUTIONS]


def _named(tag: str) -> list[Suite]:
    """Return the suites that a tag names, each with its family; empty for a codename."""
    words = tag.split("-")
    found = []
    for number, word in enumerate(words):
        before = words[number - 1] if number else ""
        suite = split_suite(word, before)
        if suite is not None:
            found.append((before if is_family(before) else suite[0], suite[1]))
    return found
