"""Read the images of a plan from any official-images manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix import git
from tagmatrix.diff.infer import infer
from tagmatrix.manifest.checkout import Checkouts
from tagmatrix.manifest.entry_tags import read_entry_tags
from tagmatrix.manifest.query import resolve
from tagmatrix.plan.dockerfile_needs import familiar
from tagmatrix.plan.git_facts import epochs
from tagmatrix.plan.images import ImageBases, PlanFamily, PlanImage, plan_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tagmatrix.diff.snapshot import SnapshotImage
    from tagmatrix.manifest.entry_tags import EntryTags
    from tagmatrix.manifest.model import Entry, Manifest
    from tagmatrix.plan.images import PlanTag


def read_manifest(manifest: Manifest, name: str, root: Path, *, registry: str = "") -> PlanFamily:
    """Return the family of a manifest; the repository of `root` may have its sources.

    An entry with other fields for some architectures makes an image for each source.
    Raises git.GitError.
    """
    repository = git.locate(root)
    checkouts = Checkouts([root] if isinstance(repository, git.Repository) else [])
    checkouts.load(manifest.entries)
    (snapshot,) = infer(manifest)
    images = []
    for read in read_entry_tags(manifest):
        entry = read.entry
        cell = snapshot.tags[entry.tags[0]].main
        for architectures in _sources(entry):
            own = resolve(entry, architectures[0])
            tags = _tags(read, cell.cycle)
            simple = len(entry.tags)
            images.append(
                PlanImage(
                    family=name,
                    name=_name(cell, entry, architectures),
                    cycle=cell.cycle or None,
                    variant=cell.variant,
                    flavor=cell.flavor or None,
                    version=str(read.version) if read.version else None,
                    final=read.version.is_final if read.version else None,
                    folder=f"{own.git_repo}#{own.git_commit}:{own.directory}",
                    file=own.file,
                    place=own.path,
                    architectures=architectures,
                    builder=own.builder,
                    constraints=entry.constraints,
                    commit=own.git_commit,
                    epoch=None,
                    tree=None,
                    tags=tags[:simple],
                    shared_tags=tags[simple:],
                    bases=_bases(checkouts, entry, architectures),
                    repositories=(registry.replace("{image}", name),) if registry else (),
                    labels={},
                )
            )
    if isinstance(repository, git.Repository):
        images = _with_history(images, repository)
    source = manifest.global_.git_repo or (images[0].folder.partition("#")[0] if images else "")
    return PlanFamily(name=name, source=source, images=tuple(images))


def _sources(entry: Entry) -> Iterable[tuple[str, ...]]:
    """Return the architectures of an entry, in groups with the same source."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for architecture in entry.architectures:
        own = resolve(entry, architecture)
        source = (own.git_repo, own.git_commit, own.directory, own.file, own.builder)
        groups.setdefault(source, []).append(architecture)
    return [tuple(group) for group in groups.values()]


def _name(cell: SnapshotImage, entry: Entry, architectures: tuple[str, ...]) -> str:
    """Return the name of an image; the architectures belong to it if the entry has others."""
    name = "/".join(filter(None, (cell.cycle, cell.variant))) or entry.tags[0]
    if architectures == entry.architectures:
        return name
    return f"{name} on {', '.join(architectures)}"


def _tags(read: EntryTags, cycle: str) -> tuple[PlanTag, ...]:
    version = str(read.version) if read.version else None
    return tuple([plan_tag(tag.name, tag.alias, version, cycle) for tag in read.tags])


def _bases(
    checkouts: Checkouts, entry: Entry, architectures: Iterable[str]
) -> Mapping[str, ImageBases]:
    """Return the bases on the architectures on which they are known."""
    found = {name: checkouts.bases(entry, name) for name in architectures}
    return {
        name: ImageBases(
            last=familiar(bases.last),
            all=tuple([familiar(base) for base in bases.all]),
            foreign=tuple([familiar(base) for base in bases.foreign]),
            known=not bases.problems,
        )
        for name, bases in found.items()
        if bases is not None
    }


def _with_history(images: list[PlanImage], repository: git.Repository) -> list[PlanImage]:
    """Return images with the hashes of their folders and dates, if the repository has them."""
    folders = [image.folder.partition("#")[2] for image in images]
    trees = git.objects(repository, folders)
    commits = list(dict.fromkeys(image.commit or "" for image in images))
    there = [each.id for each in git.objects(repository, commits) if each and each.type == "commit"]
    dates = epochs(repository, there)
    return [
        replace(
            image,
            epoch=dates.get(image.commit or ""),
            tree=found.id if found and found.type == "tree" else None,
        )
        for image, found in zip(images, trees, strict=True)
    ]
