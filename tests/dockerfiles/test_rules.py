"""Every rendered Dockerfile keeps every rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.dockerfiles.parse import parse
from tests.dockerfiles.rules import LINUX, WINDOWS, rules_for

if TYPE_CHECKING:
    from tests.dockerfiles.rules import Rule

LIBRARY = Path(__file__).parents[2] / "library"
FILES = {path.parent.relative_to(LIBRARY).as_posix(): path for path in LIBRARY.rglob("Dockerfile")}
PARSED = {name: parse(path.read_text()) for name, path in sorted(FILES.items())}


@pytest.mark.parametrize(
    "rule", dict.fromkeys((*LINUX, *WINDOWS)), ids=lambda rule: rule.__qualname__
)
def test_kept(rule: Rule) -> None:
    """No file breaks the rule, and some file is held by it."""
    held = [name for name, file in PARSED.items() if rule in rules_for(file)]
    assert held
    found = [f"{FILES[name]}:{line}: {said}" for name in held for line, said in rule(PARSED[name])]
    assert not found, "\n" + "\n".join(found)
