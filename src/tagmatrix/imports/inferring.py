"""Infer a family from a manifest: the values of a versions.yaml that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.imports import keys
from tagmatrix.imports.aliases import choose_aliases
from tagmatrix.imports.flavors import OF_CYCLES, TEMPLATE, Around, write_flavor
from tagmatrix.imports.folder_layout import DEFAULT, find_layout
from tagmatrix.imports.imported_family import ImportedFamily
from tagmatrix.imports.order import is_kept, variant_list
from tagmatrix.imports.other_products import release_settings, settings
from tagmatrix.imports.placing import by_flavor, most_common, place
from tagmatrix.imports.presence import find_presence
from tagmatrix.imports.refs import branch_of, find_refs
from tagmatrix.imports.releases import group, style_of
from tagmatrix.imports.short_suites import short_suites
from tagmatrix.imports.spellings import find_defaults
from tagmatrix.imports.templates import ImportedTemplates, write_templates
from tagmatrix.layout import DOCKERFILE_TEMPLATE
from tagmatrix.render.context_files import FileContent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.imports.aliases import Aliases
    from tagmatrix.imports.cells import ImportedCell
    from tagmatrix.imports.flavors import FlavorValues, Odd
    from tagmatrix.imports.folder_layout import FolderLayout
    from tagmatrix.imports.imported_family import Task
    from tagmatrix.imports.placing import Placed
    from tagmatrix.imports.presence import Presence
    from tagmatrix.imports.refs import Refs
    from tagmatrix.imports.releases import ImportedRelease, Owned
    from tagmatrix.imports.short_suites import ShortSuites
    from tagmatrix.imports.spellings import Defaults
    from tagmatrix.versions import Style

_PLACEHOLDER: Final = FileContent(
    content=b"{# Replace this: a manifest does not have what is in a Dockerfile. #}\n"
    b"FROM {{ image.base }}\n",
    executable=False,
)
_CHOICES: Final[tuple[Owned, ...]] = ("all", "few")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inferred:
    """The inferred parts of a versions.yaml, before it is written."""

    task: Task
    style: Style
    builder: str
    branch: str
    releases: tuple[ImportedRelease, ...]
    placed: tuple[Placed, ...]
    flavors: tuple[FlavorValues, ...]
    odd: tuple[Odd, ...]
    aliases: Aliases
    defaults: Defaults
    layout: FolderLayout
    presence: Presence
    refs: Refs
    short: ShortSuites
    templates: ImportedTemplates
    variants: dict[str, Any]


def infer(task: Task, readings: Sequence[Sequence[ImportedCell]]) -> ImportedFamily:
    """Return the shortest of some ways to write a family: with axes or without.

    `readings` are the entries that can be written, read in several ways.
    """
    if not any(readings):
        return _without_releases(task)
    families = [_shortest(task, cells, axes=axes) for cells in readings for axes in (True, False)]
    return min(families, key=lambda family: family.cost)


def _without_releases(task: Task) -> ImportedFamily:
    """Return the family of a manifest without entries."""
    builder, branch = task.manifest.global_.builder, branch_of(task.manifest, ())
    head = keys.head(task.image, task.manifest, (), DEFAULT, builder, branch)
    return ImportedFamily(
        values={**head, "flavors": {}, "suites": {}, "releases": {}},
        releases=(),
        placed=(),
        odd=(),
        spellings=(),
        templates={},
        in_order=True,
    )


def _shortest(task: Task, cells: Sequence[ImportedCell], *, axes: bool) -> ImportedFamily:
    """Return the shortest of the ways to say which aliases each release owns."""
    style = style_of(cells)
    owned: dict[str, Owned] = {}
    releases = group(cells, style, task.limits.unversioned, owned)
    family = _family(_infer(task, releases, axes=axes))
    for cycle in (release.cycle for release in releases if not release.is_uniform):
        for choice in _CHOICES:
            other = owned | {cycle: choice}
            releases = group(cells, style, task.limits.unversioned, other)
            if any(one.cycle == cycle and one in family.releases for one in releases):
                continue
            shorter = _family(_infer(task, releases, axes=axes))
            if shorter.cost < family.cost:
                family, owned = shorter, other
    return family


def _infer(task: Task, releases: Sequence[ImportedRelease], *, axes: bool) -> _Inferred:
    placed = place(releases, axes=axes)
    style = style_of([one.cell for one in placed])
    builders = [one.cell.entry.builder for one in placed]
    builder = task.manifest.global_.builder or (most_common(builders) if all(builders) else "")
    branch = branch_of(task.manifest, [one.cell.entry for one in placed])
    refs = find_refs(placed, branch)
    templates = ImportedTemplates()
    if task.sources is not None:
        templates = write_templates(task.image, placed, task.sources)
    around = Around(
        layout=find_layout(placed),
        defaults=find_defaults(placed),
        builder=builder,
        refs=refs,
        owned=frozenset(alias for release in releases for alias in release.aliases),
        literal=task.limits.literal,
        written=templates.values,
        sums=templates.sums,
    )
    flavors = [write_flavor(name, cells, around) for name, cells in by_flavor(placed).items()]
    odd = tuple(each for flavor in flavors for each in flavor.odd)
    listed = task.limits.listed | {each.placed.release.cycle for each in odd}
    presence = find_presence(placed, listed)
    if variants := variant_list(placed, presence):
        presence = find_presence(placed, presence.listed, variants["variants"])
    return _Inferred(
        task=task,
        style=style,
        builder=builder,
        branch=branch,
        releases=tuple(releases),
        placed=tuple(placed),
        flavors=tuple(flavors),
        odd=odd,
        aliases=choose_aliases(releases, style),
        defaults=around.defaults,
        layout=around.layout,
        presence=presence,
        refs=refs,
        short=short_suites(flavors, placed, around.defaults),
        templates=templates,
        variants=variants,
    )


def _placeholders(refs: Refs) -> dict[str, FileContent]:
    """Return the templates without a checkout, which has no Dockerfiles to make templates of."""
    names = [OF_CYCLES.replace("{cycle}", cycle) for cycle in refs.cycles] or [TEMPLATE]
    return {f"{name}{DOCKERFILE_TEMPLATE}": _PLACEHOLDER for name in names}


def _family(parts: _Inferred) -> ImportedFamily:
    has_sources = parts.task.sources is not None
    return ImportedFamily(
        values=_values(parts),
        releases=parts.releases,
        placed=parts.placed,
        odd=parts.odd,
        spellings=tuple(one for flavor in parts.flavors for one in flavor.spellings),
        templates=parts.templates.files if has_sources else _placeholders(parts.refs),
        in_order=is_kept(parts.placed, parts.presence),
    )


def _values(parts: _Inferred) -> dict[str, Any]:
    """Return the values of versions.yaml, in their order."""
    task, placed, presence = parts.task, parts.placed, parts.presence
    layout = parts.layout.layout
    head = keys.head(task.image, task.manifest, placed, layout, parts.builder, parts.branch)
    return {
        **head,
        **({"version_style": "loose"} if parts.style == "loose" else {}),
        **keys.aliases(parts.aliases),
        **parts.short.top,
        **keys.axes(presence, parts.flavors, parts.defaults),
        "flavors": keys.flavors(parts.flavors, presence, parts.short),
        "suites": keys.suites(placed, presence),
        **parts.variants,
        **settings(parts.templates.settings),
        **keys.exclusions(placed, presence),
        "releases": {release.cycle: _release(parts, release) for release in parts.releases},
    }


def _release(parts: _Inferred, release: ImportedRelease) -> dict[str, Any]:
    """Return the values of a release."""
    sums = parts.templates.sums.get(release.cycle)
    return {
        "version": release.version or None,
        **keys.release(release, parts.aliases, parts.layout, parts.refs),
        **({"sha256": sums} if sums else {}),
        **release_settings(parts.templates.settings, release.cycle),
        **parts.short.releases.get(release.cycle, {}),
        **keys.release_axes(release.cycle, parts.presence, parts.flavors, parts.defaults),
        **keys.variants(release.cycle, parts.placed, parts.odd, parts.presence),
    }
