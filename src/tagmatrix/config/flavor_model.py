"""Flavors, suites and variants of versions.yaml as frozen data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from tagmatrix.config.artifacts import sums_of
from tagmatrix.layout import DOCKERFILE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from tagmatrix.config.publishing import ImageTest, Secret
    from tagmatrix.problems import ValuePath


class ContextFile(Struct, frozen=True, kw_only=True):
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


class Suffix(Struct, frozen=True, kw_only=True):
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


class Flavor(Struct, frozen=True, kw_only=True):
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


class Suite(Struct, frozen=True, kw_only=True):
    """A release of a base system: its flavors and the architectures of their bases."""

    flavors: tuple[str, ...]
    architectures: Mapping[str, tuple[str, ...]]
    end_of_life: dt.date | None = None
    deprecated: str | None = None


class AlsoVersion(Struct, frozen=True, kw_only=True):
    """The version of another product, which aliases may name, and why."""

    version: str
    why: str


class VariantChoice(Struct, frozen=True, kw_only=True):
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
        return sums_of(self)
