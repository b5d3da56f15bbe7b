"""Words in a line: options, and values with quotes. Variables stay as they are written."""

from __future__ import annotations

import re
from typing import Final

from tagmatrix.dockerfile.blanks import SPACE

_ASCII_SPACE: Final = frozenset("\t\n\v\f\r ")
_SPACES: Final = re.compile(f"[{SPACE}]+")


def split_options(text: str) -> tuple[tuple[str, ...], str]:
    r"""Return the options at the beginning of arguments without their quotes, and the rest.

    >>> split_options('--chown="a b" --link x y')
    (('--chown=a b', '--link'), 'x y')
    """
    options: list[str] = []
    at = 0
    while True:
        while at < len(text) and text[at] in _ASCII_SPACE:
            at += 1
        if not text.startswith("--", at):
            return tuple(options), text[at:]
        word = _Word()
        while at < len(text) and (word.quote or text[at] not in _ASCII_SPACE):
            at = word.take(text, at)
        option = "".join(word.characters)
        if option == "--":
            return tuple(options), text[at:]
        options.append(option)


class _Word:
    """An option. A backslash escapes, whatever the escape character of the Dockerfile."""

    __slots__ = ("characters", "quote")

    def __init__(self) -> None:
        self.characters: list[str] = []
        self.quote = ""

    def take(self, text: str, at: int) -> int:
        """Add the character at a place, and return the next place."""
        character = text[at]
        if character == self.quote:
            self.quote = ""
        elif not self.quote and character in "'\"":
            self.quote = character
        elif character == "\\":
            self.characters += text[at + 1 : at + 2]
            if at + 1 == len(text):
                self.quote = ""
            return at + 2
        else:
            self.characters.append(character)
        return at + 1


def split_values(text: str, escape: str) -> list[str]:
    r"""Return the words of `ENV`, `LABEL` and `ARG`, with their quotes and escapes.

    >>> split_values('A="b c" D=e\\ f', "\\")
    ['A="b c"', 'D=e\\ f']
    """
    if not any(character in text for character in ("'", '"', escape)):
        return [word for word in _SPACES.split(text) if word]
    words: list[str] = []
    current: list[str] = []
    quote = ""
    at = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character in SPACE and not quote:
            if current:
                words.append("".join(current))
                current.clear()
            continue
        if character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        if character == escape and quote != "'":
            if at == len(text):
                break  # it escapes nothing
            current.append(character)
            character = text[at]
            at += 1
        current.append(character)
    if current:
        words.append("".join(current))
    return words
