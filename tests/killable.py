"""Runs tagmatrix in processes that kill themselves: a program for `test_kill.py`.

It forks, so that each run starts fast. Every line on stdin is a JSON list: a number
and tagmatrix's arguments. The program prints the id of the new process and, when the
process has ended, its status from os.waitpid. The process kills itself before the file
operation of that number, counted from 1; with 0 it does not.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from itertools import count
from typing import TYPE_CHECKING, Any

import tagmatrix.cli.generate  # noqa: F401 (what the processes need, loaded once)
from tagmatrix.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OPERATIONS = ("mkdir", "replace", "rmdir", "unlink")


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


def run(number: int, arguments: Sequence[str]) -> int:
    """Run tagmatrix and discard its output."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    if number:
        die_at(number)
    return main(arguments)


def tell(number: int) -> None:
    """Write a number to stdout."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for line in sys.stdin:
        number, *arguments = json.loads(line)
        process = os.fork()
        if not process:
            code = 1
            try:
                code = run(number, arguments)
            finally:
                os._exit(code)
        tell(process)
        tell(os.waitpid(process, 0)[1])
