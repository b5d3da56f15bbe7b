"""Query one manifest."""

from __future__ import annotations

import pytest
from msgspec.structs import fields, replace

from tagmatrix.errors import InputError
from tagmatrix.manifest import Entry, all_tags, find, parse, resolve, shared_tag_groups
from tagmatrix.manifest.family import Family
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


@pytest.mark.parametrize("name", ["arm64v8", "arm64", "linux/arm64", "linux/arm64/v8", "aarch64"])
def test_names_of_architectures(name: str) -> None:
    """Every usual name of an architecture means the same in all queries."""
    manifest = parse(
        f"{HEAD}GitCommit: {'a' * 40}\n\nTags: 1\nArchitectures: amd64, arm64v8\n"
        "arm64v8-Directory: arm\n\nTags: 2\nDirectory: x\n"
    )
    assert all_tags(manifest, name) == ("1",)
    assert [entry.tags for entry in find(manifest, "1", name)] == [("1",)]
    assert find(manifest, "2", name) == ()
    assert resolve(manifest.entries[0], name).directory == "arm"
    family = Family({"x": manifest}, lambda _entry, _architecture: None)
    assert [str(image) for image in family.find("x:1", name)] == ["x:1"]


def test_unknown_architecture() -> None:
    """An unknown architecture is an error, never an empty answer."""
    manifest = parse(f"{HEAD}GitCommit: {'a' * 40}\n\nTags: 1\n")
    family = Family({"x": manifest}, lambda _entry, _architecture: None)
    for ask in (
        lambda: all_tags(manifest, "amd46"),
        lambda: find(manifest, "1", "amd46"),
        lambda: resolve(manifest.entries[0], "amd46"),
        lambda: family.find("x:1", "amd46"),
    ):
        with pytest.raises(InputError, match='unknown architecture "amd46"; did you mean amd64'):
            ask()
    with pytest.raises(InputError, match='architecture "linux/amd46"; did you mean amd64'):
        all_tags(manifest, "linux/amd46")
    with pytest.raises(InputError, match='unknown architecture "linux/windows-amd64"'):
        all_tags(manifest, "linux/windows-amd64")


def test_architecture_that_a_manifest_lists() -> None:
    """A manifest that was read with other architectures can be asked for them."""
    text = f"{HEAD}GitCommit: {'a' * 40}\n\nTags: 1\nArchitectures: loong64\n"
    assert all_tags(parse(text, any_architecture=True), "loong64") == ("1",)
