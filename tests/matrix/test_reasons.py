"""Rules of versions.yaml by name; their conditions as text and as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from tagmatrix.config import parse
from tagmatrix.config.model import Acceptance, Condition
from tagmatrix.matrix import reasons
from tagmatrix.matrix.expand import expand
from tagmatrix.versions import parse_comparisons
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
