"""The Dockerfile that an earlier run wrote: its options and its base."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix import header, references
from tagmatrix.app import application_options, rendering
from tagmatrix.app.report import SourceLine
from tagmatrix.errors import InputError
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.app.application_options import ApplicationOptions
    from tagmatrix.references import Reference

_FROM: Final = re.compile(r"^FROM (\S+) AS base$", re.MULTILINE)
_MAX_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The Dockerfile of an application, as it is; `source` is its FROM line."""

    text: str
    options: ApplicationOptions
    base: Reference
    source: SourceLine


def read(folder: Path) -> Present:
    """Return the Dockerfile of a folder. Raises InputError unless tagmatrix wrote it."""
    try:
        data = _bytes(folder)
    except OSError as error:
        raise InputError(
            f"{rendering.DOCKERFILE}: {error.strerror}: run tagmatrix app write"
        ) from None
    if not header.is_generated(data, header.APP):
        raise InputError(
            f"{rendering.DOCKERFILE}: has no header of tagmatrix, so it is a person's: "
            "tagmatrix app write --force replaces it"
        )
    return _parse(data)


def recall(folder: Path) -> Present | None:
    """Return the Dockerfile of a folder; None if there is none that tagmatrix wrote.

    Raises InputError if it was changed so that it can't be read.
    """
    try:
        data = _bytes(folder)
    except OSError:
        return None
    return _parse(data) if header.is_generated(data, header.APP) else None


def with_base(text: str, name: str) -> str:
    """Return the text of a Dockerfile with another base, and no other change."""
    return _FROM.sub(lambda _: f"FROM {name} AS base", text, count=1)


def _bytes(folder: Path) -> bytes:
    return read_bounded(folder / rendering.DOCKERFILE, _MAX_BYTES).replace(b"\r\n", b"\n")


def _parse(data: bytes) -> Present:
    text = data.decode(errors="replace")
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
    return Present(
        text=text, options=application_options.recorded(text), base=reference, source=source
    )
