"""Infer a family from a manifest: the values of a versions.yaml that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.imports import keys
from tagmatrix.imports.aliases import choose_aliases
from tagmatrix.imports.flavors import TEMPLATE, Around, write_flavor
from tagmatrix.imports.folders import find_layout
from tagmatrix.imports.order import is_kept, variant_list
from tagmatrix.imports.placing import by_flavor, most_common, place
from tagmatrix.imports.presence import find_presence
from tagmatrix.imports.refs import branch_of, find_refs
from tagmatrix.imports.releases import group, style_of
from tagmatrix.imports.short_suites import short_suites
from tagmatrix.imports.spellings import find_defaults
from tagmatrix.imports.templates import Templates, write_templates
from tagmatrix.render.context_files import FileContent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.imports.cells import Cell
    from tagmatrix.imports.flavors import Odd
    from tagmatrix.imports.placing import Placed
    from tagmatrix.imports.releases import Owned, Release
    from tagmatrix.imports.sources import Source
    from tagmatrix.imports.spellings import Spelling
    from tagmatrix.manifest.model import Manifest

PLACEHOLDER: Final = f"{TEMPLATE}.Dockerfile.j2"
"""The template without a checkout, which has no Dockerfiles to make templates of."""
_PLACEHOLDER: Final = FileContent(
    content=b"{# Replace this: a manifest does not have what is in a Dockerfile. #}\n"
    b"FROM {{ image.base }}\n",
    executable=False,
)
_OWN_VALUES: Final = 60
_STALE: Final = 40
_CHOICES: Final[tuple[Owned, ...]] = ("all", "few")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
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
    releases: tuple[Release, ...]
    placed: tuple[Placed, ...]
    odd: tuple[Odd, ...]
    spellings: tuple[Spelling, ...]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What can't be written in the shortest way.

    Attributes:
        unversioned: the cycles whose versions no law allows.
        literal: the numbers of the cells whose tags have to be written out.
        listed: the cycles whose variants have to be listed.
    """

    unversioned: frozenset[str] = frozenset()
    literal: frozenset[int] = frozenset()
    listed: frozenset[str] = frozenset()


def infer(
    image: str,
    manifest: Manifest,
    readings: Sequence[Sequence[Cell]],
    limits: Limits,
    sources: Mapping[int, Source] | None,
) -> Family:
    """Return the shortest of some ways to write a family: with axes or without.

    `readings` are the entries that can be written, read in several ways, and `sources` their
    Dockerfiles, if there are any.
    """
    families = [
        _shortest(image, manifest, cells, limits, sources, axes=axes)
        for cells in readings
        for axes in (True, False)
    ]
    return min(families, key=lambda family: family.cost)


def _shortest(
    image: str,
    manifest: Manifest,
    cells: Sequence[Cell],
    limits: Limits,
    sources: Mapping[int, Source] | None,
    *,
    axes: bool,
) -> Family:
    """Return the shortest of the ways to say which aliases each release owns."""
    style = style_of(cells)
    owned: dict[str, Owned] = {}
    releases = group(cells, style, limits.unversioned, owned)
    family = _family(image, manifest, releases, limits, sources, axes=axes)
    for cycle in (release.cycle for release in releases if not release.is_uniform):
        for choice in _CHOICES:
            other = owned | {cycle: choice}
            releases = group(cells, style, limits.unversioned, other)
            if any(one.cycle == cycle and one in family.releases for one in releases):
                continue
            shorter = _family(image, manifest, releases, limits, sources, axes=axes)
            if shorter.cost < family.cost:
                family, owned = shorter, other
    return family


def _family(
    image: str,
    manifest: Manifest,
    releases: Sequence[Release],
    limits: Limits,
    sources: Mapping[int, Source] | None,
    *,
    axes: bool,
) -> Family:
    placed = place(releases, axes=axes)
    style = style_of([one.cell for one in placed])
    defaults = find_defaults(placed)
    layout = find_layout(placed)
    aliases = choose_aliases(releases, style)
    builders = [one.cell.entry.builder for one in placed]
    builder = manifest.global_.builder or (most_common(builders) if all(builders) else "")
    branch = branch_of(manifest, [one.cell.entry for one in placed])
    refs = find_refs(placed, branch)
    written = Templates() if sources is None else write_templates(image, placed, sources)
    around = Around(
        layout=layout,
        defaults=defaults,
        builder=builder,
        refs=refs.cells,
        owned=frozenset(alias for release in releases for alias in release.aliases),
        literal=limits.literal,
        written=written.values,
        sums=written.sums,
    )
    flavors = [write_flavor(name, cells, around) for name, cells in by_flavor(placed).items()]
    odd = tuple(each for flavor in flavors for each in flavor.odd)
    presence = find_presence(placed, limits.listed | {each.placed.release.cycle for each in odd})
    names = variant_list(placed, presence)
    if names:
        presence = find_presence(placed, presence.listed, names["variants"])
    short = short_suites(flavors, placed, defaults)
    values = {
        **keys.head(image, manifest, placed, layout.layout, builder, branch),
        **({"version_style": "loose"} if style == "loose" else {}),
        **keys.aliases(aliases),
        **short.top,
        **keys.axes(presence, flavors, defaults),
        "flavors": keys.flavors(flavors, presence, short),
        "suites": keys.suites(placed, presence),
        **names,
        **keys.exclusions(placed, presence),
        "releases": {
            release.cycle: {
                "version": release.version or None,
                **keys.release(release, aliases, layout, refs),
                **({"sha256": sums} if (sums := written.sums.get(release.cycle)) else {}),
                **short.releases.get(release.cycle, {}),
                **keys.release_axes(release.cycle, presence, flavors, defaults),
                **keys.variants(release.cycle, placed, odd, presence),
            }
            for release in releases
        },
    }
    templates = {PLACEHOLDER: _PLACEHOLDER} if sources is None else written.files
    return Family(
        values=values,
        releases=tuple(releases),
        placed=tuple(placed),
        odd=odd,
        spellings=tuple(spelling for flavor in flavors for spelling in flavor.spellings),
        templates=templates,
        in_order=is_kept(placed, presence),
    )
