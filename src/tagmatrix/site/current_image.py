"""What an image is now: from versions.yaml, or from a manifest alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.explain.owners import by_tag
from tagmatrix.explain.tag_facts import because
from tagmatrix.site.moves import snapshot_of
from tagmatrix.site.page_data import (
    EmptyCell,
    Lifespan,
    MissingArchitecture,
    SiteFamily,
    SiteImage,
    SiteTag,
)
from tagmatrix.util import forges
from tagmatrix.util.dates import has_ended

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tagmatrix.config import Config
    from tagmatrix.manifest import Manifest
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.site.moves import History
    from tagmatrix.site.page_data import ManifestRevision


def of_matrix(
    config: Config, matrix: Matrix, newest: ManifestRevision, history: History
) -> SiteFamily:
    """Return the image that versions.yaml describes. Raises InputError if it has no images."""
    if not matrix.images:
        raise InputError(f"{config.file} has no images, so there is nothing to show")
    links = _links(newest.manifest)
    images = {image.place: _image(image, links) for image in matrix.images}
    tags = tuple(
        SiteTag(
            name=tag.name,
            cycle=tag.images[0].cycle,
            version=tag.version,
            moving=tag.moving,
            images=tuple(images[image.place] for image in tag.images),
            moves=tag.moves,
            because=tuple(dict.fromkeys(because(config, own) for _, own in tag.owners)),
        )
        for tag in by_tag(matrix).values()
    )
    cycles = {image.cycle: image.release for image in matrix.images}
    return SiteFamily(
        name=config.image,
        title=config.page.title or config.image,
        description=config.page.description,
        repository=forges.home_link(config.repository),
        cycles=tuple(
            Lifespan(
                name=name,
                version=release.version,
                final=release.is_final,
                begin=history.cycles.get(name),
                end=release.end_of_life,
                deprecated=release.deprecated or "",
                held=tuple(release.held_back.items()),
            )
            for name, release in cycles.items()
        ),
        suites=tuple(
            Lifespan(
                name=name,
                begin=history.suites.get(name),
                end=config.suites[name].end_of_life,
                deprecated=config.suites[name].deprecated or "",
            )
            for name in dict.fromkeys(image.suite for image in matrix.images)
            if name in config.suites
        ),
        images=tuple(images.values()),
        tags=tags,
        empty=tuple(
            EmptyCell(cycle=cell.cycle, variant=cell.variant, why=cell.why, link=cell.link)
            for cell in matrix.left_out
        ),
    )


def of_manifest(name: str, newest: ManifestRevision, history: History) -> SiteFamily:
    """Return the image that a manifest describes. Raises InputError if it has no entries."""
    manifest = newest.manifest
    if not manifest.entries:
        raise InputError(f"{name}: the manifest has no images, so there is nothing to show")
    snapshot = snapshot_of(newest)
    links = _links(manifest)
    images: dict[tuple[str, str], SiteImage] = {}
    for cell, image in snapshot.cells.items():
        owned = snapshot.tags_of(cell)
        images[cell] = SiteImage(
            cycle=image.cycle,
            version=image.version_text,
            variant=image.variant,
            suite=image.suite,
            base="",
            link=links.get(owned[0].name, "") if owned else "",
            architectures=tuple(image.architectures),
            absent=(),
            tags=tuple(tag.name for tag in owned),
        )
    tags = tuple(
        SiteTag(
            name=tag.name,
            cycle=tag.main.cycle,
            version=tag.main.version_text,
            moving=not tag.is_exact,
            images=tuple(dict.fromkeys(images[image.cell] for image in tag.images)),
        )
        for tag in snapshot.tags.values()
    )
    return SiteFamily(
        name=name,
        title=name,
        description="",
        repository=forges.home_link(manifest.entries[0].git_repo),
        cycles=tuple(
            Lifespan(
                name=cycle,
                version=members[0].version_text,
                final=members[0].is_final,
                begin=history.cycles.get(cycle),
            )
            for cycle, members in snapshot.cycles.items()
        ),
        suites=tuple(
            Lifespan(name=suite, begin=history.suites.get(suite))
            for suite in dict.fromkeys(image.suite for image in images.values())
            if suite
        ),
        images=tuple(images.values()),
        tags=tags,
    )


def _image(image: Image, links: Mapping[str, str]) -> SiteImage:
    names = tuple(tag.name for tag in image.all_tags)
    return SiteImage(
        cycle=image.cycle,
        version=image.version,
        variant=image.name,
        suite=image.suite,
        base=image.base,
        link=next((links[name] for name in names if name in links), ""),
        architectures=image.architectures,
        absent=tuple(
            MissingArchitecture(architecture=each.architecture, why=each.why, link=each.link)
            for each in image.excluded
        ),
        tags=names,
    )


def _links(manifest: Manifest) -> dict[str, str]:
    """Return the address of the Dockerfile of each tag; the first entry counts."""
    found: dict[str, str] = {}
    for entry in manifest.entries:
        path = f"{entry.directory}/{entry.file}".removeprefix("./")
        link = forges.file_link(entry.git_repo, entry.git_commit, path)
        for name in (*entry.tags, *entry.shared_tags):
            found.setdefault(name, link)
    return {name: link for name, link in found.items() if link}


def state(span: Lifespan, as_of: dt.date | None) -> str:
    """Return the state of a cycle: ended, ending, held, pre-release or final."""
    if as_of and span.end:
        if has_ended(span.end, as_of):
            return "ended"
        if (span.end - as_of).days <= SOON:
            return "ending"
    if span.held:
        return "held"
    return "final" if span.final else "pre-release"


SOON = 90
"""The number of days before its end from which on a cycle is about to end."""
