"""Texts of versions.yaml, made safe for a terminal."""

from __future__ import annotations


def one_line(text: str) -> str:
    r"""Return a text in one line, without the characters that control a terminal.

    >>> one_line("End of\n  life"), one_line("\x1b[31mred\x9b")
    ('End of life', '[31mred')
    """
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
