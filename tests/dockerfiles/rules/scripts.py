"""Rules for shell scripts: they stop at failures and leave no temporary files."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from tests.dockerfiles.parse import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from tests.dockerfiles.parse import Command, Dockerfile, Line

ENDS: Final = (";", " do", " then", " in", ";;", "(", "{", "&&")
"""The ends of a line after which a new command begins."""

CLOSING: Final = re.compile(r";|\\\)|-exec\b|-o\b|[)}]|esac\b|done\b|fi\b")
"""The beginnings of a line that continues a command without more indentation."""

HIDING: Final = {
    "pipeline": "only the last command of a pipe can fail",
    "list": "&& and || keep `set -e` from seeing a failure",
    "negated_command": "a command after ! can't stop the script",
    "if_statement": "`set -e` does not see a failure of a condition",
    "while_statement": "`set -e` does not see a failure of a condition",
    "&": "a script does not stop at failures in the background",
}
"""By the type of a node: why `set -e` does not see each failure there."""


def stops_at_failures(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """A script of several commands begins with `set -eux` and never turns it off."""
    for run in file.runs:
        if len(run) > 1 and run[0].words != ("set", "-eux"):
            yield run[0].line, "a RUN of several commands begins with `set -eux`"
        for command in run[1:]:
            if command.name == "set" and not command.starts("set", "--"):
                yield (
                    command.line,
                    f"`{command.whole}`: set the options of the shell once, at the beginning",
                )


def hides_no_failure(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """No construct of the shell hides a failed command from `set -e`."""
    for run in file.named("RUN"):
        for node in _nodes(run.tree()):
            if node.type in HIDING:
                yield run.line_of(node.start_byte), HIDING[node.type]


def substitutions_can_fail(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """A command substitution is in an assignment of its own, not behind `export`."""
    for command in file.commands:
        if command.name in {"export", "readonly", "local"} and "$(" in command.whole:
            yield command.line, f"{command.name} hides that the command in it failed"


def laid_out(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The line after an unfinished command is indented more, or closes it."""
    for run in file.named("RUN"):
        lines = run.lines
        for before, line in itertools.pairwise(lines):
            if _goes_on(before) and _depth(line) <= _depth(before) and not _goes_with(before, line):
                yield (
                    line.number,
                    "the line above does not end its command: is there a `;` missing?",
                )


def ends(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The last line of a script ends it: the next line is not indented."""
    for run in file.named("RUN"):
        for line in run.lines[1:]:
            if not line.text.startswith("\t"):
                yield line.number, "the line above continues here; should its `\\` be removed?"


def scratch_folder(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """A temporary folder is removed after its last use, and no other folder gets files."""
    for run in file.runs:
        made = [command for command in run if command.starts("mktemp")]
        if not made:
            continue
        uses = [command for command in run if "$scratch" in command.whole]
        if not uses or uses[-1].words != ("rm", "-rf", "$scratch"):
            yield (
                made[0].line,
                'the folder is not removed with `rm -rf "$scratch"` after its last use',
            )
        for command in run:
            target = command.redirects.get(">", "$scratch/")
            inside = target.startswith("$scratch/") or _folder(run, command) == "$scratch"
            if not inside and target != "/dev/null":
                yield command.line, f"{target} is written outside of $scratch, and stays"


def quoted(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Variables are in quotes, so that each value is one word."""
    for run in file.named("RUN"):
        for node in _nodes(run.tree()):
            parent = node.parent.type if node.parent else ""
            if node.type in {"simple_expansion", "expansion"} and parent in {
                "command",
                "for_statement",
            }:
                yield run.line_of(node.start_byte), f"{text_of(node)} is not quoted"


def _nodes(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _folder(run: tuple[Command, ...], until: Command) -> str:
    """Return the folder in which a command runs."""
    before = [command for command in run[: run.index(until)] if command.name == "cd"]
    return before[-1].words[-1] if before else ""


def _goes_on(line: Line) -> bool:
    text = line.text.rstrip().removesuffix("\\").rstrip()
    return not text.endswith(ENDS) and not text.rstrip().endswith(")")


def _goes_with(before: Line, line: Line) -> bool:
    """Return whether two lines are items of one list, or the second closes the first's."""
    closes = CLOSING.match(line.text.strip()) is not None
    return closes or (_depth(line) == _depth(before) and _depth(line) > 1)


def _depth(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip("\t"))


RULES: Final = (
    *(stops_at_failures, hides_no_failure, substitutions_can_fail, laid_out, ends),
    *(scratch_folder, quoted),
)
