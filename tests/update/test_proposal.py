"""What the outcomes of several cycles and suites add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.editing import Put
from tagmatrix.matrix import load
from tagmatrix.update.bases import SuiteOutcome
from tagmatrix.update.outcome import CycleOutcome
from tagmatrix.update.proposal import failures_of, propose
from tests.projects import VERSIONS

if TYPE_CHECKING:
    import pytest


def test_each_failure_is_reported_once() -> None:
    """A failure that two files of a cycle have in common names the cycle once."""
    cycles = [
        CycleOutcome(cycle="3.14", ours="3.14.6", failures=("silent", "silent")),
        CycleOutcome(cycle="3.13", ours="3.13.1", failures=("silent", "broken")),
    ]
    suites = [SuiteOutcome(suite="trixie", failures=("broken",))]
    assert failures_of(cycles, suites) == {"silent": ["3.14", "3.13"], "broken": ["3.13", "trixie"]}


def test_each_text_is_expanded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The warnings come from what was loaded to judge the edits."""
    texts, parse = [], load.parse

    def seen(text: str) -> object:
        texts.append(text)
        return parse(text)

    monkeypatch.setattr(load, "parse", seen)
    tagged = VERSIONS.replace(
        '    version: "2.0.9"\n', '    version: "2.0.9"\n    ref: refs/tags/a\n'
    )
    edits = (
        Put(("releases", "2.0", "version"), "2.0.10"),
        Put(("releases", "2.0", "sha256", "source"), "5" * 64),
    )
    found = propose(tagged, [CycleOutcome(cycle="2.0", ours="2.0.9", edits=edits)], [], None)
    assert not found.refused
    assert "the ref stays refs/tags/a" in "".join(found.warnings)
    assert texts == [tagged, found.after]
