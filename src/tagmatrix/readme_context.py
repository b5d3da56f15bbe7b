"""What the templates of the image's page see: the matrix, grouped as a reader looks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagmatrix import links
from tagmatrix.architectures import is_windows
from tagmatrix.cells import Cells, few
from tagmatrix.cycles import is_final
from tagmatrix.entries import TOP, directory
from tagmatrix.markdown import codes, plain
from tagmatrix.tags import LATEST
from tagmatrix.variants import default_suite
from tagmatrix.wording import either

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.config.model import Release
    from tagmatrix.matrix import Image, Matrix

LISTED: Final = 20
"""How many lines a list has that grows with the matrix and is not the list of tags."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the page says of an image; `link` is empty where it has none."""

    tags: tuple[str, ...]
    shared_tags: tuple[str, ...]
    architectures: tuple[str, ...]
    folder: str
    commit: str
    link: str


@dataclass(frozen=True, slots=True)
class SharedRow:
    """Shared tags that belong to the same images, and the names of these."""

    tags: tuple[str, ...]
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A release cycle and its images; `link` leads to its folder where it has one."""

    cycle: str
    version: str
    final: bool
    end_of_life: str
    deprecated: str
    link: str
    rows: tuple[Row, ...]
    shared: tuple[SharedRow, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A flavor: its variants, its default suite ("" for none), and spellings that name no suite.

    `elsewhere` tells of cycles with another default suite.
    """

    name: str
    variants: tuple[str, ...]
    bases: tuple[str, ...]
    windows: bool
    suite: str
    elsewhere: tuple[str, ...]
    short: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """A tag of the example: whether its version is fixed, and what else moves it, in words."""

    tag: str
    fixed: bool
    moves: str


@dataclass(frozen=True, slots=True)
class Reason:
    """What is not built, where and why."""

    what: str
    where: str
    why: str
    link: str


def context(
    config: Config,
    matrix: Matrix,
    commits: Mapping[str, str],
    *,
    prefix: str,
    link_images: bool = True,
    link_cycles: bool = False,
    name_tags: bool = True,
) -> dict[str, Any]:
    """Return what the page's templates see; docs/page.md describes it.

    Args:
        config: versions.yaml.
        matrix: its images, and those that are left out.
        commits: the commit of each image, by its `folder`.
        prefix: the path of the image's root inside the repository, "" at its top.
        link_images: whether each image has a link to its Dockerfile.
        link_cycles: whether each cycle has one to its folder.
        name_tags: whether images and tags are listed at all.
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
        link = links.folder_link(config.repository, config.branch, folder)
        rows: Iterator[Row] = (
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
        "home": links.home_link(config.repository),
        "maintainers": config.maintainers,
        "help": [{"text": plain(text), "link": link} for text, link in config.page.help.items()],
        "issues": config.page.issues or links.issues_link(config.repository),
        "licenses": [
            {"text": plain(text), "link": link} for text, link in config.page.licenses.items()
        ],
        "manifest": {
            "path": f"{TOP}/{config.image}",
            "link": links.file_link(config.repository, config.branch, manifest),
            "history": links.history_link(config.repository, config.branch, manifest),
        },
        "linked": link_images,
        "listed": name_tags,
        "sections": sections,
        "newest": newest[0].cycle,
        "newest_variants": [image.name for image in newest],
        "newest_suites": _suites(config, newest),
        "flavors": _kinds(config, cycles, newest),
        "movers": _movers(newest),
        "architectures": _architectures(matrix),
        "not_built": _not_built(matrix),
        "more_lines": LISTED,
    }


def _row(config: Config, image: Image, commit: str, prefix: str, *, linked: bool) -> Row:
    path = f"{directory(prefix, image.folder)}/Dockerfile"
    return Row(
        tuple(tag.name for tag in image.tags),
        tuple(tag.name for tag in image.shared_tags),
        image.architectures,
        image.folder,
        commit,
        links.file_link(config.repository, commit, path) if linked else "",
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
    """Return the images of the cycle that a reader should begin with."""
    for images in cycles.values():
        tags = (tag for image in images for tag in (*image.tags, *image.shared_tags))
        if any(tag.alias.text == LATEST for tag in tags):
            return images
    final = (images for images in cycles.values() if is_final(images[0].version))
    return next(final, next(iter(cycles.values())))


def _suites(config: Config, newest: Sequence[Image]) -> dict[str, str]:
    """Return the default suite of each flavor that the newest cycle has."""
    release: Release = newest[0].release
    flavors = {image.flavor for image in newest if image.flavor}
    suites = {flavor: default_suite(config, release, flavor) or "" for flavor in flavors}
    there = {(image.flavor, image.suite) for image in newest}
    return {flavor: suite for flavor, suite in suites.items() if (flavor, suite) in there}


def _kinds(
    config: Config, cycles: Mapping[str, Sequence[Image]], newest: Sequence[Image]
) -> list[Kind]:
    """Return the flavors that there are, in the order of versions.yaml."""
    every = [image for images in cycles.values() for image in images]
    suites = _suites(config, newest)
    kinds = []
    for name in config.flavors:
        images = [image for image in every if image.flavor == name]
        if not images:
            continue
        suite = suites.get(name, "")
        spellings = dict.fromkeys(
            tag.spelling.text
            for image in newest
            if image.flavor == name and suite in {"", image.suite}
            for tag in (*image.tags, *image.shared_tags)
            if image.suite not in tag.spelling.text
        )
        kinds.append(
            Kind(
                name,
                tuple(dict.fromkeys(image.name for image in images)),
                tuple(dict.fromkeys(image.base for image in images)),
                all(is_windows(arch) for image in images for arch in image.architectures),
                suite,
                _elsewhere(config, cycles, name, suite),
                tuple(spellings),
            )
        )
    return kinds


def _elsewhere(
    config: Config, cycles: Mapping[str, Sequence[Image]], flavor: str, suite: str
) -> tuple[str, ...]:
    """Return in which cycles a flavor has another default suite than the newest one has."""
    others: dict[str, list[str]] = {}
    for cycle, images in cycles.items():
        own = default_suite(config, images[0].release, flavor) or "none"
        if own != (suite or "none") and any(image.flavor == flavor for image in images):
            others.setdefault(own, []).append(cycle)
    return tuple(f"{own} in {few(names, LISTED)}" for own, names in others.items())


def _movers(newest: Sequence[Image]) -> list[Mover]:
    """Return the tags of one image as an example of what moves: the one with most to tell."""
    example = max(newest, key=lambda image: len(image.tags))
    return [
        Mover(tag.name, tag.alias.text == example.version, either(tag.moves))
        for tag in example.tags
    ]


def _architectures(matrix: Matrix) -> list[dict[str, Any]]:
    """Return the lists of architectures that there are, and what has each."""
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for image in matrix.images:
        groups.setdefault(image.architectures, []).append((image.cycle, image.name))
    cells = Cells((image.cycle, image.name) for image in matrix.images)
    return [
        {"images": cells.text(group, LISTED), "architectures": architectures}
        for architectures, group in groups.items()
    ][:LISTED]


def _not_built(matrix: Matrix) -> list[Reason]:
    """Return what is not built: architectures by the rule that excludes them, then images."""
    excluded: dict[tuple[str, str], dict[str, list[tuple[str, str]]]] = {}
    for image in matrix.images:
        for item in image.excluded:
            rule = excluded.setdefault((item.why, item.link), {})
            rule.setdefault(item.architecture, []).append((image.cycle, image.name))
    left_out: dict[str, list[tuple[str, str]]] = {}
    for cell in matrix.left_out:
        left_out.setdefault(cell.why, []).append((cell.cycle, cell.variant))
    cells = Cells((image.cycle, image.name) for image in matrix.images)
    reasons = [
        Reason(codes([architecture]), cells.text(group, LISTED), plain(why.rstrip(".")), link)
        for (why, link), rule in excluded.items()
        for architecture, group in rule.items()
    ]
    reasons += [
        Reason(cells.text(group, LISTED, always=True), "", plain(why.rstrip(".")), "")
        for why, group in left_out.items()
    ]
    return reasons
