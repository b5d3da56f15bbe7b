"""The content of versions.yaml as frozen data; flavors and rules have modules of their own.

The names are those of the file; `format` documents each key. A value that a
release or a variant does not override is None here; `tagmatrix.matrix.expand`
resolves all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from tagmatrix.config.artifacts import ALGORITHMS
from tagmatrix.config.flavor_model import (
    AlsoVersion,
    ContextFile,
    Flavor,
    Suffix,
    Suite,
    VariantChoice,
)
from tagmatrix.config.rule_model import (
    Acceptance,
    Axes,
    Condition,
    Exclusion,
    Setting,
    SettingValue,
)
from tagmatrix.problems import format_place
from tagmatrix.versions import is_final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from tagmatrix.config.document_lookup import Lookup
    from tagmatrix.config.publishing import Publish
    from tagmatrix.layout import Layout
    from tagmatrix.problems import Place, ValuePath
    from tagmatrix.versions import Style

__all__ = [
    "Acceptance",
    "AlsoVersion",
    "Axes",
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


class Component(Struct, frozen=True, kw_only=True):
    """Another product in the image; its version is empty if each release has its own.

    Its checksums are by the names of its files: "" for the only one, or names such as
    `amd64`, `linux` and `linux/amd64`.
    """

    version: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)
    sha512: Mapping[str, str] = field(default_factory=dict)
    sha1: Mapping[str, str] = field(default_factory=dict)
    when: Condition | None = None
    unless: Condition | None = None
    why: str = ""
    link: str = ""
    upstream: Upstream | None = None
    together: tuple[str, ...] = ()
    """The components and cycles with which it moves in one commit: the key `with`."""

    @property
    def sums(self) -> dict[str, Mapping[str, str]]:
        """Return its checksums, by algorithm and file."""
        return {name: sums for name in ALGORITHMS if (sums := getattr(self, name))}


class ReleaseManager(Struct, frozen=True, kw_only=True):
    """The person who signs the sources of a release."""

    openpgp_key: str | None = None


class Release(Struct, frozen=True, kw_only=True):
    """A release cycle at its current version, which is empty if it has none (`null`).

    `style` is the style of the file's versions. The checksums are by artifact; that of an
    artifact for an architecture has a name such as `linux/amd64`.
    """

    cycle: str
    version: str
    folder: str
    style: Style = "pep440"
    cycle_tag: bool = True
    sha256: Mapping[str, str] = field(default_factory=dict)
    sha512: Mapping[str, str] = field(default_factory=dict)
    sha1: Mapping[str, str] = field(default_factory=dict)
    sha1_why: str = ""
    release_manager: str | None = None
    openpgp_key: str | None = None
    end_of_life: dt.date | None = None
    deprecated: str | None = None
    aliases: tuple[str, ...] = ()
    also_versions: tuple[AlsoVersion, ...] = ()
    artifacts: tuple[str, ...] | None = None
    held_back: Mapping[str, str] = field(default_factory=dict)
    default_suites: Mapping[str, str | None] = field(default_factory=dict)
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_axes: Mapping[str, str | None] = field(default_factory=dict)
    ref: str | None = None
    variants: tuple[VariantChoice, ...] | None = None
    components: Mapping[str, Component | None] = field(default_factory=dict)
    settings: Mapping[str, SettingValue] = field(default_factory=dict)
    upstream: Upstream | None = None

    @property
    def sums(self) -> dict[str, Mapping[str, str]]:
        """Return its checksums, by algorithm and artifact."""
        return {name: sums for name in ALGORITHMS if (sums := getattr(self, name))}

    @property
    def is_final(self) -> bool:
        """Return whether its version is final; a release without a version is not."""
        return is_final(self.version, self.style)


class PageFacts(Struct, frozen=True, kw_only=True):
    """The facts of the image's page besides the matrix; links by their text."""

    title: str = ""
    description: str = ""
    help: Mapping[str, str] = field(default_factory=dict)
    issues: str = ""
    licenses: Mapping[str, str] = field(default_factory=dict)


class Upstream(Struct, frozen=True, kw_only=True):
    """The source of upstream facts.

    Attributes:
        name: the source's name.
        addresses: the addresses of its data, by the keys that the source has.
        manifests: the address of the manifests of official-images.
        allow_http: whether addresses may use http.
        add: whether new cycles are added; None to report them only.
        project: the name of the product at the source, such as owner/name.
        token: the environment variable with the token for the host of `releases`.
        releases: where releases are listed.
        artifacts: where the checksums of each artifact are; all documents must agree.
        architectures: upstream's word for each architecture.
        cycles: where the ends of cycles are.
        command: the program that prints all that, with its arguments; empty for none.
    """

    name: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    manifests: str
    allow_http: bool = False
    add: bool | None = None
    project: str = ""
    token: str = ""
    releases: Lookup | None = None
    artifacts: Mapping[str, tuple[Lookup, ...]] = field(default_factory=dict)
    architectures: Mapping[str, str] = field(default_factory=dict)
    cycles: Lookup | None = None
    command: tuple[str, ...] = ()


class AxisSource(Struct, frozen=True, kw_only=True):
    """Where `update` finds the values of an axis.

    Attributes:
        values: the values.
        upstream: the source of versions, of which the values are parts.
        newest: how many of the newest values; None for all.
        min: the oldest value; empty for no limit.
    """

    values: tuple[str, ...]
    upstream: Upstream
    newest: int | None = None
    min: str = ""


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
