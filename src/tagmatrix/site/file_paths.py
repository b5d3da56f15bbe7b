"""The paths of the site's files, relative to its top."""

from __future__ import annotations

import hashlib
import re
from typing import Final

ABOVE: Final = ("style.css", "index.html", "index.json")
"""The files above the folders of several images."""
_LONGEST: Final = 150
"""The most characters of an escaped name; file systems allow 255 bytes."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def folder(image: str) -> str:
    """Return the folder of one of several images; no file above the folders has its name.

    >>> folder("python"), folder("a b"), folder("index.html")
    ('python', 'a~20~b', 'index.html~')
    """
    return f"{image}~" if image in ABOVE else safe(image)


def tag_page(tag: str) -> str:
    """Return the page of a tag."""
    return f"tags/{safe(tag)}.html"


def feed(scope: str, name: str, kind: str) -> str:
    """Return a feed: of the family (""), of a cycle, of a tag; as `atom` or `json`.

    >>> feed("", "", "atom"), feed("cycle", "3.14", "json")
    ('feeds/all.atom', 'feeds/cycle/3.14.json')
    """
    return f"feeds/{scope}/{safe(name)}.{kind}" if scope else f"feeds/all.{kind}"


def badge(name: str, kind: str) -> str:
    """Return a badge, as `svg` or `json`."""
    return f"badges/{name}.{kind}"


def safe(name: str) -> str:
    """Return a name as the name of a file: other characters become their code.

    >>> safe("3.14-slim"), safe("a/b"), safe("")
    ('3.14-slim', 'a~2f~b', '~')
    >>> len(safe("<" * 99))
    168
    """
    if not name:  # the cycle of an image without versions
        return "~"
    if _PLAIN.fullmatch(name):
        return name
    found = "".join(c if re.fullmatch(r"[A-Za-z0-9_-]", c) else f"~{ord(c):x}~" for c in name)
    if len(found) <= _LONGEST:
        return found
    return f"{found[:_LONGEST]}~~{hashlib.sha256(name.encode()).hexdigest()[:16]}"
