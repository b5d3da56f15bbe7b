"""Move components of a release to other versions: never lower, and with all their checksums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.config.artifacts import ALGORITHMS, NAMES, each_sum, nested, path_of
from tagmatrix.config.format import DIGESTS
from tagmatrix.config.format.components import VERSION
from tagmatrix.editing import Put, Remove
from tagmatrix.errors import GuardError, InputError
from tagmatrix.matrix.component_versions import component_of
from tagmatrix.problems import shown
from tagmatrix.update.policy import (
    ChecksumChange,
    accepted_checksums,
    compare_checksum,
    goes_back,
    replaced_alarm,
)
from tagmatrix.update.steps.state import StepPlan
from tagmatrix.util.nearest import nearest
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config import Config, Release
    from tagmatrix.config.artifacts import Sums
    from tagmatrix.config.model import Component
    from tagmatrix.editing import Edit, Value
    from tagmatrix.problems import ValuePath


@dataclass(frozen=True, slots=True)
class ComponentMove:
    """The new version of a component, and its checksums."""

    name: str
    version: str
    sums: Sums


def move_components(
    config: Config, release: Release, moves: Mapping[str, ComponentMove]
) -> StepPlan:
    """Return the plan that moves components of a release.

    A component that the release does not override moves for all releases.

    Raises:
        InputError: a name or a version is invalid, or a checksum is missing or invalid.
        GuardError: a version is lower, or a checksum changes at the same version.
    """
    edits: list[Edit] = []
    notes: list[str] = []
    for move in moves.values():
        if move.name not in config.components:
            near = nearest(move.name, config.components)
            raise InputError(f'there is no component "{shown(move.name)}"{near}')
        now = component_of(config, release, move.name)
        if now is None:
            raise InputError(
                f"{release.cycle} has no {move.name} (`{move.name}: false`); remove that line first"
            )
        _check(config, move, now)
        path = _place(config, release, move.name)
        if len(path) == 2:  # noqa: PLR2004 (the declaration's)
            notes.append(f"{move.name} moves for all releases that do not list their own")
        edits += _edits(config, path, now, move)
    return StepPlan(tuple(edits), tuple(notes))


def _place(config: Config, release: Release, name: str) -> ValuePath:
    """Return the path of the component's version: the release's own, or the declaration's."""
    if name in release.components or not config.components[name].version:
        return ("releases", release.cycle, "components", name)
    return ("components", name)


def _check(config: Config, move: ComponentMove, now: Component) -> None:
    what = f"{move.name} {move.version}"
    if not VERSION.fits(move.version):
        raise InputError(
            f'{move.name}: invalid version "{shown(move.version)}": expected {VERSION.what}'
        )
    for algorithm, file, digest in each_sum(move.sums):
        if not DIGESTS[algorithm].fits(digest):
            raise InputError(
                f'{_option(move.name, file)}: invalid {NAMES[algorithm]} "{shown(digest)}": '
                f"{DIGESTS[algorithm].expected(digest)}"
            )
    if now.version and goes_back(now.version, move.version, "loose"):
        raise GuardError(
            f"{move.name} is at {now.version}, and {move.version} is lower: tagmatrix never lowers "
            "a version. If upstream withdrew a release, edit versions.yaml by hand"
        )
    given = {file for _, file, _ in each_sum(move.sums)}
    if now.version == move.version:
        _refuse_replaced(what, move, now, accepted_checksums(config))
    elif missing := [each for each in each_sum(now.sums) if each[1] not in given]:
        options = " ".join(f"--{name} {_option(move.name, file)}=HEX" for name, file, _ in missing)
        raise InputError(f"the checksums of {what} are needed: give {options}")


def _refuse_replaced(
    what: str, move: ComponentMove, now: Component, accepted: frozenset[str]
) -> None:
    """Raise GuardError if a checksum changes at the same version."""
    alarms = []
    for algorithm, file, new in each_sum(move.sums):
        old = now.sums.get(algorithm, {}).get(file)
        if compare_checksum(old, new, accepted) is ChecksumChange.REPLACED:
            name = join_names([part for part in (what, file) if part])
            alarms.append(replaced_alarm(name, old, "given", new, algorithm))
    if alarms:
        raise GuardError("\n".join(alarms))


def _option(name: str, file: str) -> str:
    """Return the name of a component's checksum on the command line."""
    return f"components.{name}/{file}".removesuffix("/")


def _edits(config: Config, path: ValuePath, now: Component, move: ComponentMove) -> list[Edit]:
    """Return the edits of a component, whose short form is its version alone."""
    if (*path, "version") not in config.places:
        whole: dict[str, Value] = {"version": move.version}
        whole |= {name: _written(sums) for name, sums in move.sums.items()}
        return [Put(path, whole if move.sums else move.version)]
    edits: list[Edit] = [Put((*path, "version"), move.version)]
    if now.version != move.version:
        edits += [
            Remove((*path, algorithm, *path_of(file)), prune=True)
            for algorithm, file, _ in each_sum(now.sums)
            if file not in move.sums.get(algorithm, ())
        ]
    for algorithm, file, digest in each_sum(move.sums):
        after = ("version", *ALGORITHMS[: ALGORITHMS.index(algorithm)])
        edits.append(Put((*path, algorithm, *path_of(file)), digest, after=after))
    return edits


def _written(sums: Mapping[str, str]) -> Value:
    return sums[""] if "" in sums else nested(sums)
