"""Which images changed since a revision: files, parents, architectures, settings, tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix import config as configuration, git
from tagmatrix.git.folders import tree_of
from tagmatrix.layout import ROOT, image_folder
from tagmatrix.matrix.load import parse
from tagmatrix.plan.image_settings import ImageSettings
from tagmatrix.problems import ConfigError
from tagmatrix.util.wording import few, join_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.plan.families import Read
    from tagmatrix.plan.images import PlanImage


@dataclass(frozen=True, slots=True)
class ChangesSince:
    """What changed in a family.

    Attributes:
        why: the reason for each image that changed.
        indexes: the reason for each other image whose indexes changed: no build of it did.
    """

    why: Mapping[PlanImage, str]
    indexes: Mapping[PlanImage, str]


def changes_since(read: Read, rev: str) -> ChangesSince:
    """Return what changed since a revision. Raises git.GitError if it cannot be read."""
    repository = read.in_head.repository
    if isinstance(repository, git.NoRepository):
        raise git.GitError(repository.value)
    commit = git.resolve(repository, rev)
    then = tree_of(repository, commit, read.in_head.layout)
    before = _Before(git.show(repository, commit, configuration.FILE), read)
    folders = {image.directory for image in read.matrix.own}
    owners = _owners(read.matrix)
    parents = _parents(read.matrix, owners)
    why: dict[PlanImage, str] = {}
    indexes: dict[PlanImage, str] = {}
    for image, planned in zip(read.matrix.images, read.family.images, strict=True):
        if planned in read.dirty:
            why[planned] = "its folder is not committed as it is on disk"
        elif before.lacks(image) if image.ref else image.dockerfile_path not in then:
            why[planned] = f"it is new since {rev}"
        elif not image.ref and (files := _files(image, read.in_head.tree, then, folders)):
            why[planned] = f"{few(files)} changed since {rev}"
        elif reason := before.reason(image, parents.get(image.place, frozenset())):
            why[planned] = f"{reason} since {rev}"
        elif reason := before.reason_of_indexes(image, owners):
            indexes[planned] = f"{reason} since {rev}"
    return ChangesSince(why, indexes)


def _files(
    image: Image,
    now: Mapping[str, git.TreeEntry],
    then: Mapping[str, git.TreeEntry],
    folders: set[str],
) -> list[str]:
    """Return the files of an image's folder that differ, without those of images inside it."""
    path = image.directory
    if path in now and path in then and now[path].object_id == then[path].object_id:
        return []
    start = "" if path == ROOT else f"{path}/"
    paths = {name for tree in (now, then) for name in tree if name.startswith(start)}
    return sorted(
        name.removeprefix(start)
        for name in paths
        if now.get(name) != then.get(name)
        and "tree" not in {tree[name].type for tree in (now, then) if name in tree}
        and image_folder(name, folders) == path
    )


def _owners(matrix: Matrix) -> dict[str, set[str]]:
    """Return the folders of the images that have each tag."""
    owners: dict[str, set[str]] = {}
    for image in matrix.images:
        for tag in image.all_tags:
            owners.setdefault(tag.name, set()).add(image.place)
    return owners


def _parents(matrix: Matrix, owners: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    """Return the folders of the images of the same family that images are built on."""
    return {
        image.place: frozenset(owners.get(image.parent, ()))
        for image in matrix.images
        if image.parent
    }


class _Before:
    """The matrix of the revision, if its versions.yaml can be read."""

    def __init__(self, data: bytes | None, read: Read) -> None:
        self._now = read.settings
        self._images: dict[str, Image] | None = None
        self._owners: dict[str, set[str]] = {}
        self._parents: dict[str, frozenset[str]] = {}
        if data is None:
            return
        try:
            config, matrix = parse(data)
        except ConfigError:
            return
        self._settings = ImageSettings(config, read.registry)
        self._images = {image.place: image for image in matrix.images}
        self._owners = _owners(matrix)
        self._parents = _parents(matrix, self._owners)

    def lacks(self, image: Image) -> bool:
        """Return whether the revision did not have an image of another branch or tag."""
        return self._images is not None and image.place not in self._images

    def reason(self, image: Image, parents: frozenset[str]) -> str:
        """Return why an image with the same files is built again; empty if it is not."""
        if self._images is None:
            return f"{configuration.FILE} could not be read before: its settings may have changed"
        old = self._images.get(image.place)
        if old is None:
            return ""
        if more := [name for name in image.architectures if name not in old.architectures]:
            return f"{join_names(more)} is new"
        if parents != self._parents.get(image.place, frozenset()):
            return "it has another parent"
        return self._of_settings(image, old)

    def _of_settings(self, image: Image, old: Image) -> str:
        """Return which settings of an image changed; empty if none did."""
        then = self._settings.of_the_build(old)
        now = self._now.of_the_build(image)
        changed = [name for name, value in now.items() if then[name] != value]
        if changed:
            return f"{few(changed)} changed"
        there = self._settings.repositories(old)
        if more := [name for name in self._now.repositories(image) if name not in there]:
            return f"{join_names(more)} is a new repository of it"
        return ""

    def reason_of_indexes(self, image: Image, owners: Mapping[str, set[str]]) -> str:
        """Return why the indexes of an image with the same builds changed; empty if none did."""
        old = (self._images or {}).get(image.place)
        names = old.architectures if old else ()
        if gone := [name for name in names if name not in image.architectures]:
            return f"{join_names(gone)} is gone"
        if any(owners[tag.name] != self._owners.get(tag.name) for tag in image.all_tags):
            return "its tags changed"
        return ""
