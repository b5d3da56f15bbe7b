"""Decode the bytes of a YAML document; check their size, encoding and characters."""

from __future__ import annotations

from typing import Any, Final

import yaml

from tagmatrix.config.yaml.syntax import failure
from tagmatrix.problems import Place

MAX_BYTES: Final = 4 * 1024 * 1024

_FOREIGN: Final[Any] = yaml.reader.Reader.NON_PRINTABLE


def decode(data: bytes, file: str) -> str:
    """Return the text of a document. Raises ConfigError if it is too long or not UTF-8."""
    if len(data) > MAX_BYTES:
        message = (
            f"the file has {len(data):,} bytes, and the limit is {MAX_BYTES:,}; "
            "check that it is the right file"
        )
        raise failure(file, message, Place(1, 1))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        message = "the file is UTF-16 or UTF-32; save it as UTF-8"
        raise failure(file, message, Place(1, 1))
    if data.startswith(b"\xef\xbb\xbf"):
        message = "the file begins with a byte order mark; save it as UTF-8 without BOM"
        raise failure(file, message, Place(1, 1))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = _place_of(before.decode(), len(before.decode()))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise failure(file, message, place) from None
    if foreign := _FOREIGN.search(text):
        message = f"the character U+{ord(foreign[0]):04X} is not allowed in YAML; remove it"
        raise failure(file, message, _place_of(text, foreign.start()))
    return text


def _place_of(text: str, index: int) -> Place:
    """Return the place of a character by its index."""
    lines = f"{text[:index]}.".splitlines()  # the line breaks of the parser
    return Place(len(lines), len(lines[-1]))
