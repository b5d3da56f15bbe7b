"""The values that the templates of the image's page see; `sections` has some of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tagmatrix.layout import directory
from tagmatrix.matrix.tags import LATEST
from tagmatrix.render.page.rule_list import differences, listed_acceptances, suite_facts
from tagmatrix.render.page.sections import (
    LISTED,
    architectures,
    axes,
    flavor_summaries,
    movers,
    not_built,
    suites,
)
from tagmatrix.util import forges
from tagmatrix.util.markdown_text import link, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Image, Matrix


def context(
    config: Config,
    matrix: Matrix,
    commits: Mapping[str, str],
    *,
    prefix: str,
    link_images: bool,
    link_cycles: bool,
    name_tags: bool,
    tell_differences: bool,
) -> dict[str, Any]:
    """Return the values that the page's templates see; docs/page.md describes them.

    Args:
        config: versions.yaml.
        matrix: its images, and those that are left out.
        commits: the commit of each image, by its `source`.
        prefix: the path of the image's root inside the repository; "" at its top.
        link_images: whether each image has a link to its Dockerfile.
        link_cycles: whether each cycle has a link to its folder.
        name_tags: whether the page lists images and tags.
        tell_differences: whether the page lists the differences between images, and why.
    """
    cycles = matrix.cycles
    newest = _newest(cycles)
    manifest = directory(prefix, config.layout.manifest)

    def section(cycle: str, images: Sequence[Image]) -> dict[str, Any]:
        release = images[0].release
        folder = directory(prefix, config.layout.of_cycle(release.folder) or config.layout.top)
        address = link(forges.folder_link(config.repository, config.branch, folder))
        rows = [
            _row(config, image, commits[image.source], prefix, linked=link_images)
            for image in images
        ]
        return {
            "cycle": cycle,
            "version": release.version,
            "final": release.is_final,
            "end_of_life": str(release.end_of_life or ""),
            "deprecated": plain(release.deprecated or ""),
            "link": address if link_cycles else "",
            "rows": rows if name_tags else [],
            "shared": _shared(images) if name_tags else [],
        }

    sections = [section(cycle, images) for cycle, images in cycles.items()]
    return {
        "image": config.image,
        "title": plain(config.page.title or config.image),
        "description": plain(config.page.description),
        "repository": link(config.repository),
        "home": link(forges.home_link(config.repository)),
        "maintainers": [_maintainer(text) for text in config.maintainers],
        "help": _links(config.page.help),
        "issues": link(config.page.issues or forges.issues_link(config.repository)),
        "licenses": _links(config.page.licenses),
        "manifest": {
            "path": config.layout.manifest,
            "link": link(forges.file_link(config.repository, config.branch, manifest)),
            "history": link(forges.history_link(config.repository, config.branch, manifest)),
        },
        "linked": link_images,
        "listed": name_tags,
        "sections": sections,
        "newest": newest[0].cycle,
        "newest_variants": [image.name for image in newest],
        "newest_suites": suites(config, newest),
        "axes": axes(config, newest),
        "flavors": flavor_summaries(config, cycles, newest),
        "movers": movers(newest),
        "architectures": architectures(matrix),
        "suites": suite_facts(config, matrix),
        "not_built": not_built(matrix),
        "differences": differences(config, matrix) if tell_differences else [],
        "accepted": listed_acceptances(config) if tell_differences else [],
        "more_lines": LISTED,
    }


def _maintainer(text: str) -> str:
    """Return a maintainer as Markdown; the address in angle brackets is a link."""
    name = re.split(r" [<(]", text, maxsplit=1)[0]
    return plain(name) + text.removeprefix(name)


def _links(links: Mapping[str, str]) -> list[dict[str, str]]:
    """Return texts and their links as Markdown."""
    return [{"text": plain(text), "link": link(address)} for text, address in links.items()]


def _row(config: Config, image: Image, commit: str, prefix: str, *, linked: bool) -> dict[str, Any]:
    path = directory(prefix, image.dockerfile_path)
    return {
        "tags": [tag.name for tag in image.tags],
        "shared_tags": [tag.name for tag in image.shared_tags],
        "architectures": image.architectures,
        "folder": image.folder,
        "commit": commit,
        "link": link(forges.file_link(config.repository, commit, path)) if linked else "",
    }


def _shared(images: Iterable[Image]) -> list[dict[str, Any]]:
    owners: dict[str, list[str]] = {}
    for image in images:
        for tag in image.shared_tags:
            owners.setdefault(tag.name, []).append(image.name)
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, variants in owners.items():
        groups.setdefault(tuple(variants), []).append(name)
    return [{"tags": names, "variants": variants} for variants, names in groups.items()]


def _newest(cycles: Mapping[str, Sequence[Image]]) -> Sequence[Image]:
    """Return the images of the cycle of `latest`, else of the newest final version."""
    for images in cycles.values():
        tags = (tag for image in images for tag in image.all_tags)
        if any(tag.alias.text == LATEST for tag in tags):
            return images
    final = (images for images in cycles.values() if images[0].release.is_final)
    return next(final, next(iter(cycles.values())))
