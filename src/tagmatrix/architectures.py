"""The architectures of an image: its base's, less what rules exclude; never more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.config.model import Exclusion


@dataclass(frozen=True, slots=True)
class Excluded:
    """An architecture that an image's base has and the image does not, and why."""

    architecture: str
    why: str
    link: str = ""


def select(
    base: Sequence[str], rules: Iterable[Exclusion]
) -> tuple[tuple[str, ...], tuple[Excluded, ...]]:
    """Return the architectures that are built, in the base's order, and those that are not.

    `rules` are the exclusions that match the image; the first that names an
    architecture gives the reason.
    """
    reasons: dict[str, Excluded] = {}
    for rule in rules:
        for architecture in rule.architectures:
            if architecture in base:
                excluded = Excluded(architecture, rule.why, rule.link)
                reasons.setdefault(architecture, excluded)
    built = tuple(architecture for architecture in base if architecture not in reasons)
    return built, tuple(reasons.values())


def effects(
    base: Sequence[str], rules: Mapping[int, Exclusion]
) -> frozenset[tuple[int, str | None]]:
    """Return what each of the rules that match an image does: see `Matrix.effects`.

    `rules` are the exclusions by their number. A rule that says again what one
    before it said does nothing.
    """
    for number, rule in rules.items():
        if not rule.architectures:
            return frozenset({(number, None)})
    first: dict[str, int] = {}
    for number, rule in rules.items():
        for architecture in rule.architectures:
            if architecture in base:
                first.setdefault(architecture, number)
    return frozenset((number, architecture) for architecture, number in first.items())


def is_windows(architecture: str) -> bool:
    """Tell whether an architecture is one of Windows.

    >>> is_windows("windows-amd64"), is_windows("amd64")
    (True, False)
    """
    return architecture.startswith("windows-")
