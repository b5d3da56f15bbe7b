"""The entry of an artifact in a document."""

from __future__ import annotations

import pytest

from tagmatrix.config.document_lookup import Lookup
from tagmatrix.upstream.artifact_entries import names_only_newer, row_of
from tagmatrix.upstream.rows import Rows
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

A, B = "a" * 64, "b" * 64
LOOKUP = Lookup(kind="sums", address="https://example.org/SHA256SUMS", file="tool-{version}.tar.gz")


def find(*names: str) -> object:
    """Return the answer about 1.4.3 of a document with these files."""
    rows = tuple({"file": name, "sha256": sum_} for name, sum_ in zip(names, (A, B), strict=False))
    return row_of(LOOKUP, Rows(rows, rows), {"version": "1.4.3"}, "source")


@pytest.mark.parametrize("folder", ["debug/", "./"])
def test_the_exact_name_counts_before_one_in_a_folder(folder: str) -> None:
    """A file of the same name in a folder is another file; alone, it is the artifact."""
    name = "tool-1.4.3.tar.gz"
    assert find(f"{folder}{name}", name) == Found({"file": name, "sha256": B})
    assert find(f"{folder}{name}") == Found({"file": f"{folder}{name}", "sha256": A})


@pytest.mark.parametrize("other", ["tool-1.4.30.zip", "tool-11.4.3.zip"])
def test_another_version_does_not_count(other: str) -> None:
    """Only a file of the version itself shows that the document has the version."""
    assert isinstance(find("tool-1.4.3.zip"), NotPublished)
    assert isinstance(find("tool-1.4.2.zip", other), FetchFailed)


def test_two_entries_of_a_file() -> None:
    """An empty checksum contradicts no other one; a wrong type ends nothing."""
    rows = ({"file": "a", "sha256": "", "sha1": []}, {"file": "a", "sha256": A})
    lookup = Lookup(kind="json", address="https://example.org/a", file="a")
    found = row_of(lookup, Rows(rows, rows), {"version": "1.4.3"}, "source")
    assert found == Found({"file": "a", "sha256": A, "sha1": []})
    other = (*rows, {"file": "a", "sha256": B})
    assert isinstance(
        row_of(lookup, Rows(other, other), {"version": "1.4.3"}, "source"), FetchFailed
    )


@pytest.mark.parametrize(
    ("names", "only"),
    [
        (["tool-1.5.0-x64.tgz", "dir/tool-1.4.10-x64.tgz", "README"], True),
        (["tool-1.5.0-arm64.tgz"], True),
        (["tool-1.5.0-x64.tgz", "tool-1.4.2-arm64.tgz"], False),
        (["tool-1.5.0-x32.tgz", "tool-x64.tgz", "other-1.5.0-x64.tgz", "tool-9new-x64.tgz"], False),
        ([], False),
    ],
)
@pytest.mark.parametrize("part", ["version", "listed", "final"])
def test_a_document_of_newer_versions(names: list[str], part: str, *, only: bool) -> None:
    """A document says nothing about a version only if all that it names is newer."""
    rows = tuple({"file": name} for name in names)
    file = f"tool-{{{part}}}-{{architecture}}.tgz"
    of_all = Lookup(kind="sums", address="https://example.org/SHA256SUMS", file=file)
    of_it = Lookup(kind="sums", address="https://example.org/{version}/SHA256SUMS", file=file)
    values = dict.fromkeys(("version", "listed", "final"), "1.4.3") | {"architecture": "x64"}
    words = ("x64", "arm64")
    found = [
        names_only_newer(each, Rows(rows, rows), values, words, "loose") for each in (of_all, of_it)
    ]
    assert found == [only, False]
