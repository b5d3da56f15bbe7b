"""What is doubtful in a Dockerfile, although Docker accepts it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.dockerfile.blanks import SPACE
from tagmatrix.dockerfile.docker_rules import DockerfileFinding
from tagmatrix.util.printable import code_point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.instructions import Instruction
    from tagmatrix.dockerfile.parse import Dockerfile

# https://github.com/moby/buildkit/releases/tag/dockerfile%2F1.20.0
_NEWER: Final = {"device": "1.14-labs", "parents": "1.20", "security": "1.20"}

_RUN_BY_SHELL: Final = frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK", "RUN"})
_SHELLS: Final = frozenset({"ash", "bash", "dash", "sh"})
NOT_SPLIT: Final = re.compile(
    r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.|['"]|(?<![^ \t;&|()])#.*""", re.DOTALL
)
"""What a shell does not split into words: quotes, escaped characters, comments. A quote alone ends
in another line."""

_WIDE: Final = re.compile(f"[{''.join(each for each in SPACE if not each.isascii())}]")


def doubts(dockerfile: Dockerfile, text: str, *, windows: bool) -> Iterator[DockerfileFinding]:
    """Yield what is doubtful in the instructions of a Dockerfile, given its text."""
    yield from _unfinished(dockerfile, text)
    yield from _newer(dockerfile)
    if not (windows or text.isascii()):
        yield from _wide_blanks(dockerfile, text)


def _newer(dockerfile: Dockerfile) -> Iterator[DockerfileFinding]:
    """Yield the options that engines refuse whose own Dockerfile syntax is older.

    With `# syntax=`, the engine takes another one than its own.
    """
    if any(directive.name == "syntax" for directive in dockerfile.directives):
        return
    for each in dockerfile.instructions:
        names = {word.removeprefix("--").partition("=")[0] for word in each.options}
        for name in sorted(names & _NEWER.keys()):
            what = f"{each.keyword} --{name} needs {_NEWER[name]} of the Dockerfile syntax"
            text = f"{what}, which older engines do not have: write `# syntax=` at the very top"
            yield DockerfileFinding(each.line, text)


def _unfinished(dockerfile: Dockerfile, text: str) -> Iterator[DockerfileFinding]:
    """Yield the last instruction if its last line says that another one continues it."""
    last = dockerfile.instructions[-1] if dockerfile.instructions else None
    if last and not last.heredocs and text.rstrip().endswith(dockerfile.escape):
        yield DockerfileFinding(
            last.end, f"the last line ends with {dockerfile.escape}: nothing continues it"
        )


def _wide_blanks(dockerfile: Dockerfile, text: str) -> Iterator[DockerfileFinding]:
    """Yield the blanks of Unicode at which a shell on Linux does not split words."""
    shells = [each.arguments for each in dockerfile.instructions if each.keyword == "SHELL"]
    if any(words and words[0].rpartition("/")[2] not in _SHELLS for words in shells):
        return
    lines = text.split("\n")
    for each in dockerfile.instructions:
        command = each.inner or each
        if command.keyword not in _RUN_BY_SHELL or command.json:
            continue
        split = NOT_SPLIT.sub(lambda match: "x" * len(match[0]), each.text.rstrip(SPACE))
        for match in _WIDE.finditer(split):
            number = len(_WIDE.findall(each.text, 0, match.start()))
            yield DockerfileFinding(
                _line_of_wide(each, lines, number),
                f"{code_point(match[0])} looks like a blank, but a shell takes it for a part of a "
                "word: write a blank, or put the word in quotes",
            )


def _line_of_wide(instruction: Instruction, lines: list[str], number: int) -> int:
    """Return the line of a blank of Unicode by its number in the instruction, from 0 on."""
    for at in range(instruction.line, instruction.end + 1):
        line, bare = lines[at - 1], lines[at - 1].lstrip(SPACE)
        if at == instruction.line:
            line = bare
        elif not bare or bare.startswith("#"):
            continue
        number -= len(_WIDE.findall(line))
        if number < 0:
            return at
    return instruction.line
