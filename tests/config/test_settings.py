"""Settings: any YAML value, within bounds, and values that depend on the suite."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import pytest

from tagmatrix.config import parse
from tagmatrix.config.shapes.data import MAX_LEVELS, MAX_VALUES
from tagmatrix.problems import ConfigError
from tests.config.samples import GOOD, edit, refusal

LTO: Final = '  lto:\n    when: {cycles: ">=3.14"}\n'
BY: Final = "  apt:\n    by: suite\n    when: {flavors: [default]}\n    why: The package.\n"
APT: Final = "    settings: {apt: {trixie: 1.2-1, bookworm: 1.1-1}}\n"


def with_value(value: str) -> str:
    """Return the sample with a value of a setting."""
    return edit((LTO, f"  lto:\n    value: {value}\n"))


def with_apt(own: str = APT, setting: str = BY) -> str:
    """Return the sample with a setting by suite, and the values of each release."""
    text = edit(("settings:\n", f"settings:\n{setting}"))
    for version in ("3.15.0b3", "3.14.6", "3.13.14"):
        text = text.replace(f'    version: "{version}"\n', f'    version: "{version}"\n{own}')
    return text


@pytest.mark.parametrize(
    ("yaml", "value"),
    [
        ("null", None),
        ("5", 5),
        ("-30", -30),
        ('""', ""),
        ("[]", ()),
        ("[[a, b], [a, b], 1]", (("a", "b"), ("a", "b"), 1)),
        ("{a: {b: [true]}}", MappingProxyType({"a": MappingProxyType({"b": (True,)})})),
        ('{"8.4": x}', MappingProxyType({"8.4": "x"})),
    ],
)
def test_any_value(yaml: str, value: object) -> None:
    """A setting's value is any YAML value, and frozen."""
    found = parse(with_value(yaml)).settings["lto"].value
    assert found == value
    assert repr(found) == repr(value)


BAD: Final = {
    "3.10": "settings.lto.value: YAML reads 3.10 as a number; write it in quotes",
    "[010]": "settings.lto.value[0]: YAML reads 010 as a number; write it in quotes",
    "0x1f": "settings.lto.value: YAML reads 0x1f as a number; write it in quotes",
    "{a: 1_000}": "settings.lto.value.a: YAML reads 1_000 as a number; write it in quotes",
    "1234567890123456789": "settings.lto.value: YAML reads 1234567890123456789 as a number",
    "{a: 2026-01-02}": "settings.lto.value.a: YAML reads 2026-01-02 as a date; write it in quotes",
    "{8.4: x}": 'settings.lto.value["8.4"]: YAML reads 8.4 as a number; write it in quotes: "8.4"',
    "{true: x}": "settings.lto.value.true: YAML reads true as true or false; write it in quotes",
    "[{a: yes}]": "settings.lto.value[0].a: write `true` or `false` without quotes",
    "{a: }": "settings.lto.value.a: a value is missing here",
    '{a: ["x\\ny"]}': "settings.lto.value.a[0]: this text contains a line break (U+000A); write it",
    '{"a\\nb": x}': "this text contains a line break",
    '{a: "\\e[31m"}': "settings.lto.value.a: the character U+001B is not printable; remove it",
    '{"\\u202e": x}': "the character U+202E is not printable; remove it",
    "{" + "k" * 201 + ": x}": "expected a key of 200 characters at most",
    "[" * (MAX_LEVELS + 1) + "x" + "]" * (MAX_LEVELS + 1): "more than 10 levels deep; make it flat",
    f"[{'x, ' * MAX_VALUES}x]": "this has more than 10,000 values; shorten it",
    f"{{a: [{'x, ' * MAX_VALUES}x]}}": "this has more than 10,000 values; shorten it",
}


@pytest.mark.parametrize(("yaml", "message"), BAD.items(), ids=[key[:20] for key in BAD])
def test_values_that_are_refused(yaml: str, message: str) -> None:
    """A value that YAML reads otherwise, that is unprintable or too large has one message."""
    with pytest.raises(ConfigError) as error:
        parse(with_value(yaml))
    assert message in str(error.value)
    assert len(error.value.problems) == 1


def test_a_value_as_deep_as_allowed() -> None:
    """The bounds themselves are allowed."""
    deep = parse(with_value("[" * MAX_LEVELS + "x" + "]" * MAX_LEVELS))
    assert repr(deep.settings["lto"].value).count("(") == MAX_LEVELS
    long = parse(with_value(f"[{'x, ' * (MAX_VALUES - 2)}x]"))
    assert repr(long.settings["lto"].value).count("x") == MAX_VALUES - 1


def test_a_setting_by_suite() -> None:
    """A setting by suite has a mapping in each release, and needs no value of its own."""
    found = parse(with_apt())
    assert found.settings["apt"].by == "suite"
    assert found.releases[0].settings["apt"] == {"trixie": "1.2-1", "bookworm": "1.1-1"}


BAD_BY: Final = {
    "an unknown part": (
        with_apt(setting=BY.replace("by: suite", "by: suit")),
        'settings.apt.by: a setting cannot depend on "suit"; did you mean suite?',
    ),
    "no mapping": (
        with_apt("    settings: {apt: 1.2-1}\n"),
        "settings.apt: this setting depends on the suite; write a mapping: {suite: value, ...}",
    ),
    "a value of the setting that is true": (
        with_apt(setting=BY + "    value: true\n"),
        "settings.apt.value: this setting depends on the suite; write a mapping",
    ),
    "an unknown suite": (
        with_apt("    settings: {apt: {trixy: 1.2-1, bookworm: 1.1-1}}\n"),
        'releases["3.15-rc"].settings.apt.trixy: there is no suite "trixy"; did you mean trixie?',
    ),
    "an unknown architecture": (
        with_apt("    settings: {apt: {amd46: x}}\n", BY.replace("suite", "architecture")),
        'settings.apt.amd46: there is no architecture "amd46"; did you mean amd64?',
    ),
    "an unknown flavor": (
        with_apt("    settings: {apt: {slimm: x}}\n", BY.replace("suite", "flavor")),
        'settings.apt.slimm: there is no flavor "slimm"; did you mean slim?',
    ),
    "several lines": (
        with_apt('    settings: {apt: {trixie: "1\\n", bookworm: 1.1-1}}\n'),
        'releases["3.15-rc"].settings.apt.trixie: this text contains a line break (U+000A)',
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD_BY.values(), ids=BAD_BY.keys())
def test_mappings_that_are_refused(text: str, message: str) -> None:
    """A setting by suite refuses other values than mappings from suites."""
    assert message in refusal(text)


def test_the_sample_is_good() -> None:
    """The samples above differ from a good file in one place only."""
    assert parse(GOOD).settings.keys() < parse(with_apt()).settings.keys()
