"""Runs tagmatrix in new processes that start fast: they are forks of one that has it loaded.

This is a program. Every line on stdin is a JSON object with `arguments`, `environment` and the
files for `out` and `err`; the program prints the exit status of the process.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Result:
    """The result of a run of the command."""

    code: int
    out: str
    err: str


@dataclass
class Runner:
    """Starts tagmatrix in new processes."""

    process: subprocess.Popen[str]
    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str, **variables: str) -> Result:
        """Run `tagmatrix ARGUMENTS` to its end."""
        out, err = self.folder / "out", self.folder / "err"
        asked = {
            "arguments": arguments,
            "environment": {**self.environment, **variables},
            "out": str(out),
            "err": str(err),
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        return Result(code, out.read_text(), err.read_text())


@contextlib.contextmanager
def start(folder: Path, environment: Mapping[str, str]) -> Iterator[Runner]:
    """Start the program; its files are in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.year.runner"]
    pipe = subprocess.PIPE
    top = Path(__file__).parents[2]
    process = subprocess.Popen(
        command, cwd=top, stdin=pipe, stdout=pipe, text=True, env=dict(environment)
    )
    try:
        yield Runner(process, folder, environment)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def _become(asked: Mapping[str, str], environment: Mapping[str, str], main: object) -> int:
    """Turn this process into one that runs tagmatrix."""
    assert callable(main)
    for stream, name in ((1, "out"), (2, "err")):
        file = os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(environment)
    arguments: Sequence[str] = asked["arguments"]
    code = main(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    return int(code)


def _serve() -> None:
    """Fork for every line."""
    import importlib  # noqa: PLC0415 (the caller does without)
    import traceback  # noqa: PLC0415 (the caller does without)

    from tagmatrix.cli import COMMANDS, main  # noqa: PLC0415 (the caller does without)
    from tagmatrix.cli.dispatch import module  # noqa: PLC0415 (as above)

    for name in COMMANDS:
        if name != "library":
            module(name)
    for name in (
        "git",
        "jinja2",
        "requests",
        "tagmatrix.publish.committing",
        "tagmatrix.render.templates",
    ):
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        process = os.fork()
        if not process:
            code = 1
            try:
                code = _become(asked, asked["environment"], main)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 2
            except BaseException:  # noqa: BLE001 (printed, like python does)
                traceback.print_exc()
            finally:
                os._exit(code)
        status = os.waitpid(process, 0)[1]
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
