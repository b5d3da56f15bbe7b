"""Query one manifest."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from tagmatrix.manifest import Entry, all_tags, find, parse, resolve, shared_tag_groups
from tagmatrix.manifest.query import Resolved

from .samples import ENTRY, HEAD, OTHER, manifest

MANIFEST = parse(
    manifest(
        ENTRY + "SharedTags: s, t\nArchitectures: amd64, i386\n",
        OTHER + "SharedTags: t, u, s\nArchitectures: windows-amd64\n",
    )
)
FIRST, SECOND = MANIFEST.entries


def test_every_tag_is_listed_once() -> None:
    """Shared tags are listed with their first owner."""
    assert all_tags(MANIFEST) == ("1", "s", "t", "2", "u")
    assert all_tags(MANIFEST, "i386") == ("1", "s", "t")
    assert all_tags(parse(HEAD)) == ()


def test_owners_are_found() -> None:
    """A tag's owners are the entries themselves, optionally for one architecture."""
    assert find(MANIFEST, "s") == (FIRST, SECOND)
    assert find(MANIFEST, "s", "amd64")[0] is FIRST
    assert find(MANIFEST, "2", "amd64") == ()
    assert find(MANIFEST, "") == ()


def test_groups_have_the_same_owners() -> None:
    """Shared tags with the same owners are one group, in the order of the file."""
    first, second = shared_tag_groups(MANIFEST)
    assert (first.tags, first.entries) == (("s", "t"), (FIRST, SECOND))
    assert (second.tags, second.entries) == (("u",), (SECOND,))


@pytest.mark.parametrize(
    ("field", "attribute"),
    [
        ("GitRepo", "git_repo"),
        ("GitFetch", "git_fetch"),
        ("GitCommit", "git_commit"),
        ("Directory", "directory"),
        ("File", "file"),
        ("Builder", "builder"),
    ],
)
def test_each_field_is_resolved(field: str, attribute: str) -> None:
    """An override applies only to its architecture; an empty one is ignored."""
    entry = replace(FIRST, arch_values={f"i386-{field}": "x", f"amd64-{field}": ""})
    assert getattr(resolve(entry, "i386"), attribute) == "x"
    assert getattr(resolve(entry, "amd64"), attribute) == getattr(entry, attribute)
    changed = {item.name for item in fields(Resolved)} - {attribute, "architecture"}
    for name in changed:
        assert getattr(resolve(entry, "i386"), name) == getattr(entry, name)


@pytest.mark.parametrize(
    ("directory", "file", "path"),
    [
        (".", "Dockerfile", "Dockerfile"),
        ("a/b", "Dockerfile.x", "a/b/Dockerfile.x"),
        ("a", "../b/Dockerfile", "b/Dockerfile"),
        ("../a", "Dockerfile", "../a/Dockerfile"),
    ],
)
def test_path_of_the_dockerfile(directory: str, file: str, path: str) -> None:
    """The path is relative to the repository, in its shortest form."""
    assert resolve(Entry(directory=directory, file=file), "amd64").path == path
