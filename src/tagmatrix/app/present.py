"""The Dockerfile of an application, from an earlier run or from a person: its options and base."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix import header, references
from tagmatrix.app import application_options, rendering
from tagmatrix.app.report import SourceLine
from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.outline import outline
from tagmatrix.dockerfile.parse import parse
from tagmatrix.dockerfile.stages import stages
from tagmatrix.errors import InputError
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.app.application_options import ApplicationOptions
    from tagmatrix.references import Reference

_FROM: Final = re.compile(r"^FROM (\S+) AS base$", re.MULTILINE)
_MAX_BYTES: Final = 1 << 20
_ARCHITECTURE: Final = "amd64"
"""A person's Dockerfile may have another base for each architecture: this one is checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The Dockerfile of an application, as it is.

    Attributes:
        base: the image of its last stage; None if it is a person's, and this is not known.
        source: the FROM line with the base.
        generated: whether it has the header of tagmatrix; without it, it is a person's.
    """

    text: str
    options: ApplicationOptions
    base: Reference | None
    source: SourceLine
    generated: bool = True


def read(folder: Path) -> Present:
    """Return the Dockerfile of a folder.

    Raises InputError if there is none, or if tagmatrix's was changed so that it can't be read.
    """
    try:
        data = _bytes(folder)
    except OSError as error:
        raise InputError(
            f"{rendering.DOCKERFILE}: {error.strerror}: run tagmatrix app write"
        ) from None
    return _parse(data)


def recall(folder: Path) -> Present | None:
    """Return the Dockerfile of a folder; None if there is none. Raises as `read`."""
    try:
        data = _bytes(folder)
    except OSError:
        return None
    return _parse(data)


def with_base(text: str, name: str) -> str:
    """Return the text of a Dockerfile with another base, and no other change."""
    return _FROM.sub(lambda _: f"FROM {name} AS base", text, count=1)


def _bytes(folder: Path) -> bytes:
    return read_bounded(folder / rendering.DOCKERFILE, _MAX_BYTES).replace(b"\r\n", b"\n")


def _parse(data: bytes) -> Present:
    text = data.decode(errors="replace")
    if not header.is_generated(data, header.APP):
        return _parse_of_person(text)
    match = _FROM.search(text)
    line = text.count("\n", 0, match.start()) + 1 if match else 1
    source = SourceLine(rendering.DOCKERFILE, line)
    again = "run tagmatrix app write --fresh"
    if match is None:
        raise InputError(f"{source}: has no line `FROM … AS base`: {again}")
    try:
        reference = references.parse(match[1])
    except ValueError as error:
        raise InputError(f"{source}: {error}: {again}") from None
    options = application_options.recorded(text, again)
    return Present(text=text, options=options, base=reference, source=source)


def _parse_of_person(text: str) -> Present:
    """Return a person's Dockerfile. It has options if the person removed only the header."""
    base, line = _last_base(text)
    source = SourceLine(rendering.DOCKERFILE, line)
    options = application_options.ApplicationOptions()
    if f"{application_options.BEGIN}--" in text:  # other comments may begin with this word
        options = application_options.recorded(text, "correct this line, or remove it")
    return Present(text=text, options=options, base=base, source=source, generated=False)


def _last_base(text: str) -> tuple[Reference | None, int]:
    """Return the image of a Dockerfile's last stage, and the line that names it."""
    try:
        found = stages(outline(parse(text), keep_instructions=False), _ARCHITECTURE)
    except DockerfileError:
        return None, 0
    if not found:
        return None, 0
    stage = found[-1]
    while stage.parent is not None:
        stage = found[stage.parent]
    try:
        return references.parse(stage.base), stage.line
    except ValueError:
        return None, stage.line
