"""The most exact of several versions, such as those that the tags of one image have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.versions.model import Version


def most_exact(versions: Iterable[Version]) -> Version | None:
    """Return the version with the most numbers; a pre-release before a final version.

    Of two that are alike, such as 3.14.5 and 3.14.6, the newer one, or else the first one.

    >>> from tagmatrix.versions import parse
    >>> str(most_exact(parse(one, "loose") for one in ("3.14.5", "3.14", "3.14.6")))
    '3.14.6'
    """
    found = {version.text: version for version in versions}.values()
    best = max(found, key=_exactness, default=None)
    for version in found:
        if best and _exactness(version) == _exactness(best) and _is_newer(version, best):
            best = version
    return best


def _exactness(version: Version) -> tuple[tuple[int, int], bool]:
    return version.precision, not version.is_final


def _is_newer(version: Version, other: Version) -> bool:
    """Return whether a version is the newer one of the same line."""
    return version.numbers[:-1] == other.numbers[:-1] and version.compare(other) == 1
