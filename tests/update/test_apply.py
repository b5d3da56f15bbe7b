"""Edits are applied step by step; a step with an invalid result is not applied."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.editing import Put, Remove
from tagmatrix.git.baseline import Baseline
from tagmatrix.problems import ConfigError
from tagmatrix.update.apply import EditGroup, apply
from tests.projects import VERSIONS

NEW = EditGroup(
    name="2.0",
    edits=(
        Put(("releases", "2.0", "version"), "2.0.10"),
        Put(("releases", "2.0", "sha256", "source"), "a" * 64),
    ),
)
HEAD = "Maintainers: A (@a)\nGitRepo: https://example.org/x.git\nGitCommit: " + "c0" * 20 + "\n"
TEXT = f"""\
{HEAD}
Tags: 2.1.3-trixie, 2.1-trixie, trixie
SharedTags: 2.1.3, 2.1, latest
Architectures: amd64, arm64v8, riscv64
Directory: library/2.1/trixie

Tags: 2.1.3-windowsservercore-ltsc2025, 2.1-windowsservercore-ltsc2025
SharedTags: 2.1.3, 2.1, latest
Architectures: windows-amd64
Directory: library/2.1/windows/windowsservercore-ltsc2025
"""
COMMITTED = Baseline(path="library/sample", manifest=TEXT.encode())
WINDOWS_ENDS = (
    Remove(("releases", "2.1", "sha256", "windows")),
    Put(("releases", "2.1", "artifacts"), ["source"]),
)


def test_one_does_not_hold_up_the_other() -> None:
    """A step whose result breaks a law is not applied; the others are."""
    unverified = EditGroup(name="2.1", edits=(Remove(("releases", "2.1", "sha256", "windows")),))
    done = apply(VERSIONS, [unverified, NEW], None)
    assert list(done.refused) == ["2.1"]
    assert "the sha256 of 2.1.3's `windows` is missing" in done.refused["2.1"]
    assert done.text == VERSIONS.replace("2.0.9", "2.0.10").replace("3" * 64, "a" * 64)


def test_an_impossible_edit() -> None:
    """An edit of a missing place is reported, and the other steps are applied."""
    wrong = EditGroup(name="2.9", edits=(Put(("releases", "2.1", "version", "x"), "1"),))
    done = apply(VERSIONS, [wrong, NEW], None)
    assert list(done.refused) == ["2.9"]
    assert "2.0.10" in done.text


def test_the_guard_refuses() -> None:
    """A step that takes something from a published tag is refused, with the entry to accept it."""
    ends = EditGroup(name="2.1", edits=WINDOWS_ENDS)
    done = apply(VERSIONS, [ends, NEW], COMMITTED)
    assert list(done.refused) == ["2.1"]
    assert "loses: [windows-amd64]" in done.refused["2.1"]
    assert "2.0.10" in done.text
    assert "artifacts: [source]" not in done.text.partition('"2.0":')[0]


def test_what_upstream_ends_is_accepted_by_name() -> None:
    """With a reason, exactly the effects of the edits are added to `accept`."""
    ends = EditGroup(name="2.1", edits=WINDOWS_ENDS, why="No installers any more.")
    for before in (VERSIONS, VERSIONS + "accept: [{tag: x, vanishes: true, why: Before.}]\n"):
        done = apply(before, [ends], COMMITTED)
        assert done.refused == {}
        old = len(config.parse(before).accept)
        accepted = config.parse(done.text).accept[old:]
        assert {entry.why for entry in accepted} == {"No installers any more."}
        (loss,) = [entry for entry in accepted if entry.loses]
        assert loss.loses == ("windows-amd64",)
        assert "2.1" in loss.tags
        assert done.new.verdict is not None
        assert done.new.verdict.changes.refused == ()


def test_what_was_refused_before_is_nobodys_fault() -> None:
    """Earlier changes that the guard refuses do not block other edits."""
    pending = VERSIONS.replace("arm64v8, riscv64]", "arm64v8]")
    done = apply(pending, [NEW], COMMITTED)
    assert done.refused == {}
    assert "2.0.10" in done.text


@pytest.mark.parametrize(("excluded", "left"), [("mips64le", 0), ("mips64le, riscv64", 1)])
def test_tidy(excluded: str, left: int) -> None:
    """Exclusions that exclude nothing after the step are removed; the others stay."""
    before = VERSIONS.replace("architectures: [mips64le]", f"architectures: [{excluded}]")
    edits = (Put(("suites", "bookworm", "architectures"), ["amd64", "arm64v8"]),)
    done = apply(before, [EditGroup(name="bookworm", edits=edits, tidy=True)], None)
    assert done.refused == {}
    rules = config.parse(done.text).exclude
    assert [rule.architectures for rule in rules] == [("riscv64",)] * left
    untidy = apply(before, [EditGroup(name="bookworm", edits=edits)], None)
    assert "this excludes mips64le from no image" in untidy.refused["bookworm"]


def test_a_wrong_file() -> None:
    """A file that is invalid before any step is an error."""
    with pytest.raises(ConfigError):
        apply("image: x\n", [NEW], None)


SETTING = '  setuptools: {value: "79.0.1", why: It is tested with it.}\n'


def catalog(version: str) -> bytes:
    """Return the JSON beside the manifest, with a setting of an image of each cycle."""
    images = [
        {"cycle": cycle, "variant": "trixie", "rules": ["settings.setuptools"]}
        for cycle in ("2.1", "2.0")
    ]
    rules = [{"rule": "settings.setuptools", "value": version}]
    releases: dict[str, object] = {cycle: {"settings": {}} for cycle in ("2.1", "2.0")}
    return json.dumps({"images": images, "rules": rules, "releases": releases}).encode()


def test_a_setting_that_goes_back_is_refused() -> None:
    """The guard refuses lower settings, as for `generate`."""
    before = VERSIONS.replace("\nsettings:\n", f"\nsettings:\n{SETTING}")
    lower = EditGroup(name="2.1", edits=(Put(("settings", "setuptools", "value"), "65.5.1"),))
    baseline = replace(COMMITTED, catalog=catalog("79.0.1"))
    done = apply(before, [lower, NEW], baseline)
    assert list(done.refused) == ["2.1"]
    assert (
        "the setting setuptools goes back from 79.0.1 to 65.5.1, for 2.1, 2.0\n"
        in (done.refused["2.1"])
    )
    assert 'to accept it: - {setting: setuptools, goes_back_to: "65.5.1"' in done.refused["2.1"]
    assert '"79.0.1"' in done.text
    assert "2.0.10" in done.text


def test_a_setting_that_went_back_before() -> None:
    """A setting that is lower already does not block other edits, and is shown."""
    before = VERSIONS.replace("\nsettings:\n", f"\nsettings:\n{SETTING}")
    done = apply(before, [NEW], replace(COMMITTED, catalog=catalog("80.0")))
    assert done.refused == {}
    assert "2.0.10" in done.text
    assert done.new.verdict is not None
    line = "breaking: the setting setuptools goes back from 80.0 to 79.0.1, for 2.1, 2.0"
    assert line in done.new.verdict.lines()
    assert done.new.verdict.text().endswith(f"\n{line}")
