"""BuildKit's own parser as a reference, through the package `dockerfile`."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import dockerfile

from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.instructions import KEYWORDS
from tagmatrix.dockerfile.parse import parse

if TYPE_CHECKING:
    from tagmatrix.dockerfile.instructions import Instruction

# The package has BuildKit 0.12. Later ones know blanks after `<<`, more operators in `${...}`
# beside a here-document, and the directive `check`. It also reads options and HEALTHCHECK byte
# by byte, and so spoils letters beyond ASCII there.
_LATER: Final = re.compile(
    r"<<-?\s|\$\{\w+:?[#%/]|^[ \t]*#[ \t]*check[ \t]*=|(?:--|HEALTHCHECK).*[^\x00-\x7f]",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Read:
    """What both parsers say about an instruction."""

    keyword: str
    inner: str
    json: bool
    lines: tuple[int, int]
    options: tuple[str, ...]
    arguments: tuple[str, ...]
    heredocs: tuple[tuple[str, int, str], ...]


def differs_on_purpose(text: str) -> bool:
    """Return whether a text has what only later versions of BuildKit read as tagmatrix does."""
    joined = re.sub(r"[\\`][ \t]*\r?\n", "", text)
    return _LATER.search(text) is not None or _LATER.search(joined) is not None


def theirs(text: str) -> list[Read] | None:
    """Return what BuildKit's parser reads; None if it refuses the text."""
    try:
        found = dockerfile.parse_string(text)
    except dockerfile.GoParseError:
        return None
    if any(command.json and _goes_on(command.original) for command in found):
        return None
    return [
        Read(
            keyword=(command.cmd or "").upper(),
            inner=(command.sub_cmd or "").upper(),
            json=command.json,
            lines=(command.start_line, command.end_line),
            options=command.flags,
            arguments=command.value if _is_known(command.sub_cmd or command.cmd) else (),
            heredocs=tuple(
                (each.name, each.file_descriptor, each.content) for each in command.heredocs
            ),
        )
        for command in found
    ]


def _goes_on(text: str) -> bool:
    """Return whether there is text after a JSON array, which later versions do not accept."""
    start = text.index("[")
    with contextlib.suppress(ValueError):
        _, end = json.JSONDecoder().raw_decode(text, start)
        return bool(text[end:].strip())
    return True


def _is_known(keyword: str | None) -> bool:
    return (keyword or "").upper() in KEYWORDS - {"ONBUILD"}


def ours(text: str) -> list[Read] | str:
    """Return what tagmatrix reads, or its error."""
    try:
        found = parse(text)
    except DockerfileError as error:
        return str(error)
    return [_read(instruction) for instruction in found.instructions]


def _read(instruction: Instruction) -> Read:
    own = instruction.inner or instruction
    return Read(
        keyword=instruction.keyword,
        inner=instruction.inner.keyword if instruction.inner else "",
        json=own.json,
        lines=(instruction.line, instruction.end),
        options=instruction.options,
        arguments=own.arguments,
        heredocs=tuple(
            (each.name, each.descriptor, each.content)
            for each in instruction.heredocs
            if instruction.inner is None  # the package does not show those of ONBUILD
        ),
    )
