"""The loose style: versions as projects write them, beyond PEP 440.

[epoch:] [v] numbers mark*    or epoch!, as in PEP 440
numbers  24.04  2026.07.1  8u502  20260815  2024-11-07  RELEASE.2024-11-07T00-52-20Z
mark     -rc.2  .Beta2  -ea-11  -SNAPSHOT  ~rc1   a pre-release (`pre_release_words`)
         p1  _p2  -v11  9-b181  8u502-b07  6b38   a patch, a revision or a build
         -2  _7  +11  +11-LTS                     the same without a word
         .Final  -ce  -g1a2b3c4                   a word that says nothing, or a commit
         -x.7.z.92  -0.3.7  -alpha.x.3  -x-y-z    a pre-release of SemVer, with another word

A tag has `_` for `+`, so `_` behind the word of a pre-release begins a build: 25-ea_10.

What this grammar does not read, PEP 440 may: `1.0a`, `1.0.post`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.versions.marks import Mark
from tagmatrix.versions.model import Version
from tagmatrix.versions.pre_release_words import AFTER, NEUTRAL, PRE_RELEASES, rank_among

if TYPE_CHECKING:
    from tagmatrix.versions.model import Scheme

_DAY: Final = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_YEAR: Final = r"(?:19|20)\d\d"
_FLAGS: Final = re.ASCII | re.IGNORECASE

_EPOCH: Final = re.compile(r"v?(\d+)[:!]", _FLAGS)
_DATE: Final = re.compile(
    rf"(?:RELEASE\.)?{_YEAR}-{_MONTH}(?:-{_DAY}(?:T\d\d(?:-\d\d){{0,2}}Z?)?)?(?![\d.])", _FLAGS
)
_COMPACT: Final = re.compile(rf"{_YEAR}{_MONTH}{_DAY}(?!\d)", _FLAGS)
_NUMBERS: Final = re.compile(r"v?\d+(?:\.\d+)*(?:u\d+)?", _FLAGS)
_DIGITS: Final = re.compile(r"\d+", _FLAGS)

_SEMVER_DOTS: Final = 2  # 1.0.0
_COUNT: Final = r"\d+(?:\.\d+)*"
_LONG: Final = "|".join(word for word in PRE_RELEASES if len(word) > 1)
_LETTERS: Final = "|".join(word for word in PRE_RELEASES if len(word) == 1)
_AFTER: Final = "|".join(word for word in AFTER if word not in {"b", "v"})
# A word and a number with a dot between, which a suffix such as alpine3.24 does not have.
# -0.3.7 begins with 0, and has three numbers: a revision has one or two (-0.1, -31).
# Words without a number are a suffix (1.0.0-slim-trixie), but not if all have one letter.
_SEMVER: Final = re.compile(
    r"""-(
      (?:(?:[a-z]+[-.])*[a-z]+\.(?:0|[1-9]\d*)|0\.(?:0|[1-9]\d*)\.[0-9a-z-]+)(?:\.[0-9a-z-]+)*
    | (?:[a-z]-)+[a-z]
    )(?=[+_]|$)""",
    _FLAGS | re.VERBOSE,
)
# Java's builds: 6b38, 9-b181, 8u502-b07, 1.8.0_412-b08. Elsewhere `b` is a beta, as in PEP 440:
# 1.2.3-b1.
_ONE_NUMBER: Final = r"(?<=^\d)|(?<=^\d\d)"
_UPDATE: Final = r"(?<=[u_]\d)|(?<=[u_]\d\d)|(?<=[u_]\d\d\d)"
_MARK: Final = re.compile(
    rf"""
      \+(?!$|(?:{_AFTER})[-._]?{_COUNT}$)(?P<build_numbers>{_COUNT})?
      (?P<build>(?<!\d)[0-9a-z.-]+|(?<=\d)[.-][0-9a-z.-]+)?$
    | [-_+](?P<numbers>{_COUNT})
    | (?:-(?=v)|(?:{_ONE_NUMBER})-(?=b)|(?<=^\d)(?=b)|(?:{_UPDATE})-?(?=b))
      (?P<dash_build>b|v)(?P<dash_numbers>{_COUNT})
    | [-._~]?(?P<pre>{_LONG})(?![a-z])(?:[-.]?(?P<pre_numbers>{_COUNT}))?
    | [-._~]?(?P<letter>{_LETTERS})(?:[-.]?(?P<letter_numbers>{_COUNT})|(?=[+_]\d))
    | [-._+]?(?P<after>{_AFTER})(?:[-.]?(?P<after_numbers>{_COUNT})|(?=[+_]\d))
    | [-._](?P<neutral>{"|".join(NEUTRAL)}|g[0-9a-f]{{7,40}})(?![0-9a-z])
    """,
    _FLAGS | re.VERBOSE,
)


def read(text: str) -> Version | None:
    """Return the version of a text; None if the text is not a version."""
    epoch = _EPOCH.match(text)
    begin = epoch.end() if epoch else 0
    scheme: Scheme = "date"
    match = _DATE.match(text, begin)
    if match is None:
        match = _NUMBERS.match(text, begin)
        if match is None:
            return None
        if not _COMPACT.match(text, begin):
            scheme = "numbers"
    digits = list(_DIGITS.finditer(text, begin, match.end()))
    ends = [one.end() for one in digits]
    if match[0][:1].lower() == "r":  # a part of RELEASE.2024-11-07 is not a name
        ends = [match.end()]
    marks = _semver(text, match, scheme)
    if marks is None:
        return None
    return Version(
        text=text,
        style="loose",
        numbers=tuple(int(one[0]) for one in digits),
        marks=tuple(mark for mark, _ in marks),
        scheme=scheme,
        epoch=int(epoch[1]) if epoch else 0,
        ends=tuple(ends),
        begin=begin,
        word_end=next((end for mark, end in marks if mark.rank < 0), 0),
    )


def _semver(text: str, read: re.Match[str], scheme: Scheme) -> list[tuple[Mark, int]] | None:
    """Return the marks after the numbers: of a SemVer pre-release, or else of the table."""
    found = _SEMVER.match(text, read.end())
    known = None if found and found[1][0] == "0" else _marks(text, read.end())
    if known is not None or not found:
        return known
    if scheme == "date" or read[0].count(".") != _SEMVER_DOTS:
        return None
    first, *_ = names = found[1].lower().split(".")
    if first in AFTER or first in NEUTRAL:
        return None
    numbers = tuple(int(name) for name in names if name.isdigit())
    mark = Mark(
        word=found[1].lower(), rank=PRE_RELEASES.get(first) or rank_among(first), numbers=numbers
    )
    word_end = found.end() if first.isdigit() else found.start(1) + len(first)
    rest = _marks(text, found.end())
    return None if rest is None else [(mark, word_end), *rest]


def _marks(text: str, begin: int) -> list[tuple[Mark, int]] | None:
    """Return the marks from a place on, each with the end of its word; None if one is unknown."""
    marks = []
    while begin < len(text):
        match = _MARK.match(text, begin)
        if match is None:
            return None
        marks.append(_mark(match))
        begin = match.end()
    return marks


def _mark(match: re.Match[str]) -> tuple[Mark, int]:
    word = match["pre"] or match["letter"]
    if word:
        counted = match["pre_numbers"] or match["letter_numbers"]
        name = word.lower()
        end = match.end("pre" if match["pre"] else "letter")
        return Mark(word=name, rank=PRE_RELEASES[name], numbers=_numbers(counted)), end
    if match["neutral"] or (match["build"] and not match["build_numbers"]):
        return Mark(word="", rank=0), match.end()
    name = (match["after"] or match["dash_build"] or match[0][0]).lower()
    counted = (
        match["after_numbers"]
        or match["dash_numbers"]
        or match["numbers"]
        or match["build_numbers"]
    )
    return Mark(word=name, rank=1, numbers=_numbers(counted)), match.end()


def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")) if text else ()
