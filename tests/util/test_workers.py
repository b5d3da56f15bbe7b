"""Calls in worker threads."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest

from tagmatrix.util import workers

INTERRUPTED = """
import sys, time
from tagmatrix import cli
from tagmatrix.util import workers

def dispatch(*_):
    def call():
        print("asking", flush=True)
        workers.within(60, lambda: time.sleep(60))

    workers.at_once([call] * 3, 2)

cli.dispatch = dispatch
sys.argv = ["tagmatrix", "status"]
sys.exit(cli.main())
"""
"""A command that waits for two servers that never answer."""


def test_at_once() -> None:
    """Results come in order, progress counts, and an error is raised."""
    seen: list[tuple[int, int]] = []
    calls = [lambda number=number: number * number for number in range(20)]
    results = workers.at_once(calls, 8, lambda done, total: seen.append((done, total)))
    assert results == [number * number for number in range(20)]
    assert seen == [(done, 20) for done in range(1, 21)]
    assert workers.at_once([], 8) == []
    with pytest.raises(ZeroDivisionError):
        workers.at_once([lambda: 1 // 0], 8)


def test_within() -> None:
    """A call that takes longer than its limit is left behind, and known as long as it runs."""
    assert workers.within(5, lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        workers.within(5, lambda: 1 // 0)
    end = threading.Event()
    with pytest.raises(TimeoutError):
        workers.within(0.01, end.wait)
    assert workers.are_running()
    end.set()
    deadline = time.monotonic() + 5
    while workers.are_running() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not workers.are_running()


def test_interrupt_does_not_wait() -> None:
    """Ctrl-C ends a command at once, although servers still hold its worker threads."""
    command = [sys.executable, "-c", INTERRUPTED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        run.stdout.readline()
        run.stdout.readline()
        time.sleep(0.3)  # CPython loses a signal that comes just before the main thread waits
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=30)
    assert (run.returncode, err) == (130, b"error: interrupted\n")
