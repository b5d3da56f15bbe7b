"""Which characters are text: not controls, not marks that hide or reorder the text around them.

Blanks of all scripts, joiners (U+200C, U+200D) and private characters are text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_BESIDES_LF_AND_TAB: Final = (
    # C0 and C1 controls, U+0085 among them; the soft hyphen
    r"\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad"
    # bidi controls and other invisible marks, and the line and paragraph separators
    r"\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    # fillers and joiners that show nothing: Default_Ignorable_Code_Point of Unicode
    r"\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
    # noncharacters
    r"\ufdd0-\ufdef\ufffe\uffff"
)
NOT_IN_LINES: Final = _BESIDES_LF_AND_TAB
"""What a text of several lines must not contain: the inside of a character class, in regular
expressions of Python and of JSON Schema."""
NOT_IN_LINE: Final = rf"\t\n{_BESIDES_LF_AND_TAB}"
"""The same for a text of one line."""
# Not above: some readers of JSON Schema would find halves of other characters.
_BEYOND: Final = (
    r"\ud800-\udfff\U000e0000-\U000e007f"  # surrogates; tags, which show nothing
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
)


def unprintable(text: str, *, lines: bool = False) -> str:
    r"""Return the first character that is not text; empty if there is none.

    Tabs and line feeds are text if `lines` is set.

    >>> unprintable("a\x1b[0m"), unprintable("a\nb"), unprintable("a\nb", lines=True)
    ('\x1b', '\n', '')
    """
    if text.isascii() and text.isprintable():
        return ""
    # Compiled here, because most runs need neither, and they have many ranges.
    found = re.search(f"[{NOT_IN_LINES if lines else NOT_IN_LINE}{_BEYOND}]", text)
    return found[0] if found else ""


def unprintable_lines(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield each line of a file with a character that is not text: its number, what is wrong.

    A carriage return at the end of a line is text, and so is a byte order mark at the beginning.

    >>> list(unprintable_lines("a\r\nb\x1b"))
    [(2, 'the character U+001B is not printable: remove it')]
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if found := unprintable(line.removesuffix("\r"), lines=True):
            yield number, f"the character {code_point(found)} is not printable: remove it"


def code_point(character: str) -> str:
    r"""Return the name of a character by its number.

    >>> code_point("\x1b")
    'U+001B'
    """
    return f"U+{ord(character):04X}"
