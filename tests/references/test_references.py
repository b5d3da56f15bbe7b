"""Names of images, by the grammar of the distribution project."""

from __future__ import annotations

import re

import pytest

from tagmatrix import references

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "host", "path", "tag", "digest"),
    [
        ("python", "", "python", "", ""),
        ("python:3.14-slim", "", "python", "3.14-slim", ""),
        ("library/python", "", "library/python", "", ""),
        ("localhost/app:1", "localhost", "app", "1", ""),
        ("localhost:5000/app", "localhost:5000", "app", "", ""),
        ("test.com:8080/a/b_c/d__e/f---g:tag", "test.com:8080", "a/b_c/d__e/f---g", "tag", ""),
        ("[2001:db8::1]:5000/repo:1", "[2001:db8::1]:5000", "repo", "1", ""),
        ("UPPER/lower", "UPPER", "lower", "", ""),
        (f"ghcr.io/a/b@{DIGEST}", "ghcr.io", "a/b", "", DIGEST),
        (f"a:1@{DIGEST}", "", "a", "1", DIGEST),
        ("a.b:80", "", "a.b", "80", ""),
        ("x:" + "t" * 128, "", "x", "t" * 128, ""),
        ("a" * 255, "", "a" * 255, "", ""),
        ("[::1]/a:1", "[::1]", "a", "1", ""),
    ],
)
def test_valid(text: str, host: str, path: str, tag: str, digest: str) -> None:
    """A valid name has its parts, and is written as it was read."""
    found = references.parse(text)
    assert found == references.Reference(host=host, path=path, tag=tag, digest=digest)
    assert str(found) == text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "path"),
        (":1", "path"),
        ("Python", "path"),
        ("a//b", "path"),
        ("a/", "path"),
        ("-a", "path"),
        ("a_/b", "path"),
        ("a...b", "path"),
        ("a b", "path"),
        ("https://example.com/a", "host"),
        ("exa_mple.com/a", "host"),
        ("example.com:port/a", "host"),
        ("a:", "tag"),
        ("a:-x", "tag"),
        ("a:" + "t" * 129, "tag"),
        ("a:\u0663", "tag"),
        ("a@sha256:abc", "digest"),
        (f"a@{DIGEST.upper()}", "digest"),
        (f"a@{DIGEST}@{DIGEST}", "digest"),
        ("a" * 256, "name"),
        ("0123456789abcdef" * 4, "identifier"),
        ("a\n", "path"),
        ("a@", "digest"),
        ("a[b/c", "host"),
    ],
)
def test_invalid(text: str, part: str) -> None:
    """An invalid name is refused, and the message names its wrong part."""
    with pytest.raises(ValueError, match=part) as error:
        references.parse(text)
    assert str(error.value).isprintable()


HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "shown", "message"),
    [
        (
            f"a@{DIGEST[:-1]}",
            f"a@{DIGEST[:-1]}",
            f"the digest '{DIGEST[:-1]}' must be sha256: and 64 hex digits in lowercase",
        ),
        (
            "a:-x",
            "a:-x",
            (
                "the tag '-x' must have 1 to 128 letters, digits, '_', '.' or '-', and must begin "
                "with none of '.' and '-'"
            ),
        ),
        ("a_.b/c", "a_.b/c", "the host 'a_.b' must be a name or an address and a port"),
        (
            "a\tb",
            "a?b",
            "the path 'a?b' must have lowercase letters, digits and single separators only",
        ),
        (
            "A" * 80,
            "A" * 80,
            f"the path '{'A' * 80}' must have lowercase letters, digits and single separators only",
        ),
        ("a" * 256, "a" * 79 + "…", "the name must have at most 255 characters"),
        (HEX, HEX, "64 hex digits are the identifier of an image: add a tag or a host"),
    ],
)
def test_messages(text: str, shown: str, message: str) -> None:
    """A message says what is wrong with which part, in one line, and not with a long name."""
    expected = re.escape(f"invalid image name '{shown}': {message}")
    with pytest.raises(ValueError, match=f"^{expected}$"):
        references.parse(text)


def test_credentials_are_not_in_messages() -> None:
    """What may be a password is not shown."""
    expected = "^invalid image name: it must not have credentials; use `docker login`$"
    with pytest.raises(ValueError, match=expected):
        references.parse("me:secret@ghcr.io/a")
