"""The rules of versions.yaml as frozen data: conditions, settings, exclusions, acceptances."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from tagmatrix.util.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.versions import Comparison

SettingValue: TypeAlias = (
    "bool | int | str | tuple[SettingValue, ...] | Mapping[str, SettingValue] | None"
)
Axes: TypeAlias = "tuple[tuple[str, str], ...]"
"""The values of a variant's axes, each with the axis' name."""


class Condition(Struct, frozen=True, kw_only=True):
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


class Setting(Struct, frozen=True, kw_only=True):
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


class Exclusion(Struct, frozen=True, kw_only=True):
    """Architectures that are not built, and why; whole images if no architecture is named."""

    architectures: tuple[str, ...] = ()
    when: Condition | None = None
    unless: Condition | None = None
    why: str
    link: str = ""


class Acceptance(Struct, frozen=True, kw_only=True):
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
    def reason(self) -> str:
        """Return why, with the link if there is one, in one line."""
        why = one_line(self.why)
        return f"{why} ({one_line(self.link)})" if self.link else why

    @property
    def checksum(self) -> str | None:
        """Return the checksum that it accepts, of any algorithm."""
        return self.sha256 or self.sha512 or self.sha1
