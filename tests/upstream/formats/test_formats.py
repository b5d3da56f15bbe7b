"""Readers of documents: what they take, and what they refuse."""

from __future__ import annotations

import gzip
import lzma
from typing import TYPE_CHECKING

import pytest

from tagmatrix.upstream.formats import READERS
from tagmatrix.web.answers import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

A, B = "a" * 64, "b" * 128
SIGNED = (
    f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{A}  x.tar.gz\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n"
)
PACKAGE = b"Package: tool\nVersion: 1.2\nDescription: A tool\n for tests\n\n"

DEBIAN = b"""Package: openssh-client
Source: openssh
Version: 1:9.2p1-2+deb12u7
Architecture: amd64
Replaces: openssh-sk-helper, ssh, ssh-krb5
Depends: adduser, passwd, libc6 (>= 2.36), libedit2 (>= 2.11-20080614-0)
Tag: implemented-in::c, interface::commandline, interface::shell,
 network::client, protocol::sftp
Size: 992144

Package: ca-certificates
Version: 20230311+deb12u1
Filename: pool/main/c/ca-certificates/ca-certificates_20230311+deb12u1_all.deb
SHA256: 0d5f444f594e48c1e16a41d8fc628a09b24c658916a1274025c2330f2a802bed

"""
"""Two entries of Debian's index of bookworm-updates, with some of their fields."""


@pytest.mark.parametrize(
    ("kind", "body", "value"),
    [
        ("json", b'{"a": 3.10}', {"a": "3.10"}),
        ("yaml", b"a: [3.10, yes]", {"a": ["3.10", "yes"]}),
        ("toml", b"a = 3.10", {"a": "3.10"}),
        (
            "toml",
            b"a = [2026-11-01, 2026-11-01T12:00:00Z, 12:00:00, 7, true]",
            {"a": ["2026-11-01", "2026-11-01T12:00:00+00:00", "12:00:00", 7, True]},
        ),
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


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bytes])
def test_an_index_of_debian(pack: Callable[[bytes], bytes]) -> None:
    """An entry of Debian's index has all its fields, also after one of several lines."""
    first, second = READERS["packages"](pack(DEBIAN))
    assert (first["package"], first["version"]) == ("openssh-client", "1:9.2p1-2+deb12u7")
    assert first["size"] == "992144"
    assert second["sha256"].startswith("0d5f444f")
    assert second["filename"].endswith("_all.deb")


def test_a_name_that_is_not_utf8() -> None:
    """A damaged name in a file of checksums is refused: it would look like that of another file."""
    digest = b"a" * 64
    with pytest.raises(UnreadableError, match="line 2 of the file of checksums is not UTF-8"):
        READERS["sums"](digest + b"  tool-1.tar.gz\n" + digest + b"  tool-2.tar.g\xff\n")
