"""The patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`.

`?` is any character, `*` is any text. All states of a match are kept as the bits of one
integer, so that the time is linear in the text, whatever the pattern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST: Final = 4096
"""The number of characters of the longest pattern: an image's name is much shorter."""

_SPECIAL: Final = frozenset("*?\\")
_ANY: Final = None
Token = tuple[str | None, bool]
"""A character, or None for `?`; and whether it is `*`."""


def split_pattern(pattern: str) -> list[Token]:
    r"""Return the tokens of a pattern. Raise ValueError if it is invalid or very long.

    >>> split_pattern(r"a?\*")
    [('a', False), (None, False), ('*', False)]
    """
    if len(pattern) > LONGEST:
        raise ValueError(f"a pattern has more than {LONGEST:,} characters")
    tokens: list[Token] = []
    characters = iter(pattern)
    for character in characters:
        if character == "*":
            tokens.append((_ANY, True))
        elif character == "?":
            tokens.append((_ANY, False))
        elif character == "\\":
            escaped = next(characters, "")
            if escaped not in {*_SPECIAL, "}", "/"}:
                raise ValueError(f"invalid escape \\{escaped} in the pattern {pattern}")
            tokens.append((escaped, False))
        else:
            tokens.append((character, False))
    return tokens


class _Automaton(Struct, frozen=True):
    """The states of a pattern: bit N is set where its first N characters match."""

    masks: dict[str, int]
    any_character: int
    stars: int
    accepting: int

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> _Automaton:
        masks: dict[str, int] = {}
        any_character = stars = length = 0
        for character, star in tokens:
            if star:
                stars |= 1 << length
                continue
            if character is None:
                any_character |= 1 << length
            else:
                masks[character] = masks.get(character, 0) | 1 << length
            length += 1
        return cls(masks, any_character, stars, 1 << length)

    def ends(self, text: str, start: int) -> tuple[int, int] | None:
        """Return the ends of the shortest and of the longest match that begins at `start`."""
        found = list(self._ends(text, start, 0))
        return (found[0], found[-1]) if found else None

    def all_ends(self, text: str) -> list[int]:
        """Return the ends of all matches, wherever they begin."""
        return list(self._ends(text, 0, 1))

    def _ends(self, text: str, start: int, begin: int) -> Iterator[int]:
        """Yield the ends of matches; `begin` is 1 if a match may begin at any character."""
        states = 1
        for at in range(start, len(text) + 1):
            if states & self.accepting:
                yield at
            if not states or at == len(text):
                return
            fitting = self.masks.get(text[at], 0) | self.any_character
            states = (states & fitting) << 1 | states & self.stars | begin


def without_prefix(value: str, pattern: str, *, longest: bool) -> str:
    """Return a value without the beginning that matches a pattern.

    >>> without_prefix("a.b.c", "*.", longest=False), without_prefix("a.b.c", "*.", longest=True)
    ('b.c', 'c')
    """
    found = _Automaton.of(split_pattern(pattern)).ends(value, 0)
    return value if found is None else value[found[longest] :]


def without_suffix(value: str, pattern: str, *, longest: bool) -> str:
    """Return a value without the end that matches a pattern.

    >>> without_suffix("a.b.c", ".*", longest=False), without_suffix("a.b.c", ".*", longest=True)
    ('a.b', 'a')
    """
    found = _Automaton.of(split_pattern(pattern)[::-1]).ends(value[::-1], 0)
    return value if found is None else value[: len(value) - found[longest]]


def replaced(value: str, pattern: str, text: str, *, everywhere: bool) -> str:
    """Return a value with the first match of a pattern replaced, or with all of them.

    >>> replaced("a_b_c", "_", "-", everywhere=False), replaced("a_b_c", "_", "-", everywhere=True)
    ('a-b_c', 'a-b-c')
    """
    tokens = split_pattern(pattern)
    automaton = _Automaton.of(tokens)
    beginnings = _Automaton.of(tokens[::-1]).all_ends(value[::-1])
    pieces: list[str] = []
    copied = 0
    last_end = -1
    for at in sorted(len(value) - end for end in beginnings):
        if at < copied:
            continue
        found = automaton.ends(value, at)
        if found is None or found[1] == at == last_end:  # no empty match right after a match
            continue
        pieces += (value[copied:at], text)
        copied = last_end = found[1]
        if not everywhere:
            break
    return "".join([*pieces, value[copied:]])
