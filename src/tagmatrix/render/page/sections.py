"""The parts of the image's page about all images: flavors, moving tags, what is not built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.config.cells import default_axis
from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.matrix.variants import default_suite
from tagmatrix.render.page.cell_wording import Cells, with_commas
from tagmatrix.util.markdown_text import code, link, plain
from tagmatrix.util.wording import either

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.config.model import Release
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.render.page.cell_wording import Cell

LISTED: Final = 20
"""The maximum length of lists that grow with the matrix; the list of tags is not limited."""


def suites(config: Config, newest: Sequence[Image]) -> dict[str, str]:
    """Return the default suite of each flavor that the newest cycle has."""
    release: Release = newest[0].release
    flavors = {image.flavor for image in newest if image.flavor}
    defaults = {flavor: default_suite(config, release, flavor) or "" for flavor in flavors}
    there = {(image.flavor, image.suite) for image in newest}
    return {flavor: suite for flavor, suite in defaults.items() if (flavor, suite) in there}


def axes(config: Config, newest: Sequence[Image]) -> list[dict[str, Any]]:
    """Return the axes of the newest cycle's images, with their values and the default."""
    found = []
    for axis in config.axes:
        values = list(dict.fromkeys(dict(image.axes).get(axis, "") for image in newest))
        if values := [value for value in values if value]:
            flavors = dict.fromkeys(image.flavor for image in newest if image.flavor)
            defaults = [default_axis(config, newest[0].release, name, axis)[0] for name in flavors]
            default = next((each for each in defaults if each in values), "")
            found.append({"name": axis, "choices": values, "default": default})
    return found


def flavor_summaries(
    config: Config, cycles: Mapping[str, Sequence[Image]], newest: Sequence[Image]
) -> list[dict[str, Any]]:
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
            for tag in image.all_tags
            if image.suite not in tag.spelling.text
        )
        found.append(
            {
                "name": name,
                "variants": list(dict.fromkeys(image.name for image in images)),
                "bases": list(dict.fromkeys(image.base for image in images)),
                "windows": all(
                    is_windows(arch) for image in images for arch in image.architectures
                ),
                "suite": suite,
                "elsewhere": _elsewhere(config, cycles, name, suite),
                "short": list(spellings),
            }
        )
    return found


def _elsewhere(
    config: Config, cycles: Mapping[str, Sequence[Image]], flavor: str, suite: str
) -> list[str]:
    """Return the default suites of a flavor that differ from the newest cycle's, with cycles."""
    others: dict[str, list[str]] = {}
    for cycle, images in cycles.items():
        own = default_suite(config, images[0].release, flavor) or "none"
        if own != (suite or "none") and any(image.flavor == flavor for image in images):
            others.setdefault(own, []).append(cycle)
    return [f"{own} in {with_commas(names, LISTED)}" for own, names in others.items()]


def movers(newest: Sequence[Image]) -> list[dict[str, Any]]:
    """Return the tags of the image with most tags, as an example of which tags move."""
    example = max(newest, key=lambda image: len(image.tags))
    return [
        {
            "tag": tag.name,
            "fixed": not tag.alias.moves,
            "moves": either(tag.moves),
            "version": example.version,
            "version_moves": either(tag.alias.moves),
            "suite": example.suite,
            "suite_moves": either(tag.spelling.moves),
        }
        for tag in example.tags
    ]


def architectures(matrix: Matrix) -> list[dict[str, Any]]:
    """Return each list of architectures that occurs, with the images that have it."""
    groups: dict[tuple[str, ...], list[Cell]] = {}
    for image in matrix.images:
        groups.setdefault(image.architectures, []).append((image.cycle, image.name))
    cells = Cells((image.cycle, image.name) for image in matrix.images)
    return [
        {"images": cells.text(group, LISTED), "architectures": architectures}
        for architectures, group in groups.items()
    ][:LISTED]


def not_built(matrix: Matrix) -> list[dict[str, str]]:
    """Return what is not built: excluded architectures, by rule, then images."""
    excluded: dict[tuple[str, str], dict[str, list[Cell]]] = {}
    for image in matrix.images:
        for item in image.excluded:
            rule = excluded.setdefault((item.why, item.link), {})
            rule.setdefault(item.architecture, []).append((image.cycle, image.name))
    left_out: dict[tuple[str, str], list[Cell]] = {}
    for cell in matrix.left_out:
        left_out.setdefault((cell.why, cell.link), []).append((cell.cycle, cell.variant))
    cells = Cells((image.cycle, image.name) for image in matrix.images)
    found = [
        (code(architecture), cells.text(group, LISTED), *source)
        for source, rule in excluded.items()
        for architecture, group in rule.items()
    ]
    found += [
        (cells.text(group, LISTED, always=True), "", *source) for source, group in left_out.items()
    ]
    return [
        {"what": what, "where": where, "why": plain(why.rstrip(".")), "link": link(address)}
        for what, where, why, address in found
    ]
