"""A version: its numbers, and what follows them."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct

from tagmatrix.versions.cycles import cycle_numbers
from tagmatrix.versions.marks import place, significant
from tagmatrix.versions.pre_release_words import CHANNELS

if TYPE_CHECKING:
    from tagmatrix.versions.marks import Mark

Style: TypeAlias = Literal["pep440", "loose"]
Scheme: TypeAlias = Literal["numbers", "date"]
Local: TypeAlias = tuple[tuple[int, int, str], ...]
Key: TypeAlias = tuple[int, tuple[int, ...], tuple[tuple[int, tuple[int, ...]], ...], Local]

# A larger first number of a date has the month and the day too: 20260815.
_LAST_YEAR: Final = 9999
# Year, month and day; the time that may follow does not make another tag of the day.
_DAY: Final = 3


class Version(Struct, frozen=True, kw_only=True):
    """A version as it was written, and how it was read. `parse` makes it.

    Attributes:
        text: the text as it was written.
        style: the grammar that read it.
        numbers: the numbers at its beginning: (21, 0, 5) of `21.0.5+11`.
        marks: what follows the numbers, in order.
        scheme: whether it counts numbers, or is a date such as `20260815`.
        epoch: the number before `:` or `!`; 0 if there is none.
        local: the key of a local version by PEP 440.
        ends: where each number ends in the text.
        begin: where the text begins without the epoch.
        word_end: where the word of the pre-release ends in the text; 0 for a final version.
    """

    text: str
    style: Style
    numbers: tuple[int, ...]
    marks: tuple[Mark, ...] = ()
    scheme: Scheme = "numbers"
    epoch: int = 0
    local: Local = ()
    ends: tuple[int, ...]
    begin: int = 0
    word_end: int = 0

    def __str__(self) -> str:
        """Return the text as it was written."""
        return self.text

    @property
    def is_final(self) -> bool:
        """Return whether it is final: neither a pre-release nor of a channel."""
        return all(mark.rank >= 0 for mark in self.marks)

    @property
    def pre_release(self) -> Mark | None:
        """Return the word of the pre-release or of the channel; None for a final version."""
        return next((mark for mark in self.marks if mark.rank < 0), None)

    @property
    def channel(self) -> str:
        """Return the channel that it is a version of; empty if it is not of a channel.

        >>> from tagmatrix.versions import parse
        >>> parse("8.9.0-canary.3", "loose").channel, parse("8.9.0-rc.3", "loose").channel
        ('canary', '')
        """
        word = self.pre_release.word.partition(".")[0] if self.pre_release else ""
        return word if word in CHANNELS else ""

    @property
    def kind(self) -> str:
        """Return what kind of version it is, in words."""
        if self.channel:
            return f"a version of the channel {self.channel}"
        return "a final version" if self.is_final else "a pre-release"

    @property
    def after(self) -> tuple[Mark, ...]:
        """Return the patches, revisions and builds."""
        return tuple(mark for mark in self.marks if mark.rank > 0)

    @property
    def tag(self) -> str:
        """Return the version as a tag has it: `+` and `~` are not allowed there, nor an epoch.

        >>> from tagmatrix.versions import parse
        >>> [parse(text, "loose").tag for text in ("21.0.5+11", "1:2.3~rc1-1")]
        ['21.0.5_11', '2.3-rc1-1']
        """
        return _tag(self.text[self.begin :])

    @property
    def final(self) -> str:
        """Return the final version that it is, or leads to: its numbers as written.

        >>> from tagmatrix.versions import parse
        >>> parse("4.0.0-rc-5", "loose").final, parse("24.04").final
        ('4.0.0', '24.04')
        """
        return self.text[self.begin : self.ends[-1]]

    def first_numbers(self, count: int) -> str:
        """Return its first numbers as written, without an epoch; "" if it has fewer.

        >>> from tagmatrix.versions import parse
        >>> [parse("24.04.1").first_numbers(count) for count in (2, 3, 4)]
        ['24.04', '24.04.1', '']
        """
        return self.text[self.begin : self.ends[count - 1]] if count <= len(self.ends) else ""

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the version as a tag and its shorter names, the longest first.

        A pre-release keeps its word, because the shorter name must not look final.

        >>> from tagmatrix.versions import parse
        >>> parse("21.0.5+11", "loose").parts
        ('21.0.5_11', '21.0.5', '21.0', '21')
        >>> parse("4.0.0-rc-5", "loose").parts
        ('4.0.0-rc-5', '4.0.0-rc', '4.0-rc', '4-rc')
        """
        heads = [self.text[self.begin : end] for end in reversed(self.ends)]
        word = self.text[self.ends[-1] : self.word_end] if self.word_end else ""
        return tuple(dict.fromkeys([self.tag, *(_tag(head + word) for head in heads)]))

    @property
    def precision(self) -> tuple[int, int]:
        """Return how exact it is: 3.14.6 more than 3.14, 25.0.4_7 more than 25.0.4."""
        return len(self.numbers), sum(len(mark.numbers) for mark in self.marks)

    @property
    def key(self) -> Key:
        """Return the key of the order among versions that can be compared."""
        ranked = [mark for mark in self.marks if mark.rank]
        marks = [place(mark, after) for mark, after in zip_longest(ranked, ranked[1:])]
        return self.epoch, significant(self.calendar), (*marks, (0, ())), self.local

    @property
    def order(self) -> tuple[str, str, Key]:
        """Return a key that sorts any versions; those that can't be compared are apart."""
        return self.style, self.scheme, self.key

    @property
    def calendar(self) -> tuple[int, ...]:
        """Return the numbers, with the year, month and day of a date: 20260815."""
        if self.scheme == "date" and self.numbers[0] > _LAST_YEAR:
            day, *rest = self.numbers
            return day // 10000, day // 100 % 100, day % 100, *rest
        return self.numbers

    def compare(self, other: Version) -> int | None:
        """Return -1, 0 or 1 if it is older, equal or newer; None if that can't be said.

        Versions of two styles can't be compared, and a date can't be compared with numbers.

        >>> from tagmatrix.versions import parse
        >>> parse("20_36", "loose").compare(parse("20.0.1_9", "loose"))
        -1
        >>> parse("20260815", "loose").compare(parse("1.2", "loose")) is None
        True
        """
        if (self.style, self.scheme) != (other.style, other.scheme):
            return None
        mine, theirs = self.key, other.key
        return (mine > theirs) - (mine < theirs)

    def is_same(self, other: Version) -> bool:
        """Return whether it is equal to another, and so is the text after the numbers.

        >>> from tagmatrix.versions import parse
        >>> def is_same(one, other):
        ...     return parse(one, "loose").is_same(parse(other, "loose"))
        >>> is_same("v3.7.1", "3.7.1"), is_same("1.0+build.5", "1.0+build.6")
        (True, False)
        """
        mine, theirs = (_tag(one.text[one.ends[-1] :]).lower() for one in (self, other))
        return self.compare(other) == 0 and mine == theirs

    def belongs_to(self, cycle: str) -> bool:
        """Return whether it is a version of a release cycle: it begins with its numbers.

        Every version belongs to a cycle without numbers, such as `edge`.

        >>> from tagmatrix.versions import parse
        >>> [parse("8.10.1").belongs_to(cycle) for cycle in ("8.10", "8.1", "8.10-rc", "lts")]
        [True, False, True, True]
        """
        numbers = cycle_numbers(cycle)
        return _begins(self.numbers, numbers) or _begins(self.calendar, numbers)

    def names(self, own: Version) -> bool:
        """Return whether it is the version `own`, a part of it, a build of it, or its line.

        So a tag that begins with it may belong to an image of `own`.

        >>> from tagmatrix.versions import parse
        >>> def names(text, own):
        ...     return parse(text, "loose").names(parse(own, "loose"))
        >>> names("3.14", "3.14.6"), names("25.0.4_7", "25.0.4"), names("7.0-rc", "7.0-rc1")
        (True, True, True)
        >>> names("3.14.5", "3.14.6"), names("25.0.4_7", "25.0.4_8"), names("7.0", "7.0-rc1")
        (False, False, False)
        """
        if self.epoch and self.epoch != own.epoch:
            return False
        if not _begins(own.numbers, self.numbers) and not _begins(own.calendar, self.calendar):
            return False
        mine, theirs = self.pre_release, own.pre_release
        if mine is None or theirs is None:
            if mine is not theirs:
                return False
        elif not mine.is_line and place(mine, None) != place(theirs, None):
            return False
        if self.style == "pep440" and len(self.after) > len(own.after):
            return False  # a post-release, not a build
        pairs = zip(self.after, own.after, strict=False)
        return all(one.numbers == other.numbers for one, other in pairs)

    def is_full(self, own: Version) -> bool:
        """Return whether it has at least as many numbers as a release's own version.

        Only such a version is fixed; `3.14` beside 3.14.6 is the name of a line.
        """
        if self.scheme == own.scheme == "date":
            return len(self.calendar) >= min(len(own.calendar), _DAY)
        return len(self.numbers) >= len(own.numbers)


def _tag(text: str) -> str:
    return text.replace("+", "_").replace("~", "-")


def _begins(numbers: tuple[int, ...], first: tuple[int, ...]) -> bool:
    """Return whether numbers begin with others; missing numbers count as 0."""
    pairs = zip_longest(numbers[: len(first)], first, fillvalue=0)
    return all(mine == other for mine, other in pairs)
