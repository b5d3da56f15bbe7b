"""The content of versions.yaml as frozen data. The parts with modules of their own are here too.

The names are those of the file; `format` documents each key. A value that a
release or a variant does not override is None here; `tagmatrix.matrix.expand`
resolves all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from tagmatrix.config.flavor_model import (
    AlsoVersion,
    ContextFile,
    Flavor,
    Suffix,
    Suite,
    VariantChoice,
)
from tagmatrix.config.release_model import Component, Release, ReleaseManager
from tagmatrix.config.rule_model import (
    Acceptance,
    Axes,
    Condition,
    Exclusion,
    Setting,
    SettingValue,
)
from tagmatrix.config.upstream_model import AxisSource, Upstream
from tagmatrix.problems import format_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tagmatrix.config.publishing import Publish
    from tagmatrix.layout import Layout
    from tagmatrix.problems import Place, ValuePath
    from tagmatrix.versions import Style

__all__ = [
    "Acceptance",
    "AlsoVersion",
    "Axes",
    "AxisSource",
    "Component",
    "Condition",
    "Config",
    "ContextFile",
    "Exclusion",
    "Flavor",
    "Key",
    "PageFacts",
    "Regenerate",
    "Release",
    "ReleaseManager",
    "Setting",
    "SettingValue",
    "Suffix",
    "Suite",
    "Upstream",
    "VariantChoice",
]


class Key(str):
    """The last part of a path that leads to a key, not to its value."""

    __slots__ = ()


class PageFacts(Struct, frozen=True, kw_only=True):
    """The facts of the image's page besides the matrix; links by their text."""

    title: str = ""
    description: str = ""
    help: Mapping[str, str] = field(default_factory=dict)
    issues: str = ""
    licenses: Mapping[str, str] = field(default_factory=dict)


class Regenerate(Struct, frozen=True, kw_only=True):
    """How the scheduled job commits: its branch, author and committer."""

    branch: str = "tagmatrix/update"
    author: str | None = None
    committer: str | None = None


class Config(Struct, frozen=True, kw_only=True):
    """All of versions.yaml."""

    image: str
    repository: str
    branch: str
    maintainers: tuple[str, ...]
    page: PageFacts
    builder: str | None
    upstream: Upstream | None
    regenerate: Regenerate
    publish: Publish
    version_style: Style
    version_parts: str
    derive_aliases: bool
    hold: Mapping[str, str | None]
    default_suites: Mapping[str, str | None]
    axes: Mapping[str, tuple[str, ...]]
    axis_sources: Mapping[str, AxisSource]
    default_axes: Mapping[str, str | None]
    layout: Layout
    flavors: Mapping[str, Flavor]
    suites: Mapping[str, Suite]
    variants: tuple[VariantChoice, ...] | None
    settings: Mapping[str, Setting]
    components: Mapping[str, Component]
    exclude: tuple[Exclusion, ...]
    accept: tuple[Acceptance, ...]
    release_managers: Mapping[str, ReleaseManager]
    releases: tuple[Release, ...]
    file: str
    places: Mapping[ValuePath, Place]
    keys: Mapping[ValuePath, Place]

    def listed_components(self) -> Iterator[tuple[ValuePath, str, Component]]:
        """Yield the components with a version or checksums, with path and name of each."""
        for name, component in self.components.items():
            yield ("components", name), name, component
        for release in self.releases:
            for name, own in release.components.items():
                if own is not None:
                    yield ("releases", release.cycle, "components", name), name, own

    def listed_variants(self) -> Iterator[tuple[ValuePath, VariantChoice]]:
        """Yield the variants that are listed one by one, with the path of each."""
        for number, choice in enumerate(self.variants or ()):
            yield ("variants", number), choice
        for release in self.releases:
            for number, choice in enumerate(release.variants or ()):
                yield ("releases", release.cycle, "variants", number), choice

    def listed_refs(self) -> Iterator[tuple[ValuePath, str | None, Sequence[Release]]]:
        """Yield each ref with its path and the releases whose next versions have it too."""
        for name, flavor in self.flavors.items():
            yield ("flavors", name, "ref"), flavor.ref, self.releases
        for release in self.releases:
            yield ("releases", release.cycle, "ref"), release.ref, (release,)
        for path, choice in self.listed_variants():
            if choice.version is None:
                own = [one for one in self.releases if path[:2] == ("releases", one.cycle)]
                yield (*path, "ref"), choice.ref, own or self.releases

    def listed_suffixes(self) -> Iterator[tuple[ValuePath, Suffix]]:
        """Yield the suffixes of flavors and of listed variants, with the path of each."""
        for name, flavor in self.flavors.items():
            for key in ("tags", "shared_tags"):
                for path, suffix in flavor.suffixes(key):
                    yield ("flavors", name, *path), suffix
        for path, choice in self.listed_variants():
            for key, listed in (("tags", choice.tags), ("shared_tags", choice.shared_tags)):
                for number, suffix in enumerate(listed or ()):
                    yield (*path, key, number), suffix

    def place(self, path: ValuePath) -> Place | None:
        """Return the place of a value in the file, or of the nearest value that contains it.

        A path whose last part is a Key leads to the key.
        """
        if path and isinstance(path[-1], Key) and path in self.keys:
            return self.keys[path]
        while path:
            if found := self.places.get(path):
                return found
            path = path[:-1]
        return None

    def where(self, path: ValuePath) -> str:
        """Return the file with the line and the column of a value, if they are known."""
        place = self.place(path)
        return format_place(self.file, *(place or ()))
