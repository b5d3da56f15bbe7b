"""What each command loads: start-up time is a feature."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from tests.projects import command
from tests.repos import environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

SLOW: Final = frozenset(
    {
        *("dataclasses", "defusedxml", "email", "git", "http", "jinja2", "jmespath", "logging"),
        *("markupsafe", "msgspec", "re2", "requests", "rich", "ssl", "tempfile", "tomllib"),
        *("_hashlib", "packaging.version", "shutil"),
        *("urllib3", "xml", "yaml"),
        *("tagmatrix.dockerfile", "tagmatrix.versions", "tagmatrix.web.fetch"),
        *("tagmatrix.config.format", "tagmatrix.matrix.laws"),
    }
)
"""Modules that take long to load, or that start something that does."""
_MARK: Final = "tagmatrix.cli.dispatch"
"""A module that every command loads."""
KEPT: Final = {"msgspec", "tagmatrix.versions"}
READER: Final = {"yaml", "tagmatrix.config.format"}
MATRIX: Final = {*KEPT, *READER, "tagmatrix.matrix.laws"}
HASHES: Final = {"_hashlib", "shutil"}
RENDERER: Final = {*KEPT, *HASHES, "jinja2", "markupsafe", "tagmatrix.dockerfile", "tempfile"}
LOADED: Final[dict[tuple[str, ...], set[str]]] = {
    ("--version",): set(),
    ("schema",): {*KEPT, *READER},
    ("tags", "--no-cache"): MATRIX,
    ("tags",): KEPT,
    ("show", "--no-cache", "slim"): MATRIX,
    ("show", "slim"): KEPT,
    ("show", "2.1-slim-bullseye"): {*KEPT, "tagmatrix.matrix.laws"},
    ("library", "list", "library/sample"): {"msgspec"},
    ("library", "cat", "library/sample"): {"msgspec"},
    ("generate", "--no-cache"): {*RENDERER, *MATRIX},
    ("generate",): RENDERER,
    ("generate", "--check"): RENDERER,
}
"""The slow modules that each command loads, after a run of `generate`."""


def slow_modules(folder: Path, *arguments: str) -> set[str]:
    """Return the slow modules that Python loads with some arguments."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    return loaded & {*SLOW, _MARK}


@pytest.mark.slow
@pytest.mark.parametrize("args", LOADED, ids=" ".join)
def test_what_a_command_loads(project: Project, args: tuple[str, ...]) -> None:
    """A command loads the slow modules that it needs, and no other; coverage's do not count."""
    project.run("generate", "--commit")
    before = slow_modules(project.root, "-c", "")
    loaded = slow_modules(project.root, *command(*args)[1:])
    assert _MARK in loaded
    assert loaded - before - {_MARK} == LOADED[args] - before
