"""The parts of tags: versions, and names of releases of base systems.

This module applies to all official images. `tagmatrix.diff.infer` infers the rest from a
manifest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# 3.14.6, 3.15.0b3, v3.7, 8u392, 21.0.1_12, 19beta3
_VERSION: Final = re.compile(
    r"v?(?P<numbers>\d+(?:[._u+]\d+)*)(?:[._]?(?P<stage>alpha|a|beta|b|rc|c|dev|preview|pre|ea|m)"
    r"[._]?(?P<number>\d*))?",
    re.IGNORECASE,
)
# Words after a dash that belong to the version: 3.14-rc, 3.5-dev5, 8u392-b08.
_MORE: Final = re.compile(
    r"(?P<stage>alpha|beta|rc|dev|preview|pre|ea|nightly|snapshot)[._]?(?P<number>\d*)"
    r"|b(?P<build>\d+)|(?P<date>\d{8}(?:\.\d+)?)",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"(?<!\d)\d{8}(?:\.\d+)?(?!\d)")
_STAGES: Final = {
    "nightly": 0,
    "snapshot": 0,
    "dev": 0,
    "ea": 1,
    "pre": 1,
    "a": 2,
    "alpha": 2,
    "m": 2,
    "b": 3,
    "beta": 3,
    "preview": 3,
    "c": 4,
    "rc": 4,
}
_FINAL: Final = 9

# Names of releases of base systems, for images whose manifest does not show them.
# https://www.debian.org/releases/ and https://wiki.ubuntu.com/Releases
_DEBIAN: Final = frozenset(
    {"wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke"}
)
_UBUNTU: Final = frozenset(
    {"trusty", "xenial", "bionic", "focal", "jammy", "noble", "plucky", "questing", "resolute"}
)
# Base systems with numbered releases: the family stays when the number changes.
_NUMBERED: Final = re.compile(
    r"(?P<family>alpine|ubi|debian|ubuntu|centos|fedora|rockylinux|oraclelinux|oracle|ol|al|"
    r"amazonlinux|rhel|leap)(?P<release>\d[\d.]*)"
)
_WINDOWS: Final = re.compile(r"ltsc\d{4}|sac\d{4}|1[5-9]\d\d|\d\dH[12]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Version:
    """A version that can be compared.

    `text` is the version as in the tag. `stage` is None for a final release; for a
    pre-release it is the rank of its kind and its number (None if it has no number).
    """

    text: str
    numbers: tuple[int, ...]
    stage: tuple[int, int | None] | None = None

    @property
    def is_final(self) -> bool:
        """Return whether it is a final release."""
        return self.stage is None

    @property
    def base(self) -> str:
        """Return the numbers only: the final version of a pre-release."""
        return ".".join(map(str, self.numbers))

    @property
    def order(self) -> tuple[tuple[int, ...], int, int]:
        """Return a sort key, in which trailing zeros do not count."""
        numbers = self.numbers
        while numbers and not numbers[-1]:
            numbers = numbers[:-1]
        rank, number = self.stage or (_FINAL, 0)
        return numbers, rank, number or 0

    @property
    def precision(self) -> tuple[int, bool]:
        """Return how exact it is: 3.14.6 is more exact than 3.14, and 3.14rc1 than 3.14-rc."""
        return len(self.numbers), self.stage is not None and self.stage[1] is not None


@lru_cache(maxsize=4096)
def read_version(text: str) -> Version | None:
    """Return the version of a text, or None if it is not a version.

    >>> read_version("3.15.0b3").order < read_version("3.15.0").order
    True
    >>> read_version("8u392-b08").numbers, read_version("slim")
    ((8, 392, 8), None)
    """
    first, *more = text.split("-")
    match = _VERSION.fullmatch(first)
    if match is None:
        return None
    numbers = [int(number) for number in re.findall(r"\d+", match["numbers"])]
    stage = _stage(match["stage"], match["number"])
    for word in more:
        extra = _MORE.fullmatch(word)
        if extra is None:
            return None
        if extra["stage"]:
            stage = _stage(extra["stage"], extra["number"])
        else:
            numbers += [int(part) for part in (extra["build"] or extra["date"]).split(".")]
    return Version(text, tuple(numbers), stage)


def split_version(tag: str) -> tuple[str, str]:
    """Return the version at the beginning of a tag, and the rest of the tag.

    A pre-release word at the end belongs to the version.

    >>> split_version("3.14-rc-slim-trixie"), split_version("13.0-ubi-rc")
    (('3.14-rc', 'slim-trixie'), ('13.0-rc', 'ubi'))
    >>> split_version("3.14"), split_version("slim-trixie")
    (('3.14', ''), ('', 'slim-trixie'))
    """
    words = tag.split("-")
    if not _VERSION.fullmatch(words[0]):
        return "", tag
    end = 1
    while end < len(words) and _MORE.fullmatch(words[end]):
        end += 1
    version, rest = words[:end], words[end:]
    if end == 1 and len(rest) > 1 and (last := _MORE.fullmatch(rest[-1])) and last["stage"]:
        version.append(rest.pop())
    return "-".join(version), "-".join(rest)


def without_dates(tag: str) -> str:
    """Return a tag with `*` in place of each date, to compare it with tags of other dates.

    >>> without_dates("bookworm-20260803-slim")
    'bookworm-*-slim'
    """
    return _DATE.sub("*", tag)


def split_suite(word: str, before: str = "") -> tuple[str, str] | None:
    """Return the family and the release that a word names; the family may be empty.

    `before` is the word before it. None if the word does not name a release of a base system.

    >>> split_suite("trixie"), split_suite("alpine3.24"), split_suite("slim")
    (('', 'trixie'), ('alpine', '3.24'), None)
    """
    if word in _DEBIAN or word in _UBUNTU:
        return "", word
    if before in {"windowsservercore", "nanoserver", "servercore"} and _WINDOWS.fullmatch(word):
        return "", word
    if match := _NUMBERED.fullmatch(word):
        return match["family"], match["release"]
    return None


def is_family(word: str) -> bool:
    """Return whether a word is a family of numbered releases: `alpine`."""
    return _NUMBERED.fullmatch(f"{word}1") is not None


def _stage(word: str | None, number: str | None) -> tuple[int, int | None] | None:
    if not word:
        return None
    return _STAGES[word.lower()], int(number) if number else None
