"""The variants that flavors, suites and axes define: each is a cell of their product."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix.config.patterns import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Axes, Config, Flavor, Release
    from tagmatrix.problems import ValuePath


class Cell(NamedTuple):
    """The flavor of a variant, its suite, and the values of its axes."""

    flavor: str = ""
    suite: str = ""
    axes: Axes = ()


def cells(config: Config, release: Release | None = None) -> Iterator[tuple[str, Cell]]:
    """Yield the name and the cell of each variant of a release, in order.

    Without a release: those of releases that override nothing.
    """
    for suite, entry in config.suites.items():
        for name in entry.flavors:
            if flavor := config.flavors.get(name):
                for axes in combinations(config, release, flavor):
                    yield (
                        fill(flavor.name, **{**dict(axes), "suite": suite}),
                        Cell(name, suite, axes),
                    )


def known_cells(config: Config, release: Release | None = None) -> dict[str, Cell]:
    """Return the variants that suites define, by name: those of a release, or of any release."""
    if release is not None:
        return dict(cells(config, release))
    every = [None, *(one for one in config.releases if one.axes)]
    found: dict[str, Cell] = {}
    for one in every:
        for name, cell in cells(config, one):
            found.setdefault(name, cell)
    return found


def combinations(config: Config, release: Release | None, flavor: Flavor) -> list[Axes]:
    """Return the combinations of the axes that a flavor's patterns name, the last one fastest."""
    values = [
        [(axis, value) for value in values_of(config, release, flavor, axis)]
        for axis in axes_of(config, flavor)
    ]
    return [*product(*values)]


def axes_of(config: Config, flavor: Flavor) -> list[str]:
    """Return the axes that a flavor's patterns name: it varies over these."""
    text = str(flavor) if config.axes else ""
    return [axis for axis in config.axes if f"{{{axis}}}" in text]


def values_of(
    config: Config, release: Release | None, flavor: Flavor, axis: str
) -> tuple[str, ...]:
    """Return the values of an axis for a flavor in a release.

    The release's list replaces the global one; the flavor's list limits the release's, or
    else replaces the global one.
    """
    own = flavor.axes.get(axis)
    if release is not None and axis in release.axes:
        listed = release.axes[axis]
        return listed if own is None else tuple(value for value in listed if value in own)
    return config.axes[axis] if own is None else own


def every_value(config: Config, axis: str) -> tuple[str, ...]:
    """Return all values of an axis in the file."""
    lists = [flavor.axes for flavor in config.flavors.values()]
    lists += [release.axes for release in config.releases]
    more = [value for axes in lists for value in axes.get(axis, ())]
    return tuple(dict.fromkeys((*config.axes[axis], *more)))


def default_axis(
    config: Config, release: Release, flavor: str, axis: str
) -> tuple[str | None, ValuePath]:
    """Return the default of an axis for a flavor in a release, and its path; None without one."""
    if axis in release.default_axes:
        return release.default_axes[axis], (*_of(release), "default_axes", axis)
    if axis in config.flavors[flavor].default_axes:
        own = config.flavors[flavor].default_axes
        return own[axis], ("flavors", flavor, "default_axes", axis)
    return config.default_axes.get(axis), ("default_axes", axis)


def _of(release: Release) -> ValuePath:
    return ("releases", release.cycle)
