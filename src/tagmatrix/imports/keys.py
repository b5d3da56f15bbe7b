"""Write the keys of versions.yaml, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.imports.folder_layout import DEFAULT
from tagmatrix.imports.placing import most_common
from tagmatrix.imports.refs import repository_of
from tagmatrix.imports.suite_architectures import find_platforms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.imports.aliases import Aliases
    from tagmatrix.imports.boxes import Box
    from tagmatrix.imports.flavors import FlavorValues, Odd
    from tagmatrix.imports.folder_layout import FolderLayout
    from tagmatrix.imports.placing import Placed
    from tagmatrix.imports.presence import Presence
    from tagmatrix.imports.refs import Refs
    from tagmatrix.imports.releases import ImportedRelease
    from tagmatrix.imports.short_suites import ShortSuites
    from tagmatrix.imports.spellings import Defaults
    from tagmatrix.manifest.model import Manifest

NO_IMAGE: Final = "The imported manifest has no such images."
NOT_BUILT: Final = "The imported manifest does not build them."
_SIDES: Final = ("cycles", "flavors", "suites")
"""The keys of a condition, in the order of a point; the axes come after them."""


def head(
    name: str,
    manifest: Manifest,
    cells: Sequence[Placed],
    layout: str,
    builder: str,
    branch: str,
) -> dict[str, Any]:
    """Return the facts of the image."""
    entries = [placed.cell.entry for placed in cells]
    values: dict[str, Any] = {
        "image": name,
        "repository": repository_of(manifest, entries),
        "branch": branch,
        "maintainers": [str(maintainer) for maintainer in manifest.global_.maintainers],
    }
    if builder:
        values["builder"] = builder
    if layout != DEFAULT:
        values["layout"] = layout
    taken = f"library/{name}"
    if any(f"{entry.directory}/".startswith(f"{taken}/") for entry in entries):
        values["manifest"] = f"manifests/{name}"
    return values


def aliases(chosen: Aliases) -> dict[str, Any]:
    """Return the keys about aliases that are not the defaults."""
    values: dict[str, Any] = {}
    if chosen.parts != "full+cycle":
        values["version_parts"] = chosen.parts
    if not chosen.derive:
        values["derive_aliases"] = False
    if chosen.hold:
        values["hold"] = dict(chosen.hold)
    return values


def axes(presence: Presence, flavors: Sequence[FlavorValues], defaults: Defaults) -> dict[str, Any]:
    """Return the axes and their defaults."""
    if not presence.axes:
        return {}
    values: dict[str, Any] = {"axes": {axis: list(presence.values[axis]) for axis in presence.axes}}
    if usual := _usual_values(presence, flavors, defaults):
        values["default_axes"] = usual
    return values


def _usual_values(
    presence: Presence, flavors: Iterable[FlavorValues], defaults: Defaults
) -> dict[str, str]:
    used = {what for flavor in flavors for spelling in flavor.spellings for what in spelling.on}
    usual = {}
    for axis in presence.axes:
        found = [value for (_, name), value in defaults.axes.items() if name == axis and value]
        if axis in used and found:
            usual[axis] = most_common(found)
    return usual


def release_axes(
    cycle: str, presence: Presence, flavors: Sequence[FlavorValues], defaults: Defaults
) -> dict[str, Any]:
    """Return the axes of a release that has fewer values or other defaults."""
    values: dict[str, Any] = {}
    own = {
        axis: list(presence.of_releases[cycle, axis])
        for axis in presence.axes
        if (cycle, axis) in presence.of_releases and cycle not in presence.listed
    }
    if own:
        values["axes"] = own
    other = {
        axis: defaults.axes[cycle, axis]
        for axis, value in _usual_values(presence, flavors, defaults).items()
        if defaults.axes.get((cycle, axis), value) != value
    }
    if other:
        values["default_axes"] = other
    return values


def flavors(
    written: Sequence[FlavorValues], presence: Presence, short: ShortSuites
) -> dict[str, Any]:
    """Return the flavors by name."""
    values = {}
    for flavor in written:
        own = {
            axis: list(presence.of_flavors[flavor.name, axis])
            for axis in presence.axes
            if (flavor.name, axis) in presence.of_flavors
        }
        values[flavor.name] = {
            **flavor.values,
            **({"axes": own} if own else {}),
            **({"follows": short.follows[flavor.name]} if flavor.name in short.follows else {}),
        }
    return values


def suites(cells: Sequence[Placed], presence: Presence) -> dict[str, Any]:
    """Return the suites with their flavors and architectures."""
    bases = find_platforms(cells, presence.axes).bases
    values = {}
    for suite, names in presence.suites.items():
        each = {name: list(bases[suite, name]) for name in names}
        first = each[names[0]]
        same = all(architectures == first for architectures in each.values())
        values[suite] = {"flavors": list(names), "architectures": first if same else each}
    return values


def exclusions(cells: Sequence[Placed], presence: Presence) -> dict[str, Any]:
    """Return the images and architectures that releases do not have."""
    rules: list[dict[str, Any]] = [
        {"when": _when(box, presence, cells), "why": NO_IMAGE} for box in presence.excluded
    ]
    for box, names in find_platforms(cells, presence.axes).excluded.items():
        when = _when(box, presence, cells)
        rules.append(
            {
                "architectures": list(names),
                **({"when": when} if when else {}),
                "why": NOT_BUILT,
            }
        )
    return {"exclude": rules} if rules else {}


def _when(box: Box, presence: Presence, cells: Sequence[Placed]) -> dict[str, Any]:
    """Return a condition; its values are in the order of the manifest."""
    points = [placed.point(presence.axes) for placed in cells]
    values: dict[str, Any] = {}
    on_axes: dict[str, list[str]] = {}
    for number, side in enumerate(box):
        if side is None:
            continue
        ordered = [one for one in dict.fromkeys(point[number] for point in points) if one in side]
        if number < len(_SIDES):
            values[_SIDES[number]] = ordered
        elif chosen := [one for one in ordered if one]:
            on_axes[presence.axes[number - len(_SIDES)]] = chosen
    return values | ({"axes": on_axes} if on_axes else {})


def release(
    one: ImportedRelease, chosen: Aliases, layout: FolderLayout, refs: Refs
) -> dict[str, Any]:
    """Return the keys of a release besides its version."""
    values: dict[str, Any] = {}
    if one.cycle in refs.releases:
        values["ref"] = refs.releases[one.cycle]
    if one.cycle in chosen.no_cycle_tag:
        values["cycle_tag"] = False
    if one.cycle in layout.releases:
        values["folder"] = layout.releases[one.cycle]
    if one.cycle in chosen.listed:
        values["aliases"] = list(chosen.listed[one.cycle])
    return values


def variants(
    cycle: str, cells: Sequence[Placed], odd: Sequence[Odd], presence: Presence
) -> dict[str, Any]:
    """Return the list of a release's variants, if it needs one."""
    if cycle not in presence.listed:
        return {}
    own: Mapping[int, Mapping[str, Any]] = {one.placed.cell.number: one.values for one in odd}
    return {
        "variants": [
            {"name": placed.variant, **own[placed.cell.number]}
            if placed.cell.number in own
            else placed.variant
            for placed in cells
            if placed.release.cycle == cycle
        ]
    }
