"""How a run reports failed upstream queries."""

from __future__ import annotations

from tagmatrix.job.result import Note
from tagmatrix.job.run import _failed
from tagmatrix.update.outcome import CycleOutcome, Facts
from tagmatrix.web.answers import Found


def test_a_cause_is_told_once() -> None:
    """A cause that two files of a cycle share names the cycle once."""
    facts = Facts(published=Found(()))
    cycles = [
        (CycleOutcome(cycle="3.14", ours="3.14.6", failures=("silent", "silent")), facts),
        (CycleOutcome(cycle="3.13", ours="3.13.1", failures=("silent", "broken")), facts),
    ]
    assert [*_failed(cycles, [])] == [Note("3.14, 3.13", "silent"), Note("3.13", "broken")]
