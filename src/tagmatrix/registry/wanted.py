"""What a repository should hold, by versions.yaml and git: tags, architectures, revisions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.explain.owners import by_tag
from tagmatrix.git.folders import look_up
from tagmatrix.matrix.expand import files_in_root

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tagmatrix.matrix.expand import Image, Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A tag, and what it should be.

    Attributes:
        tag: its name.
        group: what its index is made of; tags of one group have one index.
        architectures: how many images there are for each architecture: more than one if there
            are several Windows builds.
        version: the version of its images as a tag; empty if they have none.
        revisions: for each architecture, the newest commits of the folders of its images.
    """

    tag: str
    group: tuple[tuple[str, str], ...]
    architectures: Mapping[str, int]
    version: str
    revisions: Mapping[str, frozenset[str]]


def wanted(
    matrix: Matrix, commits: Mapping[str, str], goes_there: Callable[[Image], bool]
) -> dict[str, Wanted]:
    """Return the tags of a repository, in the order of the manifest.

    Args:
        matrix: the images.
        commits: the newest commit of each folder; empty where it is not known.
        goes_there: returns whether an image is published in the repository.
    """
    found = {}
    for tag in by_tag(matrix).values():
        images = [image for image in tag.images if goes_there(image)]
        if not images:
            continue
        revisions: dict[str, set[str]] = {}
        for image in images:
            commit = commits.get(image.source, "")
            for name in image.architectures:
                revisions.setdefault(name, set()).update([commit] if commit else [])
        found[tag.name] = Wanted(
            tag=tag.name,
            group=tuple((image.cycle, image.name) for image in images),
            architectures=Counter(name for image in images for name in image.architectures),
            version=tag.version_tag,
            revisions={name: frozenset(those) for name, those in revisions.items()},
        )
    return found


def commits(root: Path, matrix: Matrix) -> Mapping[str, str]:
    """Return the newest commit of each image's folder; none without git. Raises git.GitError."""
    folders = [image.directory for image in matrix.own]
    files = files_in_root(matrix.own)
    return look_up(root, folders, root_files=files, elsewhere=matrix.elsewhere).commits
