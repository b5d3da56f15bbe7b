"""Settings that are versions, such as setuptools: the guard refuses a lower version.

The committed JSON of the manifest has the earlier values: each of its images names the
settings that apply to it. So a changed condition counts like a changed value.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

from tagmatrix.versions import Comparison, cycle_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.matrix.expand import Matrix

_PREFIX = "settings."
_VERSION = re.compile(r"\d{1,8}(\.\d{1,8})+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """A setting that goes back to a lower version.

    Attributes:
        setting: its name.
        old: the version that it had.
        new: the version that it has now.
        cycles: the release cycles of the images.
        accepted: why versions.yaml accepts that; empty if it does not.
    """

    setting: str
    old: str
    new: str
    cycles: tuple[str, ...]
    accepted: str = ""

    def text(self) -> str:
        """Return it in a line."""
        return (
            f"the setting {self.setting} goes back from {self.old} to {self.new}, for "
            f"{', '.join(self.cycles)}"
        )

    def line(self) -> str:
        """Return it in a line with its severity, like the lines of other changes."""
        accepted = f" (accepted: {self.accepted})" if self.accepted else ""
        return f"breaking: {self.text()}{accepted}"

    def refusal(self) -> str:
        """Return it, and the line that would accept it."""
        line = f'- {{setting: {self.setting}, goes_back_to: "{self.new}", why: "..."}}'
        return f"{self.text()}\n  to accept it: {line}"


def lowered(matrix: Matrix, catalog: bytes | None) -> list[Lowered]:
    """Return the settings that are lower than they were for the same images.

    Args:
        matrix: the images.
        catalog: the committed JSON; None or an invalid text if the values are not known.
    """
    before = _values(catalog)
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for image in matrix.images:
        for name, old in before.get((image.cycle, image.name), {}).items():
            new = image.settings.get(name)
            if _is_version(new) and _is_version(old) and _is_lower(new, old):
                found.setdefault((name, old, new), {})[image.cycle] = None
    return [
        Lowered(setting=name, old=old, new=new, cycles=tuple(cycles))
        for (name, old, new), cycles in found.items()
    ]


def _is_version(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _VERSION.fullmatch(value) is not None


def _is_lower(version: str, other: str) -> bool:
    return Comparison("<", cycle_numbers(other)).holds(version)


def _values(catalog: bytes | None) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the settings of each image in the JSON, by cycle and variant."""
    try:
        value = json.loads(catalog or b"{}")
        values = {rule["rule"]: rule.get("value") for rule in value["rules"]}
        own = {cycle: release["settings"] for cycle, release in value["releases"].items()}
        return {
            (image["cycle"], image["variant"]): {
                name.removeprefix(_PREFIX): values.get(name)
                for name in image["rules"]
                if name.startswith(_PREFIX)
            }
            | own.get(image["cycle"], {})
            for image in value["images"]
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
