"""Runs tagmatrix in processes that kill themselves: a program for `test_kill.py`.

It forks, so that each run starts fast. Every line on stdin is a JSON list: a number
and tagmatrix's arguments. The program prints the id of the new process and, when the
process has ended, with the git that it started, its status from os.waitpid. The process kills
itself before the file operation of that number, counted from 1; with 0 it does not. A negative
number counts all steps: also files opened to write, changed modes, and programs that are started.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
from itertools import count
from typing import TYPE_CHECKING, Any

import tagmatrix.cli.app.write
import tagmatrix.cli.bump
import tagmatrix.cli.generate
import tagmatrix.git.commits  # noqa: F401 (what the processes need, loaded once)
from tagmatrix.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OPERATIONS = ("mkdir", "replace", "rmdir", "unlink")
STEPS = frozenset(
    {"os.chmod", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "subprocess.Popen"}
)
"""Names of audit events: https://docs.python.org/3/library/audit_events.html"""
PR_SET_CHILD_SUBREAPER = 36
"""Linux gives orphans to this process: https://man7.org/linux/man-pages/man2/prctl.2.html"""


def die_at(number: int) -> None:
    """Make this process kill itself before its file operation of that number."""
    operations = count(1)

    def dying(operation: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:  # noqa: ANN401 (any of them)
            if next(operations) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return operation(*args, **options)

        return run

    for name in OPERATIONS:
        setattr(os, name, dying(getattr(os, name)))


def die_at_step(number: int) -> None:
    """Make this process kill itself before its step of that number."""
    steps = count(1)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
        if (writes or event in STEPS) and next(steps) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def run(number: int, arguments: Sequence[str]) -> int:
    """Run tagmatrix and discard its output."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    if number > 0:
        die_at(number)
    elif number < 0:
        die_at_step(-number)
    return main(arguments)


def end(process: int) -> int:
    """Wait for a process and for what it started; return its status."""
    status = os.waitpid(process, 0)[1]
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-process, 0)
    return status


def tell(number: int) -> None:
    """Write a number to stdout."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    for line in sys.stdin:
        number, *arguments = json.loads(line)
        process = os.fork()
        if not process:
            code = 1
            try:
                code = run(number, arguments)
            finally:
                os._exit(code)
        os.setpgid(process, process)  # a test may kill it with its git
        tell(process)
        tell(end(process))
