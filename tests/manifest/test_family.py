"""Query which images are built from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.dockerfile.from_lines import Bases
from tagmatrix.manifest import Entry, Manifest
from tagmatrix.manifest.family import CycleError, Family

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.manifest.family import FamilyMember


def make_family(**images: dict[str, str]) -> Family:
    """Make a family of `name={"tag": "base base:tag arm64v8=base", "a,b+shared@arch": ...}`."""
    manifests = {}
    froms: dict[str, dict[str, list[str]]] = {}
    for name, entries in images.items():
        made = []
        for key, value in entries.items():
            words, _, architectures = key.partition("@")
            tags, _, shared = words.partition("+")
            entry = Entry(
                tags=tuple(tags.split(",")),
                shared_tags=tuple(shared.split(",")) if shared else (),
                architectures=tuple(architectures.split(",")) if architectures else ("amd64",),
                directory=f"{name}/{key}",
                constraints=tuple(word[1:] for word in value.split() if word.startswith("!")),
            )
            made.append(entry)
            for word in value.split():
                if word.startswith("!"):
                    continue
                architecture, _, base = word.rpartition("=")
                for one in [architecture] if architecture else entry.architectures:
                    froms.setdefault(entry.directory, {}).setdefault(one, []).append(base)
        manifests[name] = Manifest(global_=Entry(), entries=tuple(made))

    def bases(entry: Entry, architecture: str) -> Bases | None:
        found = froms.get(entry.directory, {}).get(architecture)
        return Bases(last=found[-1], all=tuple(found)) if found else None

    return Family(manifests, bases)


def names(images: Iterable[FamilyMember]) -> list[str]:
    """Return the names of images."""
    return [str(image) for image in images]


def test_parents_by_any_tag() -> None:
    """A base may be named by any tag, simple or shared; an unknown base is not a parent."""
    family = make_family(
        os={"13,trixie+latest": "scratch"},
        app={"1": "os:trixie", "2": "os:latest gone:1 os:14", "3": "os:13@sha256:" + "a" * 64},
    )
    parent, *children = family.images
    assert [names(family.parents(child)) for child in children] == [["os:13"]] * 3
    assert family.children(parent) == tuple(children)
    assert family.parents(parent) == family.children(children[0]) == ()


def test_parents_by_architecture() -> None:
    """A base is looked up only for the architecture that is built."""
    family = make_family(
        os={"linux+1@amd64,arm64v8": "", "arm+2@arm64v8": "", "win+1@windows-amd64": ""},
        app={"a@amd64,arm64v8": "os:1 arm64v8=os:2", "w@windows-amd64": "os:1", "x": "os:2"},
    )
    *_, app, windows, lost = family.images
    assert names(family.parents(app)) == ["os:linux", "os:arm"]
    assert names(family.parents(windows)) == ["os:win"]
    assert names(family.parents(lost)) == []


def test_windows_builds_differ() -> None:
    """Of several Windows owners of a tag, the one with the same build is the parent."""
    family = make_family(
        os={"a+1@windows-amd64": "!build-a", "b+1@windows-amd64": "!build-b"},
        app={"a@windows-amd64": "!build-b os:1", "b@windows-amd64": "os:1"},
    )
    *_, one, other = family.images
    assert names(family.parents(one)) == ["os:b"]
    assert names(family.parents(other)) == ["os:a", "os:b"]


def test_descendants() -> None:
    """All images that are built from an image are found once, the nearest first."""
    family = make_family(
        far={"1": "middle:1"},
        near={"1": "os:1", "2": "os:1 middle:1"},
        middle={"1": "near:1"},
        os={"1": "", "2": ""},
    )
    root = family.find("os:1")
    assert names(family.descendants(root)) == ["near:1", "near:2", "middle:1", "far:1"]
    assert names(family.dependents("os:1")) == ["near:1", "near:2", "middle:1", "far:1"]
    assert names(family.dependents("os:2")) == []


def test_dependents_of_what_is_not_there() -> None:
    """An image whose manifest is unknown can have dependents."""
    family = make_family(b={"1": "a:1"}, a={"1": "os:1", "2": "os:2"})
    assert names(family.dependents("os:1")) == ["a:1", "b:1"]


def test_build_order() -> None:
    """Parents come first; unrelated images keep their order."""
    family = make_family(
        app={"1": "tool:2", "2": "os:1"},
        tool={"1": "app:2", "2": "os:1"},
        os={"1": "scratch"},
        other={"1": ""},
    )
    order = names(family.build_order())
    assert order == ["os:1", "app:2", "tool:1", "tool:2", "app:1", "other:1"]


def test_circle_is_named() -> None:
    """A circle has no order; the error names only the images of the circle."""
    family = make_family(wait={"1": "a:1"}, a={"1": "b:1"}, b={"1": "c:1"}, c={"1": "a:1"})
    with pytest.raises(CycleError, match=r"a:1 <- b:1 <- c:1 <- a:1$") as caught:
        family.build_order()
    assert names(caught.value.images) == ["a:1", "b:1", "c:1"]


def test_own_base() -> None:
    """An image that is built from itself is a circle too."""
    with pytest.raises(CycleError, match=r"a:1 <- a:1$"):
        make_family(a={"1,2": "a:2"}).build_order()


def test_many_images_are_quick() -> None:
    """A long chain takes linear time."""
    chain = {str(number): f"a:{number + 1}" for number in range(3000)}
    order = make_family(a=chain).build_order()
    assert str(order[0]) == "a:2999"
    assert str(order[-1]) == "a:0"
