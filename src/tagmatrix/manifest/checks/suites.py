"""Check that tags with the name of a suite are built from that suite."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.bases import Bases
    from tagmatrix.manifest.checks.document import Document, Finding
    from tagmatrix.manifest.family import Family, FamilyMember

# https://www.debian.org/releases/ and https://wiki.ubuntu.com/Releases
_CODENAMES: Final = frozenset(
    (
        *(
            "wheezy",
            "jessie",
            "stretch",
            "buster",
            "bullseye",
            "bookworm",
            "trixie",
            "forky",
            "duke",
        ),
        *("precise", "trusty", "xenial", "bionic", "focal", "jammy", "noble", "resolute"),
        *("artful", "cosmic", "disco", "eoan", "groovy", "hirsute", "impish", "kinetic"),
        *("duke", "lunar", "mantic", "oracular", "plucky", "questing"),
    )
)
_ALPINE: Final = re.compile(r"alpine(\d+\.\d+)", re.ASCII)
_ALPINE_VERSION: Final = re.compile(r"(\d+\.\d+)(?:\.\d+)?(?:_\w+)?", re.ASCII)


def check_suites(
    family: Family, document: Document, image: FamilyMember, bases: dict[str, Bases]
) -> Iterator[Finding]:
    """Yield tags that name another suite than that of the image's base."""
    wrong: dict[tuple[str, str, str], None] = {}
    for architecture, found in bases.items():
        actual = _suite_of(family, found.last, architecture)
        if actual:
            for tag in image.entry.tags:
                named = _named(tag)
                if named and named != actual:
                    wrong.setdefault((named, actual, found.last))
    for named, actual, base in wrong:
        problem = f"its tags say {named}, but its base {base} is {actual}: change one of them"
        yield document.about("base-suite", image.entry, problem)


def _named(tag: str) -> str:
    """Return the suite that a tag names; empty if it names none.

    >>> _named("8.10-alpine3.24"), _named("8-slim-trixie"), _named("8")
    ('alpine3.24', 'trixie', '')
    """
    for word in reversed(tag.split("-")):
        if word in _CODENAMES or _ALPINE.fullmatch(word):
            return word
    return ""


def _suite_of(family: Family, base: str, architecture: str) -> str:
    """Return the suite of a base, if necessary that of the image it is built from."""
    seen: set[str] = set()
    while base and base not in seen:
        seen.add(base)
        name, _, tag = base.partition("@")[0].partition(":")
        if name == "alpine":
            match = _ALPINE_VERSION.fullmatch(tag)
            return f"alpine{match[1]}" if match else ""
        if named := _named(tag):
            return named
        owners = family.find(base, architecture)
        found = family.bases_of(owners[0]).get(architecture) if owners else None
        base = found.last if found else ""
    return ""
