"""What the outcomes of several cycles and suites add up to."""

from __future__ import annotations

from tagmatrix.update.bases import SuiteOutcome
from tagmatrix.update.outcome import CycleOutcome
from tagmatrix.update.proposal import failures_of


def test_each_failure_is_reported_once() -> None:
    """A failure that two files of a cycle have in common names the cycle once."""
    cycles = [
        CycleOutcome(cycle="3.14", ours="3.14.6", failures=("silent", "silent")),
        CycleOutcome(cycle="3.13", ours="3.13.1", failures=("silent", "broken")),
    ]
    suites = [SuiteOutcome(suite="trixie", failures=("broken",))]
    assert failures_of(cycles, suites) == {"silent": ["3.14", "3.13"], "broken": ["3.13", "trixie"]}
