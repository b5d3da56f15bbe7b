"""The reference of the command line is made from the parsers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tagmatrix import cli
from tagmatrix.cli import reference
from tagmatrix.cli.dispatch import parser

FILE: Final = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_document_is_current() -> None:
    """docs/commands.md is what `make docs` writes."""
    assert FILE.read_text(encoding="utf-8") == reference.document()


@pytest.mark.slow
@pytest.mark.parametrize("name", [*reference.names()])
def test_every_argument_is_in_its_section(name: str) -> None:
    """A command's section has all its options, and no other option."""
    section = reference.document().partition(f"\n## `tagmatrix {name}`\n")[2].partition("\n## ")[0]
    rows = "\n".join(line for line in section.splitlines() if line.startswith("| "))
    named = {option for action in parser(name)._actions for option in action.option_strings}
    common = {"-h", "--help", "-q", "--quiet", "--debug"}
    cells = " ".join(row.split(" | ")[0] for row in rows.splitlines())
    assert {*re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", cells)} == named - common


def test_all_commands_and_exit_codes() -> None:
    """Each command has a section or sections; each exit code has a row."""
    text = FILE.read_text(encoding="utf-8")
    for name in cli.COMMANDS:
        assert re.search(rf"^## `tagmatrix {name}[ `]", text, re.MULTILINE), name
    for code in cli.EXIT_CODES:
        assert f"| {code} | " in text


def test_a_table_stays_whole() -> None:
    """A vertical bar in a cell is escaped: it would end the cell."""
    for line in reference.document().splitlines():
        if line.startswith("| "):
            assert len(re.findall(r"(?<!\\)\|", line)) == 3, line


WRITING: Final = {
    *("add", "app update", "app write", "bump", "generate", "import", "init", "promote"),
    *("regenerate", "registry prune", "registry publish", "registry retire", "registry tag"),
    *("registry untag", "retire", "site", "suite add", "suite default", "suite drop"),
    *("suite end", "update"),
}
"""The commands that change files or a registry."""


def test_dry_run() -> None:
    """Each command that changes files has --dry-run, with the same short form."""
    found = {}
    for name in reference.names():
        for action in parser(name)._actions:
            if "--dry-run" in action.option_strings:
                found[name] = (action.option_strings[0], action.dest)
    assert found == dict.fromkeys(WRITING, ("-n", "dry_run"))
