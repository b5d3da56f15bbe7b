"""Texts and links as Markdown."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from tagmatrix.util.markdown_text import link, plain


@pytest.mark.parametrize(
    "end", [")", "(", "<", ">", "`", " ", "\u3000", "\u00a0", "> x [y](https://e.example", "\\"]
)
def test_a_link_does_not_leave_its_place(end: str) -> None:
    """What would end a link is encoded, and decoding gives the address again."""
    address = f"https://example.org/a{end}b?c=d#e"
    found = link(address)
    assert not set(found) & set("()<>` \u3000\u00a0\\")
    assert unquote(found) == address


def test_other_addresses_stay() -> None:
    """A usual address is not changed."""
    for address in ("https://example.org/a/b?c=d&e=%28#f", "https://[::1]:80/~a_b-c.d", ""):
        assert link(address) == address


@pytest.mark.parametrize("name", ["&copy;", "&amp;x", "&#41;", "&#x29;", "&a;&b;", "&lt;a&gt;"])
def test_a_link_has_no_character_references(name: str) -> None:
    """`&copy;` is not read as another character, and decoding gives the address again."""
    address = f"https://example.org/a?b=c{name}"
    assert ";" not in link(address)
    assert unquote(link(address)) == address


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("- a", r"\- a"),
        ("+ a", r"\+ a"),
        ("1. a", r"1\. a"),
        ("12) a", r"12\) a"),
        ("---", r"\---"),
        ("1.2 a", "1.2 a"),
        ("-O2", "-O2"),
        ("a - b", "a - b"),
        ("* a", r"\* a"),
    ],
)
def test_a_text_begins_no_list(text: str, markdown: str) -> None:
    """A text of versions.yaml stays a text where it begins a line."""
    assert plain(text) == markdown
