"""Check aliases against versions: what lags behind, and final names of pre-releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from tagmatrix.manifest.base_systems import Suites
from tagmatrix.manifest.entry_tags import LATEST
from tagmatrix.util.wording import join_names
from tagmatrix.versions import is_channel, is_pre_release_word, parse, split_tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagmatrix.manifest.checks.document import Finding, LintedManifest
    from tagmatrix.manifest.entry_tags import EntryTags, ReadTag
    from tagmatrix.versions import Version


_MAJOR_AND_MINOR: Final = 2


class _Release(Struct, frozen=True, kw_only=True):
    """An entry with a version that can be compared."""

    read: EntryTags
    version: Version
    flavor: str
    suite: str

    @property
    def is_channel(self) -> bool:
        """Return whether users choose it by a channel, such as `devel`."""
        return any(is_channel(tag.alias) for tag in self.read.tags)


_Owners: TypeAlias = "dict[tuple[str, str, tuple[int, ...]], list[_Release]]"


def check_versions(document: LintedManifest, reads: Sequence[EntryTags]) -> Iterator[Finding]:
    """Yield aliases that lag behind, and names of final releases on pre-releases."""
    suites = Suites(read.variant for read in reads)
    releases = [
        _Release(read=read, version=read.version, flavor=flavor, suite=suite)
        for read in reads
        if read.version is not None and read.version.scheme != "date"
        for flavor, suite in [suites.split(read.variant)]
    ]
    has_final = any(release.version.is_final for release in releases)
    owners = _by_numbers(releases)
    seen: set[str] = set()
    for release in releases:
        yield from _two_versions(document, release)
        if release.version.is_final:
            yield from _left_behind(document, release, owners, seen)
        else:
            yield from _final_names(document, release, has_final=has_final)


def _two_versions(document: LintedManifest, release: _Release) -> Iterator[Finding]:
    """Yield the tags with another full version of the same line than their image has."""
    own = release.version
    suffixes = {tag.spelling for tag in release.read.tags if tag.alias == own.tag}
    names = [
        tag.name
        for tag in release.read.tags
        if tag.spelling in suffixes and tag.name.startswith(tag.alias)
        if (other := parse(tag.alias, "loose")) and _is_beside(other, own)
    ]
    if names:
        verb = "has" if len(names) == 1 else "have"
        problem = (
            f"{join_names(names)} {verb} another full version than {own.tag}, and an image has "
            "only one: remove the tags of the other version"
        )
        yield document.about("two-versions", release.read.entry, problem)


def _is_beside(other: Version, own: Version) -> bool:
    """Return whether two final versions differ in the last of three or more numbers."""
    numbers, mine = other.numbers, own.numbers
    alike = len(numbers) == len(mine) > _MAJOR_AND_MINOR and numbers[:-1] == mine[:-1]
    return alike and other.is_final and own.is_final and numbers != mine


def _by_numbers(releases: list[_Release]) -> _Owners:
    """Return the final releases by product, flavor, and each beginning of their numbers."""
    owners: _Owners = {}
    for release in releases:
        numbers = release.version.numbers
        if release.version.is_final and not release.is_channel:
            for length in range(len(numbers) + 1):
                key = (release.read.product, release.flavor, numbers[:length])
                owners.setdefault(key, []).append(release)
    return owners


def _left_behind(
    document: LintedManifest, release: _Release, owners: _Owners, seen: set[str]
) -> Iterator[Finding]:
    """Yield the aliases of a release that a newer one should own."""
    behind: dict[tuple[str, bool], list[str]] = {}
    for tag in release.read.tags:
        if tag.name in seen:
            continue
        newest = _newest(tag, release, owners)
        if newest:
            seen.add(tag.name)
            behind.setdefault((newest, tag.alias == LATEST), []).append(tag.name)
    for (newest, is_latest), names in behind.items():
        advice = "check that it is intended" if is_latest else "move it there"
        problem = (
            f"{join_names(names)} {'is' if len(names) == 1 else 'are'} {release.version.tag}, but "
            f"{newest} is final: {advice}"
        )
        rule = "latest-behind" if is_latest else "left-behind"
        yield document.about(rule, release.read.entry, problem)


def _newest(tag: ReadTag, release: _Release, owners: _Owners) -> str:
    """Return the newest version that should own a tag, or an empty text."""
    numbers: tuple[int, ...] = ()
    if tag.alias != LATEST:
        alias = parse(tag.alias, "loose")
        if alias is None or alias.marks or len(alias.numbers) >= len(release.version.numbers):
            return ""
        numbers = alias.numbers
    of_suite = bool(release.suite) and release.suite in tag.spelling
    best = release
    for other in owners.get((release.read.product, release.flavor, numbers), ()):
        if (not of_suite or other.suite == release.suite) and (
            other.version.compare(best.version) == 1
        ):
            best = other
    shared = any(one.name == tag.name for one in best.read.tags)  # another check reports it
    return "" if shared else best.version.tag


def _final_names(
    document: LintedManifest, release: _Release, *, has_final: bool
) -> Iterator[Finding]:
    """Yield the tags of a pre-release that look like those of a final release."""
    names = [
        tag.name
        for tag in release.read.tags
        if (has_final if tag.name == LATEST else _is_final_name(tag, release.version))
    ]
    if names:
        verb = "belongs" if len(names) == 1 else "belong"
        problem = (
            f"{join_names(names)} {verb} to a final release, but this is {release.version.tag}: "
            f"name the {'channel' if release.version.channel else 'pre-release'} in the tag"
        )
        yield document.about("final-name", release.read.entry, problem)


def _is_final_name(tag: ReadTag, early: Version) -> bool:
    """Return whether a tag of a pre-release has a version and no word of a pre-release.

    The word may be before the version (`beta-6.1`), or be a part of the pre-release that
    no version has alone (`9.0-M` of 9.0.0-M1).
    """
    alias = parse(tag.alias, "loose")
    if alias is None or not alias.is_final or alias.scheme == "date":
        return False
    before = split_tag(tag.name).before
    if any(map(is_pre_release_word, before.split("-"))):
        return False
    name = f"{_bare(tag.name.removeprefix(f'{before}-'))}-"
    return not any(name.startswith(f"{_bare(part)}-") for part in early.parts)


def _bare(text: str) -> str:
    return text.lower().removeprefix("v")
