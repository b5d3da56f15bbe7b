"""What mypy says about mutants: `python -m tests.mutation.types mypy PACKAGE`, which mutmut runs.

mutmut stops at an error of mypy outside its mutants. Its copies cause some, where the type of a
method is inferred from where it is used; they say nothing about a mutant.
"""

from __future__ import annotations

import ast
import functools
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

MYPY: Final = (
    sys.executable,
    "-m",
    "mypy",
    "--output=json",
    "--config-file=",  # that of the project enables codes that cannot be disabled again
    "--strict",
    "--ignore-missing-imports",
    "--cache-dir=../../mypy",  # for all packages
    "--disable-error-code=unused-ignore",  # mutmut writes such comments
)
_MUTANT: Final = re.compile(r".+__mutmut_\d+")


@functools.cache
def mutant_lines(file: str) -> frozenset[int]:
    """Return the lines of all mutants in a file."""
    return frozenset(
        line
        for node in ast.walk(ast.parse(Path(file).read_bytes()))
        if isinstance(node, ast.FunctionDef) and _MUTANT.fullmatch(node.name)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    )


def main(package: str) -> None:
    """Print the errors of mypy that are in mutants, one JSON object a line."""
    done = subprocess.run(
        [*MYPY, "-p", f"tagmatrix.{package}"], capture_output=True, text=True, check=False
    )
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stdout + done.stderr)
    for line in done.stdout.splitlines():
        error = json.loads(line)
        if error["severity"] == "error" and error["line"] in mutant_lines(error["file"]):
            print(line)


if __name__ == "__main__":
    main(sys.argv[-1])
