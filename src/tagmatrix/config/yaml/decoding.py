"""Decode the bytes of a YAML document; check their size, encoding and characters."""

from __future__ import annotations

import re
from typing import Final

from tagmatrix.config.yaml import MAX_BYTES
from tagmatrix.config.yaml.syntax import failure
from tagmatrix.problems import Place
from tagmatrix.util.printable import code_point, unprintable

MAX_TAG_DIRECTIVES: Final = 100
"""libyaml compares each %TAG with all before it."""
_TAG_DIRECTIVE: Final = re.compile("^%TAG", re.MULTILINE)


def decode(data: bytes, file: str) -> str:
    """Return the text of a document. Raises ConfigError if it is too long, or not such a text.

    No character may hide a part of the file, not even in comments: U+2028 ends a line in YAML, but
    in few editors.
    """
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
    lines = text.replace("\r\n", " \n")
    if foreign := unprintable(lines, lines=True):
        message = f"the character {code_point(foreign)} is not printable; remove it"
        if foreign == "\r":
            message = "a carriage return (U+000D) alone ends no line; end lines with a line feed"
        raise failure(file, message, _place_of(text, lines.index(foreign)))
    for number, directive in enumerate(_TAG_DIRECTIVE.finditer(text), 1):
        if number > MAX_TAG_DIRECTIVES:
            message = "too many lines begin with %TAG; remove them, because tags are not supported"
            raise failure(file, message, _place_of(text, directive.start()))
    return text


def _place_of(text: str, index: int) -> Place:
    """Return the place of a character by its index."""
    before = text[:index]
    return Place(before.count("\n") + 1, index - before.rfind("\n"))
