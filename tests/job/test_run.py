"""What a run says of what upstream could not tell."""

from __future__ import annotations

from tagmatrix.job.result import Note
from tagmatrix.job.run import _failed
from tagmatrix.update.outcome import CycleOutcome


def test_a_cause_is_told_once() -> None:
    """A cause that two files of a cycle have in common names the cycle once."""
    cycles = [
        CycleOutcome(cycle="3.14", ours="3.14.6", failures=("silent", "silent")),
        CycleOutcome(cycle="3.13", ours="3.13.1", failures=("silent", "broken")),
    ]
    assert [*_failed(cycles, [])] == [Note("3.14, 3.13", "silent"), Note("3.13", "broken")]
