"""Rules of versions.yaml by name; their conditions as text and as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from tagmatrix.config import parse
from tagmatrix.config.model import Acceptance, Condition, Setting
from tagmatrix.matrix import reasons
from tagmatrix.matrix.expand import expand
from tagmatrix.matrix.tags import Alias
from tagmatrix.versions import parse_comparisons
from tests.matrix.test_end_of_life import TEXT as ENDING
from tests.projects import VERSIONS


def condition(cycles: str = "", **names: Any) -> Condition:  # noqa: ANN401 (its fields)
    """Return a condition."""
    return Condition(comparisons=parse_comparisons(cycles) if cycles else (), **names)


@pytest.mark.parametrize(
    ("when", "unless", "words"),
    [
        (None, None, ""),
        (condition(">=3.12"), None, "from 3.12 on"),
        (condition(axes={"php": ("8.4", "8.3")}), None, "php 8.4 and php 8.3"),
        (condition(">3.12,<=3.14"), None, "after 3.12 and up to 3.14"),
        (condition("==3.12"), condition(flavors=("slim",)), "3.12, but not slim"),
        (condition("!=3"), None, "not 3"),
        (None, condition("<3.13", suites=("a", "b")), "all but before 3.13, a and b"),
        (Condition(cycles=("edge",)), None, "edge"),
        (condition("<3", variants=("slim-a",)), None, "before 3, slim-a"),
    ],
)
def test_words(when: Condition | None, unless: Condition | None, words: str) -> None:
    """A condition becomes readable text."""
    assert reasons.where_text(when, unless) == words


@pytest.mark.parametrize(
    ("effect", "text"),
    [
        ({"loses": ("s390x", "i386")}, "lose s390x, i386"),
        ({"goes_back_to": "2.1.2"}, "go back to 2.1.2"),
        ({"prerelease": "3.0.0b1"}, "become the pre-release 3.0.0b1"),
        ({"windows_only": True}, "be on Windows only"),
        ({"vanishes": True}, "vanish"),
    ],
)
def test_effects(effect: dict[str, object], text: str) -> None:
    """The text of an acceptance says what may happen to a tag."""
    assert reasons.effect_text(Acceptance(why="", **effect)) == text  # type: ignore[arg-type]  # each field has its type


def test_rules_of_images() -> None:
    """An image refers to each rule that holds for it, unless its release overrides the setting."""
    own = VERSIONS.replace('version: "2.1.3"\n', 'version: "2.1.3"\n    settings: {flags: -O3}\n')
    config = parse(own)
    images = {image.folder: image for image in expand(config).images}
    assert reasons.of_image(images["2.1/trixie"]) == ["settings.lto"]
    assert reasons.of_image(images["2.0/trixie"]) == ["settings.flags"]
    assert reasons.of_image(images["2.0/bookworm"]) == ["settings.flags", "exclude[0]"]
    known = {rule.name: rule.to_json() for rule in reasons.rules(config)}
    assert list(known) == ["exclude[0]", "settings.lto", "settings.flags"]
    assert known["settings.lto"] == {
        "rule": "settings.lto",
        "value": True,
        "when": {"cycles": ">=2.1"},
        "why": "From 2.1 on it works.",
        "link": "",
    }
    assert known["exclude[0]"]["architectures"] == ["mips64le"]


def test_conditions() -> None:
    """The condition of a rule is in the JSON with what it names, and without the rest."""
    when = "{cycles: ['2.0'], flavors: [default], suites: [trixie], variants: [trixie]}"
    line = f"  - {{when: {when}, architectures: [s390x], why: No.}}\n"
    config = parse(VERSIONS.replace("\nexclude:\n", f"\nexclude:\n{line}"))
    first = {each.name: each.to_json() for each in reasons.rules(config)}["exclude[0]"]
    assert first["when"] == {
        "cycles": ["2.0"],
        "flavors": ["default"],
        "suites": ["trixie"],
        "variants": ["trixie"],
    }


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (
            "{tag: [alpine, slim], loses: [s390x], why: No., link: 'https://example.org'}",
            {"tags": ["alpine", "slim"], "loses": ["s390x"], "link": "https://example.org"},
        ),
        ("{tag: alpine, vanishes: true, why: No.}", {"tags": ["alpine"], "vanishes": True}),
    ],
)
def test_acceptances(line: str, rule: dict[str, object]) -> None:
    """An acceptance is a rule with its tags and its effect, and without empty values."""
    config = parse(VERSIONS.replace("\nexclude:", f"\naccept:\n  - {line}\n\nexclude:"))
    last = {each.name: each.to_json() for each in reasons.rules(config)}["accept[0]"]
    assert last == {"rule": "accept[0]", "why": "No.", "link": "", **rule}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, ""),
        (False, "off"),
        ("-O3", "-O3"),
        (("a", "b"), "a, b"),
        ({"a": ("é",)}, '{"a": ["é"]}'),
        (("a", {"b": "c"}), '["a", {"b": "c"}]'),
    ],
)
def test_values(value: Any, text: str) -> None:  # noqa: ANN401 (any value of a setting)
    """The value of a setting is text; a list of texts has no brackets."""
    assert reasons.value_text(value) == text
    assert reasons.setting_text(Setting(value=value, why="")) == text
    assert reasons.setting_text(Setting(value=value, by="suite", why="")) == "by suite"


def test_ends() -> None:
    """Releases and suites of images have an end of life and a replacement, or have none."""
    listed = "{name: own, base: x, template: x, architectures: [amd64]}"
    config = parse(ENDING.replace('version: "2.0"', f'version: "2.0"\n    variants: [{listed}]'))
    images = expand(config).images
    assert reasons.deprecations(config, images) == {"1": "Use 2 instead."}
    ends = reasons.ends(config, images)
    assert list(ends.items()) == [("1", "2026-10-31"), ("bookworm", "2028-06-30")]
    assert reasons.without_end(config, images) == ["2", "trixie"]
    assert reasons.without_end(config, images[:1]) == ["2"]


def test_where() -> None:
    """A place is the line of a value, or of the nearest value that contains it."""
    config = parse(ENDING)
    assert reasons.where(config, ("releases", "1", "end_of_life")) == "versions.yaml:15"
    assert reasons.where(config, ("releases", "1", "aliases", 0)) == "versions.yaml:13"
    alias = Alias("1", "it is the release cycle", path=("releases", "1"))
    assert reasons.why(config, alias) == "it is the release cycle (versions.yaml:13)"
    assert reasons.why(config, Alias("1", "it is so")) == "it is so"
