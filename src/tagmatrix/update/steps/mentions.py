"""References to a release cycle outside of its own block: conditions, held aliases and ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config import Config
    from tagmatrix.config.model import Component, Condition, Exclusion, Setting
    from tagmatrix.problems import ValuePath


def references(config: Config, cycle: str) -> list[ValuePath]:
    """Return the paths of the values that name a cycle."""
    found: list[ValuePath] = [("hold", alias) for alias in held(config, cycle)]
    for path, condition in conditions(config):
        found += [
            (*path, "cycles", number)
            for number, name in enumerate(condition.cycles)
            if name == cycle
        ]
    return found + tied(config, cycle)


def tied(config: Config, cycle: str) -> list[ValuePath]:
    """Return the paths of the names of a cycle in `with` of components."""
    return [
        (*path, "with", number)
        for path, _, component in config.listed_components()
        for number, name in enumerate(component.together)
        if name == cycle and name not in config.components
    ]


def held(config: Config, cycle: str) -> list[str]:
    """Return the aliases that are held at a cycle."""
    return [alias for alias, at in config.hold.items() if at == cycle]


def conditions(config: Config) -> Iterator[tuple[ValuePath, Condition]]:
    """Yield the conditions of rules and settings, with the path of each."""
    rules: list[tuple[ValuePath, Setting | Component | Exclusion]] = [
        *((("settings", name), setting) for name, setting in config.settings.items()),
        *((("components", name), each) for name, each in config.components.items()),
        *((("exclude", number), rule) for number, rule in enumerate(config.exclude)),
    ]
    for path, rule in rules:
        if rule.when is not None:
            yield (*path, "when"), rule.when
        if rule.unless is not None:
            yield (*path, "unless"), rule.unless
