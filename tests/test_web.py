"""What holds for all who fetch."""

from __future__ import annotations

import pytest

from tagmatrix.web import is_downgrade, led_to, shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("https://me:se?c#ret@example.org/a", "https://example.org/a"),
        ("no address: http://a:b@c/ and http://d@e/", "no address: http://c/ and http://e/"),
        ("https://example.org/\ud800\n", r"https://example.org/\ud800\n"),
    ],
)
def test_shown(text: str, message: str) -> None:
    """No password is shown, and nothing that a terminal would obey."""
    assert shown(text) == message


def test_shown_is_short() -> None:
    """An address without an end has one in a message."""
    assert len(shown("https://example.org/" + "a" * 9999)) == 200


def test_led_to() -> None:
    """A Location is relative or not; what it means is UTF-8."""
    assert led_to("https://a/b/c", "d") == "https://a/b/d"
    assert led_to("https://a/b", "/\u00c3\u00a9") == "https://a/\u00e9"
    with pytest.raises(ValueError, match="IPv6"):
        led_to("https://a/", "https://[b")


def test_is_downgrade() -> None:
    """From https to http only."""
    assert is_downgrade("HTTPS://a/", "http://a/")
    assert not is_downgrade("http://a/", "http://b/")
    assert not is_downgrade("https://a/", "ftp://a/")
