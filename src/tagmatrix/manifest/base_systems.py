"""Names of base systems and of their releases, as words of tags."""

from __future__ import annotations

import re
from typing import Final

# Names of releases of base systems, for images whose manifest does not show them.
# https://www.debian.org/releases/ and https://wiki.ubuntu.com/Releases
_DEBIAN: Final = frozenset(
    {"wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke"}
    | {"sid"}
)
_UBUNTU: Final = frozenset(
    {"trusty", "xenial", "bionic", "focal", "jammy", "noble", "plucky", "questing", "resolute"}
    | {"artful", "cosmic", "disco", "eoan", "groovy", "hirsute", "impish", "kinetic", "lunar"}
    | {"mantic", "oracular", "stonking", "vivid", "wily", "yakkety", "zesty"}
)
# Base systems with numbered releases: the family stays when the number changes.
_FAMILIES: Final = (
    "alpine|ubi|debian|ubuntu|centos|fedora|rockylinux|oraclelinux|oracle|ol|al|"
    "amazonlinux|rhel|leap"
)
_NUMBERED: Final = re.compile(rf"(?P<family>{_FAMILIES})(?P<release>\d[\d.]*)")
_FAMILY: Final = re.compile(_FAMILIES)
_RELEASE: Final = re.compile(r"\d[\d.]*")
_EDITIONS: Final = frozenset({"windowsservercore", "nanoserver", "servercore"})
_WINDOWS: Final = re.compile(r"ltsc\d{4}|sac\d{4}|1[5-9]\d\d|\d\dH[12]|200\d", re.IGNORECASE)


def split_suite(word: str, before: str = "") -> tuple[str, str] | None:
    """Return the family and the release that a word names; the family may be empty.

    `before` is the word before it. None if the word does not name a release of a base system.

    >>> split_suite("trixie"), split_suite("alpine3.24"), split_suite("slim")
    (('', 'trixie'), ('alpine', '3.24'), None)
    >>> split_suite("3.24", "alpine"), split_suite("1809", "nanoserver"), split_suite("3.24")
    (('', '3.24'), ('', '1809'), None)
    """
    if word in _DEBIAN or word in _UBUNTU:
        return "", word
    if before in _EDITIONS:
        return ("", word) if _WINDOWS.fullmatch(word) else None
    if match := _NUMBERED.fullmatch(word):
        return match["family"], match["release"]
    if is_family(before) and _RELEASE.fullmatch(word):
        return "", word
    return None


def is_family(word: str) -> bool:
    """Return whether a word is a family of numbered releases: `alpine`."""
    return _FAMILY.fullmatch(word) is not None
