"""Retire a release cycle: remove its block and all references to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.config.known_cycles import find_release
from tagmatrix.editing import Put, Remove
from tagmatrix.errors import InputError
from tagmatrix.update.exclusions import useless_exclusions
from tagmatrix.update.steps.mentions import conditions, held, tied
from tagmatrix.update.steps.state import StepPlan
from tagmatrix.util.wording import join_names
from tagmatrix.versions import numbers_text

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.editing import Edit


def retire(config: Config, cycle: str, *, drop_hold: bool = False) -> StepPlan:
    """Return the plan that ends a cycle.

    It removes rules for only this cycle. It keeps a setting for only this cycle, because
    templates may use it, but the setting then applies to no cycle. Raises InputError.
    """
    release = find_release(config, cycle)
    if len(config.releases) == 1:
        raise InputError(f"{cycle} is the only release cycle; add another one first")
    aliases = held(config, cycle)
    if aliases and not drop_hold:
        names = join_names([f"`{alias}`" for alias in aliases])
        raise InputError(
            f"`hold` keeps {names} at {cycle}: name another cycle there first, or remove the hold "
            "with --drop-hold"
        )
    edits: list[Edit] = [Remove(("hold", alias), prune=True) for alias in aliases]
    own = ("releases", cycle)
    edits += [Remove(path, prune=True) for path in reversed(tied(config, cycle)) if path[:2] != own]
    notes: list[str] = []
    for path, condition in conditions(config):
        if cycle not in condition.cycles:
            continue
        others = [name for name in condition.cycles if name != cycle]
        if others:
            edits += [
                Remove((*path, "cycles", number))
                for number in reversed(range(len(condition.cycles)))
                if condition.cycles[number] == cycle
            ]
        elif path[-1] == "unless":
            edits.append(Remove(path))
        elif path[0] in {"settings", "components"}:
            kind = str(path[0]).removesuffix("s")
            edits.append(Put((*path, "cycles"), _never(cycle, kind, path[1])))
            notes.append(
                f"the {kind} {path[1]} applies to no cycle now; templates may still use it"
            )
    rest = tuple(other for other in config.releases if other.cycle != cycle)
    hold = {alias: at for alias, at in config.hold.items() if at != cycle}
    edits += useless_exclusions(config, replace(config, releases=rest, hold=hold))
    edits.append(Remove(own))
    manager = release.release_manager
    if manager and all(other.release_manager != manager for other in rest):
        notes.append(f"no other cycle needs {manager} in release_managers")
    return StepPlan(tuple(edits), tuple(notes))


def _never(cycle: str, kind: str, name: str | int) -> str:
    """Return a condition that no other cycle meets."""
    numbers = numbers_text(cycle)
    if not numbers:
        raise InputError(
            f"the {kind} {name} is only for {cycle}: remove it from templates and "
            "versions.yaml first"
        )
    return f"=={numbers}"
