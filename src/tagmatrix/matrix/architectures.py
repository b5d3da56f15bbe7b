"""The architectures of an image: those of its base, without those that rules exclude."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.config.model import Exclusion
    from tagmatrix.problems import ValuePath


class Excluded(Struct, frozen=True):
    """An architecture of an image's base that the image does not have, and the reason.

    `path` is the path of the value in versions.yaml that excludes it.
    """

    architecture: str
    why: str
    link: str = ""
    path: ValuePath = ()

    @property
    def rule(self) -> int | None:
        """Return the number of the exclusion; None if another value excludes it."""
        return int(self.path[1]) if self.path[:1] == ("exclude",) else None


def select(
    base: Sequence[str], rules: Mapping[int, Exclusion]
) -> tuple[tuple[str, ...], tuple[Excluded, ...]]:
    """Return the architectures of an image, in the base's order, and the excluded ones.

    `rules` are the exclusions that match the image, by their number. The first
    one that names an architecture gives the reason.
    """
    reasons: dict[str, Excluded] = {}
    for number, rule in rules.items():
        for architecture in rule.architectures:
            if architecture in base:
                excluded = Excluded(architecture, rule.why, rule.link, ("exclude", number))
                reasons.setdefault(architecture, excluded)
    built = tuple(architecture for architecture in base if architecture not in reasons)
    return built, tuple(reasons.values())


def narrowed(rule: Exclusion, base: Sequence[str], *, sparing: bool) -> Exclusion | None:
    """Return an exclusion with only the architectures that it takes from an image; None if none.

    A condition on architectures selects some of the base's. `sparing` is whether
    the other conditions of the rule's `unless` hold: then the rule does not apply to
    the architectures that `unless` names.
    """
    wanted = rule.when.architectures if rule.when else ()
    spared = rule.unless.architectures if rule.unless and sparing else ()
    if not wanted and not spared:
        return rule
    taken = [
        name
        for name in rule.architectures or base
        if (not wanted or name in wanted) and name not in spared
    ]
    if not rule.architectures and not wanted and taken == list(base):
        return rule
    return replace(rule, architectures=tuple(taken)) if taken else None


def effects(
    base: Sequence[str], rules: Mapping[int, Exclusion]
) -> frozenset[tuple[int, str | None]]:
    """Return the effects of the rules that match an image, in the form of `Matrix.effects`.

    `rules` are the exclusions by their number. A rule that repeats an earlier one
    has no effect.
    """
    for number, rule in rules.items():
        if not rule.architectures:
            return frozenset({(number, None)})
    _, excluded = select(base, rules)
    return frozenset((each.rule, each.architecture) for each in excluded if each.rule is not None)
