"""What a repository should hold, by versions.yaml and git: tags, architectures, revisions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.explain.owners import by_tag
from tagmatrix.git.folders import look_up
from tagmatrix.matrix.expand import files_in_root
from tagmatrix.matrix.laws.findings import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.matrix.expand import Image, Matrix


class WantedImage(Struct, frozen=True, kw_only=True):
    """One image of a tag.

    Attributes:
        name: its cycle and variant.
        base: the image after FROM.
        is_child: whether the base is an image of the same family.
        version: its version as a tag; empty if it has none.
        tag: its first tag.
    """

    name: str
    base: str
    is_child: bool
    version: str
    tag: str


class Wanted(Struct, frozen=True, kw_only=True):
    """A tag, and what it should be.

    Attributes:
        tag: its name.
        group: what its index is made of; tags of one group have one index.
        architectures: how many images there are for each architecture: more than one if there
            are several Windows builds.
        optional: the architectures that it may lack.
        revisions: for each architecture, the newest commits of the folders of its images.
        images: for each architecture, its images.
    """

    tag: str
    group: tuple[tuple[str, str], ...]
    architectures: Mapping[str, int]
    optional: frozenset[str]
    revisions: Mapping[str, frozenset[str]]
    images: Mapping[str, tuple[WantedImage, ...]]


def wanted(
    matrix: Matrix,
    commits: Mapping[str, str],
    goes_there: Callable[[Image], bool],
    required: Sequence[str] | None = None,
) -> dict[str, Wanted]:
    """Return the tags of a repository, in the order of the manifest.

    Args:
        matrix: the images.
        commits: the newest commit of each folder; empty where it is not known.
        goes_there: returns whether an image is published in the repository.
        required: the architectures of `publish.required`; None for all. A tag that has none of
            them needs all of its own.
    """
    found = {}
    for tag in by_tag(matrix).values():
        images = [image for image in tag.images if goes_there(image)]
        if not images:
            continue
        revisions: dict[str, set[str]] = {}
        members: dict[str, tuple[WantedImage, ...]] = {}
        for image in images:
            member = _image(image)
            commit = commits.get(image.source, "")
            for name in image.architectures:
                revisions.setdefault(name, set()).update([commit] if commit else [])
                members[name] = (*members.get(name, ()), member)
        architectures = Counter(name for image in images for name in image.architectures)
        needed = architectures.keys() if required is None else architectures.keys() & {*required}
        found[tag.name] = Wanted(
            tag=tag.name,
            group=tuple((image.cycle, image.name) for image in images),
            architectures=architectures,
            optional=frozenset(architectures.keys() - needed) if needed else frozenset(),
            revisions={name: frozenset(those) for name, those in revisions.items()},
            images=members,
        )
    return found


def _image(image: Image) -> WantedImage:
    return WantedImage(
        name=name_of(image),
        base=image.base,
        is_child=bool(image.parent),
        version=image.version_tag,
        tag=image.all_tags[0].name,
    )


def commits(root: Path, matrix: Matrix) -> Mapping[str, str]:
    """Return the newest commit of each image's folder; none without git. Raises git.GitError."""
    folders = [image.directory for image in matrix.own]
    files = files_in_root(matrix.own)
    return look_up(root, folders, root_files=files, elsewhere=matrix.elsewhere).commits
