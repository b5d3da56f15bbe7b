"""The rules of versions.yaml by name, each with its condition, its reason and its link.

A rule is a setting, an exclusion or an acceptance. Its name is its path in the
file. Outputs about images, suites and releases refer to rules by name.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import asdict

from tagmatrix.problems import format_path, format_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tagmatrix.config.model import (
        Acceptance,
        Condition,
        Config,
        Exclusion,
        Release,
        Setting,
        SettingValue,
        Suite,
    )
    from tagmatrix.matrix.expand import Image
    from tagmatrix.matrix.tags import Alias, Spelling
    from tagmatrix.problems import ValuePath

_COMPARED: Final = {
    ">=": "from {} on",
    ">": "after {}",
    "<": "before {}",
    "<=": "up to {}",
    "==": "{}",
    "!=": "not {}",
}


class Rule(Struct, frozen=True):
    """A rule: its effect as JSON values, where it holds, and why."""

    path: ValuePath
    says: Mapping[str, object]
    when: Condition | None
    unless: Condition | None
    why: str
    link: str

    @property
    def name(self) -> str:
        """Return the rule's name, such as `settings.lto` or `exclude[0]`."""
        return format_path(self.path)

    def to_json(self) -> dict[str, Any]:
        """Return the rule as JSON; `when` and `unless` have the form of versions.yaml."""
        value: dict[str, Any] = {"rule": self.name, **self.says}
        for key, condition in (("when", self.when), ("unless", self.unless)):
            if condition is not None:
                value[key] = _condition(condition)
        return {**value, "why": self.why, "link": self.link}


def rules(config: Config) -> list[Rule]:
    """Return all rules, in the order of exclusions, settings and acceptances."""
    return [
        *(
            _rule(("exclude", number), rule, {"architectures": list(rule.architectures)})
            for number, rule in enumerate(config.exclude)
        ),
        *(setting_rule(config, name) for name in config.settings),
        *(
            Rule(("accept", number), _effect(rule), None, None, rule.why, rule.link)
            for number, rule in enumerate(config.accept)
        ),
    ]


def setting_rule(config: Config, name: str) -> Rule:
    """Return the rule that gives a setting its value."""
    setting = config.settings[name]
    says: dict[str, object] = {"by": setting.by} if setting.by else {}
    if setting.value is not True or not setting.by:
        from tagmatrix.config.shapes import thawed  # noqa: PLC0415 (only for settings)

        says["value"] = thawed(setting.value)
    if setting.multiline:
        says["multiline"] = True
    return _rule(("settings", name), setting, says)


def _rule(path: ValuePath, rule: Exclusion | Setting, says: Mapping[str, object]) -> Rule:
    return Rule(path, says, rule.when, rule.unless, rule.why, rule.link)


def of_image(image: Image) -> list[str]:
    """Return the names of the rules that hold for an image: settings, then exclusions."""
    excluded = dict.fromkeys(item.path for item in image.excluded if item.rule is not None)
    return [
        *map(_name_of_setting, image.reasons),
        *map(format_path, excluded),
    ]


@functools.cache  # all images have the same few settings
def _name_of_setting(name: str) -> str:
    return format_path(("settings", name))


def value_text(value: SettingValue) -> str:
    """Return a setting's value as text; empty for True."""
    if isinstance(value, bool):
        return "" if value else "off"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return ", ".join(map(str, value))
    import json  # noqa: PLC0415 (few settings are neither texts nor lists)

    from tagmatrix.config.shapes import thawed  # noqa: PLC0415 (as above)

    return json.dumps(thawed(value), ensure_ascii=False)


def setting_text(setting: Setting) -> str:
    """Return a setting's value as text, or what the value depends on."""
    return f"by {setting.by}" if setting.by else value_text(setting.value)


def effect_text(acceptance: Acceptance) -> str:
    """Return a clause that says what an acceptance allows."""
    says = {
        f"lose {', '.join(acceptance.loses)}": bool(acceptance.loses),
        f"go back to {acceptance.goes_back_to}": acceptance.goes_back_to is not None,
        f"become the pre-release {acceptance.prerelease}": acceptance.prerelease is not None,
        "be on Windows only": bool(acceptance.windows_only),
        "vanish": bool(acceptance.vanishes),
    }
    return next(text for text, said in says.items() if said)


def where_text(when: Condition | None, unless: Condition | None) -> str:
    """Return a clause that says where a rule holds; empty for everywhere.

    >>> from tagmatrix.config.model import Condition
    >>> from tagmatrix.versions import parse_comparisons
    >>> when = Condition(comparisons=parse_comparisons(">=3.15,<4"))
    >>> where_text(when, Condition(suites=("wheezy",)))
    'from 3.15 on and before 4, but not wheezy'
    """
    holds = ", ".join(_clauses(when)) if when else ""
    if unless is None:
        return holds
    return f"{f'{holds}, but not' if holds else 'all but'} {', '.join(_clauses(unless))}"


def deprecations(config: Config, images: Iterable[Image]) -> dict[str, str]:
    """Return the deprecated releases and suites of the images, and the replacement of each."""
    return {name: one.deprecated for name, one in _entries(config, images) if one.deprecated}


def ends(config: Config, images: Iterable[Image]) -> dict[str, str]:
    """Return the end of life of the images' releases and suites, if it is known."""
    return {name: str(one.end_of_life) for name, one in _entries(config, images) if one.end_of_life}


def without_end(config: Config, images: Iterable[Image]) -> list[str]:
    """Return the images' releases and suites whose end of life versions.yaml does not have."""
    return [name for name in dict(_entries(config, images)) if name not in ends(config, images)]


def _entries(config: Config, images: Iterable[Image]) -> Iterator[tuple[str, Release | Suite]]:
    """Yield the release and the suite of each image, with their names."""
    for image in images:
        yield image.cycle, image.release
        if image.suite in config.suites:
            yield image.suite, config.suites[image.suite]


def where(config: Config, path: ValuePath) -> str:
    """Return `file:line` of a value of versions.yaml, or of the nearest value that contains it."""
    place = config.place(path)
    return format_place(config.file, place.line if place else None)


def why(config: Config, word: Alias | Spelling) -> str:
    """Return why a tag has an alias or a spelling, and the line of versions.yaml behind it."""
    return f"{word.why} ({where(config, word.path)})" if word.path else word.why


def _condition(condition: Condition) -> dict[str, object]:
    comparisons = ",".join(
        f"{item.symbol}{'.'.join(map(str, item.numbers))}" for item in condition.comparisons
    )
    axes = {axis: list(values) for axis, values in condition.axes.items()}
    value: dict[str, object] = {
        "cycles": comparisons or list(condition.cycles),
        "flavors": list(condition.flavors),
        "suites": list(condition.suites),
        "variants": list(condition.variants),
        "axes": axes,
    }
    return {key: names for key, names in value.items() if names}


def _clauses(condition: Condition) -> list[str]:
    compared = " and ".join(
        _COMPARED[item.symbol].format(".".join(map(str, item.numbers)))
        for item in condition.comparisons
    )
    axes = ([f"{axis} {value}" for value in values] for axis, values in condition.axes.items())
    named = (condition.cycles, condition.flavors, condition.suites, condition.variants, *axes)
    return [*filter(None, [compared]), *(" and ".join(names) for names in named if names)]


def _effect(rule: Acceptance) -> dict[str, object]:
    """Return the tags or the setting of an acceptance, and its effect."""
    said = {key: value for key, value in asdict(rule).items() if key not in {"why", "link"}}
    return {
        key: [*value] if isinstance(value, tuple) else value for key, value in said.items() if value
    }
