"""Rules for all images together: each has its own base, source, key, tags and architectures.

A rule is a function from a family to the problems in it, each with the folder or the key. The facts
are those of a day; a version, a cycle or a base that is newer has no facts, and is not compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.dockerfiles.rules.family import ends, examples, page, sources, variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.dockerfiles.family import Family

    FamilyRule = Callable[[Family], Iterator[tuple[str, str]]]
    """It yields the place, and the problem there."""

RULES: Final[tuple[FamilyRule, ...]] = (
    *sources.RULES,
    *variants.RULES,
    *ends.RULES,
    *page.RULES,
    *examples.RULES,
)


def check(family: Family) -> list[str]:
    """Return all problems of a family, as `place: rule: message`."""
    found = ((place, rule.__name__, said) for rule in RULES for place, said in rule(family))
    return [f"{place}: {name}: {said}" for place, name, said in sorted(found)]
