"""Versions as the world writes them: read, compare and shorten them.

`parse` reads a text in one of two styles. `pep440` is Python's. `loose` reads the versions of
other projects too, such as `25.0.4_7`, `8u502-b07`, `24.04`, `4.0.0-rc-5` and `20260815`.
`split_tag` finds the version in a tag. `pre_release_words` has the table.
"""

from tagmatrix.versions.conditions import COMPARISONS_PATTERN, Comparison, parse_comparisons
from tagmatrix.versions.cycles import cycle_numbers, numbers_text
from tagmatrix.versions.exactness import most_exact
from tagmatrix.versions.marks import Mark, significant
from tagmatrix.versions.model import Style, Version
from tagmatrix.versions.pre_release_words import is_channel, is_pre_release_word
from tagmatrix.versions.version_text import (
    TagParts,
    final_version,
    is_final,
    kind_of,
    leading_version,
    parse,
    split_tag,
    version_in,
    version_tag,
)

__all__ = [
    "COMPARISONS_PATTERN",
    "Comparison",
    "Mark",
    "Style",
    "TagParts",
    "Version",
    "cycle_numbers",
    "final_version",
    "is_channel",
    "is_final",
    "is_pre_release_word",
    "kind_of",
    "leading_version",
    "most_exact",
    "numbers_text",
    "parse",
    "parse_comparisons",
    "significant",
    "split_tag",
    "version_in",
    "version_tag",
]
