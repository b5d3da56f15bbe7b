"""Runs a command, and shows the end of its output if it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TAIL = 40
"""The number of lines of a failed command's output in a message."""


class CommandError(Exception):
    """A command failed that must succeed."""


class UnavailableError(Exception):
    """Something that only some machines have is missing; the text names it."""


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a command, with both its streams in one text."""

    command: tuple[str, ...]
    code: int
    text: str
    seconds: float

    def ok(self) -> Done:
        """Return this; assert that the command succeeded."""
        if self.code != 0:
            end = "\n".join(self.text.splitlines()[-TAIL:])
            raise CommandError(f"exit code {self.code} from: {' '.join(self.command)}\n{end}")
        return self


def run(
    *command: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
    stdin: bytes = b"",
    timeout: float = 3600,
) -> Done:
    """Run a command to its end; `env` extends the environment, `log` is a file for the output."""
    words = tuple(map(str, command))
    began = time.monotonic()
    with tempfile.TemporaryFile() if log is None else log.open("w+b") as sink:
        ended = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            input=stdin,
            stdout=sink,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
        sink.seek(0)
        text = sink.read().decode(errors="replace")
    return Done(words, ended.returncode, text, time.monotonic() - began)


def with_tagmatrix(folder: Path) -> Path:
    """Return a new folder for PATH, with a `tagmatrix` that runs this repository's code."""
    folder.mkdir()
    source = Path(__file__).parents[2] / "src"
    program = folder / "tagmatrix"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={source} exec {sys.executable} -m tagmatrix "$@"\n')
    program.chmod(0o755)
    return folder
