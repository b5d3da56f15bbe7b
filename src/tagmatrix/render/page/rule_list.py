"""The rules on the image's page: differences between images, accepted changes, and why."""

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
    """A setting that applies to some images and not to others.

    `where` says to which; `value` is empty if the setting is just on.
    """

    name: str
    value: str
    where: str
    why: str
    link: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A breaking change of tags that versions.yaml accepts."""

    tags: str
    effect: str
    why: str
    link: str


@dataclass(frozen=True, slots=True)
class SuiteFacts:
    """A suite that images are on, and its end of life; empty if that is not known."""

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
    """Return the breaking changes of tags that versions.yaml accepts."""
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
    """Return the suites that have images, in the order of versions.yaml."""
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
