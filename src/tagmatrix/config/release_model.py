"""Releases and components of versions.yaml as frozen data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from tagmatrix.config.artifacts import sums_of
from tagmatrix.versions import is_final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tagmatrix.config.flavor_model import AlsoVersion, VariantChoice
    from tagmatrix.config.rule_model import Condition, SettingValue
    from tagmatrix.config.upstream_model import Upstream
    from tagmatrix.versions import Style


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
        return sums_of(self)


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
        return sums_of(self)

    @property
    def is_final(self) -> bool:
        """Return whether its version is final; a release without a version is not."""
        return is_final(self.version, self.style)
