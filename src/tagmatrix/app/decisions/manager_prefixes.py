"""Commands without the manager that starts them: the image has no uv, Poetry, PDM or Pipenv."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.app.decisions.shell_text import ASSIGNMENT, parts
from tagmatrix.app.report import clean
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection

_RUNNERS: Final = "uv|poetry|pipenv|pdm|hatch|rye"
_lead: Final = re.compile(rf"\s*(?:(?:exec|command|(?:\S*/)?env|{ASSIGNMENT})\s+)*").match
_manager: Final = re.compile(
    rf"(?:(?:\S*/)?python[0-9.]*\s+-m\s+|(?:\S*/)?)({_RUNNERS}|uvx|pipx|pip[0-9.]*)(?=\s|$)"
).match
_run: Final = re.compile(r"((?:\s+-\S*)*)\s+run((?:\s+-\S*)*)\s+(?=[^\s-])").match
_anywhere: Final = re.compile(rf"\b({_RUNNERS})\s+run\s").search
_LEFT_OUT: Final = frozenset(
    {
        "--", "--active", "--ansi", "--exact", "--frozen", "--locked", "--managed-python",
        "--no-active", "--no-ansi", "--no-cache", "--no-color", "--no-default-groups", "--no-dev",
        "--no-editable", "--no-group=dev", "--no-interaction", "--no-plugins", "--no-progress",
        "--no-project", "--no-python-downloads", "--no-sync", "--offline", "--quiet",
        "--site-packages", "--verbose", "-n", "-q", "-s", "-v",
    }
)  # fmt: skip
"""Options that change nothing in an image that has the dependencies."""


def without_manager(text: str, tasks: Collection[str]) -> tuple[str, str]:
    """Return a command without `uv run` and its like, and what was left out.

    Raises InputError for what the manager would do besides.

    Args:
        text: the command.
        tasks: the names that only a manager can run.

    >>> without_manager("A=1 uv run --frozen gunicorn a:b", ())
    ('A=1 gunicorn a:b', 'uv run')
    >>> without_manager("poetry run python -m a && python -m pipenv run b", ())
    ('python -m a && b', 'poetry run')
    """
    found: list[str] = []
    result = "".join(_without(part, tasks, found) + operator for part, operator in parts(text))
    if match := _anywhere(result):
        raise InputError(_without_it(match[1]))
    return result, found[0] if found else ""


def _without(part: str, tasks: Collection[str], found: list[str]) -> str:
    """Return a simple command without its manager."""
    lead = match[0] if (match := _lead(part)) else ""
    rest = part[len(lead) :]
    program = _manager(rest)
    if program is None:
        return part
    name = program[1]
    run = _run(rest[program.end() :])
    if run is None or not re.fullmatch(_RUNNERS, name):
        raise InputError(_without_it(name))
    inner = rest[program.end() + run.end() :]
    options = f"{run[1]} {run[2]}".split()
    if name == "uv" and options[-1:] in (["-m"], ["--module"]):
        options.pop()
        inner = f"python3 -m {inner}"
    if unknown := [option for option in options if option not in _LEFT_OUT]:
        raise InputError(f"{_without_it(name)}; {clean(unknown[0])} can't be left out")
    word = inner.split()[0]
    if word in tasks or (name == "hatch" and re.fullmatch(r"[\w.-]+:[\w.-]+", word)):
        raise InputError(f"the image has no {name}, which runs {clean(word)}: write its command")
    if name in {"uv", "pdm"} and word.endswith(".py"):
        inner = f"python3 {inner}"
    found.append(f"{name} run")
    return lead + inner


def _without_it(name: str) -> str:
    return (
        f"the image has no {name}: write the program that it starts, such as "
        "`gunicorn MODULE:OBJECT`"
    )
