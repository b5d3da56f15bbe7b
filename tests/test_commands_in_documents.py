"""Documents name commands, options and make targets that exist."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

import pytest

from tagmatrix import cli
from tagmatrix.cli import reference
from tagmatrix.cli.dispatch import parser
from tests.test_documents import ROOT, documents

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOP: Final = {"-C", "--quiet", "-q", "--debug", "--help", "--version", "-h"}
_CALL: Final = re.compile(r"(?:^|[\s`/;&|($])tagmatrix((?:\s+[^`\n;&|#)]+)?)", re.MULTILINE)
_OLD: Final = "CHANGELOG.md"


def calls(text: str) -> Iterator[list[str]]:
    """Yield the words of each call of tagmatrix in a document: in code only."""
    blocks = re.findall(r"^ *```[a-z]*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    code = [*blocks, *re.findall(r"`([^`\n]+)`", prose)]
    for piece in code:
        commands = re.sub(r"(?m)(?:^|\s)#.*$", "", piece)  # comments are prose
        for match in _CALL.finditer(commands.replace("\\\n", " ")):
            try:
                yield shlex.split(match[1])
            except ValueError:  # a quote that goes on after what the pattern takes
                yield match[1].split()


def wrong(words: list[str]) -> str:
    """Return what is wrong with a call: an unknown command or option; empty if nothing is."""
    words = [word for word in words if word not in {"…", "..."}]
    while words and words[0].startswith("-"):
        if words[0] not in _TOP:
            return words[0]
        words = words[2:] if words[0] == "-C" else words[1:]
    if not words or words[0] not in cli.COMMANDS:
        return words[0] if words and re.fullmatch(r"[a-z]+", words[0]) else ""
    name, *rest = words
    if any(each.startswith(f"{name} ") for each in reference.names()):
        subcommand = f"{name} {rest[0]}" if rest else ""
        if subcommand not in reference.names():
            return subcommand if rest and re.fullmatch(r"[a-z]+", rest[0]) else ""
        name, rest = subcommand, rest[1:]
    known = {option for action in parser(name)._actions for option in action.option_strings}
    for word in rest:
        option = word.partition("=")[0].strip("[],.:")
        if re.fullmatch(r"--?[a-z][a-z0-9-]*", option) and option not in known | _TOP:
            return f"{name} {option}"
    return ""


@pytest.mark.parametrize("document", [each for each in documents() if each != _OLD])
def test_calls(document: str) -> None:
    """Every command and every option of a call exists."""
    text = (ROOT / document).read_text(encoding="utf-8")
    assert [found for words in calls(text) if (found := wrong(words))] == []


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("generate --check", ""),
        ("-C a --quiet generate --chek", "generate --chek"),
        ("generat", "generat"),
        ("library lst", "library lst"),
        ("library list --uniq x", ""),
        ("--vers", "--vers"),
        ("suite default alpine 3.25 --cycle=3.14", ""),
    ],
)
def test_wrong(call: str, found: str) -> None:
    """It finds wrong names."""
    assert wrong(call.split()) == found


def test_calls_are_found() -> None:
    """In blocks of code, in inline code, and after a prompt or a path."""
    block = "```console\n# tagmatrix is here\n$ .venv/bin/tagmatrix -C a show\n```\n"
    text = f"`tagmatrix tags --arch x` and tagmatrix tags\n\n{block}"
    assert [*calls(text)] == [["-C", "a", "show"], ["tags", "--arch", "x"]]


def test_make_targets() -> None:
    """Every make target that a document names exists."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {*re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)}
    for document in documents():
        text = (ROOT / document).read_text(encoding="utf-8")
        named = {*re.findall(r"(?:`|^\$ )make ([a-z-]+)", text, re.MULTILINE)}
        assert named <= targets, document
