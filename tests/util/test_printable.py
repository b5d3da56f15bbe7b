"""Which characters are text."""

from __future__ import annotations

import unicodedata

import pytest

from tagmatrix.util.printable import code_point, unprintable

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("text", [*BIDI, *"\u2028\u2029\ud800\udfff\ufeff\x1b\x07\0\x7f\x85\x9b\r"])
def test_what_is_not_text(text: str) -> None:
    """Controls, bidi controls, separators of lines and halves of characters are found."""
    assert unprintable(f"a{text}b") == unprintable(f"a{text}b", lines=True) == text


@pytest.mark.parametrize(
    "text", [*"\u034f\u115f\u1160\u17b4\u3164\uffa0\ufdd0\uffff", *"\U000e0041\U0001fffe\U0010ffff"]
)
def test_what_shows_nothing(text: str) -> None:
    """Fillers, tags and noncharacters are found: two texts would look the same."""
    assert unprintable(f"a{text}b") == unprintable(f"a{text}b", lines=True) == text


def test_all_controls() -> None:
    """Every control of Unicode is found, except that lines may have tabs and line feeds."""
    controls = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Cc"]
    assert all(unprintable(each) == each for each in controls)
    assert {each for each in controls if not unprintable(each, lines=True)} == {"\t", "\n"}


@pytest.mark.parametrize(
    "text",
    [
        *("", "a b", "Jos\u00e9", "\u674e\u3000\u56db", "a\u00a0b"),
        *(
            "\U0001f468\u200d\U0001f469",
            "\u0645\u06cc\u200c\u062e",
            "\u2764\ufe0f",
            "\u845b\U000e0100",
        ),
    ],
)
def test_text(text: str) -> None:
    """Letters, blanks and joiners of all scripts are text."""
    assert unprintable(text) == ""


def test_code_point() -> None:
    """A character is named by its number."""
    assert code_point("\U000e0001") == "U+E0001"
