"""A family as it is written, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.imports.checkout_sources import DockerfileSource
    from tagmatrix.imports.flavors import Odd
    from tagmatrix.imports.placing import Placed
    from tagmatrix.imports.releases import ImportedRelease
    from tagmatrix.imports.spellings import SuffixPattern
    from tagmatrix.manifest.model import Manifest
    from tagmatrix.render.context_files import FileContent

_OWN_VALUES: Final = 60
_STALE: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLimits:
    """What can't be written in the shortest way.

    Attributes:
        unversioned: the cycles whose versions no law allows.
        literal: the numbers of the cells whose tags have to be written out.
        listed: the cycles whose variants have to be listed.
    """

    unversioned: frozenset[str] = frozenset()
    literal: frozenset[int] = frozenset()
    listed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to write: the manifest of an image, within limits; `sources` has its Dockerfiles."""

    image: str
    manifest: Manifest
    limits: ImportLimits
    sources: Mapping[int, DockerfileSource] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFamily:
    """A family as it is written.

    Attributes:
        values: the values of versions.yaml, in their order.
        releases: the releases.
        placed: the cells and their places.
        odd: the cells whose values are listed, because they do not follow their flavors.
        spellings: the suffixes of all flavors.
        templates: the files in templates/.
        in_order: whether the entries come out in the order of the manifest.
    """

    values: Mapping[str, Any]
    releases: tuple[ImportedRelease, ...]
    placed: tuple[Placed, ...]
    odd: tuple[Odd, ...]
    spellings: tuple[SuffixPattern, ...]
    templates: Mapping[str, FileContent]
    in_order: bool

    @property
    def cost(self) -> int:
        """Return a measure of its length.

        A variant with values of its own counts more, and so does a number among the aliases of
        a suffix: it would be wrong after the next version.
        """
        stale = sum(
            alias[:1].isdigit() for spelling in self.spellings for alias in spelling.aliases or ()
        )
        return _length(self.values) + _OWN_VALUES * len(self.odd) + _STALE * stale


def _length(value: Any) -> int:  # noqa: ANN401 (any value of versions.yaml)
    """Return the number of characters of all texts."""
    if isinstance(value, dict):
        return sum(len(key) + 2 + _length(inner) for key, inner in value.items())
    if isinstance(value, list):
        return sum(2 + _length(inner) for inner in value)
    return len(value) if isinstance(value, str) else 4
