r"""Parses a Dockerfile into instructions, and the script of a RUN into commands.

tree-sitter parses the scripts; a script that it can't parse breaks a rule.
https://docs.docker.com/reference/dockerfile/

>>> file = parse("FROM debian\nRUN set -eux; \\\n\t#\n\twget -O a 'https://b'; \\\n\ttar -xf a\n")
>>> [(command.line, command.words) for command in file.commands]
[(2, ('set', '-eux')), (4, ('wget', '-O', 'a', 'https://b')), (5, ('tar', '-xf', 'a'))]
"""

from __future__ import annotations

import bisect
import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import tree_sitter
import tree_sitter_bash
import tree_sitter_powershell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_DIRECTIVE: Final = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*$")
_FLAG: Final = re.compile(r"--([a-z]+)(?:=(\S*))?(?:\s+|$)")
_LANGUAGES: Final = {
    "sh": tree_sitter.Language(tree_sitter_bash.language()),
    "powershell": tree_sitter.Language(tree_sitter_powershell.language()),
}
_SIMPLE: Final = frozenset(
    {"command", "declaration_command", "variable_assignment", "test_command"}
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, with its number."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a script, with its words without quotes.

    `words` of `A=b` are ("=", "A", "b"), and those of `[ -e a ]` are ("[", "-e a").
    `redirects` has the files of `<` and `>`. `whole` is the unchanged text.
    """

    line: int
    words: tuple[str, ...]
    redirects: Mapping[str, str]
    whole: str

    @property
    def name(self) -> str:
        """Return the first word."""
        return self.words[0]

    def starts(self, *words: str) -> bool:
        """Return whether the command begins with these words."""
        return self.words[: len(words)] == words

    def option(self, name: str) -> str | None:
        """Return the word after an option."""
        at = self.words.index(name) + 1 if name in self.words else 0
        return self.words[at] if 0 < at < len(self.words) else None


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction: `lines` without comments; `value` is the joined lines."""

    name: str
    flags: tuple[str, ...]
    value: str
    lines: tuple[Line, ...]
    starts: tuple[int, ...]
    language: str

    @property
    def line(self) -> int:
        """Return the number of its first line."""
        return self.lines[0].number

    def line_of(self, offset: int) -> int:
        """Return the line of a byte of `value`."""
        return self.lines[bisect.bisect_right(self.starts, offset) - 1].number

    def tree(self) -> tree_sitter.Node:
        """Return the syntax tree of a RUN's script."""
        return _parser(self.language).parse(self.value.encode()).root_node


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A parsed file."""

    directives: Mapping[str, str]
    instructions: tuple[Instruction, ...]
    runs: tuple[tuple[Command, ...], ...]

    @property
    def commands(self) -> tuple[Command, ...]:
        """Return the commands of all RUNs, in order."""
        return tuple(command for run in self.runs for command in run)

    def named(self, name: str) -> list[Instruction]:
        """Return the instructions of one name."""
        return [one for one in self.instructions if one.name == name]

    def environment(self) -> dict[str, str]:
        """Return the variables that ENV sets."""
        pairs = (one.value.partition("=") for one in self.named("ENV"))
        return {name: value for name, _, value in pairs}

    @property
    def base(self) -> str:
        """Return the image of the last FROM, if there is one."""
        stages = self.named("FROM")
        return stages[-1].value if stages else ""


@functools.cache
def _parser(language: str) -> tree_sitter.Parser:
    return tree_sitter.Parser(_LANGUAGES[language])


def parse(text: str) -> Dockerfile:
    """Parse a Dockerfile; the rules report the mistakes in it."""
    directives = _directives(text)
    escape = directives.get("escape", "\\")
    language = "sh"
    instructions: list[Instruction] = []
    for lines in _logical_lines(text, escape):
        instruction = _instruction(lines, escape, language)
        if instruction.name == "SHELL":
            language = "powershell" if "powershell" in instruction.value else "sh"
        instructions.append(instruction)
    runs = [one for one in instructions if one.name == "RUN" and one.language == "sh"]
    return Dockerfile(directives, tuple(instructions), tuple(commands(run) for run in runs))


def commands(
    run: Instruction, skipped: Callable[[tree_sitter.Node], bool] = lambda _: False
) -> tuple[Command, ...]:
    """Return the commands of a RUN, except those inside of nodes that are skipped."""
    return tuple(_commands(run, run.tree(), skipped))


def _directives(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.split("\n"):
        match = _DIRECTIVE.match(line)
        if match is None:
            break
        found[match[1].lower()] = match[2]
    return found


def _logical_lines(text: str, escape: str) -> Iterator[tuple[Line, ...]]:
    """Join lines like Docker: without comments and empty lines in an instruction."""
    lines: list[Line] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#") or not line.strip():
            continue
        lines.append(Line(number, line))
        if not line.rstrip().endswith(escape):
            yield tuple(lines)
            lines = []
    if lines:
        yield tuple(lines)


def _instruction(lines: tuple[Line, ...], escape: str, language: str) -> Instruction:
    first, *rest = (line.text.rstrip().removesuffix(escape) for line in lines)
    name, _, begun = first.partition(" ")
    flags: list[str] = []
    while match := _FLAG.match(begun):
        flags.append(match[1])
        begun = begun[match.end() :]
    value, starts = begun, [0]
    for text in rest:
        # Not a newline, although it is one for the shell: each line must keep its own position.
        starts.append(len(value.encode()))
        value += text
    return Instruction(name, tuple(flags), value.strip(), lines, tuple(starts), language)


def _commands(
    run: Instruction, node: tree_sitter.Node, skipped: Callable[[tree_sitter.Node], bool]
) -> Iterator[Command]:
    if skipped(node):
        return
    if node.type in _SIMPLE:
        parent = node.parent
        redirects = _redirects(parent) if parent and parent.type == "redirected_statement" else {}
        words = tuple(_words(node))
        if words:
            yield Command(run.line_of(node.start_byte), words, redirects, text_of(node))
    for child in node.named_children:
        if not (node.type == "declaration_command" and child.type == "variable_assignment"):
            yield from _commands(run, child, skipped)


def _words(node: tree_sitter.Node) -> Iterator[str]:
    if node.type == "variable_assignment":
        name, _, value = text_of(node).partition("=")
        yield from ("=", name, plain(value))
    elif node.type == "test_command":
        yield from ("[", text_of(node).strip("[] "))
    elif node.type == "declaration_command":
        yield from text_of(node).split(maxsplit=1)
    else:
        yield from (plain(text_of(child)) for child in node.named_children)


def _redirects(node: tree_sitter.Node) -> dict[str, str]:
    redirects = (child for child in node.named_children if child.type == "file_redirect")
    texts = (text_of(child) for child in redirects)
    return {text[0]: plain(text[1:].strip()) for text in texts}


def text_of(node: tree_sitter.Node) -> str:
    """Return the text of a node."""
    return node.text.decode() if node.text else ""


def plain(word: str) -> str:
    """Return a word without the quotes around it.

    >>> plain('"$a"'), plain("'b'"), plain('c')
    ('$a', 'b', 'c')
    """
    quoted = len(word) > 1 and word[0] == word[-1] and word[0] in "\"'"
    return word[1:-1] if quoted else word
