"""Names within `[A-Za-z0-9_-]+`, which all engines accept, made without collision."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

is_name: Final = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_OTHER = re.compile(r"[^A-Za-z0-9_-]+")


def slug(text: str) -> str:
    """Return a text with a hyphen for all characters that a name cannot have.

    >>> slug("3.14/slim-trixie")
    '3-14-slim-trixie'
    """
    return _OTHER.sub("-", text).strip("-") or "image"


def names(texts: Iterable[str], reserved: Collection[str] = ()) -> dict[str, str]:
    """Return a name for each text; the name depends only on the set of all texts.

    Texts whose names would be equal, or equal to a reserved one, get a part of their hash. Names
    that differ only in case are equal, because files are called after them.

    >>> names(["1.0", "1-0", "2"])["2"], names(["1.0", "1-0"])["1.0"]
    ('2', '1-0-d0ff5974')
    """
    slugs = {text: slug(text) for text in texts}
    taken = {name.lower() for name in reserved}
    apart: set[str] = set()
    found = slugs
    for number in count():
        times = Counter([name.lower() for name in found.values()])
        equal = {
            text for text, name in found.items() if times[name.lower()] > 1 or name.lower() in taken
        }
        if not equal:
            break
        apart |= equal
        found = {
            text: f"{name}-{_hash(text, number)}" if text in apart else name
            for text, name in slugs.items()
        }
    return found


def _hash(text: str, number: int) -> str:
    """Return a part of the hash of a text, a different one for each number."""
    data = text.encode("utf-8", "surrogateescape") + b"\n" * number
    return hashlib.sha256(data).hexdigest()[:8]
