"""Read versions: a whole text, or the version in a tag."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from tagmatrix.versions import pep440
from tagmatrix.versions.pre_release_words import AFTER, NEUTRAL, PRE_RELEASES, is_pre_release_word

if TYPE_CHECKING:
    from tagmatrix.versions.model import Style, Version

# Longer than any tag. The limit also bounds the time, and the size of numbers.
LONGEST: Final = 256

_WORD: Final = re.compile(r"[a-z_]+", re.ASCII | re.IGNORECASE)
_END_OF_WORD: Final = r"[-._ ]|(?<=[0-9])(?=[a-zA-Z])"
# A word after a dash that may belong to a version; most words of tags, such as `slim`, do not.
_CONTINUES: Final = re.compile(
    r"\d|g[0-9a-f]{7}|(?:[a-z]+[-.])*[a-z]+\.\d|(?:[a-z]-)*[a-z](?:-|$)|"
    rf"(?:{'|'.join((*PRE_RELEASES, *AFTER, *NEUTRAL))})(?![a-z])",
    re.ASCII | re.IGNORECASE,
)


class TagParts(NamedTuple):
    """A tag in three parts: words, then a version, then the rest, without the dashes between."""

    before: str
    version: Version | None
    rest: str


@lru_cache(maxsize=32_768)  # more than the cycles of the largest matrix
def parse(text: str, style: Style = "pep440") -> Version | None:
    """Return the version that a text is, or None if it is not a version in the style.

    >>> parse("3.15.0b3").numbers, parse("3.15.0b3").is_final
    ((3, 15, 0), False)
    >>> parse("25.0.4_7") is None, parse("25.0.4_7", "loose").numbers
    (True, (25, 0, 4))
    """
    if len(text) > LONGEST or not text.isascii() or text != text.strip():
        return None
    if style == "loose":
        from tagmatrix.versions import loose  # noqa: PLC0415 (many projects need no such version)

        if version := loose.read(text):
            return version
    version = pep440.read(text)
    return replace(version, style=style) if version else None


def is_final(text: str, style: Style = "pep440") -> bool:
    """Return whether a text is a final version: valid and not a pre-release.

    >>> is_final("3.14.6"), is_final("3.15.0b3"), is_final("nightly")
    (True, False, False)
    """
    version = parse(text, style)
    return version is not None and version.is_final


def kind_of(text: str, style: Style = "pep440") -> str:
    """Return what kind of version a text is, in words.

    >>> kind_of("3.15.0b3"), kind_of("8.9.0-canary.3", "loose")
    ('a pre-release', 'a version of the channel canary')
    """
    version = parse(text, style)
    return version.kind if version else "not a version"


def final_version(text: str, style: Style = "pep440") -> str:
    """Return the final version that a version is, or that its pre-releases lead to.

    A text that is not a version is returned as it is.

    >>> final_version("3.15.0b3"), final_version("3.14.6")
    ('3.15.0', '3.14.6')
    """
    version = parse(text, style)
    return version.final if version else text


def version_tag(text: str, style: Style = "pep440") -> str:
    """Return a version as a tag; a text that is not a version is returned as it is.

    >>> version_tag("21.0.5+11", "loose"), version_tag("3.14.6")
    ('21.0.5_11', '3.14.6')
    """
    version = parse(text, style)
    return version.tag if version else text


@lru_cache(maxsize=8192)
def leading_version(text: str, style: Style = "pep440") -> Version | None:
    """Return the longest version that the first words of a tag or an alias are.

    Dashes separate words, or else dots, underscores and blanks, and letters after several numbers.

    >>> str(leading_version("3.13.14-slim-trixie")), leading_version("slim-3.13")
    ('3.13.14', None)
    >>> str(leading_version("3.13.14_slim")), str(leading_version("3.13.14slim"))
    ('3.13.14', '3.13.14')
    """
    for separator in ("-", _END_OF_WORD):
        places = [(one.start(), one[0]) for one in re.finditer(separator, text)]
        # a letter directly after the only number belongs to it: 3d
        ends = [len(text), *(end for end, sign in places if sign or "." in text[:end])]
        for end in sorted(ends, reverse=True):
            if version := parse(text[:end], style):
                return version
    return None


@lru_cache(maxsize=8192)
def split_tag(tag: str) -> TagParts:
    """Return the words before the version of a tag, its version, and the rest of the tag.

    The version is the longest that the words of the tag are, from the first word with a
    version on. Only words of letters are before it, so that `alpine3.24` is not a version.
    A pre-release word at the end of the tag belongs to a final version.

    A Windows build after its base system looks like a version: callers who know base systems
    look for `windowsservercore-1809` first.

    >>> [str(part) for part in split_tag("4.0.0-rc-5-eclipse-temurin-17")]
    ['', '4.0.0-rc-5', 'eclipse-temurin-17']
    >>> [str(part) for part in split_tag("cli-2.12.0-php8.4")]
    ['cli', '2.12.0', 'php8.4']
    >>> [str(part) for part in split_tag("13.0-ubi-rc")]
    ['', '13.0-rc', 'ubi']
    >>> split_tag("slim-trixie").version is None
    True
    """
    words = tag.split("-")
    begin = 0
    while begin < len(words) and _WORD.fullmatch(words[begin]):
        begin += 1
    longest = begin + 1
    while longest < len(words) and _CONTINUES.match("-".join(words[longest:])):
        longest += 1
    for end in range(min(longest, len(words)), begin, -1):
        version = parse("-".join(words[begin:end]), "loose")
        letters = len(words[end - 1]) == 1 and words[end - 1].isalpha()
        if version is None or (letters and not _has_letters(version)):
            continue
        rest = words[end:]
        if len(rest) > 1 and version.is_final and is_pre_release_word(rest[-1]):
            version = parse(f"{version}-{rest.pop()}", "loose")
        return TagParts("-".join(words[:begin]), version, "-".join(rest))
    return TagParts("", None, tag)


@lru_cache(maxsize=8192)
def version_in(alias: str, style: Style = "pep440") -> Version | None:
    """Return the version that an alias is, or that it has among words; None if it has none.

    A number alone among words may be the release of another product: `debian-13`.

    >>> str(version_in("jdk-25.0.4_8", "loose")), str(version_in("25.0.4_8-jdk", "loose"))
    ('25.0.4_8', '25.0.4_8')
    >>> version_in("debian-13", "loose") is None
    True
    """
    if version := parse(alias, style):
        return version
    found = split_tag(alias).version
    return parse(found.tag, style) if found and sum(found.precision) > 1 else None


def _has_letters(version: Version) -> bool:
    """Return whether a version is a pre-release with several letters: 1.0.0-x-y-z."""
    return version.pre_release is not None and "-" in version.pre_release.word
