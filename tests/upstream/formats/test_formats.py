"""Readers of documents: what they take, and what they refuse."""

from __future__ import annotations

import gzip
import lzma

import pytest

from tagmatrix.upstream.formats import READERS
from tagmatrix.web.answers import UnreadableError

A, B = "a" * 64, "b" * 128
SIGNED = (
    f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{A}  x.tar.gz\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n"
)
PACKAGE = b"Package: tool\nVersion: 1.2\nDescription: A tool\n for tests\n\n"


@pytest.mark.parametrize(
    ("kind", "body", "value"),
    [
        ("json", b'{"a": 3.10}', {"a": "3.10"}),
        ("yaml", b"a: [3.10, yes]", {"a": ["3.10", "yes"]}),
        ("toml", b"a = 3.10", {"a": "3.10"}),
        (
            "xml",
            b'<m a="1">x<v>1</v><!-- c --><v>2</v></m>',
            {"@a": "1", "v": ["1", "2"], "text": "x"},
        ),
        ("sums", f"{A}\n".encode(), [{"file": "", "sha256": A}]),
        ("sums", A.encode(), [{"file": "", "sha256": A}]),
        ("sums", f"# sums\n{A} *./x\n".encode(), [{"file": "x", "sha256": A}]),
        ("sums", f"SHA512 (x) = {B}\n".encode(), [{"file": "x", "sha512": B}]),
        ("sums", f"{'c' * 32}  x\n{A}  x\n".encode(), [{"file": "x", "sha256": A}]),
        ("sums", SIGNED.encode(), [{"file": "x.tar.gz", "sha256": A}]),
        (
            "packages",
            PACKAGE,
            [{"package": "tool", "version": "1.2", "description": "A tool"}],
        ),
        (
            "packages",
            lzma.compress(PACKAGE),
            [{"package": "tool", "version": "1.2", "description": "A tool"}],
        ),
    ],
)
def test_what_is_read(kind: str, body: bytes, value: object) -> None:
    """Each kind becomes lists, mappings and texts."""
    assert READERS[kind](body) == value


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("json", b"<html>", "not JSON: it begins with '<html>'"),
        ("yaml", b"a: &b [1]\nc: *b\n", "the YAML has an alias"),
        ("yaml", b"a: [", "not YAML"),
        ("yaml", b"text", "not a YAML list or mapping"),
        ("toml", b"a =", "not TOML"),
        ("xml", b"<a>", "not XML"),
        ("xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "XML with entities"),
        ("text", b"a\0b", "it has a NUL"),
        ("sums", b"<html>\n", "not a file of checksums: line 1 is '<html>'"),
        ("sums", b"", "has no SHA-256"),
        ("sums", f"{A}  x\n{A}  y".encode(), "is incomplete: its last line has no line break"),
        ("sums", SIGNED[:130].encode(), "the signed file of checksums is incomplete"),
        ("packages", b"", "it has no package"),
        ("packages", b"Version: 1\n\n", "an entry has no package or version"),
        ("packages", gzip.compress(PACKAGE, mtime=0)[:-12], "an incomplete one"),
        ("packages", lzma.compress(PACKAGE)[:-12], "an incomplete one"),
        ("manifest", b"<html>", "not a manifest"),
    ],
)
def test_what_is_refused(kind: str, body: bytes, why: str) -> None:
    """Another document, or an incomplete one, is unreadable."""
    with pytest.raises(UnreadableError) as caught:
        READERS[kind](body)
    assert why in str(caught.value)
