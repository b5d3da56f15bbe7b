"""Check axes: their names, their values, and the conditions and suffixes that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.config.cells import axes_of, every_value
from tagmatrix.config.checks.defined import unknown
from tagmatrix.config.checks.rules import conditions_of
from tagmatrix.config.checks.without_cycle import of_no_cycle
from tagmatrix.config.model import Key
from tagmatrix.util.nearest import nearest
from tagmatrix.util.wording import join_names
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config, Flavor, Release, VariantChoice
    from tagmatrix.problems import ValuePath

RESERVED: Final = ("image", "suite", "cycle", "version", "major", "name", "folder", "alias")
"""Names of placeholders, which no axis can have."""
_PARTS: Final = ("flavor", "architecture")
"""What a setting can depend on besides."""


def axes(config: Config, names: Defined) -> Iterator[Finding]:
    """Check the names and values of axes."""
    for axis in config.axes:
        if axis in RESERVED:
            message = f"{{{axis}}} is a placeholder already; give the axis another name"
            yield ("axes", Key(axis)), message
        elif axis in _PARTS:
            message = f"a setting can depend on the {axis} already; give the axis another name"
            yield ("axes", Key(axis)), message
    yield from _defaults(config, names, ("default_axes",), config.default_axes)
    for path, part in _parts(config):
        yield from _known((*path, "axes"), part.axes, names)
        yield from _defaults(config, names, (*path, "default_axes"), part.default_axes)
    for path, choice in config.listed_variants():
        yield from _of_variant(config, names, path, choice)


def sources(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that the values of an axis with a source are parts of versions, of one length."""
    for axis, source in config.axis_sources.items():
        yield from of_no_cycle(source.upstream, ("axes", axis, "from"), "an axis")
        lengths: set[int] = set()
        for number, value in enumerate(source.values):
            read = parse(value, "loose")
            if read is None or not read.is_final:
                message = f"{value} is not a part of a version; remove it, or remove `from`"
                yield ("axes", Key(axis), "values", number), message
            else:
                lengths.add(len(read.numbers))
        if len(lengths) > 1:
            message = "the values have different numbers of parts; use one, such as 8.5 and 8.4"
            yield ("axes", Key(axis), "values"), message
        if source.min and parse(source.min, "loose") is None:
            yield ("axes", Key(axis), "min"), f"{source.min} is not a version; write one"


def _parts(config: Config) -> Iterator[tuple[ValuePath, Release | Flavor]]:
    """Yield what overrides axes, with the path of each."""
    for name, flavor in config.flavors.items():
        yield ("flavors", name), flavor
    for release in config.releases:
        yield ("releases", release.cycle), release


def _defaults(
    config: Config, names: Defined, path: ValuePath, defaults: Mapping[str, str | None]
) -> Iterator[Finding]:
    yield from _known(path, defaults, names)
    for axis, value in defaults.items():
        known = every_value(config, axis) if axis in config.axes else None
        if value is not None and known is not None and value not in known:
            yield (*path, axis), f"no image has {axis} {value}{nearest(value, known)}"


def _known(path: ValuePath, given: Mapping[str, object], names: Defined) -> Iterator[Finding]:
    for axis in given:
        if axis not in names.axes:
            yield (*path, Key(axis)), unknown("axis", axis, names.axes)


def _of_variant(
    config: Config, names: Defined, path: ValuePath, choice: VariantChoice
) -> Iterator[Finding]:
    yield from _known((*path, "axes"), choice.axes, names)
    flavor = config.flavors.get(choice.flavor or "")
    if not choice.axes or flavor is None:
        return
    used = axes_of(config, flavor)
    if missing := [axis for axis in used if axis not in choice.axes]:
        yield (*path, "axes"), f"{choice.flavor} varies over {join_names(missing)} too; add a value"


def conditions(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that conditions name axes and values that exist."""
    for path, condition in conditions_of(config):
        yield from _known((*path, "axes"), condition.axes, names)
        for axis, given in condition.axes.items():
            known: Collection[str] = every_value(config, axis) if axis in config.axes else given
            for number, value in enumerate(given):
                if value not in known:
                    message = f"no image has {axis} {value}{nearest(value, known)}"
                    yield (*path, "axes", axis, number), message


def on_default(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that `on_default` names `suite` or axes of the flavor."""
    for path, suffix in config.listed_suffixes():
        for kind in suffix.on_default:
            if kind != "suite" and kind not in names.axes:
                at = (*path, "on_default", suffix.on_default.index(kind) - suffix.extra)
                yield at, unknown("axis", kind, ("suite", *names.axes))
