"""The rules. Each is a function from a parsed Dockerfile to the problems in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.dockerfiles.rules import (
    building,
    compiling,
    downloads,
    instructions,
    packages,
    scripts,
    steps,
    windows,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.dockerfiles.parse import Dockerfile

    Finding = tuple[int, str]
    """The line, and the problem there."""

    Rule = Callable[[Dockerfile], Iterator[Finding]]

LINUX: Final[tuple[Rule, ...]] = (
    *instructions.RULES,
    *scripts.RULES,
    *downloads.RULES,
    *packages.RULES,
    *compiling.RULES,
    *building.RULES,
    *steps.RULES,
)
WINDOWS: Final[tuple[Rule, ...]] = (*instructions.RULES, *windows.RULES, *steps.RULES)


def rules_for(file: Dockerfile) -> tuple[Rule, ...]:
    """Return the rules that apply to a file."""
    return WINDOWS if "windows" in file.base else LINUX


def check(file: Dockerfile) -> list[str]:
    """Return all problems of a file, as `line: rule: message`."""
    found = ((line, rule.__name__, said) for rule in rules_for(file) for line, said in rule(file))
    return [f"{line}: {name}: {said}" for line, name, said in sorted(found)]
