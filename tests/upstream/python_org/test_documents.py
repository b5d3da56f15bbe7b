"""Readers of documents, with arbitrary JSON and HTML."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from tagmatrix.upstream import phases
from tagmatrix.upstream.formats.listings import listing_reader
from tagmatrix.upstream.python_org import documents
from tagmatrix.web.answers import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = "https://example.org/ftp/python/3.14.6/"
DAY = dt.date(2026, 6, 24)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ADDRESS = st.sampled_from(["https://[abc/x", "//[", "http://a:b:c/", "\ud800", "%ff", "a\0b"])
DATE = st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0000-00"])
DIGEST = st.sampled_from(["a" * 64, "A" * 64, "\u0131" * 64, "YQ==", "é"])


def shaped(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return entries of a shape; each field may have any value, or be missing."""
    return st.fixed_dictionaries({}, optional={k: v | ANYTHING for k, v in fields.items()})


RELEASE = shaped(
    name=st.from_regex(r"Python [0-9]+\.[0-9]+(\.[0-9]+)?((a|b|rc)[0-9]+)?", fullmatch=True),
    is_published=st.booleans(),
    release_date=DATE | st.datetimes().map(dt.datetime.isoformat),
    resource_uri=st.just("https://example.org/api/v2/downloads/release/12/") | ADDRESS,
)
RELEASE_FILE = shaped(
    url=ADDRESS, sha256_sum=DIGEST, filesize=st.integers(), sigstore_bundle_file=ADDRESS
)
BUNDLE = shaped(messageSignature=shaped(messageDigest=shaped(
    algorithm=st.just("SHA2_256"), digest=DIGEST,
)))  # fmt: skip
SPDX = shaped(packages=st.lists(shaped(
    packageFileName=st.just("name"),
    checksums=st.lists(shaped(algorithm=st.just("SHA256"), checksumValue=DIGEST), max_size=2),
), max_size=2))  # fmt: skip
PHASE = shaped(
    cycle=st.just("3.14"),
    status=st.sampled_from(phases.PHASES),
    end_of_life=DATE | st.just("2030-10"),
    eol=DATE | st.booleans(),
    support=DATE | st.booleans(),
)
SHAPES: dict[str, tuple[Callable[[bytes], object], st.SearchStrategy[Any]]] = {
    "releases": (documents.read_releases, st.lists(RELEASE, max_size=3)),
    "files": (documents.read_files, st.lists(RELEASE_FILE, max_size=3)),
    "sigstore": (documents.read_sigstore, BUNDLE),
    "spdx": (documents.spdx_reader("name"), SPDX),
    "peps": (phases.reader(DAY), st.dictionaries(st.text(), PHASE, max_size=3)),
    "endoflife": (phases.reader(DAY), st.lists(PHASE, max_size=3)),
}


@pytest.mark.parametrize("name", SHAPES)
@given(st.data())
def test_json_of_any_kind(name: str, data: st.DataObject) -> None:
    """A reader reads any JSON or raises UnreadableError."""
    read, shape = SHAPES[name]
    body = json.dumps(data.draw(shape | ANYTHING)).encode()
    with contextlib.suppress(UnreadableError):
        read(body)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b"9" * 5000, b"\xff\xfe", b"[1" + b"0" * 5000 + b"]", b"\xef\xbb\xbf{}"],
)
def test_json_that_is_hard_to_read(name: str, body: bytes) -> None:
    """JSON that is too deep, too long or in another encoding is unreadable."""
    with pytest.raises(UnreadableError):
        SHAPES[name][0](body)


@given(st.binary() | st.text(alphabet="<>ahref=\"'/ prex&#;[]:.").map(str.encode))
def test_listings_of_any_kind(body: bytes) -> None:
    """A reader reads any page or raises UnreadableError."""
    with contextlib.suppress(UnreadableError):
        listing_reader(FOLDER)(body)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", [b"<a ", b'<a href="', b"<a href='x'", b"<", b"<a href", b"<a \t"]
)
def test_listings_are_read_in_linear_time(piece: bytes) -> None:
    """A malicious page does not slow the reader down: quadratic time would reach the time-out."""
    with pytest.raises(UnreadableError):
        listing_reader(FOLDER)(piece * 200_000)
