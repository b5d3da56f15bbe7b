"""Edits become a new text of versions.yaml, cycle by cycle; pure.

Each step has to load and to keep the laws by itself: a cycle whose edits break
something is left as it was, and the others go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix import config as configuration
from tagmatrix import laws, matrix
from tagmatrix.editing import edit
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.editing import Edit


@dataclass(frozen=True, slots=True)
class Applied:
    """A text with edits made; `refused` holds by name why some were not made."""

    text: str
    refused: dict[str, str]


def apply(text: str, groups: Iterable[tuple[str, Sequence[Edit]]]) -> Applied:
    """Make groups of edits, each by its name, each whole or not at all."""
    refused: dict[str, str] = {}
    for name, edits in groups:
        if not edits:
            continue
        try:
            candidate = edit(text, edits)
            config = configuration.parse(candidate)
            laws.check(config, matrix.expand(config))
        except InputError as error:
            refused[name] = str(error)
        else:
            text = candidate
    return Applied(text, refused)
