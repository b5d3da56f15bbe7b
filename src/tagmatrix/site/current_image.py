"""What an image is now: from versions.yaml, or from a manifest alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.explain.config_rules import rules
from tagmatrix.explain.owners import by_tag
from tagmatrix.explain.tag_facts import TagFacts, because, built_for, lacking
from tagmatrix.guard import acceptance
from tagmatrix.site.moves import snapshot_of
from tagmatrix.site.page_data import Lifespan, SiteFamily, SiteImage, SiteTag, TagSource
from tagmatrix.util import forges
from tagmatrix.util.dates import has_ended
from tagmatrix.versions import parse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.explain.owners import Owned
    from tagmatrix.explain.provenance import Provenance
    from tagmatrix.manifest import Manifest
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.site.manifest_history import ManifestRevision
    from tagmatrix.site.moves import History
    from tagmatrix.site.named_since import NamedSince


def of_matrix(
    config: Config,
    matrix: Matrix,
    provenance: Provenance,
    newest: ManifestRevision,
    history: History,
) -> SiteFamily:
    """Return the image that versions.yaml describes. Raises InputError if it has no images."""
    if not matrix.images:
        raise InputError(f"{config.file} has no images, so there is nothing to show")
    sources = _sources(newest.manifest)
    commits = provenance.commits(source.commit for source in sources.values())
    for name, source in sources.items():
        known = commits[source.commit]
        sources[name] = replace(source, day=known.day, subject=known.subject)
    built = built_for(matrix)
    images = {
        image.place: _image(image, lacking(matrix, image, built), sources)
        for image in matrix.images
    }
    tags = tuple(
        SiteTag(
            name=tag.name,
            cycle=tag.images[0].cycle,
            version=tag.version,
            moving=tag.moving,
            images=tuple(images[image.place] for image in tag.images),
            moves=tag.moves,
            since=_since(history, provenance, tag),
            because=tuple(dict.fromkeys(because(config, own) for _, own in tag.owners)),
            rules=tuple(rules(_facts(config, matrix, provenance, tag))),
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
                label=_label(name, images.values()),
            )
            for name in dict.fromkeys(image.suite for image in matrix.images)
            if name in config.suites
        ),
        images=tuple(images.values()),
        tags=tags,
        empty=matrix.left_out,
    )


def of_manifest(name: str, newest: ManifestRevision, history: History) -> SiteFamily:
    """Return the image that a manifest describes. Raises InputError if it has no entries."""
    manifest = newest.manifest
    if not manifest.entries:
        raise InputError(f"{name}: the manifest has no images, so there is nothing to show")
    snapshot = snapshot_of(newest)
    sources = _sources(manifest)
    images: dict[tuple[str, str], SiteImage] = {}
    for cell, image in snapshot.cells.items():
        owned = snapshot.tags_of(cell)
        # only its own tags lead to its entry: other entries have the shared ones too
        own = min(owned, key=lambda tag: len(tag.images), default=None)
        images[cell] = SiteImage(
            cycle=image.cycle,
            version=image.version_text,
            variant=image.variant,
            suite=image.suite,
            base="",
            source=sources[own.name] if own else TagSource(),
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
            since=history.named.get(tag.name),
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
            Lifespan(
                name=suite,
                begin=history.suites.get(suite),
                label=_label(suite, images.values()),
            )
            for suite in dict.fromkeys(image.suite for image in images.values())
            if suite
        ),
        images=tuple(images.values()),
        tags=tags,
    )


def _since(history: History, provenance: Provenance, tag: Owned) -> NamedSince | None:
    """Return since when a tag names its images; None if the committed manifest differs."""
    found = history.named.get(tag.name)
    wanted = {provenance.path_of(image) for image in tag.images}
    return found if found and found.places == wanted else None


def _facts(config: Config, matrix: Matrix, provenance: Provenance, tag: Owned) -> TagFacts:
    return TagFacts(
        config=config,
        matrix=matrix,
        provenance=provenance,
        tag=tag,
        owners=tag.owners,
        accepted=acceptance.of_tag(config, tag.name),
    )


def _label(suite: str, images: Iterable[SiteImage]) -> str:
    """Return what to call a suite: alpine3.24 for 3.24, which may be a release cycle as well."""
    if not suite[:1].isdecimal():
        return suite
    variants = [image.variant for image in images if image.suite == suite]
    return min(filter(None, variants), key=len, default=suite)


def _image(image: Image, lacks: Sequence[str], sources: Mapping[str, TagSource]) -> SiteImage:
    names = tuple(tag.name for tag in image.all_tags)
    source = next((sources[name] for name in names if name in sources), TagSource())
    parts = [f"{name} {each.version}" for name, each in image.components.items() if each]
    more = {
        "Axes": ", ".join(f"{axis} {value}" for axis, value in image.axes),
        "With": ", ".join(parts),
        "Base lacks": ", ".join(lacks),
    }
    return SiteImage(
        cycle=image.cycle,
        version=image.version,
        variant=image.name,
        suite=image.suite,
        base=image.base,
        source=source if source.path else replace(source, path=image.dockerfile_path),
        architectures=image.architectures,
        absent=image.excluded,
        tags=names,
        more=tuple((name, text) for name, text in more.items() if text),
    )


def _sources(manifest: Manifest) -> dict[str, TagSource]:
    """Return the Dockerfile of each tag; the first entry counts for a shared tag."""
    found: dict[str, TagSource] = {}
    for entry in manifest.entries:
        path = f"{entry.directory}/{entry.file}".removeprefix("./")
        source = TagSource(
            path=path,
            commit=entry.git_commit,
            link=forges.file_link(entry.git_repo, entry.git_commit, path),
        )
        for name in (*entry.tags, *entry.shared_tags):
            found.setdefault(name, source)
    return found


def state(span: Lifespan, as_of: dt.date | None) -> str:
    """Return the state of a cycle: ended, ending, held, final, channel or pre-release."""
    if as_of and span.end:
        if has_ended(span.end, as_of):
            return "ended"
        if (span.end - as_of).days <= SOON:
            return "ending"
    if span.held:
        return "held"
    if span.final:
        return "final"
    version = parse(span.version, "loose")
    return "channel" if version and version.channel else "pre-release"


SOON = 90
"""The number of days before its end from which on a cycle is about to end."""
