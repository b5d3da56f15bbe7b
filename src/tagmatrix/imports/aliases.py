"""Decide how the aliases of all releases are written: derived ones, held ones, and lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.config import Release as Configured
from tagmatrix.manifest.entry_tags import LATEST
from tagmatrix.matrix.tags import derived_aliases, version_aliases
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.imports.releases import ImportedRelease
    from tagmatrix.versions import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliases:
    """The keys of the file about aliases.

    `listed` has the list of each cycle that needs one, `no_cycle_tag` the cycles whose name is
    not a tag. `cost` is the number of lines.
    """

    parts: str
    derive: bool
    hold: Mapping[str, str | None]
    listed: Mapping[str, tuple[str, ...]]
    no_cycle_tag: frozenset[str]
    cost: int


def choose_aliases(releases: Sequence[ImportedRelease], style: Style) -> Aliases:
    """Return the shortest way to give each release its aliases."""
    ways = [
        _way(releases, style, parts, derive=derive)
        for derive in (True, False)
        for parts in ("full+cycle", "all")
    ]
    return min((way for way in ways if way is not None), key=lambda way: way.cost)


def _way(
    releases: Sequence[ImportedRelease], style: Style, parts: str, *, derive: bool
) -> Aliases | None:
    """Return the keys with some options; None if a release would have an alias too many."""
    configured = [_configured(release, style) for release in releases]
    no_cycle_tag = frozenset(one.cycle for one in configured if one.version and not one.cycle_tag)
    hold = _held(releases, configured) if derive else {}
    derived = derived_aliases(configured, hold) if derive else {}
    listed = {}
    for release, one in zip(releases, configured, strict=True):
        own = [alias.text for alias in version_aliases(one.version, one, parts=parts)]
        own += [alias.text for alias in derived.get(one.cycle, ())]
        if not set(own) <= set(release.aliases):
            return None
        if rest := tuple(alias for alias in release.aliases if alias not in own):
            listed[release.cycle] = rest
    cost = len(no_cycle_tag) + len(listed) + bool(hold) + (parts == "all") + (not derive)
    cost += sum(2 * len(_parts(one) & set(listed.get(one.cycle, ()))) for one in configured)
    return Aliases(
        parts=parts, derive=derive, hold=hold, listed=listed, no_cycle_tag=no_cycle_tag, cost=cost
    )


def _parts(release: Configured) -> set[str]:
    """Return the parts of a version: in a list they would be wrong after the next version."""
    version = parse(release.version, release.style)
    return set(version.parts) if version else set()


def _configured(release: ImportedRelease, style: Style) -> Configured:
    return Configured(
        cycle=release.cycle,
        version=release.version,
        folder=release.cycle,
        style=style,
        cycle_tag=release.cycle in release.aliases,
    )


def _held(
    releases: Sequence[ImportedRelease], configured: Sequence[Configured]
) -> dict[str, str | None]:
    """Return the derived aliases that another release has than the rule says, or none."""
    held: dict[str, str | None] = {}
    by_cycle = {release.cycle: release for release in releases}
    final = {one.cycle for one in configured if one.is_final}
    for cycle, aliases in derived_aliases(configured, {}).items():
        for alias in (one.text for one in aliases):
            if alias in by_cycle[cycle].aliases:
                continue
            owners = [
                release.cycle
                for release in releases
                if alias in release.aliases and release.cycle in final and release.major
                if alias in (LATEST, release.major)
            ]
            held[alias] = owners[0] if len(owners) == 1 else None
    return held
