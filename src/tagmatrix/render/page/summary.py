"""The parts of the image's page about all images: flavors, moving tags, what is not built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.manifest.architectures import is_windows
from tagmatrix.matrix.variants import default_suite
from tagmatrix.render.page.cells import Cells, few
from tagmatrix.util.markdown import codes, plain
from tagmatrix.util.wording import either

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.config.model import Release
    from tagmatrix.matrix.expand import Image, Matrix

LISTED: Final = 20
"""The maximum length of lists that grow with the matrix; the list of tags is not limited."""


@dataclass(frozen=True, slots=True)
class FlavorSummary:
    """A flavor: its variants, its default suite ("" for none), and spellings without a suite.

    `elsewhere` lists other default suites, with their cycles.
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
    """A tag of the example: whether its version is fixed, and what moves it, as text.

    `version_moves` says what moves the version, `suite_moves` what moves the suite, `moves` both.
    """

    tag: str
    fixed: bool
    moves: str
    version: str
    version_moves: str
    suite: str
    suite_moves: str


@dataclass(frozen=True, slots=True)
class NotBuiltReason:
    """An architecture or images that are not built: where, and why."""

    what: str
    where: str
    why: str
    link: str


def suites(config: Config, newest: Sequence[Image]) -> dict[str, str]:
    """Return the default suite of each flavor that the newest cycle has."""
    release: Release = newest[0].release
    flavors = {image.flavor for image in newest if image.flavor}
    defaults = {flavor: default_suite(config, release, flavor) or "" for flavor in flavors}
    there = {(image.flavor, image.suite) for image in newest}
    return {flavor: suite for flavor, suite in defaults.items() if (flavor, suite) in there}


def flavor_summaries(
    config: Config, cycles: Mapping[str, Sequence[Image]], newest: Sequence[Image]
) -> list[FlavorSummary]:
    """Return the flavors that have images, in the order of versions.yaml."""
    every = [image for images in cycles.values() for image in images]
    defaults = suites(config, newest)
    found = []
    for name in config.flavors:
        images = [image for image in every if image.flavor == name]
        if not images:
            continue
        suite = defaults.get(name, "")
        spellings = dict.fromkeys(
            tag.spelling.text
            for image in newest
            if image.flavor == name and suite in {"", image.suite}
            for tag in (*image.tags, *image.shared_tags)
            if image.suite not in tag.spelling.text
        )
        found.append(
            FlavorSummary(
                name,
                tuple(dict.fromkeys(image.name for image in images)),
                tuple(dict.fromkeys(image.base for image in images)),
                all(is_windows(arch) for image in images for arch in image.architectures),
                suite,
                _elsewhere(config, cycles, name, suite),
                tuple(spellings),
            )
        )
    return found


def _elsewhere(
    config: Config, cycles: Mapping[str, Sequence[Image]], flavor: str, suite: str
) -> tuple[str, ...]:
    """Return the default suites of a flavor that differ from the newest cycle's, with cycles."""
    others: dict[str, list[str]] = {}
    for cycle, images in cycles.items():
        own = default_suite(config, images[0].release, flavor) or "none"
        if own != (suite or "none") and any(image.flavor == flavor for image in images):
            others.setdefault(own, []).append(cycle)
    return tuple(f"{own} in {few(names, LISTED)}" for own, names in others.items())


def movers(newest: Sequence[Image]) -> list[Mover]:
    """Return the tags of the image with most tags, as an example of which tags move."""
    example = max(newest, key=lambda image: len(image.tags))
    return [
        Mover(
            tag.name,
            tag.alias.text == example.version,
            either(tag.moves),
            example.version,
            either(tag.alias.moves),
            example.suite,
            either(tag.spelling.moves),
        )
        for tag in example.tags
    ]


def architectures(matrix: Matrix) -> list[dict[str, Any]]:
    """Return each list of architectures that occurs, with the images that have it."""
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for image in matrix.images:
        groups.setdefault(image.architectures, []).append((image.cycle, image.name))
    cells = Cells((image.cycle, image.name) for image in matrix.images)
    return [
        {"images": cells.text(group, LISTED), "architectures": architectures}
        for architectures, group in groups.items()
    ][:LISTED]


def not_built(matrix: Matrix) -> list[NotBuiltReason]:
    """Return what is not built: excluded architectures, by rule, then images."""
    excluded: dict[tuple[str, str], dict[str, list[tuple[str, str]]]] = {}
    for image in matrix.images:
        for item in image.excluded:
            rule = excluded.setdefault((item.why, item.link), {})
            rule.setdefault(item.architecture, []).append((image.cycle, image.name))
    left_out: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for cell in matrix.left_out:
        left_out.setdefault((cell.why, cell.link), []).append((cell.cycle, cell.variant))
    cells = Cells((image.cycle, image.name) for image in matrix.images)
    reasons = [
        NotBuiltReason(
            codes([architecture]), cells.text(group, LISTED), plain(why.rstrip(".")), link
        )
        for (why, link), rule in excluded.items()
        for architecture, group in rule.items()
    ]
    reasons += [
        NotBuiltReason(cells.text(group, LISTED, always=True), "", plain(why.rstrip(".")), link)
        for (why, link), group in left_out.items()
    ]
    return reasons
