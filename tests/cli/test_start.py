"""What each command loads: start-up time is a feature."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from tagmatrix.cli import COMMANDS
from tagmatrix.cli.dispatch import subcommands_of
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
        *("socket", "urllib.request", "urllib3", "xml", "yaml"),
        *("tagmatrix.dockerfile", "tagmatrix.versions", "tagmatrix.web.fetch"),
        *("tagmatrix.config.format", "tagmatrix.matrix.laws", "tagmatrix.update.upstream_query"),
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
RECORDS: Final = {*KEPT, "dataclasses"}
APP: Final = {*RECORDS, "logging", "packaging.version", "tagmatrix.dockerfile", "tomllib"}
REGISTRY: Final = {*RECORDS, "_hashlib", "email", "http", "socket"}
STEP: Final = {*MATRIX, "_hashlib", "dataclasses", "tagmatrix.dockerfile"}
SITE: Final = {*MATRIX, *HASHES, "dataclasses"}
MANIFEST: Final = ("library/sample",)
NEW: Final = ("--sha256", f"source={'a' * 64}", "--sha256", f"windows={'b' * 64}", "--dry-run")
LOADED: Final[dict[tuple[str, ...], set[str]]] = {
    ("--version",): set(),
    ("completion", "bash"): set(),
    ("schema",): {*KEPT, *READER},
    ("tags", "--no-cache"): MATRIX,
    ("tags",): KEPT,
    ("show", "--no-cache", "slim"): MATRIX,
    ("show", "slim"): KEPT,
    ("show", "2.1-slim-bullseye"): {*KEPT, "tagmatrix.matrix.laws"},
    ("library", "list", *MANIFEST): {"msgspec"},
    ("library", "cat", *MANIFEST): {"msgspec"},
    ("library", "show", *MANIFEST): {"msgspec", "tagmatrix.dockerfile"},
    ("library", "check", *MANIFEST): {*KEPT, "tagmatrix.dockerfile"},
    ("library", "diff", "HEAD:library/sample", *MANIFEST): {*KEPT, "dataclasses"},
    ("generate", "--no-cache"): {*RENDERER, *MATRIX},
    ("generate",): RENDERER,
    ("generate", "--check"): RENDERER,
    ("plan",): STEP,
    ("bump", "2.1", "2.1.4", *NEW): STEP,
    ("add", "2.2", "2.2.0", *NEW): STEP,
    ("retire", "2.0", "--dry-run"): STEP,
    ("suite", "end", "trixie", "2030-01-01", "--dry-run"): STEP,
    ("suite", "drop", "bookworm", "--dry-run"): {*STEP, *RENDERER},
    ("import", *MANIFEST, "--dry-run", "--output", "new"): {*STEP, *RENDERER},
    ("site", "--output", "site", "--dry-run"): {*SITE, "jinja2", "markupsafe", "tempfile"},
}
"""The slow modules that each command loads, after a run of `generate`."""
_GROUPS: Final[tuple[tuple[set[str], str], ...]] = (
    (set(), "app, completion, library, registry, schema, suite, upstream"),
    ({"msgspec"}, "library list, library cat"),
    ({"msgspec", "tagmatrix.dockerfile"}, "library show"),
    ({*KEPT, "tagmatrix.dockerfile"}, "library check"),
    (KEPT, "import, show, tags"),
    (RECORDS, "add, bump, promote, retire, suite add, suite default, suite drop, suite end"),
    (RECORDS, "library diff, regenerate, status, update"),
    ({*RECORDS, "tempfile"}, "init"),
    (RENDERER, "generate"),
    ({*RECORDS, "_hashlib", "tagmatrix.dockerfile", "tagmatrix.matrix.laws"}, "plan"),
    (SITE, "site"),
    (APP, "app write, app check, app update, app list, app tag, app untag"),
    ({*APP, "tempfile"}, "app build"),
    (REGISTRY, "registry list, registry prune, registry retire, registry show, registry stale"),
    ({*REGISTRY, "tagmatrix.matrix.laws"}, "registry check"),
    ({*REGISTRY, *MATRIX, "tempfile"}, "registry publish, registry tag, registry untag"),
    ({*REGISTRY, *MATRIX, "tempfile", "tomllib"}, "upstream test"),
)
HELP: Final = {name: modules for modules, names in _GROUPS for name in names.split(", ")}
"""The slow modules that `COMMAND --help` loads, besides `shutil`, with which argparse prints."""


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


@pytest.mark.slow
@pytest.mark.parametrize("command_name", HELP)
def test_what_help_loads(tmp_path: Path, command_name: str) -> None:
    """`--help` loads what declares the arguments, and little else."""
    before = slow_modules(tmp_path, "-c", "")
    loaded = slow_modules(tmp_path, *command(*command_name.split(), "--help")[1:])
    assert loaded - before - {_MARK, "shutil"} == HELP[command_name] - before - {"shutil"}


def test_every_command_is_measured() -> None:
    """Each command and each subcommand has its modules here."""
    names = {*COMMANDS}
    names |= {f"{name} {below}" for name in COMMANDS for below in subcommands_of(name)}
    assert HELP.keys() == names
