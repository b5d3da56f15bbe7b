"""The content of versions.yaml as frozen data.

The names are those of the file; `format` documents each key. A value that a
release or a variant does not override is None here; `tagmatrix.matrix.expand`
resolves all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.config.artifacts import ALGORITHMS
from tagmatrix.layout import DOCKERFILE
from tagmatrix.problems import format_place
from tagmatrix.versions import is_final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from tagmatrix.config.publishing import ImageTest, Publish, Secret
    from tagmatrix.layout import Layout
    from tagmatrix.problems import Place, ValuePath
    from tagmatrix.versions import Comparison, Style

SettingValue: TypeAlias = (
    "bool | int | str | tuple[SettingValue, ...] | Mapping[str, SettingValue] | None"
)
Axes: TypeAlias = "tuple[tuple[str, str], ...]"
"""The values of a variant's axes, each with the axis' name."""


class Key(str):
    """The last part of a path that leads to a key, not to its value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Selects cells of the matrix: those for which each part that is set holds.

    A cell of an exclusion is one architecture of an image. A cell of a setting is a
    whole image, so that `architectures` is not allowed there (`checks` reports it).
    """

    comparisons: tuple[Comparison, ...] = ()
    cycles: tuple[str, ...] = ()
    flavors: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def matches_cycle(self, cycle: str) -> bool:
        """Return whether the part about the release holds."""
        return all(comparison.holds(cycle) for comparison in self.comparisons) and (
            not self.cycles or cycle in self.cycles
        )

    def matches_variant(self, flavor: str, suite: str, variant: str, axes: Axes) -> bool:
        """Return whether the part about the variant holds."""
        return (
            (not self.flavors or flavor in self.flavors)
            and (not self.suites or suite in self.suites)
            and (not self.variants or variant in self.variants)
            and (not self.axes or all(dict(axes).get(key) in self.axes[key] for key in self.axes))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value for templates: `value` where the condition holds, else False.

    Its texts have one line each, unless `multiline` is set. `by` is what the value depends
    on, such as suite; then `value` is a mapping from suites, or True if releases have all values.
    """

    value: SettingValue = True
    by: str | None = None
    multiline: bool = False
    when: Condition | None = None
    unless: Condition | None = None
    why: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Architectures that are not built, and why; whole images if no architecture is named."""

    architectures: tuple[str, ...] = ()
    when: Condition | None = None
    unless: Condition | None = None
    why: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """An effect that the guard accepts, and why; exactly one effect is set.

    `tags` are tags, or patterns in which `*` matches any characters. A checksum concerns
    no tag: it is upstream's new one of a file at an unchanged version. `setting`
    and `component` take the place of a tag for one that goes back to a lower version.
    """

    tags: tuple[str, ...] = ()
    setting: str | None = None
    component: str | None = None
    loses: tuple[str, ...] = ()
    goes_back_to: str | None = None
    prerelease: str | None = None
    windows_only: bool | None = None
    vanishes: bool | None = None
    sha256: str | None = None
    sha512: str | None = None
    sha1: str | None = None
    why: str
    link: str = ""

    @property
    def checksum(self) -> str | None:
        """Return the checksum that it accepts, of any algorithm."""
        return self.sha256 or self.sha512 or self.sha1


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextFile:
    """A file beside the Dockerfile, in the build context; exactly one source is set.

    Attributes:
        file: the file below templates/files/ that is copied.
        template: the template below templates/files/ that is rendered.
        to: its path in the image's folder; None for the source's path, without `.j2` if it
            is a template.
    """

    file: str | None = None
    template: str | None = None
    to: str | None = None

    @property
    def source(self) -> str:
        """Return the path of its source below templates/files/."""
        return self.file or self.template or ""

    @property
    def name(self) -> str:
        """Return its path in the image's folder."""
        if self.to is not None:
            return self.to
        return self.source if self.template is None else self.source.removesuffix(".j2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suffix:
    """A suffix of tags, a pattern.

    Attributes:
        suffix: the pattern.
        aliases: patterns of the only aliases that the suffix takes; None for all.
        on_default: `suite` and axes on whose defaults a variant has to be to have the suffix.
        extra: whether the flavor's `on_default_suite` has it.
    """

    suffix: str
    aliases: tuple[str, ...] | None = None
    on_default: tuple[str, ...] = ()
    extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavor:
    """A kind of image.

    Texts may contain {suite}, {cycle}, {version} and axes; all but `name` also {name}. `base`
    may begin with {image}, and `alias` contains {alias}. The suffixes of `on_default_suite`
    are among the others, at the end. In `needs`, `linux/{architecture}` is an artifact with a
    file for each architecture.
    """

    name: str
    folder: str = "{name}"
    dockerfile: str = DOCKERFILE
    base: str
    template: str
    needs: tuple[str, ...] = ()
    files: tuple[ContextFile, ...] = ()
    alias: str = "{alias}"
    tags: tuple[Suffix, ...] = (Suffix(suffix="{name}"),)
    shared_tags: tuple[Suffix, ...] = ()
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_axes: Mapping[str, str | None] = field(default_factory=dict)
    ref: str | None = None
    follows: str | None = None
    constraints: tuple[str, ...] = ()
    builder: str | None = None
    test: ImageTest | None = None
    secrets: tuple[Secret, ...] = ()
    late: str = "wait"
    wait_days: int = 3

    def suffixes(self, key: str) -> Iterator[tuple[ValuePath, Suffix]]:
        """Yield the suffixes of `tags` or `shared_tags`, each with its path in the flavor."""
        listed: tuple[Suffix, ...] = getattr(self, key)
        first = sum(not each.extra for each in listed)
        for number, each in enumerate(listed):
            extra = ("on_default_suite", key, number - first)
            yield (extra if each.extra else (key, number)), each

    def suffixes_on_default(self, kind: str) -> set[str]:
        """Return the suffixes that only variants on the default suite, or of an axis, have."""
        every = (*self.tags, *self.shared_tags)
        return {each.suffix for each in every if kind in each.on_default}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A release of a base system: its flavors and the architectures of their bases."""

    flavors: tuple[str, ...]
    architectures: Mapping[str, tuple[str, ...]]
    end_of_life: dt.date | None = None
    deprecated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoVersion:
    """The version of another product, which aliases may name, and why."""

    version: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantChoice:
    """A variant of a list: a known one by its name, or one with values of its own."""

    name: str
    flavor: str | None = None
    suite: str | None = None
    folder: str | None = None
    dockerfile: str | None = None
    base: str | None = None
    template: str | None = None
    needs: tuple[str, ...] | None = None
    files: tuple[ContextFile, ...] | None = None
    alias: str | None = None
    tags: tuple[Suffix, ...] | None = None
    shared_tags: tuple[Suffix, ...] | None = None
    axes: Mapping[str, str] = field(default_factory=dict)
    ref: str | None = None
    architectures: tuple[str, ...] | None = None
    constraints: tuple[str, ...] | None = None
    builder: str | None = None
    version: str | None = None
    aliases: tuple[str, ...] | None = None
    also_versions: tuple[AlsoVersion, ...] | None = None
    sha256: Mapping[str, str] | None = None
    sha512: Mapping[str, str] | None = None
    sha1: Mapping[str, str] | None = None
    sha1_why: str = ""

    @property
    def sums(self) -> dict[str, Mapping[str, str]]:
        """Return its own checksums, by algorithm and artifact."""
        return {name: sums for name in ALGORITHMS if (sums := getattr(self, name))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
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

    @property
    def sums(self) -> dict[str, Mapping[str, str]]:
        """Return its checksums, by algorithm and file."""
        return {name: sums for name in ALGORITHMS if (sums := getattr(self, name))}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseManager:
    """The person who signs the sources of a release."""

    openpgp_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
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

    @property
    def sums(self) -> dict[str, Mapping[str, str]]:
        """Return its checksums, by algorithm and artifact."""
        return {name: sums for name in ALGORITHMS if (sums := getattr(self, name))}

    @property
    def is_final(self) -> bool:
        """Return whether its version is final; a release without a version is not."""
        return is_final(self.version, self.style)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """The facts of the image's page besides the matrix; links by their text."""

    title: str = ""
    description: str = ""
    help: Mapping[str, str] = field(default_factory=dict)
    issues: str = ""
    licenses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """The source of upstream facts.

    Attributes:
        name: the source's name.
        addresses: the addresses of its data, by the keys that the source has.
        manifests: the address of the manifests of official-images.
        allow_http: whether addresses may use http.
    """

    name: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    manifests: str
    allow_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Regenerate:
    """How the scheduled job commits: its branch, author and committer."""

    branch: str = "tagmatrix/update"
    author: str | None = None
    committer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
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
