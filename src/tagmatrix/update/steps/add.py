"""Add a release cycle, laid out like the newest one."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagmatrix.config.format import CYCLE
from tagmatrix.cycles import cycle_numbers, is_final
from tagmatrix.editing import Put
from tagmatrix.errors import InputError
from tagmatrix.matrix.needs import needs
from tagmatrix.problems import shown
from tagmatrix.update.steps.bump import is_for_prereleases
from tagmatrix.update.steps.checksums import check_complete, check_names, check_version
from tagmatrix.update.steps.state import Plan, newest_first

if TYPE_CHECKING:
    import datetime as dt

    from tagmatrix.config import Config, Release
    from tagmatrix.config.model import VariantChoice
    from tagmatrix.editing import Edit, Value
    from tagmatrix.update.steps.checksums import Given

# What a variant may say of one version is not repeated for another.
_OF_A_VERSION = frozenset({"name", "version", "aliases", "sha256"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new cycle is to be; what is None is left out."""

    cycle: str
    version: str
    release_manager: str | None = None
    end_of_life: dt.date | None = None


def add(config: Config, wish: Wish, given: Given) -> Plan:
    """Return what adds a cycle at its place, newest first.

    Its variants, default suites and artifacts are those of the newest cycle.
    Raises InputError.
    """
    if not CYCLE.fits(wish.cycle):
        raise InputError(f'"{shown(wish.cycle)}" is no release cycle; write one such as 3.16-rc')
    if any(release.cycle == wish.cycle for release in config.releases):
        raise InputError(
            f"there is a cycle {wish.cycle} already: tagmatrix bump {wish.cycle} {wish.version}"
        )
    numbers = cycle_numbers(wish.cycle)
    for other in config.releases:
        if numbers and cycle_numbers(other.cycle) == numbers:
            raise InputError(
                f"{wish.cycle} has the numbers of {other.cycle}: bump it, or "
                f"tagmatrix promote {other.cycle} makes it final"
            )
    check_version(wish.cycle, wish.version)
    if is_for_prereleases(wish.cycle) and is_final(wish.version):
        name = ".".join(map(str, numbers))
        raise InputError(
            f"{wish.version} is final, and {wish.cycle} is for pre-releases: tagmatrix add {name} "
            f"{wish.version}"
        )
    model = replace(like(config, wish.cycle), version=wish.version)
    needed = needs(config, model)
    check_names(model, needed.artifacts, given)
    check_complete(model, needed, given, listed=False)
    manager, notes = _manager(config, wish)
    at = newest_first([cycle_numbers(release.cycle) for release in config.releases], numbers)
    before = config.releases[at].cycle if at < len(config.releases) else None
    edits: list[Edit] = [*manager]
    edits.append(Put(("releases", wish.cycle), _block(model, wish, given), before=before))
    return Plan(tuple(edits), tuple(notes))


def like(config: Config, cycle: str) -> Release:
    """Return a release of a new cycle like the newest one; its version is of no meaning."""
    newest = max(config.releases, key=lambda release: cycle_numbers(release.cycle))
    variants = newest.variants
    if variants is not None:
        variants = tuple(
            replace(choice, version=None, aliases=None, sha256=None) for choice in variants
        )
    return replace(
        newest,
        cycle=cycle,
        folder=cycle,
        sha256={},
        held_back={},
        aliases=(),
        deprecated=None,
        settings={},
        variants=variants,
    )


def _block(model: Release, wish: Wish, given: Given) -> dict[str, Value]:
    """Return what stands below the new cycle, in the order of the file's other blocks."""
    block: dict[str, Value] = {"version": wish.version}
    if given.sha256:
        block["sha256"] = dict(given.sha256)
    if model.artifacts is not None:
        block["artifacts"] = list(model.artifacts)
    if given.late:
        block["held_back"] = dict.fromkeys(given.late, f"{wish.version} not published")
    if wish.release_manager is not None:
        block["release_manager"] = wish.release_manager
    if wish.end_of_life is not None:
        block["end_of_life"] = wish.end_of_life
    if model.default_suites:
        block["default_suites"] = dict(model.default_suites)
    if model.variants is not None:
        block["variants"] = [_variant(choice) for choice in model.variants]
    return block


def _variant(choice: VariantChoice) -> Value:
    more = {
        name: list(value) if isinstance(value, tuple) else value
        for name in choice.__dataclass_fields__
        if name not in _OF_A_VERSION and (value := getattr(choice, name)) is not None
    }
    return {"name": choice.name, **more} if more else choice.name


def _manager(config: Config, wish: Wish) -> tuple[list[Edit], list[str]]:
    """Return what lets a release manager be known, and a note about a new one."""
    name = wish.release_manager
    if name is None:
        if not config.release_managers:
            return [], []
        note = f"{wish.cycle} has no release_manager; name one with --release-manager, or by hand"
        return [], [note]
    if name in config.release_managers:
        return [], []
    if close := difflib.get_close_matches(name, config.release_managers, n=1):
        raise InputError(f'there is no release manager "{name}"; did you mean {close[0]}?')
    note = f"{name} is new among release_managers, without an OpenPGP key"
    return [Put(("release_managers", name), {})], [note]
