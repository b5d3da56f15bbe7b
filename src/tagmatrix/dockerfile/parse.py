"""Read a Dockerfile: lines, comments, continued lines, here-documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.dockerfile.blanks import SPACE
from tagmatrix.dockerfile.directives import read_directives
from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.instructions import read_instruction
from tagmatrix.problems import shown

if TYPE_CHECKING:
    from tagmatrix.dockerfile.directives import Directive
    from tagmatrix.dockerfile.heredocs import Heredoc
    from tagmatrix.dockerfile.instructions import Instruction

DEFAULT_ESCAPE: Final = "\\"
_ARITHMETIC: Final = "; in arithmetic, write << without blanks, as in $((1<<n))"


class Dockerfile(NamedTuple):
    """A Dockerfile.

    Attributes:
        directives: the parser directives at its top.
        escape: the character that continues lines and escapes others.
        instructions: what BuildKit's parser accepts.
        refused: why it refuses other lines.
    """

    directives: tuple[Directive, ...] = ()
    escape: str = DEFAULT_ESCAPE
    instructions: tuple[Instruction, ...] = ()
    refused: tuple[DockerfileError, ...] = ()


def parse(text: str, *, strict: bool = True) -> Dockerfile:
    r"""Return the instructions of a Dockerfile.

    Args:
        text: the Dockerfile.
        strict: whether the first error is raised. Otherwise the result has all errors.

    Raises:
        DockerfileError: BuildKit's parser refuses the text.

    >>> found = parse("FROM a\nRUN <<EOF\nFROM no\nEOF\nCMD [\"x\"]\n").instructions
    >>> [(each.keyword, each.line, each.arguments) for each in found]
    [('FROM', 1, ('a',)), ('RUN', 2, ('<<EOF',)), ('CMD', 5, ('x',))]
    """
    lines = text.removeprefix("\ufeff").split("\n")
    if not lines[-1]:
        lines.pop()
    directives, wrong = read_directives(lines)
    refused = [*wrong]
    chosen = [directive.value for directive in directives if directive.name == "escape"]
    escape = chosen[0] if chosen else DEFAULT_ESCAPE
    reader = _InstructionReader(lines, escape)
    instructions: list[Instruction] = []
    while not (refused and (strict or refused[-1].unread)):
        try:
            instruction = reader.read()
        except DockerfileError as error:
            refused.append(error)
            continue
        if instruction is None:
            break
        instructions.append(instruction)
    if strict and refused:
        raise refused[0]
    return Dockerfile(directives, escape, tuple(instructions), tuple(refused))


class _InstructionReader:
    """Reads one instruction after the other."""

    def __init__(self, lines: list[str], escape: str) -> None:
        self._lines = lines
        self._escape = escape
        self._at = 0

    def read(self) -> Instruction | None:
        """Return the next instruction; None at the end."""
        lines = self._lines
        while self._at < len(lines):
            line = lines[self._at].rstrip("\r").lstrip(SPACE)
            self._at += 1
            if line and not line.startswith("#"):
                return self._instruction(line, self._at)
        return None

    def _instruction(self, first: str, number: int) -> Instruction:
        text = self._joined(first)
        try:
            instruction = read_instruction(text, self._escape, number, self._at)
        except DockerfileError as error:
            error.text, error.end = text, self._at
            raise
        if "<<" not in text or not instruction.opens_heredocs:
            return instruction
        from tagmatrix.dockerfile.heredocs import openings  # noqa: PLC0415 (few Dockerfiles need it)

        try:
            opened = openings(text)
        except ValueError as error:
            reason = f"invalid here-document: {error}"  # the next lines may be its content
            raise DockerfileError(number, reason, unread=True) from None
        hint = _ARITHMETIC if "((" in text else ""
        heredocs = tuple([self._filled(heredoc, number, hint) for heredoc in opened])
        return instruction._replace(end=self._at, heredocs=heredocs)

    def _joined(self, line: str) -> str:
        """Return a line with the lines that continue it; blank lines and comments are left out."""
        pieces = []
        lines, escape, at = self._lines, self._escape, self._at
        bare = line.rstrip(" \t")
        while bare.endswith(escape) and not bare.endswith(escape, 0, -1):
            pieces.append(bare[:-1])
            line = bare = ""
            while at < len(lines) and not bare:
                line = lines[at].rstrip("\r")
                at += 1
                start = line.lstrip(SPACE)
                bare = line.rstrip(" \t") if start and not start.startswith("#") else ""
        self._at = at
        return "".join([*pieces, line if bare else ""]) if pieces else line

    def _filled(self, heredoc: Heredoc, number: int, hint: str) -> Heredoc:
        """Return a here-document with its lines. Raise DockerfileError if it has no end."""
        content: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            end = line.rstrip("\r")
            if (end.lstrip("\t") if heredoc.tabs else end) == heredoc.name:
                return heredoc._replace(content="".join(content))
            content.append(f"{line}\n")
        reason = f"the here-document {shown(heredoc.name)} has no end: add a line with this word"
        raise DockerfileError(number, reason + hint, unread=True)
