"""What `with` ties: components and cycles that move in one commit, all or none. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix.update.components import PREFIX, followed
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.update.apply import EditGroup
    from tagmatrix.update.outcome import CycleOutcome


def ties(config: Config) -> dict[str, tuple[str, ...]]:
    """Return the names that move together, by each of them; components have their prefix."""
    found: dict[str, tuple[str, ...]] = {}
    every = followed(config)
    for name, (path, component) in every.items():
        if component.together:
            of = name.removeprefix(f"{PREFIX}{path[-1]}")
            own = (_full(each, of, every) for each in component.together)
            group = dict.fromkeys(one for each in (name, *own) for one in found.get(each, (each,)))
            found |= dict.fromkeys(group, tuple(group))
    return found


def _full(name: str, of: str, every: Collection[str]) -> str:
    """Return the name in results of a component, that of the same release first, or of a cycle."""
    own, shared = f"{PREFIX}{name}{of}", f"{PREFIX}{name}"
    return own if own in every else shared if shared in every else name


def hold(config: Config, outcomes: Iterable[CycleOutcome]) -> list[CycleOutcome]:
    """Return the outcomes; what is tied to something that can't move now waits for it."""
    every = [*outcomes]
    tied = ties(config)
    stuck = {each.cycle for each in every if _is_stuck(each)}
    return [
        _waiting(each, others)
        if each.edits and (others := [name for name in tied.get(each.cycle, ()) if name in stuck])
        else each
        for each in every
    ]


def _is_stuck(outcome: CycleOutcome) -> bool:
    """Return whether upstream has something for it, or may have, and it can't move now."""
    late = outcome.waits and not outcome.step and outcome.upstream not in {"", outcome.ours}
    return bool(outcome.alarms or outcome.failures or (late and not outcome.edits))


def _waiting(outcome: CycleOutcome, others: Sequence[str]) -> CycleOutcome:
    what = "; ".join(outcome.news)
    why = f"{what}: waits for {join_names([*others])}, to which `with` ties it"
    return replace(outcome, edits=(), news=(), waits=(*outcome.waits, why), ends="")


def joined(groups: Iterable[EditGroup], tied: Mapping[str, tuple[str, ...]]) -> list[EditGroup]:
    """Return groups of edits; those that are tied are one, at the place of the first."""
    found: dict[tuple[str, ...], EditGroup] = {}
    for group in groups:
        key = tied.get(group.name, (group.name,))
        if not group.edits:
            continue
        if (known := found.get(key)) is None:
            found[key] = group
            continue
        members = (*known.names, group.name)
        # a cycle says more than a component: its name is that of the commit
        name = next((each for each in members if not each.startswith(PREFIX)), known.name)
        found[key] = replace(
            known,
            name=name,
            edits=known.edits + group.edits,
            why=known.why or group.why,
            others=tuple(each for each in members if each != name),
        )
    return [*found.values()]
