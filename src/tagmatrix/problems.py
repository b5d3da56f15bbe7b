"""Problems in a file: the place, what is wrong and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

ValuePath: TypeAlias = "tuple[str | int, ...]"

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z", re.ASCII)
_SHOWN_LENGTH = 80

MAX_PROBLEMS: Final = 200
"""The largest number of problems in one report: a longer list does not help."""


class Place(NamedTuple):
    """A position in a text: line and column, both counted from 1."""

    line: int
    column: int


class Problem(NamedTuple):
    """One problem.

    `path` names the value (`releases["3.14"].version`); `place` is its position
    in the file, if it is known.
    """

    path: ValuePath
    message: str
    place: Place | None = None

    def text(self, file: str) -> str:
        """Return `file:line:column: path: message`, without the parts that are not known."""
        where = format_place(file, *((self.place.line, self.place.column) if self.place else ()))
        dotted = format_path(self.path)
        return printable(": ".join(filter(None, [where, dotted, self.message])))


class ConfigError(InputError):
    """All problems of a file.

    `problems` is in the order of the file; the text of the error has a line for
    each of the first MAX_PROBLEMS.
    """

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        """Take the file's name as the user gave it, and at least one problem."""
        self.file = file
        self.problems = in_order(problems)
        lines = [problem.text(file) for problem in self.problems[:MAX_PROBLEMS]]
        if len(self.problems) >= MAX_PROBLEMS:
            lines.append(f"{file}: there may be more; fix these {MAX_PROBLEMS} first")
        super().__init__("\n".join(lines))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in the order of the file; those without a place come first."""
    nowhere = Place(0, 0)
    return tuple(sorted(problems, key=lambda problem: problem.place or nowhere))


def format_place(file: str, *numbers: int | None) -> str:
    """Write a place in a file; `numbers` are the line and the column, if they are known.

    >>> format_place("versions.yaml", 3, 5), format_place("library/python", None)
    ('versions.yaml:3:5', 'library/python')
    """
    return ":".join([file, *(str(number) for number in numbers if number is not None)])


def format_path(path: ValuePath) -> str:
    """Return the path of a value as people write it.

    >>> format_path(("releases", "3.14", "aliases", 0))
    'releases["3.14"].aliases[0]'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _BARE.match(part):
            text += f".{part}" if text else part
        else:
            text += f'["{shown(part)}"]'
    return text


def shown(text: str) -> str:
    """Return a text of the file for a message: only its beginning if it is long.

    >>> shown("3.14"), len(shown("3" * 5000))
    ('3.14', 80)
    """
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"


def printable(text: str, keep: str = "") -> str:
    r"""Write control characters as escapes, because a terminal would obey them.

    >>> printable("a\x1b[31m"), printable("a\nb", keep="\n")
    ('a\\x1b[31m', 'a\nb')
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in keep
        else character.encode("unicode_escape").decode()
        for character in text
    )
