"""Settings and components that go back, compared with a published JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tagmatrix import config
from tagmatrix.guard.setting_versions import Lowered, lowered
from tagmatrix.matrix.expand import expand
from tests.config.samples import edit

SETTINGS = "settings:\n"


def catalog(*, suite: str = "trixie", own: Any = None, yarn: str = "1.22.1", **rule: Any) -> bytes:  # noqa: ANN401 (JSON)
    """Return the JSON of two images with the setting pip, and with the component yarn."""
    images = [
        {
            "cycle": cycle,
            "variant": suite,
            "suite": suite,
            "rules": ["settings.pip", "exclude[0]"],
            "components": {"yarn": yarn},
        }
        for cycle in ("3.14", "3.13")
    ]
    releases = {"3.14": {"settings": {} if own is None else {"pip": own}}}
    rules = [{"rule": "settings.pip", **rule}, {"rule": "exclude[0]", "architectures": []}]
    return json.dumps({"images": images, "releases": releases, "rules": rules}).encode()


def found(text: str, before: bytes | None) -> list[Lowered]:
    """Return what is lower in a versions.yaml."""
    return lowered(expand(config.parse(text)), before)


def pip(setting: str) -> str:
    """Return the sample with a setting pip."""
    return edit((SETTINGS, f"{SETTINGS}  pip: {{{setting}, why: x}}\n"))


BACK = Lowered(kind="setting", name="pip", old="25.10", new="25.9", cycles=("3.14", "3.13"))


def test_a_setting() -> None:
    """A setting with a lower version is reported once, with the cycles of its images."""
    assert found(pip('value: "25.9"'), catalog(value="25.10")) == [BACK]
    assert found(pip('value: "25.10"'), catalog(value="25.10")) == []
    assert found(pip('value: "25.11"'), catalog(value="25.10")) == []
    (one,) = found(pip('value: "25.9", when: {cycles: ["3.14"]}'), catalog(value="25.10"))
    assert one.cycles == ("3.14",)


@pytest.mark.parametrize(
    ("style", "old", "new"),
    [
        ("pep440", "79.0.1", "79.0.1rc1"),
        ("loose", "104.0.0-rc-5", "104.0.0-rc-4"),
        ("loose", "2024-11-07", "2024-10-02"),
        ("loose", "108u502-b07", "108u492-b09"),
    ],
)
def test_styles(style: str, old: str, new: str) -> None:
    """Settings are versions in the style of the file."""
    text = pip(f'value: "{new}"').replace("image:", f"version_style: {style}\nimage:")
    (one,) = found(text, catalog(value=old))
    assert (one.old, one.new) == (old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("79.0.1", '"79.0.1.0"'),
        ("79.0.1", '"<70"'),
        ("79.0.1", "false"),
        ("79.0.1", "[a]"),
        ("8", '"7"'),
        ("25.10", "old"),
        ("new", '"25.9"'),
        ([1], '"25.9"'),
    ],
)
def test_what_does_not_go_back(old: object, new: str) -> None:
    """The same version is not lower, and a number alone or a word is not a version."""
    assert found(pip(f"value: {new}"), catalog(value=old)) == []


def test_a_setting_that_is_removed() -> None:
    """A setting that versions.yaml no longer has does not go back."""
    assert found(edit(), catalog(value="25.10")) == []


def test_a_value_of_a_release() -> None:
    """The value of a release counts before that of all."""
    (one,) = found(pip('value: "25.9"'), catalog(value="25.8", own="25.10"))
    assert (one.old, one.cycles) == ("25.10", ("3.14",))


def test_a_setting_by_suite() -> None:
    """A setting by suite has a value for each suite; that of a release counts before."""
    text = pip('by: suite, value: {trixie: "25.9", bookworm: "25.7"}')
    same = {"trixie": "25.10", "bookworm": "25.7"}
    assert found(text, catalog(by="suite", value=same)) == [BACK]
    assert found(text, catalog(by="suite", value=same, suite="bookworm")) == []
    own = catalog(by="suite", value=same, own={"trixie": "25.8"})
    (one,) = found(text, own)
    assert one.cycles == ("3.13",)
    assert found(text, catalog(by="suite", value=same, own={"bookworm": "25.8"})) == [BACK]
    (one,) = found(text, catalog(by="suite", value=True, own={"trixie": "25.10"}))
    assert one.cycles == ("3.14",)


def test_a_setting_by_architecture() -> None:
    """Of a setting by architecture, each value is compared with that of the same architecture."""
    text = pip('by: architecture, value: {amd64: "25.9", arm64v8: "25.10"}')
    before = catalog(
        by="architecture", value={"amd64": "25.10", "arm64v8": "25.9", "s390x": "26.1"}
    )
    assert found(text, before) == [BACK]


def test_a_component() -> None:
    """A component with a lower version is reported; its version is read in the loose style."""
    text = edit((SETTINGS, f'components: {{yarn: {{version: "1.9.0"}}}}\n{SETTINGS}'))
    back = Lowered(
        kind="component", name="yarn", old="1.22.1", new="1.9.0", cycles=("3.14", "3.13")
    )
    assert found(text, catalog(value="1.0")) == [back]
    (one,) = found(text.replace("1.9.0", "20.0.1_8"), catalog(yarn="20.0.1_9"))
    assert (one.old, one.new) == ("20.0.1_9", "20.0.1_8")
    assert back.text() == "the component yarn goes back from 1.22.1 to 1.9.0, for 3.14, 3.13"
    assert back.line() == f"breaking: {back.text()}"
    assert back.refusal() == (
        f'{back.text()}\n  to accept it: - {{component: yarn, goes_back_to: "1.9.0", why: "..."}}'
    )


@pytest.mark.parametrize("before", [None, b"", b"[", b"[]", b'{"images": [{}]}', b"{}"])
def test_an_unknown_json(before: bytes | None) -> None:
    """Without the published values nothing goes back."""
    assert found(pip('value: "25.9"'), before) == []
