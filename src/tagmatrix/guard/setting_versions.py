"""Settings that are versions, such as setuptools, and components: none goes back.

The committed JSON of the manifest has the earlier values: each of its images names the
settings that apply to it. So a changed condition counts like a changed value.

A component's version is read in the loose style. A setting is a version if the style of
versions.yaml reads it as one with two numbers or more, or as a date: `4` may be a number of
jobs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.config.format.name_shapes import version_shape
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.versions import Style, Version

SETTING: Final = "setting"
COMPONENT: Final = "component"
_PREFIX: Final = "settings."
_TWO_NUMBERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """A setting or a component that goes back to a lower version.

    Attributes:
        kind: setting or component.
        name: its name.
        old: the version that it had.
        new: the version that it has now.
        cycles: the release cycles of the images.
        accepted: why versions.yaml accepts that; empty if it does not.
        place: where versions.yaml has it, `versions.yaml:12:3`. An edit of another line moves it.
    """

    kind: str
    name: str
    old: str
    new: str
    cycles: tuple[str, ...]
    accepted: str = ""
    place: str = field(default="", compare=False)

    def text(self) -> str:
        """Return it in a line."""
        return (
            f"the {self.kind} {self.name} goes back from {self.old} to {self.new}, for "
            f"{', '.join(self.cycles)}"
        )

    def line(self) -> str:
        """Return it in a line with its severity, like the lines of other changes."""
        accepted = f" (accepted: {self.accepted})" if self.accepted else ""
        return f"breaking: {self.text()}{accepted}"

    def refusal(self) -> str:
        """Return it, and the line that would accept it."""
        line = f'- {{{self.kind}: {self.name}, goes_back_to: "{self.new}", why: "..."}}'
        what = ": ".join(filter(None, (self.place, self.text())))
        return f"{what}\n  to accept it: {line}"


def lowered(matrix: Matrix, catalog: bytes | None) -> list[Lowered]:
    """Return the settings and components that are lower than they were for the same images.

    Args:
        matrix: the images.
        catalog: the committed JSON; None or an invalid text if the values are not known.
    """
    before = _before(catalog)
    found: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for image in matrix.images:
        for kind, name, old in before.get((image.cycle, image.name), ()):
            was, now = (_versions(each, kind, image) for each in (old, _now(image, kind, name)))
            for key, version in was.items():
                if key in now and now[key].compare(version) == -1:
                    low = (kind, name, str(version), str(now[key]))
                    found.setdefault(low, {})[image.cycle] = None
    return [
        Lowered(kind=kind, name=name, old=old, new=new, cycles=tuple(cycles))
        for (kind, name, old, new), cycles in found.items()
    ]


def _now(image: Image, kind: str, name: str) -> object:
    """Return the value of a setting, or the version of a component."""
    if kind == SETTING:
        return image.settings.get(name)
    component = image.components.get(name)
    return component and component.version


def _versions(value: object, kind: str, image: Image) -> dict[str, Version]:
    """Return the versions in a value: itself with the key "", or those of a mapping."""
    if kind == COMPONENT:
        version = parse(value, "loose") if isinstance(value, str) else None
        return {"": version} if version else {}
    values = value if isinstance(value, Mapping) else {"": value}
    found = {key: _version(item, image.release.style) for key, item in values.items()}
    return {key: version for key, version in found.items() if version}


def _version(value: object, style: Style) -> Version | None:
    """Return the version that a setting is; None if it is not one."""
    if not isinstance(value, str) or not version_shape(style).fits(value):
        return None
    version = parse(value, style)
    exact = version and (version.scheme == "date" or sum(version.precision) >= _TWO_NUMBERS)
    return version if exact else None


def _before(catalog: bytes | None) -> dict[tuple[str, str], list[tuple[str, str, Any]]]:
    """Return the settings and components of each image in the JSON, by cycle and variant."""
    try:
        value = json.loads(catalog or b"{}")
        rules = {rule["rule"]: rule for rule in value["rules"]}
        own = {cycle: release["settings"] for cycle, release in value["releases"].items()}
        return {
            (image["cycle"], image["variant"]): [
                *(
                    (SETTING, name, old)
                    for name, old in _of_image(image, rules, own.get(image["cycle"], {})).items()
                ),
                *((COMPONENT, name, old) for name, old in image.get("components", {}).items()),
            ]
            for image in value["images"]
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _of_image(
    image: dict[str, Any], rules: dict[str, dict[str, Any]], own: dict[str, Any]
) -> dict[str, Any]:
    """Return the settings of an image in the JSON; `own` are the values of its release."""
    names = [name.removeprefix(_PREFIX) for name in image["rules"] if name.startswith(_PREFIX)]
    values = {name: rules.get(_PREFIX + name, {}).get("value") for name in names} | own
    return {name: _resolved(image, rules.get(_PREFIX + name, {}), values[name]) for name in values}


def _resolved(image: dict[str, Any], rule: dict[str, Any], value: Any) -> Any:  # noqa: ANN401 (of JSON)
    """Return the value of a setting for an image; `by` selects it from a mapping."""
    by = rule.get("by")
    if by is None or not isinstance(value, dict):
        return value
    usual = rule.get("value")
    value = {**(usual if isinstance(usual, dict) else {}), **value}
    return value if by == "architecture" else value.get(image.get(by))
