"""Lists of names and tags in messages, and texts of files in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


FEW: Final = 6
"""The number of names that a sentence has before "and N more"."""


def join_names(names: Sequence[str]) -> str:
    """Return names as a list in a sentence.

    >>> join_names(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def either(texts: Sequence[str]) -> str:
    """Return texts as a list of alternatives in a sentence.

    >>> either(["a", "b", "c"])
    'a, b or c'
    """
    return " or ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def few(names: Iterable[str], most: int = FEW) -> str:
    """Return names as a list in a sentence; of a long list the first ones.

    >>> few("abc", 2), few("abcd", 2)
    ('a, b and c', 'a, b and 2 more')
    """
    every = [*names]
    if len(every) > most + 1:
        every[most:] = [f"{len(every) - most:,} more"]
    return join_names(every)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "image"), counted(23, "image"), counted(0, "image")
    ('1 image', '23 images', '0 images')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shortened(text: str, most: int) -> str:
    """Return a text with at most so many characters.

    >>> shortened("abc", 3), shortened("abcd", 3)
    ('abc', 'ab…')
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def one_line(text: str) -> str:
    r"""Return a text in one line, without control characters, which a terminal would obey.

    >>> one_line("It is\n  intended"), one_line("\x1b[31mred\x9b")
    ('It is intended', '[31mred')
    """
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def about_tags(tags: Sequence[str], sentence: str) -> str:
    """Fill {tags} into a sentence, and the words that depend on their number: {s}, {has}, {it}.

    `sentence` is a format string of this code. Texts of a file must come in `tags`, or have
    no braces.

    >>> about_tags(["3", "latest"], "tag{s} {tags} {has} two owners")
    'tags `3` and `latest` have two owners'
    """
    many = len(tags) > 1
    return sentence.format(
        tags=join_names([f"`{shown(tag)}`" for tag in tags]),
        s="s" if many else "",
        has="have" if many else "has",
        belongs="belong" if many else "belongs",
        a_tag="tags" if many else "a tag",
        is_tag="are tags" if many else "is a tag",
        it="them" if many else "it",
    )
