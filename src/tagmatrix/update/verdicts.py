"""Say which of upstream's versions tagmatrix takes, and why not the others. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from tagmatrix.config.format import version_shape
from tagmatrix.update.axes import alarm, newest, part_of
from tagmatrix.update.new_cycles import add_step, newer_cycles
from tagmatrix.update.policy import (
    candidate,
    goes_back,
    leaves_final,
    needs_promotion,
    promote_step,
)
from tagmatrix.upstream.release_order import is_newer, of_cycle
from tagmatrix.util.wording import few, join_names
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.config import Config, Release
    from tagmatrix.config.model import AxisSource
    from tagmatrix.update.axes import ListedValues
    from tagmatrix.upstream.release_order import UpstreamRelease

    Verdicts: TypeAlias = Iterable[tuple[str, str]]
    """Versions with the reason why tagmatrix does not take them."""

_MOST: Final = 5
"""The most versions with the same reason that a line names."""
_NOT_A_VERSION: Final = "it is not a version; `match` or `strip` takes one out of a text"


def of_release(release: Release, published: Sequence[UpstreamRelease]) -> list[str]:
    """Return lines about the published versions of a cycle or of a component."""
    cycle, ours, style = release.cycle, release.version, release.style
    newest = candidate(published, release)
    back = newest is not None and goes_back(ours, newest.version, style)
    if newest is None or back:
        taken = f"none; versions.yaml keeps {ours}"
    else:
        taken = f"{newest.version}, as in versions.yaml" * (newest.version == ours)
        taken = taken or f"{newest.version}, instead of {ours}"

    def why(version: str) -> str:
        if needs_promotion(cycle, version, style):
            return f"`{promote_step(cycle, checksums=bool(release.sums))}` makes the cycle final"
        if leaves_final(ours, version, style):
            return f"a pre-release, and {ours} is final"
        return f"older than {ours if newest is None or back else newest.version}"

    rest = ((each.version, why(each.version)) for each in published if back or each is not newest)
    return [f"taken: {taken}", *_lines(rest)]


def of_axis(axis: AxisSource, versions: Iterable[str], listed: ListedValues) -> list[str]:
    """Return lines about the values of an axis that upstream's versions have."""
    taken = newest(axis, listed.values)
    problem = alarm(axis, listed.values)

    def why(version: str) -> tuple[str, str] | None:
        read = parse(version, "loose")
        value = part_of(version, axis.values)
        if read is None:
            return version, _NOT_A_VERSION
        if not read.is_final:
            return version, "a pre-release"
        if not value:
            return version, f"it has fewer numbers than {axis.values[0]}"
        if is_newer(axis.min, value, "loose"):
            return value, f"older than `min`, {axis.min}"
        if value in listed.blocked:
            return value, "an entry of it can't be read"
        return None if value in taken else (value, f"`newest` is {axis.newest}")

    rest = dict.fromkeys(filter(None, map(why, versions)))
    return [f"taken: {f'none; {problem}' if problem else join_names(taken)}", *_lines(rest)]


def of_no_cycle(config: Config, versions: Iterable[str]) -> list[str]:
    """Return lines about the versions in the list of all releases that belong to no cycle."""
    style = config.version_style
    cycles = [release.cycle for release in config.releases if release.version]
    elsewhere = {release.cycle for release in config.releases if release.upstream}
    every = [*dict.fromkeys(versions)]
    new = newer_cycles(cycles, every, style)

    def why(version: str) -> str:
        read = parse(version, style) if version_shape(style).fits(version) else None
        if read is None:
            return _NOT_A_VERSION
        if owners := [cycle for cycle in cycles if read.belongs_to(cycle)]:
            other = elsewhere.issuperset(owners)
            return f"{join_names(owners)} has a source of its own" if other else ""
        name = next((cycle for cycle in new if of_cycle(version, cycle, style)), "")
        add = f"; `{add_step(config, name, new[name])}` adds {name}" if name else ""
        return f"no cycle of versions.yaml has it{add}"

    return _lines((each, reason) for each in every if (reason := why(each)))


def _lines(verdicts: Verdicts) -> list[str]:
    """Return a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for version, reason in verdicts:
        by_reason.setdefault(reason, []).append(version)
    return [f"not taken: {few(names, _MOST)}: {reason}" for reason, names in by_reason.items()]
