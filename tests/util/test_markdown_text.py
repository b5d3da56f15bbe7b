"""Texts and links as Markdown."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from tagmatrix.util.markdown_text import link


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
