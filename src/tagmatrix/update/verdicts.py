"""Say which of upstream's versions tagmatrix takes, and why not the others. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from tagmatrix.config.format import version_shape
from tagmatrix.update.axes import alarm, allowed, parts
from tagmatrix.update.new_cycles import newer_cycles
from tagmatrix.update.policy import candidate, goes_back, leaves_final, needs_promotion
from tagmatrix.upstream.release_order import of_cycle
from tagmatrix.util.wording import join_names
from tagmatrix.versions import is_final, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.config import Config, Release
    from tagmatrix.config.model import AxisSource
    from tagmatrix.upstream.release_order import UpstreamRelease

    Verdicts: TypeAlias = Iterable[tuple[str, str]]
    """Versions with the reason why tagmatrix does not take them."""

_MOST: Final = 5
"""The most versions with the same reason that a line names."""


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
            return f"`tagmatrix promote {cycle}` makes the cycle final"
        if leaves_final(ours, version, style):
            return f"a pre-release, and {ours} is final"
        return f"older than {ours if newest is None or back else newest.version}"

    rest = ((each.version, why(each.version)) for each in published if back or each is not newest)
    return [f"taken: {taken}", *_lines(rest)]


def of_axis(axis: AxisSource, published: Sequence[UpstreamRelease]) -> list[str]:
    """Return lines about the values of an axis that the published versions have."""
    listed = parts((each.version for each in published), axis.values)
    recent = allowed(axis, listed)
    taken = recent[: axis.newest or len(recent)]
    early = [each.version for each in published if not is_final(each.version, "loose")]
    rest = [(each, "a pre-release") for each in early]
    rest += [(each, f"`newest` is {axis.newest}") for each in recent if each not in taken]
    rest += [(each, f"older than `min`, {axis.min}") for each in listed if each not in recent]
    problem = alarm(axis.values, listed, taken)
    said = f"none; {problem}" if problem else join_names(taken)
    return [f"taken: {said}", *_lines(rest)]


def of_no_cycle(config: Config, versions: Iterable[str]) -> list[str]:
    """Return lines about the versions in the list of all releases that belong to no cycle."""
    style = config.version_style
    cycles = [release.cycle for release in config.releases]
    elsewhere = {release.cycle for release in config.releases if release.upstream}
    every = [*dict.fromkeys(versions)]
    new = newer_cycles(cycles, every, style)

    def why(version: str) -> str:
        read = parse(version, style) if version_shape(style).fits(version) else None
        if read is None:
            return "it is not a version; `match` or `strip` takes one out of a text"
        if owners := [cycle for cycle in cycles if read.belongs_to(cycle)]:
            other = elsewhere.issuperset(owners)
            return f"{join_names(owners)} has a source of its own" if other else ""
        name = next((cycle for cycle in new if of_cycle(version, cycle, style)), "")
        add = f"; `tagmatrix add {name}` adds {name}" if name else ""
        return f"no cycle of versions.yaml has it{add}"

    return _lines((each, reason) for each in every if (reason := why(each)))


def _lines(verdicts: Verdicts) -> list[str]:
    """Return a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for version, reason in verdicts:
        by_reason.setdefault(reason, []).append(version)
    lines = []
    for reason, versions in by_reason.items():
        more = f" and {len(versions) - _MOST} more" if len(versions) > _MOST else ""
        lines.append(f"not taken: {', '.join(versions[:_MOST])}{more}: {reason}")
    return lines
