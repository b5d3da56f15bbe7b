"""Words of versions.yaml, fit to be printed."""

from __future__ import annotations


def one_line(text: str) -> str:
    r"""Return a text in one line, without characters that a terminal obeys.

    >>> one_line("It is\n  meant"), one_line("\x1b[31mred\x9b")
    ('It is meant', '[31mred')
    """
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
