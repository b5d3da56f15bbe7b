"""Limit the size of the matrix: a small file can define a huge one."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final

from tagmatrix.config.cells import axes_of, values_of
from tagmatrix.config.checks.rules import conditions_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.defined import Finding
    from tagmatrix.config.model import Config, Flavor, Release, VariantChoice

MAX_IMAGES: Final = 10_000
MAX_AXES: Final = 50
"""Each pattern is searched for each axis."""
MAX_WORK: Final = 8_000_000
"""The limit of rules and settings of images, with their tags, files, artifacts and settings with
`by`, each of which takes as long as _NAMED rules; a small file can define far more."""
_NAMED: Final = 20
_COMPARED: Final = 5
_LISTED: Final = 10
"""A comparison with a cycle or a version takes as long as _COMPARED rules, _LISTED names as long as
one rule."""


def size(config: Config) -> Iterator[Finding]:
    """Check that expanding the matrix takes a reasonable time."""
    if len(config.axes) > MAX_AXES:
        message = f"these are {len(config.axes):,} axes, and the limit is {MAX_AXES}; list fewer"
        yield ("axes",), message
        return
    usual = _made(config, None) if config.variants is None else len(config.variants)
    entries: list[Flavor | VariantChoice] = [*config.flavors.values()]
    entries += [choice for _, choice in config.listed_variants()]
    lists = [len(texts or ()) for entry in entries for texts in (entry.tags, entry.shared_tags)]
    spellings = 2 * max(lists, default=0) + 2
    named = max((len(entry.files or ()) + len(entry.needs or ()) for entry in entries), default=0)
    rules = (
        sum(_NAMED if setting.by else 1 for setting in config.settings.values())
        + len(config.components)
        + sum(1 + len(rule.architectures) for rule in config.exclude)
    )
    listed = config.listed_variants()
    others = max((len(choice.also_versions or ()) for _, choice in listed), default=0)
    others += len(config.components)
    images, work = 0, _matching(config)
    for release in config.releases:
        count = usual if release.variants is None else len(release.variants)
        if release.axes and config.variants is None and release.variants is None:
            count = _made(config, release)
        images += count
        tags = spellings * (len(release.aliases) + 4)
        versions = len(release.aliases) * (others + len(release.also_versions))
        work += max(count, 1) * (_NAMED * (tags + named) + rules + _COMPARED * versions)
    if config.axes:
        every = (None, *(release for release in config.releases if release.axes))
        images = max(images, sum(_made(config, each) for each in every))
    if images > MAX_IMAGES:
        yield (
            ("releases",),
            f"these are {images:,} images, and the limit is {MAX_IMAGES:,}; list fewer",
        )
    elif work > MAX_WORK:
        message = "so many images with so many tags, files and rules take too long; list fewer"
        yield ("releases",), message


def _matching(config: Config) -> int:
    """Return the work of matching each condition with each release and each variant."""
    conditions = [condition for _, condition in conditions_of(config)]
    compared = sum(len(condition.comparisons) for condition in conditions)
    listed = sum(
        len(names)
        for one in conditions
        for names in (one.cycles, one.flavors, one.suites, one.variants, *one.axes.values())
    )
    releases = len(config.releases)
    variants = _made(config, None) + sum(1 for _ in config.listed_variants())
    return _COMPARED * compared * releases + listed * (releases + variants) // _LISTED


def _made(config: Config, release: Release | None) -> int:
    """Return the number of variants that suites, flavors and axes make."""
    flavors = [
        config.flavors.get(name) for suite in config.suites.values() for name in suite.flavors
    ]
    if not config.axes:
        return len(flavors)
    return sum(
        prod(len(values_of(config, release, each, axis)) for axis in axes_of(config, each))
        for each in flavors
        if each
    )
