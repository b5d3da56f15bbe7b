"""Which mutants mypy refuses: of those that survive, since mypy takes minutes for all of them."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT: Final = Path(__file__).parents[2]
MYPY: Final = (
    sys.executable,
    "-m",
    "mypy",
    "--output=json",
    "--no-error-summary",  # it is not JSON
    "--config-file=",  # that of the project enables codes that cannot be disabled again
    "--strict",
    "--ignore-missing-imports",
    "--cache-dir=../../mypy",  # for all packages
    "--disable-error-code=unused-ignore",  # mutmut writes such comments
)


def refused(folder: Path, names: Iterable[str]) -> set[str]:
    """Return those of the mutants with these names in which mypy finds an error.

    mypy reads the package as it is, but modules with such mutants as mutmut wrote them, without
    the other mutants. What it says of mutmut's own code there counts for no mutant.
    """
    copies = defaultdict(set)
    for name in names:
        module, _, copy = name.rpartition(".")
        copies[module].add(copy)
    if not copies:
        return set()
    typed = folder / "typed"
    shutil.rmtree(typed, ignore_errors=True)
    shutil.copytree(ROOT / "src", typed)
    found = {}
    for module, wanted in copies.items():
        file = _file(typed, module)
        text, lines = prune(_file(folder / "mutants" / "src", module).read_text(), wanted)
        file.write_text(text)
        for line, copy in lines.items():
            found[str(file.relative_to(typed)), line] = f"{module}.{copy}"
    done = subprocess.run(
        [*MYPY, *(f"--module={module}" for module in copies)],
        cwd=typed,
        env={**os.environ, "MYPYPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stdout + done.stderr)
    errors = [json.loads(line) for line in done.stdout.splitlines()]
    places = {(one["file"], one["line"]) for one in errors if one["severity"] == "error"}
    return {found[place] for place in places & found.keys()}


def prune(code: str, wanted: set[str]) -> tuple[str, dict[int, str]]:
    """Return a module without the mutants that are not wanted, and the lines of those that are."""
    lines = code.splitlines()
    kept: dict[int, str] = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            span = range(first, (node.end_lineno or first) + 1)
            if node.name in wanted:
                kept |= dict.fromkeys(span, node.name)
            elif not node.name.endswith("__mutmut_orig"):
                lines[first - 1 : span.stop - 1] = [""] * len(span)
    return "\n".join([*lines, ""]), kept


def _file(source: Path, module: str) -> Path:
    """Return the file of a module."""
    path = source / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
