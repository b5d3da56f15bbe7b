"""Builds behind the variant: `v1.18.0-debian-1.4` is the build 1.4 of v1.18.0, for debian."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tagmatrix.versions import Version

_BUILD: Final = re.compile(r"(?P<spelling>.+)-(?P<build>\d+(?:\.\d+)*)", re.ASCII)


class Behind(NamedTuple):
    """A tag's version with the build from behind the spelling, and the spelling."""

    version: Version
    spelling: str


class _Part(NamedTuple):
    name: str
    version: Version
    spelling: str
    build: str


def trailing_builds(
    tags: Mapping[str, tuple[Version, str]], versions: Collection[str]
) -> dict[str, Behind]:
    """Return by tag the versions whose build is behind the spelling.

    A number there is a build if another image has the same version and build together, or if a
    shorter version has a shorter number: `v1.18-debian-1`. Any other is a release of a base
    system, such as the 3.22 of `21-alpine-3.22`.

    Args:
        tags: by tag, the version and the spelling as they were read.
        versions: the texts of all versions of the manifest.
    """
    parts: defaultdict[str, list[_Part]] = defaultdict(list)
    for name, (version, spelling) in tags.items():
        if match := _BUILD.fullmatch(spelling):
            part = _Part(name, version, match["spelling"], match["build"])
            parts[part.spelling].append(part)
    return {
        part.name: Behind(whole, part.spelling)
        for same in parts.values()
        if any(_together(part) in versions for part in same) or _shorten_together(same)
        for part in same
        if (whole := parse(_together(part), "loose"))
    }


def _together(part: _Part) -> str:
    return f"{part.version}-{part.build}"


def _shorten_together(parts: list[_Part]) -> bool:
    """Return whether the numbers are shorter where the versions are."""
    parts = sorted(parts, key=lambda part: part.version.precision)
    pairs = list(pairwise(parts))
    return bool(pairs) and all(
        f"{longer.build}.".startswith(f"{shorter.build}.")
        and (len(shorter.build) < len(longer.build))
        is (shorter.version.precision < longer.version.precision)
        for shorter, longer in pairs
    )
