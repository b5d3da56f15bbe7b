"""Every name refers to something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config.checks.common import unknown
from tagmatrix.config.model import Key
from tagmatrix.config.shapes import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagmatrix.config.checks.common import Finding
    from tagmatrix.config.gaps import Gaps
    from tagmatrix.config.model import Config, Suite
    from tagmatrix.problems import ValuePath


def flavors(config: Config, gaps: Gaps) -> Iterator[Finding]:
    """A flavor follows one that follows none."""
    written = gaps.names("flavors", config.flavors)
    for name, flavor in config.flavors.items():
        path: ValuePath = ("flavors", name, "follows")
        if flavor.follows is not None:
            followed = config.flavors.get(flavor.follows)
            if gaps.unsure("flavors", flavor.follows):
                continue
            if followed is None:
                yield path, unknown("flavor", flavor.follows, written)
            elif flavor.follows == name:
                yield path, f"{name} cannot follow itself; remove `follows`"
            elif followed.follows is not None:
                yield path, f"{flavor.follows} follows another flavor itself; name that one"


def names(config: Config, _: Gaps) -> Iterator[Finding]:
    """Every variant has a name of its own."""
    names: dict[str, str] = {}
    for name, suite in config.suites.items():
        for number, key in enumerate(suite.flavors):
            if key not in config.flavors:
                continue
            variant = config.flavors[key].name.replace("{suite}", name)
            this = f"{key} on {name}"
            other = names.setdefault(variant, this)
            if other != this:
                message = (
                    f'{other} and {this} would both be called "{variant}"; '
                    f"put {{suite}} into the name of {key}, or name them otherwise"
                )
                yield ("suites", name, "flavors", number), message


def references(config: Config, gaps: Gaps) -> Iterator[Finding]:
    """Every name that refers to something refers to something."""
    for name, suite in config.suites.items():
        yield from _suite(config, gaps, name, suite)
    yield from _default_suites(config, gaps, config.default_suites, ("default_suites",))
    managers = gaps.names("release_managers", config.release_managers)
    settings = gaps.names("settings", config.settings)
    needed = {artifact for flavor in config.flavors.values() for artifact in flavor.needs}
    for _, choice in config.listed_variants():
        needed.update(choice.needs or ())
    cycles = [release.cycle for release in config.releases]
    all_needed = (
        gaps.complete("flavors", config.flavors)
        and gaps.complete("releases", cycles)
        and not gaps.at("needs", "flavors")
        and not gaps.at("variants", "variants", "releases")
    )
    for release in config.releases:
        here: ValuePath = ("releases", release.cycle)
        yield from _default_suites(config, gaps, release.default_suites, (*here, "default_suites"))
        manager = release.release_manager
        if (
            manager is not None
            and manager not in config.release_managers
            and not gaps.unsure("release_managers", manager)
        ):
            message = unknown("release manager", manager, managers)
            yield (*here, "release_manager"), message
        for setting in release.settings:
            if setting not in config.settings and not gaps.unsure("settings", setting):
                path = (*here, "settings", Key(setting))
                yield path, unknown("setting", setting, settings)
        for artifact in release.held_back:
            if artifact not in needed and all_needed:
                message = (
                    f"no variant needs the artifact {artifact}{nearest(artifact, sorted(needed))}"
                )
                yield (*here, "held_back", Key(artifact)), message


def _suite(config: Config, gaps: Gaps, name: str, suite: Suite) -> Iterator[Finding]:
    here: ValuePath = ("suites", name)
    for number, flavor in enumerate(suite.flavors):
        if flavor not in config.flavors and not gaps.unsure("flavors", flavor):
            yield (
                (*here, "flavors", number),
                unknown("flavor", flavor, gaps.names("flavors", config.flavors)),
            )
        elif flavor not in suite.architectures:
            message = f"the architectures of {flavor}'s base are missing; add them"
            yield (*here, "architectures"), message
    for flavor in suite.architectures:
        if flavor not in suite.flavors and not gaps.touch((*here, "flavors")):
            message = f"{flavor} is no flavor of this suite{nearest(flavor, suite.flavors)}"
            yield (*here, "architectures", Key(flavor)), message


def _default_suites(
    config: Config, gaps: Gaps, defaults: Mapping[str, str | None], path: ValuePath
) -> Iterator[Finding]:
    # A suite that nobody has is allowed: `laws.warnings` tells what it leaves unowned.
    for name in defaults:
        if gaps.unsure("flavors", name):
            continue
        flavor = config.flavors.get(name)
        if flavor is None:
            yield (*path, Key(name)), unknown("flavor", name, gaps.names("flavors", config.flavors))
        elif flavor.follows is not None:
            message = f"{name} follows {flavor.follows}; set {flavor.follows}'s default suite"
            yield (*path, Key(name)), message
