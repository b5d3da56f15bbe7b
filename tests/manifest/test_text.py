"""Manifests with any text in any place: refused, or printed so that they are read back."""

from __future__ import annotations

import re
from typing import Final

import pytest
from hypothesis import given, strategies as st

from tagmatrix.manifest import ManifestError, dumps, parse
from tagmatrix.manifest.checks import LintedManifest, check_document
from tagmatrix.manifest.raw import RawManifest
from tagmatrix.problems import printable
from tests.manifest import mutations

SIGNS: Final = "\0\a\x1b\r\v\x7f\x85\x9b\u061c\u200e\u202e\u2028\u2029\u2066\ufeff"
CASES: Final = [
    pytest.param(
        sign, id=f"U+{ord(sign):04X}", marks=() if sign in "\0\x1b\x9b\u202e" else pytest.mark.slow
    )
    for sign in SIGNS
]
TEXT: Final = f"""\
Maintainers: Ada Lovelace <ada@example.org> (@ada), Bob (@bob)
Architectures: amd64, i386
GitRepo: https://example.org/a.git
GitFetch: refs/heads/main
GitCommit: {"c" * 40}
Directory: a/b
File: Dockerfile.x
Builder: buildkit
Constraints: one, two
i386-Directory: c

Tags: 1.2-x, 1-x
SharedTags: 1.2, latest
amd64-GitRepo: https://example.org/b.git
"""
PLACES: Final = [
    match.span() for match in re.finditer(r"(?<=: ).+|(?<=, )\w+|^[\w-]+", TEXT, re.MULTILINE)
]


def examine(place: tuple[int, int], value: str) -> None:
    """Check a manifest with another text in a place: what is read and printed, and all messages."""
    text = TEXT[: place[0]] + value + TEXT[place[1] :]
    content = text.encode("utf-8", "surrogateescape")
    mutations.examine(content)
    try:
        parse(content)
    except ManifestError as error:
        assert printable(str(error)).isprintable()  # noqa: PT017 - both ways are fine
        return
    for finding in check_document(
        LintedManifest.read(RawManifest(name="x", origin="x", content=content))
    ):
        assert printable(str(finding)).isprintable()


def test_the_sample() -> None:
    """The sample has every field, and is valid."""
    assert dumps(parse(dumps(parse(TEXT)))) == dumps(parse(TEXT))
    assert len(PLACES) > 25


@pytest.mark.slow
@pytest.mark.parametrize("sign", CASES)
def test_each_sign(sign: str) -> None:
    """A control or a bidi control in any place does no harm, at the start, inside or at the end."""
    for start, end in PLACES:
        old = TEXT[start:end]
        for value in (sign + old, old[:1] + sign + old[1:], old + sign):
            examine((start, end), value)


@given(
    st.sampled_from(PLACES),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20).filter(str.strip),
)
def test_any_text(place: tuple[int, int], value: str) -> None:
    """So does a random text."""
    examine(place, value)
