"""What the image's page says of rules: what differs between images and why, what is let pass."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.matrix.reasons import effect_text, setting_rule, value_text, words
from tagmatrix.render.page.cells import few
from tagmatrix.util.markdown import code, plain

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Matrix


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """A setting that holds for some images and not for others.

    `where` says for which; `value` is empty for what is just on.
    """

    name: str
    value: str
    where: str
    why: str
    link: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """What versions.yaml lets happen to tags, as code and in words."""

    tags: str
    effect: str
    why: str
    link: str


@dataclass(frozen=True, slots=True)
class SuiteFacts:
    """A suite that images are on, and what is known of its end; empty for nothing."""

    name: str
    variants: tuple[str, ...]
    end_of_life: str
    deprecated: str


def differences(config: Config, matrix: Matrix) -> list[RuleDifference]:
    """Return the settings whose condition splits the images, in the order of versions.yaml."""
    count = Counter(name for image in matrix.images for name in image.reasons)
    free = Counter(name for image in matrix.images for name in image.release.settings)
    rules = [
        setting_rule(config, name)
        for name in config.settings
        if 0 < count[name] < len(matrix.images) - free[name]
    ]
    return [
        RuleDifference(
            code(f"{rule.path[-1]}"),
            plain(value_text(config.settings[f"{rule.path[-1]}"].value)),
            plain(words(rule.when, rule.unless)),
            plain(rule.why),
            rule.link,
        )
        for rule in rules
    ]


def accepted(config: Config, most: int) -> list[Accepted]:
    """Return what versions.yaml accepts for tags."""
    return [
        Accepted(
            few([*map(code, rule.tags)], most),
            plain(effect_text(rule)),
            plain(rule.why.rstrip(".")),
            rule.link,
        )
        for rule in config.accept
        if rule.tags
    ]


def suite_facts(config: Config, matrix: Matrix) -> list[SuiteFacts]:
    """Return the suites that there are images on, in the order of versions.yaml."""
    variants: dict[str, dict[str, None]] = {}
    for image in matrix.images:
        variants.setdefault(image.suite, {})[image.name] = None
    return [
        SuiteFacts(
            name, tuple(variants[name]), f"{suite.end_of_life or ''}", plain(suite.deprecated or "")
        )
        for name, suite in config.suites.items()
        if name in variants
    ]
