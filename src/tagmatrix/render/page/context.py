"""The values that the templates of the image's page see; `summary` has some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagmatrix.cycles import is_final
from tagmatrix.layout import TOP, directory
from tagmatrix.matrix.tags import LATEST
from tagmatrix.render.page.rule_list import accepted, differences, suite_facts
from tagmatrix.render.page.summary import (
    LISTED,
    architectures,
    flavor_summaries,
    movers,
    not_built,
    suites,
)
from tagmatrix.util import forges
from tagmatrix.util.markdown import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Image, Matrix


@dataclass(frozen=True, slots=True)
class PageRow:
    """An image on the page; `link` is empty if the image has none."""

    tags: tuple[str, ...]
    shared_tags: tuple[str, ...]
    architectures: tuple[str, ...]
    folder: str
    commit: str
    link: str


@dataclass(frozen=True, slots=True)
class SharedRow:
    """Shared tags of the same images, and the variants of these images."""

    tags: tuple[str, ...]
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A release cycle and its images; `link` leads to its folder, or is empty."""

    cycle: str
    version: str
    final: bool
    end_of_life: str
    deprecated: str
    link: str
    rows: tuple[PageRow, ...]
    shared: tuple[SharedRow, ...]


def context(
    config: Config,
    matrix: Matrix,
    commits: Mapping[str, str],
    *,
    prefix: str,
    link_images: bool = True,
    link_cycles: bool = False,
    name_tags: bool = True,
    tell_differences: bool = True,
) -> dict[str, Any]:
    """Return the values that the page's templates see; docs/page.md describes them.

    Args:
        config: versions.yaml.
        matrix: its images, and those that are left out.
        commits: the commit of each image, by its `folder`.
        prefix: the path of the image's root inside the repository; "" at its top.
        link_images: whether each image has a link to its Dockerfile.
        link_cycles: whether each cycle has a link to its folder.
        name_tags: whether the page lists images and tags.
        tell_differences: whether the page lists the differences between images, and why.
    """
    cycles: dict[str, list[Image]] = {}
    for image in matrix.images:
        cycles.setdefault(image.cycle, []).append(image)
    newest = _newest(cycles)
    here = directory(prefix, "").rstrip("/")
    manifest = f"{here}/{config.image}"

    def section(cycle: str, images: Sequence[Image]) -> Section:
        release = images[0].release
        folder = f"{here}/{release.folder}"
        link = forges.folder_link(config.repository, config.branch, folder)
        rows: Iterator[PageRow] = (
            _row(config, image, commits[image.folder], prefix, linked=link_images)
            for image in images
        )
        return Section(
            cycle,
            release.version,
            is_final(release.version),
            f"{release.end_of_life or ''}",
            plain(release.deprecated or ""),
            link if link_cycles else "",
            tuple(rows) if name_tags else (),
            _shared(images) if name_tags else (),
        )

    sections = [section(cycle, images) for cycle, images in cycles.items()]
    return {
        "image": config.image,
        "title": plain(config.page.title or config.image),
        "description": plain(config.page.description),
        "repository": config.repository,
        "home": forges.home_link(config.repository),
        "maintainers": config.maintainers,
        "help": [{"text": plain(text), "link": link} for text, link in config.page.help.items()],
        "issues": config.page.issues or forges.issues_link(config.repository),
        "licenses": [
            {"text": plain(text), "link": link} for text, link in config.page.licenses.items()
        ],
        "manifest": {
            "path": f"{TOP}/{config.image}",
            "link": forges.file_link(config.repository, config.branch, manifest),
            "history": forges.history_link(config.repository, config.branch, manifest),
        },
        "linked": link_images,
        "listed": name_tags,
        "sections": sections,
        "newest": newest[0].cycle,
        "newest_variants": [image.name for image in newest],
        "newest_suites": suites(config, newest),
        "flavors": flavor_summaries(config, cycles, newest),
        "movers": movers(newest),
        "architectures": architectures(matrix),
        "suites": suite_facts(config, matrix),
        "not_built": not_built(matrix),
        "differences": differences(config, matrix) if tell_differences else [],
        "accepted": accepted(config, LISTED) if tell_differences else [],
        "more_lines": LISTED,
    }


def _row(config: Config, image: Image, commit: str, prefix: str, *, linked: bool) -> PageRow:
    path = f"{directory(prefix, image.folder)}/Dockerfile"
    return PageRow(
        tuple(tag.name for tag in image.tags),
        tuple(tag.name for tag in image.shared_tags),
        image.architectures,
        image.folder,
        commit,
        forges.file_link(config.repository, commit, path) if linked else "",
    )


def _shared(images: Iterable[Image]) -> tuple[SharedRow, ...]:
    owners: dict[str, list[str]] = {}
    for image in images:
        for tag in image.shared_tags:
            owners.setdefault(tag.name, []).append(image.name)
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, variants in owners.items():
        groups.setdefault(tuple(variants), []).append(name)
    return tuple(SharedRow(tuple(names), variants) for variants, names in groups.items())


def _newest(cycles: Mapping[str, Sequence[Image]]) -> Sequence[Image]:
    """Return the images of the cycle of `latest`, else of the newest final version."""
    for images in cycles.values():
        tags = (tag for image in images for tag in (*image.tags, *image.shared_tags))
        if any(tag.alias.text == LATEST for tag in tags):
            return images
    final = (images for images in cycles.values() if is_final(images[0].version))
    return next(final, next(iter(cycles.values())))
