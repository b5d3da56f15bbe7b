"""The manifest to compare with: in HEAD, in a revision, with an older name, without git."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tagmatrix.git.baseline import Baseline, find
from tagmatrix.layout import Layout

if TYPE_CHECKING:
    from tests.repos import TestRepo

SAMPLE = Layout(manifest="library/sample")
OTHER = Layout(manifest="library/other")


@pytest.fixture
def published(repo: TestRepo) -> TestRepo:
    """Return a repository with the manifest and the JSON of an image."""
    repo.write("library/sample", "first\n")
    repo.write("library/sample.json", "{}\n")
    repo.commit("Publish")
    return repo


def test_head_not_disk(published: TestRepo) -> None:
    """The manifest in HEAD counts, whatever is on disk."""
    committed = Baseline(path="library/sample", manifest=b"first\n", catalog=b"{}\n")
    published.write("library/sample", "second\n")
    assert find(published.path, SAMPLE) == (committed, "")
    shutil.rmtree(published.path / "library")
    assert find(published.path, SAMPLE) == (committed, "")


def test_a_revision(published: TestRepo) -> None:
    """A named commit counts instead of HEAD; a warning reports a commit without manifest."""
    base = published.head()
    published.write("library/sample", "second\n")
    published.commit()
    found, warning = find(published.path, SAMPLE, base=base)
    assert (found and found.manifest, warning) == (b"first\n", "")
    assert found is not None
    assert found.where == f"in {base[:12]}"
    first = published.git("rev-list", "--max-parents=0", "HEAD")
    assert find(published.path, SAMPLE, base=first) == (
        None,
        f"{first[:12]} has no library/sample, so the guard cannot compare",
    )


@pytest.mark.parametrize("by_name", [False, True])
def test_an_older_name(published: TestRepo, *, by_name: bool) -> None:
    """The only other manifest with JSON has the image's old name, in HEAD and in a revision."""
    published.write("library/README.md", "page\n")
    published.write("library/notes", "no manifest\n")
    head = published.commit()
    found, warning = find(published.path, OTHER, base=head if by_name else "")
    assert found is not None
    assert (found.path, found.manifest, found.catalog) == ("library/sample", b"first\n", b"{}\n")
    assert warning == (
        "library/other is new: `image` was renamed; tagmatrix compares with library/sample"
    )


def test_without_git(published: TestRepo) -> None:
    """In a source archive the manifest on disk counts, but not a link; nothing is warned of."""
    shutil.rmtree(published.path / ".git")
    published.write("library/sample", "second\n")
    found, warning = find(published.path, SAMPLE)
    assert (found and found.manifest, found and found.where, warning) == (b"second\n", "", "")
    assert find(published.path, OTHER) == (None, "")
    (published.path / "library/other").symlink_to("sample")
    assert find(published.path, OTHER) == (None, "")
