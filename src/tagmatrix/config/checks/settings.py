"""Check the values of settings: lines of text, and what a value depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tagmatrix.config.cells import every_value
from tagmatrix.config.checks.defined import texts_in, unknown
from tagmatrix.config.model import Key
from tagmatrix.config.shapes.scalars import not_printable
from tagmatrix.manifest.architecture_names import ARCHITECTURES
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest
from tagmatrix.util.printable import unprintable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config, Setting, SettingValue
    from tagmatrix.problems import ValuePath


def lines(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that a setting's texts have one line each, unless the setting allows several.

    A template writes a value into a line: a line break in it would begin an instruction.
    """
    for path, name, value in _values(config):
        setting = config.settings.get(name)
        if setting is None or setting.multiline:
            continue
        advice = (
            "write it in one line, with >- instead of > or |; if several lines are intended, add "
            f"`multiline: true` to the setting {name}"
        )
        for at, text in texts_in(path, value):
            if found := unprintable(text):
                yield at, not_printable(found, advice)


def dependent(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that a setting with `by` has mappings for values, with keys that are defined."""
    known: dict[str | None, Collection[str]] = {
        "suite": names.suites,
        "flavor": names.flavors,
        "architecture": sorted(ARCHITECTURES),
        **{axis: every_value(config, axis) for axis in config.axes},
    }
    for name, each in config.settings.items():
        if each.by is not None and each.by not in known:
            near = nearest(each.by, [*map(str, known)])
            message = f'a setting cannot depend on "{shown(each.by)}"{near}'
            yield ("settings", name, "by"), message
    for path, name, value in _values(config):
        setting = config.settings.get(name)
        if setting is not None and setting.by in known:
            yield from _by_key(path, setting, value, known[setting.by])


def _by_key(
    path: ValuePath, setting: Setting, value: SettingValue, known: Collection[str]
) -> Iterator[Finding]:
    if not isinstance(value, Mapping):
        by = setting.by
        yield path, f"this setting depends on the {by}; write a mapping: {{{by}: value, ...}}"
        return
    for key in value:
        if key not in known:
            yield (*path, Key(key)), unknown(str(setting.by), key, known)


def _values(config: Config) -> Iterator[tuple[ValuePath, str, SettingValue]]:
    """Yield the values of all settings, each with its path and the setting's name."""
    for name, setting in config.settings.items():
        if setting.by is None or ("settings", name, "value") in config.places:
            yield ("settings", name, "value"), name, setting.value
    for release in config.releases:
        for name, value in release.settings.items():
            yield ("releases", release.cycle, "settings", name), name, value
