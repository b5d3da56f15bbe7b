"""The rules on the image's page: differences between images, accepted changes, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tagmatrix.matrix.reasons import effect_text, setting_rule, setting_text, where_text
from tagmatrix.render.page.cell_wording import with_commas
from tagmatrix.render.page.sections import LISTED
from tagmatrix.util.markdown_text import code, link, plain

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Matrix


def differences(config: Config, matrix: Matrix) -> list[dict[str, str]]:
    """Return the settings whose condition splits the images, in the order of versions.yaml."""
    count = Counter(name for image in matrix.images for name in image.reasons)
    free = Counter(
        name
        for image in matrix.images
        for name in image.release.settings
        if not config.settings[name].by
    )
    rules = {
        name: setting_rule(config, name)
        for name in config.settings
        if 0 < count[name] < len(matrix.images) - free[name]
    }
    return [
        {
            "name": code(name),
            "value": plain(setting_text(config.settings[name])),
            "where": plain(where_text(rule.when, rule.unless)),
            "why": plain(rule.why),
            "link": link(rule.link),
        }
        for name, rule in rules.items()
    ]


def listed_acceptances(config: Config) -> list[dict[str, str]]:
    """Return the breaking changes of tags that versions.yaml accepts."""
    return [
        {
            "tags": with_commas([*map(code, rule.tags)], LISTED),
            "effect": plain(effect_text(rule)),
            "why": plain(rule.why.rstrip(".")),
            "link": link(rule.link),
        }
        for rule in config.accept
        if rule.tags
    ]


def suite_facts(config: Config, matrix: Matrix) -> list[dict[str, Any]]:
    """Return the suites that have images, in the order of versions.yaml."""
    variants: dict[str, dict[str, None]] = {}
    for image in matrix.images:
        variants.setdefault(image.suite, {})[image.name] = None
    return [
        {
            "name": name,
            "variants": list(variants[name]),
            "end_of_life": str(suite.end_of_life or ""),
            "deprecated": plain(suite.deprecated or ""),
        }
        for name, suite in config.suites.items()
        if name in variants
    ]
