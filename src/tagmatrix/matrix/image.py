"""What an expanded matrix consists of: images, and the cells without an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix.layout import ROOT, inside, short
from tagmatrix.matrix.rule_matching import ReleaseVariant
from tagmatrix.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.config.artifacts import Sums
    from tagmatrix.config.model import (
        AlsoVersion,
        Axes,
        Component,
        ContextFile,
        Release,
        SettingValue,
    )
    from tagmatrix.matrix.architectures import Excluded
    from tagmatrix.matrix.tags import Tag
    from tagmatrix.problems import ValuePath

CHILD: Final = "{image}:"
"""The beginning of a base that is a tag of the same family."""


class Image(Struct, frozen=True, kw_only=True):
    """One cell of releases x variants: one Dockerfile, one entry of the manifest.

    `directory` is its folder, from the folder of versions.yaml, and `dockerfile` the name of its
    Dockerfile there. `ref` is the branch or tag of git that has it; empty if that is the branch
    of versions.yaml. `path` is the path of its value in
    versions.yaml. `version_tag` is the version as a tag. `parent` is the tag of the same
    family that it is built from, empty if its base is another image. `files` are the files
    beside its Dockerfile. `sums` has the checksums of artifacts, by algorithm and artifact, and
    `needs` the artifacts that its Dockerfile verifies. `reasons` are the settings whose
    condition holds and which the release does not override.
    """

    cycle: str
    version: str
    final_version: str
    version_tag: str
    also_versions: tuple[AlsoVersion, ...]
    name: str
    flavor: str
    suite: str
    axes: Axes
    directory: str
    dockerfile: str
    ref: str
    base: str
    parent: str
    template: str
    files: tuple[ContextFile, ...]
    tags: tuple[Tag, ...]
    shared_tags: tuple[Tag, ...]
    architectures: tuple[str, ...]
    excluded: tuple[Excluded, ...]
    constraints: tuple[str, ...]
    builder: str | None
    needs: tuple[str, ...]
    sums: Sums
    components: Mapping[str, Component | None]
    settings: Mapping[str, SettingValue]
    reasons: tuple[str, ...]
    release: Release
    path: ValuePath

    @property
    def folder(self) -> str:
        """Return its folder as users call it, without `library/`."""
        return short(self.directory)

    @property
    def dockerfile_path(self) -> str:
        """Return the path of its Dockerfile, from the folder of versions.yaml."""
        return inside(self.directory, self.dockerfile)

    @property
    def source(self) -> str:
        """Return its folder, with the ref if it is another than that of versions.yaml."""
        return f"{self.ref}:{self.directory}" if self.ref else self.directory

    @property
    def place(self) -> str:
        """Return the path of its Dockerfile, with the ref as in `source`."""
        return f"{self.ref}:{self.dockerfile_path}" if self.ref else self.dockerfile_path

    @property
    def sha256(self) -> Mapping[str, str]:
        """Return the SHA-256 of artifacts."""
        return self.sums.get("sha256", {})

    @property
    def cell(self) -> ReleaseVariant:
        """Return its cell of the matrix."""
        return ReleaseVariant(self.cycle, self.flavor, self.suite, self.name, self.axes)

    @property
    def platforms(self) -> tuple[str, ...]:
        """Return its architectures as platforms of OCI, such as linux/arm/v7."""
        return tuple([PLATFORMS[name] for name in self.architectures])

    @property
    def all_tags(self) -> tuple[Tag, ...]:
        """Return its tags and its shared tags, in the order of the manifest."""
        return (*self.tags, *self.shared_tags)


def files_in_root(images: Iterable[Image]) -> list[str]:
    """Return the files of those images that are in the folder of versions.yaml."""
    return [
        path
        for image in images
        if image.directory == ROOT
        for path in (image.dockerfile_path, *(file.name for file in image.files))
    ]


class MissingImage(Struct, frozen=True):
    """A cell of the matrix without an image, and the reason.

    `path` is the path of the value in versions.yaml that leaves it out. `spellings`
    are the suffixes that its tags would have.
    """

    cycle: str
    variant: str
    why: str
    link: str
    path: ValuePath
    spellings: tuple[str, ...]


class Matrix(Struct, frozen=True):
    """All images in the order of the manifest, and the cells without an image.

    `effects` has the effects of exclusions: the number of the exclusion, and the
    architecture that it took from an image, or None if it took the whole image.
    `idle` are the settings whose conditions hold for no image.
    """

    images: tuple[Image, ...]
    left_out: tuple[MissingImage, ...]
    effects: frozenset[tuple[int, str | None]]
    idle: tuple[str, ...] = ()

    @property
    def cycles(self) -> dict[str, list[Image]]:
        """Return the images of each release cycle."""
        found: dict[str, list[Image]] = {}
        for image in self.images:
            found.setdefault(image.cycle, []).append(image)
        return found

    @property
    def own(self) -> tuple[Image, ...]:
        """Return the images whose files are on the branch of versions.yaml."""
        return tuple(image for image in self.images if not image.ref)

    @property
    def elsewhere(self) -> dict[str, set[str]]:
        """Return the folders of the other images, by ref."""
        found: dict[str, set[str]] = {}
        for image in self.images:
            if image.ref:
                found.setdefault(image.ref, set()).add(image.directory)
        return found
