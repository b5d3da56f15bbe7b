"""The one-line format of before 2016."""

from __future__ import annotations

import pytest

from tagmatrix.manifest import Maintainer, ManifestError, dumps, from_json, parse, to_json

from .samples import A40

OLD = f"""
# maintainer: A B <a@b.c> (@ab)
# maintainer: someone without a handle

latest: git://x/y@{A40} 1.0/
1.0:   git://x/y@{A40}\t1.0
  # indented comment
edge: git://x/y@v2
"""


def test_old_file_is_read() -> None:
    """Lines with the same build merge, and a git tag is fetched by its name."""
    manifest = parse(OLD)
    assert manifest.global_.maintainers == (Maintainer(name="A B", email="a@b.c", handle="ab"),)
    first, second = manifest.entries
    assert (first.tags, first.git_repo, first.git_fetch) == (
        ("latest", "1.0"),
        "git://x/y",
        "refs/heads/*",
    )
    assert (first.git_commit, first.directory) == (A40, "1.0")
    assert (second.git_fetch, second.git_commit, second.directory) == (
        "refs/tags/v2",
        "FETCH_HEAD",
        ".",
    )


def test_old_file_is_printed_in_the_new_format() -> None:
    """Printing says what the reference said of such files; JSON reads it again."""
    manifest = parse(OLD)
    assert dumps(manifest) == (
        "Maintainers: A B <a@b.c> (@ab)\nGitFetch: refs/heads/*\n\n"
        f"Tags: latest, 1.0\nGitRepo: git://x/y\nGitCommit: {A40}\nDirectory: 1.0\n\n"
        "Tags: edge\nGitRepo: git://x/y\nGitFetch: refs/tags/v2\nGitCommit: FETCH_HEAD\n"
    )
    assert from_json(to_json(manifest)) == manifest


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        (f"a: x@{A40}\nb\n", 2, None),
        (f"a: x@{A40}\n\n.b: x@{A40}\n", 3, "Tags"),
        (f"a: x@{A40}\na: y@{A40}\n", 2, "Tags"),
        (f"a: @{A40}\n", 1, "GitRepo"),
        ("a: x@\n", 1, "GitCommit"),
        ("a: x@what*\n", 1, "GitFetch"),
    ],
)
def test_old_file_is_refused(text: str, line: int, field: str | None) -> None:
    """A mistake in an old file is named by its line."""
    with pytest.raises(ManifestError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.field) == (line, field)


@pytest.mark.parametrize(
    "text", ["Maintainers: A B <a@b.c>\n", "GitRepo: git@x:y\n", "a: x@b\nTags: 1\n"]
)
def test_new_file_with_a_mistake_is_not_old(text: str) -> None:
    """A file of today is refused by the rules of today."""
    with pytest.raises(ManifestError) as caught:
        parse(text)
    assert caught.value.field == "Maintainers"


def test_comma_in_a_name() -> None:
    """A maintainer stands on a line of its own, so a comma is part of the name; JSON keeps it."""
    manifest = parse("# maintainer: Engine, Inc. <a@b.c> (@ab)\na: x@v1\n")
    assert manifest.global_.maintainers[0].name == "Engine, Inc."
    assert from_json(to_json(manifest)) == manifest
