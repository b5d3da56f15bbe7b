"""The components of each image: those whose condition holds, in the release's version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.matrix.rule_matching import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config.model import Component, Config, Release
    from tagmatrix.matrix.rule_matching import ReleaseVariant


def component_of(config: Config, release: Release, name: str) -> Component | None:
    """Return a component in the version of a release; None if the release has none.

    A release's own version replaces version and checksums, for a checksum is of one version.
    """
    declared = config.components[name]
    if name not in release.components:
        return declared
    own = release.components[name]
    if own is None:
        return None
    why = own.why or declared.why
    return replace(own, when=declared.when, unless=declared.unless, why=why, link=declared.link)


class Components:
    """The components of each cell; cells for which the same rules hold share them."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._rules = Rules(config.components.values())
        self._found: dict[tuple[int, str], dict[str, Component | None]] = {}

    def of(self, release: Release, cell: ReleaseVariant) -> Mapping[str, Component | None]:
        """Return all components by name; None for those that the cell does not have."""
        if not self._config.components:
            return {}
        holding = self._rules.holding(cell)
        key = (holding, release.cycle if release.components else "")
        if key not in self._found:
            self._found[key] = {
                name: component_of(self._config, release, name) if holding >> bit & 1 else None
                for bit, name in enumerate(self._config.components)
            }
        return self._found[key]
