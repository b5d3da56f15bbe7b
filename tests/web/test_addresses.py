"""Rules for addresses: redirects, and how messages show an address."""

from __future__ import annotations

import pytest

from tagmatrix.web.addresses import harmless, led_to, shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("https://me:se?c#ret@example.org/a", "https://example.org/a"),
        ("no address: http://a:b@c/ and http://d@e/", "no address: http://c/ and http://e/"),
        ("https://example.org/\ud800\n", r"https://example.org/\ud800\n"),
    ],
)
def test_shown(text: str, message: str) -> None:
    """A message shows no passwords and no control characters."""
    assert shown(text) == message


def test_shown_is_short() -> None:
    """A message shortens a long address."""
    assert len(shown("https://example.org/" + "a" * 9999)) == 200


def test_led_to() -> None:
    """A Location may be relative, and it is read as UTF-8."""
    assert led_to("https://a/b/c", "d") == "https://a/b/d"
    assert led_to("https://a/b", "/\u00c3\u00a9") == "https://a/\u00e9"
    with pytest.raises(ValueError, match="IPv6"):
        led_to("https://a/", "https://[b")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("at https://u:p@h/a and ssh://git@h:22/b", "at https://h/a and ssh://h:22/b"),
        ("https://ghp_x@h", "https://h"),
        ("me@example.org: git@h:a/b", "me@example.org: git@h:a/b"),
        ("https://h/a@b", "https://h/a@b"),
        ("'http://user:s3c/r@et@host/x.git': bad", "'http://host/x.git': bad"),
        ("http://user:s3c?r#e@t@host/x.git", "http://host/x.git"),
        ("https://h/x.git?private_token=abc", "https://h/x.git?private_token=…"),
        ("https://h/?a=1&X-Amz-Signature=abc&b=2 x", "https://h/?a=1&X-Amz-Signature=…&b=2 x"),
        ("'https://h/?access_token=abc': no", "'https://h/?access_token=…': no"),
        ("https://h/?is_published=true&release=1", "https://h/?is_published=true&release=1"),
    ],
)
def test_harmless(text: str, wanted: str) -> None:
    """`harmless` and `shown` remove users, passwords and secrets from addresses, nothing else."""
    assert harmless(text) == wanted
    assert shown(text) == wanted
