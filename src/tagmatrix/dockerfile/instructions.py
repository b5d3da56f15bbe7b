"""Instructions with their options and arguments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.dockerfile.blanks import SEPARATOR, SPACE
from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.line_words import split_options, split_values
from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.dockerfile.heredocs import Heredoc

_JSON_LIST: Final = frozenset({"ADD", "COPY", "VOLUME"})
_JSON_OR_TEXT: Final = frozenset({"CMD", "ENTRYPOINT", "RUN", "SHELL"})
_TEXT: Final = frozenset({"MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR"})
_LIST: Final = frozenset({"EXPOSE", "FROM"})
_PAIRS: Final = frozenset({"ENV", "LABEL"})
KEYWORDS: Final = frozenset(
    {*_JSON_LIST, *_JSON_OR_TEXT, *_TEXT, *_LIST, *_PAIRS, "ARG", "HEALTHCHECK", "ONBUILD"}
)
"""The instructions that BuildKit knows."""

HEREDOCS: Final = frozenset({"ADD", "COPY", "RUN"})
"""The instructions that may have here-documents."""


class Instruction(NamedTuple):
    """An instruction of a Dockerfile.

    Attributes:
        keyword: its name in upper case; it may be unknown.
        options: words such as `--from=build`, without quotes.
        arguments: what follows. `ENV` and `LABEL` have names and values in turn; `RUN` in
            shell form has one argument; `ONBUILD` has none, but an instruction.
        json: whether the arguments are a JSON array.
        text: the whole instruction in one line.
        line, end: the first line and the last one, counted from 1.
        heredocs: the here-documents that it opens.
        inner: the instruction after `ONBUILD`.
    """

    keyword: str
    options: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    json: bool = False
    text: str = ""
    line: int = 0
    end: int = 0
    heredocs: tuple[Heredoc, ...] = ()
    inner: Instruction | None = None

    @property
    def opens_heredocs(self) -> bool:
        """Return whether a here-document may begin in it."""
        own = self.inner if self.keyword == "ONBUILD" and self.inner else self
        return own.keyword in HEREDOCS and not own.json

    def option(self, name: str) -> str | None:
        """Return the value of the last `--name=value`, or None."""
        beginning = f"--{name}="
        found = [word for word in self.options if word.startswith(beginning)]
        return found[-1].removeprefix(beginning) if found else None


def read_instruction(
    text: str, escape: str, line: int, end: int, *, inside: bool = False
) -> Instruction:
    """Return the instruction of a line whose continued lines are joined.

    Args:
        text: the line.
        escape: the escape character.
        line: the number of its first line.
        end: the number of its last line.
        inside: whether it follows `ONBUILD`.

    Raises DockerfileError for arguments that BuildKit's parser refuses.
    """
    word, *rest = SEPARATOR.split(text.strip(SPACE), 1)
    keyword = word.upper()
    options, arguments = split_options(rest[0]) if rest else ((), "")
    arguments = arguments.strip(SPACE)
    inner = None
    values: Sequence[str] = ()
    is_json = False
    if keyword != "ONBUILD":
        try:
            values, is_json = _read_arguments(keyword, arguments, escape)
        except ValueError as error:
            raise DockerfileError(line, f"{keyword}: {error}") from None
    elif arguments and not inside:  # only one level: BuildKit refuses ONBUILD ONBUILD
        inner = read_instruction(arguments, escape, line, end, inside=True)
    return Instruction(
        keyword=keyword,
        options=options,
        arguments=tuple(values),
        json=is_json,
        text=text,
        line=line,
        end=end,
        inner=inner,
    )


def _read_arguments(keyword: str, text: str, escape: str) -> tuple[Sequence[str], bool]:
    """Return the arguments, and whether they are a JSON array. Raises ValueError."""
    if not text or keyword not in KEYWORDS:
        return (), False
    if keyword == "HEALTHCHECK":
        kind, *rest = SEPARATOR.split(text, 1)
        command, is_json = _read_arguments("CMD", rest[0] if rest else "", escape)
        return (kind, *command), is_json
    if keyword in _JSON_OR_TEXT or keyword in _JSON_LIST:
        found = _read_json(text)
        if found is not None:
            return found, True
    return _read_words(keyword, text, escape), False


def _read_words(keyword: str, text: str, escape: str) -> Sequence[str]:
    """Return the arguments that are not a JSON array. Raises ValueError."""
    if keyword in _TEXT or keyword in _JSON_OR_TEXT:
        return (text,)
    if keyword in _LIST or keyword in _JSON_LIST:
        return SEPARATOR.split(text)
    words = split_values(text, escape)
    return _pairs(words, text) if keyword in _PAIRS else words


def _read_json(text: str) -> list[str] | None:
    """Return the texts of a JSON array; None if it is not one. Raises ValueError."""
    if not text.startswith("["):
        return None
    try:
        values = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        values = [None]
    except ValueError:
        return None  # a shell's text, such as `[ -e /file ]`
    if not all(isinstance(value, str) for value in values):
        raise ValueError("a JSON array has only texts here: write all of them with quotes")
    return list(values)


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN is not JSON


def _pairs(words: Sequence[str], text: str) -> list[str]:
    """Return names and values in turn. Raises ValueError."""
    if not words:
        return []
    if "=" not in words[0]:  # the old form: ENV name value
        parts = SEPARATOR.split(text, 1)
        if len(parts) == 1:
            raise ValueError(f"{shown(text)} has no value: write name=value")
        return parts
    found: list[str] = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise ValueError(f"{shown(word)} has no value: write name=value")
        found += (name, value)
    return found
