"""Warnings: what is allowed, but leaves out a tag, an image, a setting or a flavor."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tagmatrix.config.cells import default_axis, known_cells
from tagmatrix.config.model import Key
from tagmatrix.matrix.laws import defaults
from tagmatrix.versions import cycle_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Condition, Config
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.matrix.laws.findings import Finding


def unowned(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Warn of a default suite that a release does not have: no image gets its short tags."""
    for default in defaults.lacking(config, matrix):
        end = f"the short tags of {default.flavor} name no image"
        if default.everywhere:
            yield default.path, f"{default}: {end}{default.advice(config)}"
        else:
            more = f"if that is intended, set `{default.path[-1]}: null` for it"
            yield default.path, f"{default}: {end} there; {more}"


def unowned_axes(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Warn of the default of an axis that a release does not have: no image gets its short tags."""
    if not config.axes:
        return
    there: defaultdict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for image in matrix.images:
        there[image.cycle, image.flavor].update(image.axes)
    for release in config.releases:
        for name, flavor in config.flavors.items():
            axes = there[release.cycle, name]
            for axis in {axis for axis, _ in axes if flavor.suffixes_on_default(axis)}:
                value, path = default_axis(config, release, name, axis)
                if value is not None and (axis, value) not in axes:
                    end = f"the short tags of {name} name no image there"
                    more = f"set `default_axes: {{{axis}: ...}}` for it, or null"
                    yield path, f"{release.cycle} has no {name} with {axis} {value}: {end}; {more}"


def without_images(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Warn of a release whose variants are all left out, and of an image without releases."""
    if not config.releases:
        message = "there is no release, so the image is no longer published: its manifest is empty"
        yield ("releases",), message
    cycles = {image.cycle for image in matrix.images}
    for release in config.releases:
        if release.cycle not in cycles:
            message = f"every variant of {release.cycle} is left out; it has no images and no tags"
            yield ("releases", release.cycle), message


def idle(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Warn of a setting that applies to no image: it is outdated or a mistake."""
    if not config.releases:
        return
    listed = {name for release in config.releases for name in release.settings}
    for name in matrix.idle:
        setting = config.settings[name]
        if name in listed or is_for_a_later_cycle(config, matrix, setting.when):
            continue
        if setting.when or setting.unless:
            message = f"{name} applies to no image; fix its condition, or remove the setting"
            yield ("settings", name, "when" if setting.when else "unless"), message


def is_for_a_later_cycle(config: Config, matrix: Matrix, when: Condition | None) -> bool:
    """Return whether a condition is for a cycle that does not exist yet, such as >=3.16."""
    if when is None or not any(when.matches_variant(*image.cell[1:]) for image in matrix.images):
        return False
    newest = max((cycle_numbers(release.cycle) for release in config.releases), default=())
    bounds = [comparison.numbers for comparison in when.comparisons]
    later = [(*numbers[:-1], numbers[-1] + more) for numbers in bounds for more in (0, 1)]
    return any(
        numbers > newest and when.matches_cycle(".".join(map(str, numbers))) for numbers in later
    )


def unused(config: Config) -> Iterator[Finding]:
    """Warn of a flavor that no variant has: it is outdated or a mistake."""
    used = {cell.flavor for cell in known_cells(config).values()}
    used |= {choice.flavor for _, choice in config.listed_variants() if choice.flavor}
    used |= {flavor.follows for flavor in config.flavors.values() if flavor.follows}
    for name in config.flavors:
        if name not in used:
            message = (
                f"no suite has the flavor {name}; add it to the `flavors` of a suite, or remove it"
            )
            yield ("flavors", Key(name)), message
