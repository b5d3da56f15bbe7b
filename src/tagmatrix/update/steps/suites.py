"""Change the suites of base systems: add one, move a default, set an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config.format.name_shapes import SUITE
from tagmatrix.editing import Put
from tagmatrix.errors import InputError, UpstreamError
from tagmatrix.manifest.architecture_names import ARCHITECTURES
from tagmatrix.problems import shown
from tagmatrix.update.steps.state import StepPlan
from tagmatrix.upstream.official_images import parse_base
from tagmatrix.util.nearest import nearest
from tagmatrix.util.wording import join_names
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tagmatrix.config import Config
    from tagmatrix.config.model import Suite
    from tagmatrix.editing import Edit, Value
    from tagmatrix.problems import ValuePath
    from tagmatrix.upstream.official_images import Manifests


def base_architectures(
    config: Config, name: str, flavors: Sequence[str], manifests: Manifests
) -> list[tuple[str, ...]]:
    """Return the architectures of a new suite's bases, for each flavor.

    Raises:
        InputError: a base is not an image of official-images, or not published there.
        UpstreamError: a manifest can't be read.
    """
    found = []
    for flavor in flavors:
        _check_flavor(config, flavor)
        text = config.flavors[flavor].base.replace("{suite}", name)
        base = parse_base(text)
        if base is None:
            raise InputError(f"{text} is not in official-images: name its architectures: --arch")
        answer = manifests.architectures(base)
        if isinstance(answer, FetchFailed):
            raise UpstreamError(answer.reason)
        if not isinstance(answer, Found):
            raise InputError(f"{answer.what}; is {name} the right suite?")
        known = tuple(each for each in answer.value if each in ARCHITECTURES)
        if not known:
            raise InputError(f"{base} has no architecture that tagmatrix knows")
        found.append(known)
    return found


def add_suite(config: Config, name: str, suite: Suite) -> StepPlan:
    """Return the plan that adds a suite before the other ones of its flavors.

    Raises InputError if the name is invalid, or is already there.
    """
    if not SUITE.fits(name):
        raise InputError(f'invalid suite "{shown(name)}": write one such as trixie or 3.25')
    if name in config.suites:
        raise InputError(f"there is a suite {name} already")
    for flavor in suite.flavors:
        _check_flavor(config, flavor)
    at = _place(config, suite.flavors)
    before = [*config.suites][at] if at < len(config.suites) else None
    lists = {suite.architectures[flavor] for flavor in suite.flavors}
    architectures: Value = (
        list(next(iter(lists)))
        if len(lists) == 1
        else {flavor: list(suite.architectures[flavor]) for flavor in suite.flavors}
    )
    value: dict[str, Value] = {"flavors": list(suite.flavors), "architectures": architectures}
    if suite.end_of_life:
        value["end_of_life"] = suite.end_of_life
    defaults = [
        f"tagmatrix suite default {flavor} {name}"
        for flavor in suite.flavors
        if flavor in config.default_suites
    ]
    notes = []
    if defaults:
        notes.append(f"the short tags stay where they are; to move them: {join_names(defaults)}")
    listed = [release.cycle for release in config.releases if release.variants is not None]
    if config.variants is not None or listed:
        where = join_names(listed) if config.variants is None else "versions.yaml"
        notes.append(f"{where} lists its variants one by one; add the new ones there by hand")
    return StepPlan((Put(("suites", name), value, before=before),), tuple(notes))


def default_suite(config: Config, flavor: str, name: str, cycle: str | None = None) -> StepPlan:
    """Return the plan that moves the short tags of a flavor to a suite, for a cycle or for all.

    Raises InputError.
    """
    _check_flavor(config, flavor)
    check_suite(config, name)
    if flavor not in config.suites[name].flavors:
        raise InputError(f"the suite {name} has no flavor {flavor}")
    if follows := config.flavors[flavor].follows:
        raise InputError(f"{flavor} follows {follows}: tagmatrix suite default {follows} {name}")
    top: ValuePath = ("default_suites", flavor)
    path = top if cycle is None else ("releases", cycle, "default_suites", flavor)
    own = [
        release.cycle
        for release in config.releases
        if release.default_suites.get(flavor, name) != name
    ]
    notes = (
        [f"{join_names(own)} has its own default suite of {flavor}, which stays"]
        if own and cycle is None
        else []
    )
    return StepPlan((Put(path, name),), tuple(notes))


def end_suite(config: Config, name: str, day: dt.date, deprecated: str | None) -> StepPlan:
    """Return the plan that sets the last day of a suite. Raises InputError."""
    check_suite(config, name)
    edits: list[Edit] = [Put(("suites", name, "end_of_life"), day)]
    if deprecated is not None:
        edits.append(Put(("suites", name, "deprecated"), deprecated))
    return StepPlan(tuple(edits))


def check_suite(config: Config, name: str) -> None:
    """Raise InputError if there is no such suite."""
    if name not in config.suites:
        raise InputError(f'no suite "{shown(name)}" in versions.yaml{nearest(name, config.suites)}')


def _check_flavor(config: Config, name: str) -> None:
    if name not in config.flavors:
        raise InputError(
            f'no flavor "{shown(name)}" in versions.yaml{nearest(name, config.flavors)}'
        )


def _place(config: Config, flavors: Sequence[str]) -> int:
    """Return the index of the first suite that shares a flavor; the newest are first."""
    for index, suite in enumerate(config.suites.values()):
        if {*suite.flavors} & {*flavors}:
            return index
    return len(config.suites)
