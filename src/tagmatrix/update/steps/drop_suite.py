"""Drop a suite of a base system: remove it and all references to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.config.cells import known_cells
from tagmatrix.editing import Remove
from tagmatrix.errors import InputError
from tagmatrix.update.exclusions import useless_exclusions
from tagmatrix.update.steps.mentions import conditions
from tagmatrix.update.steps.state import StepPlan
from tagmatrix.update.steps.suites import check_suite
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagmatrix.config import Config
    from tagmatrix.config.model import Condition
    from tagmatrix.editing import Edit
    from tagmatrix.problems import ValuePath
    from tagmatrix.render.template_uses import TemplateUses


@dataclass(frozen=True, slots=True)
class _Ended:
    """A rule or a setting whose condition no longer holds for any image, or always holds."""

    rule: ValuePath
    part: str

    @property
    def is_setting(self) -> bool:
        return self.rule[0] == "settings"

    @property
    def name(self) -> str:
        return str(self.rule[1])


def drop_suite(config: Config, name: str, uses: TemplateUses) -> StepPlan:
    """Return the plan that removes a suite and all references to it.

    It removes rules for only this suite, and its variants from lists. The notes name the
    settings that no longer depend on a suite, with the lines of templates that use them, and
    the lines that have the suite or one of its variants in quotes.

    Args:
        config: versions.yaml.
        name: the suite.
        uses: the lines of templates.

    Raises:
        InputError: the suite is a default or the only one, or templates use a setting that
            is for this suite alone.
    """
    check_suite(config, name)
    if len(config.suites) == 1:
        raise InputError(f"{name} is the only suite; add another one first")
    _check_no_default(config, name)
    variants = {each for each, cell in known_cells(config).items() if cell.suite == name}
    edits: list[Edit] = []
    ended: list[_Ended] = []
    for path, condition in conditions(config):
        if _only(condition, name, variants):
            ended.append(_Ended(path[:2], str(path[-1])))
        else:
            edits += _shortened(path, condition, name, variants)
    never = {each.rule for each in ended if each.part == "when"}
    _check_unused(name, [each for each in ended if each.rule in never and each.is_setting], uses)
    edits += [Remove((*each.rule, each.part)) for each in ended if each.rule not in never]
    edits += [Remove(rule) for rule in never if rule[0] in {"settings", "components"}]
    edits += [*_own_components(config, never), *_values(config, name)]
    edits += _exclusions(config, name, never)
    listed = [
        (path, choice.name)
        for path, choice in config.listed_variants()
        if choice.name in variants or choice.suite == name
    ]
    edits += [Remove(path) for path, _ in reversed(listed)]
    edits.append(Remove(("suites", name)))
    notes = [
        f"the setting {each.name} no longer depends on a suite{_used(uses.setting(each.name))}"
        for each in ended
        if each.is_setting and each.rule not in never
    ]
    notes += [
        f"the component {rule[1]} was for {name} alone; templates may still use it"
        for rule in never
        if rule[0] == "components"
    ]
    if places := uses.quoted({name, *variants, *(variant for _, variant in listed)} - {""}):
        notes.append(
            f"templates have {name} or one of its variants in quotes; check: {join_names(places)}"
        )
    return StepPlan(tuple(edits), tuple(notes))


def _own_components(config: Config, never: set[ValuePath]) -> Iterator[Edit]:
    """Yield the edits that remove what releases say of components that no image has now."""
    for release in config.releases:
        for name in release.components:
            if ("components", name) in never:
                yield Remove(("releases", release.cycle, "components", name), prune=True)


def _values(config: Config, suite: str) -> Iterator[Edit]:
    """Yield the edits that remove the suite's values of settings by suite."""
    for name, setting in config.settings.items():
        if setting.by == "suite":
            yield Remove(("settings", name, "value", suite))
            for release in config.releases:
                yield Remove(("releases", release.cycle, "settings", name, suite))


def _only(condition: Condition, name: str, variants: set[str]) -> bool:
    """Return whether a condition holds for no image without this suite."""
    return bool(
        (condition.suites and {*condition.suites} <= {name})
        or (condition.variants and {*condition.variants} <= variants)
    )


def _shortened(
    path: ValuePath, condition: Condition, name: str, variants: set[str]
) -> Iterator[Edit]:
    """Yield the edits that remove a suite and its variants from the lists of a condition."""
    for key, values, gone in (
        ("suites", condition.suites, {name}),
        ("variants", condition.variants, variants),
    ):
        for at in reversed(range(len(values))):
            if values[at] in gone:
                yield Remove((*path, key, at))


def _exclusions(config: Config, name: str, never: set[ValuePath]) -> list[Edit]:
    """Return the edits that remove exclusions, the last first, so that numbers stay."""
    rest = {key: suite for key, suite in config.suites.items() if key != name}
    edits: list[Edit] = [
        edit
        for edit in useless_exclusions(config, replace(config, suites=rest))
        if edit.path[:2] not in never
    ]
    edits += [Remove(rule, prune=True) for rule in never if rule[0] == "exclude"]
    return sorted(edits, key=lambda edit: (int(edit.path[1]), len(edit.path)), reverse=True)


def _check_no_default(config: Config, name: str) -> None:
    """Raise InputError if short tags are at a suite, with the command for each."""
    advice = [
        f"tagmatrix suite default {flavor} SUITE"
        for flavor, suite in config.default_suites.items()
        if suite == name
    ]
    advice += [
        f"tagmatrix suite default {flavor} SUITE --cycle {release.cycle}"
        for release in config.releases
        for flavor, suite in release.default_suites.items()
        if suite == name
    ]
    if advice:
        raise InputError(
            f"{name} is the suite of short tags; move them to another one first: "
            f"{join_names(advice)}"
        )


def _check_unused(name: str, settings: Sequence[_Ended], uses: TemplateUses) -> None:
    """Raise InputError if templates use a setting that is for one suite alone."""
    lines = [
        f"the setting {each.name} is only for {name}, but templates use it: {join_names(found)}. "
        "Keep there only what they print without the setting, and run this again"
        for each in settings
        if (found := uses.setting(each.name))
    ]
    if lines:
        raise InputError("\n".join(lines))


def _used(places: Sequence[str]) -> str:
    return f"; templates use it: {join_names(places)}" if places else "; no template uses it"
