"""Limit the size of the matrix: a small file can define a huge one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.defined import Finding
    from tagmatrix.config.model import Config, Flavor, VariantChoice

MAX_IMAGES: Final = 50_000
MAX_WORK: Final = 20_000_000
"""The limit of tags, rules and settings of images; a small file can define far more."""


def size(config: Config) -> Iterator[Finding]:
    """Check that expanding the matrix takes a reasonable time."""
    made = sum(len(suite.flavors) for suite in config.suites.values())
    usual = made if config.variants is None else len(config.variants)
    entries: list[Flavor | VariantChoice] = [*config.flavors.values()]
    entries += [choice for _, choice in config.listed_variants()]
    lists = [len(texts or ()) for entry in entries for texts in (entry.tags, entry.shared_tags)]
    spellings = 2 * max(lists, default=0) + 2
    rules = len(config.settings) + sum(1 + len(rule.architectures) for rule in config.exclude)
    images = work = 0
    for release in config.releases:
        count = usual if release.variants is None else len(release.variants)
        images += count
        work += count * (spellings * (len(release.aliases) + 4) + rules)
    if images > MAX_IMAGES:
        yield (
            ("releases",),
            f"these are {images:,} images, and the limit is {MAX_IMAGES:,}; list fewer",
        )
    elif work > MAX_WORK:
        message = "so many images with so many tags and rules take too long; list fewer"
        yield ("releases",), message
