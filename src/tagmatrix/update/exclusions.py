"""Exclusions in versions.yaml that exclude nothing after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.editing import Remove
from tagmatrix.matrix.expand import expand

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.editing import Edit


def useless_exclusions(before: Config, after: Config) -> list[Edit]:
    """Return edits that remove exclusions, or architectures of them, that exclude nothing now.

    The last one comes first, so the numbers of the others stay.
    """
    effects = expand(after).effects
    gone = expand(before).effects - effects
    edits: list[Edit] = []
    for number, rule in reversed(list(enumerate(before.exclude))):
        places = [at for at, name in enumerate(rule.architectures) if (number, name) in gone]
        if any(number == other for other, _ in effects):
            edits += [Remove(("exclude", number, "architectures", at)) for at in reversed(places)]
        elif any(number == other for other, _ in gone):
            edits.append(Remove(("exclude", number), prune=True))
    return edits
