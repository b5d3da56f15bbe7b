"""The style of PEP 440: Python's versions, as `packaging` reads and orders them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.versions.marks import Mark
from tagmatrix.versions.model import Version
from tagmatrix.versions.pre_release_words import PRE_RELEASES

if TYPE_CHECKING:
    from packaging.version import Version as Packaged

    from tagmatrix.versions.model import Local

# The usual forms, such as 3.14.6, 3.15.0b3 and 3.15-rc: they need no parser.
_PLAIN: Final = re.compile(
    r"[0-9]+(?:\.[0-9]+)*(?:[-_.]?(?P<pre>a|b|rc)(?:[-_.]?(?P<number>[0-9]+))?)?"
)
_BEGIN: Final = re.compile(
    r"(?P<epoch>v?[0-9]+!)?(?P<numbers>v?[0-9]+(?:\.[0-9]+)*)(?P<word>[-_.]?[a-z]+)?",
    re.IGNORECASE,
)
# A text with other words is not a version by PEP 440, so it needs no parser.
_POSSIBLE: Final = re.compile(
    r"(?:[0-9.!_-]|alpha|beta|preview|pre|post|rev|rc|dev|[abcrv])+(?:\+.*)?", re.IGNORECASE
)
_DIGITS: Final = re.compile(r"[0-9]+")


def read(text: str) -> Version | None:
    """Return the version of a text; None if the text is not a version by PEP 440."""
    if plain := _PLAIN.fullmatch(text):
        pre = plain["pre"]
        marks = (_pre_release(pre, int(plain["number"] or 0)),) if pre else ()
        return _version(text, marks)
    packaged = _parse(text) if _POSSIBLE.fullmatch(text) else None
    if packaged is None:
        return None
    return _version(text, _marks(packaged), epoch=packaged.epoch, local=_local(packaged))


def _version(
    text: str, marks: tuple[Mark, ...], *, epoch: int = 0, local: Local = ()
) -> Version | None:
    begin = _BEGIN.match(text)
    if begin is None:
        return None
    digits = list(_DIGITS.finditer(text, begin.start("numbers"), begin.end("numbers")))
    is_final = all(mark.rank >= 0 for mark in marks)
    return Version(
        text=text,
        style="pep440",
        numbers=tuple(int(one[0]) for one in digits),
        marks=marks,
        epoch=epoch,
        local=local,
        ends=tuple(one.end() for one in digits),
        begin=begin.start("numbers"),
        word_end=0 if is_final else begin.end("word"),
    )


def _pre_release(word: str, number: int) -> Mark:
    return Mark(word=word, rank=PRE_RELEASES[word], numbers=(number,))


def _marks(packaged: Packaged) -> tuple[Mark, ...]:
    marks = []
    if packaged.pre:
        marks.append(_pre_release(*packaged.pre))
    if packaged.post is not None:
        marks.append(Mark(word="post", rank=1, numbers=(packaged.post,)))
    if packaged.dev is not None:
        marks.append(_pre_release("dev", packaged.dev))
    return tuple(marks)


def _local(packaged: Packaged) -> Local:
    """Return the key of a local version: numbers are newer than words."""
    if packaged.local is None:
        return ()
    return tuple(
        (1, int(part), "") if part.isdigit() else (0, 0, part) for part in packaged.local.split(".")
    )


def _parse(text: str) -> Packaged | None:
    # Imported here: most files have plain versions only, and the import takes a tenth of the
    # time of a short run.
    from packaging.version import InvalidVersion, Version as Packaging  # noqa: PLC0415 (slow, and used by few)

    try:
        return Packaging(text)
    except InvalidVersion:
        return None
