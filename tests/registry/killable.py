"""Runs tagmatrix in processes that kill themselves: a program for `test_killed.py`.

It forks, so that each run starts fast. Every line on stdin is a JSON list: a number and
tagmatrix's arguments. The program prints the status of the process from os.waitpid. The process
kills itself before it sends for the time of that number, counted from 1; with 0 it does not.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from itertools import count
from typing import TYPE_CHECKING

import tagmatrix.cli.registry.publish
import tagmatrix.web.fetch  # noqa: F401 (what the processes need, loaded once)
from tagmatrix.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence


def die_at(number: int) -> None:
    """Make this process kill itself before it sends for the time of that number."""
    times = count(1)
    send, lock = socket.socket.sendall, threading.Lock()

    def sendall(self: socket.socket, data: bytes, flags: int = 0) -> None:
        with lock:
            if next(times) == number:
                os.kill(os.getpid(), signal.SIGKILL)
        send(self, data, flags)

    socket.socket.sendall = sendall  # type: ignore[assignment, method-assign]  # it behaves like the one it replaces


def run(number: int, arguments: Sequence[str]) -> int:
    """Run tagmatrix and discard its output."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    if number:
        die_at(number)
    return main(arguments)


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
        sys.stdout.write(f"{os.waitpid(process, 0)[1]}\n")
        sys.stdout.flush()
