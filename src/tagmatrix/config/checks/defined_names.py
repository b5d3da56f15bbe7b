"""Check that each reference names a thing that is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config.artifacts import EACH, is_of
from tagmatrix.config.cells import cells
from tagmatrix.config.checks.defined import unknown
from tagmatrix.config.model import Key
from tagmatrix.layout import LONGEST_SEGMENT, OTHERS, PAGE, TEMPLATES
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagmatrix.config.cells import Cell
    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config, Suite
    from tagmatrix.problems import ValuePath


def flavors(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that the flavor that `follows` names exists and follows no other flavor."""
    for name, flavor in config.flavors.items():
        path: ValuePath = ("flavors", name, "follows")
        if flavor.follows is not None:
            followed = config.flavors.get(flavor.follows)
            if flavor.follows not in names.flavors:
                yield path, unknown("flavor", flavor.follows, names.flavors)
            elif flavor.follows == name:
                yield path, f"{name} cannot follow itself; remove `follows`"
            elif followed and followed.follows is not None:
                other = followed.follows
                advice = f"set `follows: {other}`"
                if other == name:
                    advice = "remove one of the two `follows`"
                yield path, f"{flavor.follows} itself follows {other}; {advice}"


def manifest(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that the paths of the manifest and its JSON are not those of other files."""
    folders = config.layout.manifest.split("/")
    taken = folders[0] == TEMPLATES or any(folder.startswith(".") for folder in folders)
    for path in (config.layout.manifest, f"{config.layout.manifest}.json"):
        if taken or path in {*OTHERS, PAGE, "generate.py"}:
            message = (
                f"{path} is the place of other files; choose a path such as library/{config.image}"
            )
            yield ("manifest",), message
            return
        if any(len(segment) > LONGEST_SEGMENT for segment in path.split("/")):
            message = f"a name in {shown(path)} has more than {LONGEST_SEGMENT} characters; shorten"
            yield ("manifest",), f"{message} it"
            return


def variant_names(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that each variant has its own name."""
    for release in (None, *(one for one in config.releases if one.axes)):
        owners: dict[str, Cell] = {}
        for name, cell in cells(config, release):
            other = owners.setdefault(name, cell)
            if other != cell:
                where = config.suites[cell.suite].flavors.index(cell.flavor)
                yield ("suites", cell.suite, "flavors", where), _same_name(name, other, cell)


def _same_name(name: str, other: Cell, cell: Cell) -> str:
    """Return the message for two variants with one name."""
    hole = "suite" if other.suite != cell.suite else ""
    for (axis, value), (_, its) in zip(other.axes, cell.axes, strict=False):
        hole = hole or (axis if value != its else "")
    advice = f"put {{{hole or 'suite'}}} into the name of {cell.flavor}, or give them other names"
    return f'{_of(other)} and {_of(cell)} would both be called "{name}"; {advice}'


def _of(cell: Cell) -> str:
    return " ".join([f"{cell.flavor} on {cell.suite}", *(f"{a} {v}" for a, v in cell.axes)])


def references(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that suites, defaults, release managers, settings and artifacts are defined."""
    for name, suite in config.suites.items():
        yield from _suite(names, name, suite)
    yield from _default_suites(config, names, config.default_suites, ("default_suites",))
    for release in config.releases:
        here: ValuePath = ("releases", release.cycle)
        yield from _default_suites(config, names, release.default_suites, (*here, "default_suites"))
        manager = release.release_manager
        managers, settings = names.release_managers, names.settings
        if manager is not None and managers is not None and manager not in managers:
            yield (*here, "release_manager"), unknown("release manager", manager, managers)
        for setting in release.settings:
            if settings is not None and setting not in settings:
                yield (*here, "settings", Key(setting)), unknown("setting", setting, settings)
        for artifact in release.held_back:
            known = names.artifacts
            if known is not None and not any(_holds(artifact, each) for each in known):
                near = nearest(artifact, sorted(each.removesuffix(EACH) for each in known))
                message = f"no variant needs the artifact {artifact}{near}"
                yield (*here, "held_back", Key(artifact)), message


def _holds(artifact: str, need: str) -> bool:
    """Return whether a held-back artifact is one that a variant needs, or a part of it."""
    if need.endswith(EACH):
        return is_of(artifact, need.removesuffix(EACH))
    return artifact == need


def _suite(names: Defined, name: str, suite: Suite) -> Iterator[Finding]:
    here: ValuePath = ("suites", name)
    flavors = frozenset(suite.flavors)
    for number, flavor in enumerate(suite.flavors):
        if flavor not in names.flavors:
            yield (*here, "flavors", number), unknown("flavor", flavor, names.flavors)
        elif flavor not in suite.architectures:
            message = f"the architectures of {flavor}'s base are missing; add them"
            yield (*here, "architectures"), message
    for flavor in suite.architectures:
        if names.made is not None and flavor not in flavors:
            message = f"{flavor} is not a flavor of this suite{nearest(flavor, suite.flavors)}"
            yield (*here, "architectures", Key(flavor)), message


def _default_suites(
    config: Config, names: Defined, defaults: Mapping[str, str | None], path: ValuePath
) -> Iterator[Finding]:
    # A default suite that no release has is allowed: `laws.advisories` warns of its tags.
    for name in defaults:
        flavor = config.flavors.get(name)
        if name not in names.flavors:
            yield (*path, Key(name)), unknown("flavor", name, names.flavors)
        elif flavor and flavor.follows is not None:
            message = f"{name} follows {flavor.follows}; set {flavor.follows}'s default suite"
            yield (*path, Key(name)), message
