"""What mutmut made of a package: its mutants, what each changes, and whether a test noticed."""

from __future__ import annotations

import ast
import difflib
import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COPY: Final = re.compile(r"(?P<function>x.+__mutmut_)(?:orig|\d+)")
_SURVIVED: Final = 0
_NO_TEST: Final = frozenset({5, 33})
"""The exit codes of mutmut for mutants that no test runs."""


class Change(NamedTuple):
    """What a mutant changes. Its number changes with each edit of the function; this does not."""

    function: str
    was: str
    now: str


class Mutant(NamedTuple):
    """One mutant of the last run."""

    name: str
    change: Change
    exit_code: int | None

    @property
    def survived(self) -> bool:
        """Return whether all tests passed with this mutant, or no test ran it."""
        return self.exit_code == _SURVIVED or self.exit_code in _NO_TEST

    @property
    def ran(self) -> bool:
        """Return whether mutmut has a result."""
        return self.exit_code is not None


def read(source: Path) -> Iterator[Mutant]:
    """Yield the mutants of all modules below a folder that mutmut wrote."""
    for meta in sorted(source.rglob("*.py.meta")):
        exit_codes: dict[str, int | None] = json.loads(meta.read_text())["exit_code_by_key"]
        copies = dict(_copies(meta.with_suffix("").read_text()))
        for name, exit_code in exit_codes.items():
            module, _, copy = name.rpartition(".")
            function = copy.rpartition("__mutmut_")[0]
            original = copies[f"{function}__mutmut_orig"]
            yield Mutant(name, _change(module, function, original, copies[copy]), exit_code)


def _copies(code: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the lines of each copy of a function in a module: the original, and each mutant."""
    lines = code.splitlines()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef) and _COPY.fullmatch(node.name):
            signature = lines[node.lineno - 1].replace(node.name, "")  # it may have a default
            yield node.name, [signature, *lines[node.lineno : node.end_lineno]]


def _change(module: str, function: str, original: list[str], mutant: list[str]) -> Change:
    """Return the difference between two copies of a function, without the indentation."""
    lines = list(difflib.unified_diff(original, mutant, lineterm="", n=0))[2:]
    was = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
    now = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    name = function.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    return Change(f"{module}.{name}", was, now)
