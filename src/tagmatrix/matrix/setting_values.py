"""The values of the settings of each image."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagmatrix.matrix.rule_matching import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagmatrix.config.model import Config, Release, Setting, SettingValue
    from tagmatrix.matrix.image import Image
    from tagmatrix.matrix.rule_matching import ReleaseVariant


def keys_of(by: str, cell: ReleaseVariant, architectures: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys of a setting's mapping that are for an image."""
    if by == "architecture":
        return architectures
    named = {**cell._asdict(), **dict(cell.axes)}
    return (str(named[by]),) if by in named else ()


def value_for(
    setting: Setting, own: SettingValue, keys: tuple[str, ...], *, holds: bool
) -> SettingValue:
    """Return the value of a setting with `by` for a cell; False if it has none.

    Args:
        setting: the setting.
        own: the release's mapping, which comes before the setting's; None if there is none.
        keys: the keys of the cell; see `keys_of`.
        holds: whether the setting's condition holds for the cell.
    """
    values = _values(setting, own, holds=holds)
    found = {key: values[key] for key in keys if key in values}
    if setting.by == "architecture":
        return MappingProxyType(found) if found else False
    return next(iter(found.values()), False)


def missing(config: Config, images: Iterable[Image]) -> Iterator[tuple[Image, str, str]]:
    """Yield the images that need the value of a setting with `by`, its name, and the key."""
    dependent = {name: setting for name, setting in config.settings.items() if setting.by}
    rules = Rules(dependent.values())
    for image in images if dependent else ():
        holding = rules.holding(image.cell)
        for bit, (name, setting) in enumerate(dependent.items()):
            if holding >> bit & 1:
                values = _values(setting, image.release.settings.get(name), holds=True)
                keys = keys_of(str(setting.by), image.cell, image.architectures)
                yield from ((image, name, key) for key in keys if key not in values)


def _values(setting: Setting, own: SettingValue, *, holds: bool) -> Mapping[str, SettingValue]:
    """Return both mappings as one; not a copy, because each image asks for one key or a few."""
    usual = setting.value if holds and isinstance(setting.value, Mapping) else {}
    if not isinstance(own, Mapping):
        return usual
    return ChainMap(own, usual)  # type: ignore[arg-type]  # ChainMap only reads them


class SettingValues:
    """The settings of each cell; cells for which the same rules hold share their values."""

    def __init__(self, config: Config) -> None:
        self._settings = config.settings
        self._rules = Rules(config.settings.values())
        self._dependent = [
            (bit, name, setting)
            for bit, (name, setting) in enumerate(config.settings.items())
            if setting.by
        ]
        self._values: dict[tuple[int, str], tuple[dict[str, SettingValue], tuple[str, ...]]] = {}
        self._held = 0

    def of(
        self, release: Release, cell: ReleaseVariant, architectures: tuple[str, ...]
    ) -> tuple[Mapping[str, SettingValue], tuple[str, ...]]:
        """Return the settings of a cell, and those with reasons."""
        holding = self._rules.holding(cell)
        self._held |= holding
        key = (holding, release.cycle if release.settings else "")
        if key not in self._values:
            values = {
                name: setting.value if holding >> bit & 1 else False
                for bit, (name, setting) in enumerate(self._settings.items())
            }
            held = (
                name
                for bit, name in enumerate(self._settings)
                if holding >> bit & 1 and (self._settings[name].by or name not in release.settings)
            )
            self._values[key] = values | dict(release.settings), tuple(held)
        found, reasons = self._values[key]
        if not self._dependent:
            return found, reasons
        own = {
            name: value_for(
                setting,
                release.settings.get(name),
                keys_of(str(setting.by), cell, architectures),
                holds=bool(holding >> bit & 1),
            )
            for bit, name, setting in self._dependent
        }
        return {**found, **own}, reasons

    def idle(self) -> tuple[str, ...]:
        """Return the settings whose conditions hold for no cell."""
        return tuple(name for bit, name in enumerate(self._settings) if not self._held >> bit & 1)
