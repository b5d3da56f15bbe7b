"""What the pages show, as frozen data: images, tags, cycles, suites, and steps of the history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from tagmatrix.diff import Change, Changes
    from tagmatrix.diff.snapshot import Snapshot
    from tagmatrix.explain.config_rules import ConfigRule
    from tagmatrix.matrix.architectures import Excluded
    from tagmatrix.matrix.image import MissingImage
    from tagmatrix.site.manifest_history import ManifestRevision
    from tagmatrix.site.named_since import NamedSince


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSource:
    """A Dockerfile at a commit, with its address, and the day and the subject if git has them."""

    path: str = ""
    commit: str = ""
    link: str = ""
    day: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteImage:
    """An image: its cell in the matrix, its base, its tags, and what it is not built for.

    `more` are further facts, each with its name.
    """

    cycle: str
    version: str
    variant: str
    suite: str
    base: str
    source: TagSource
    architectures: tuple[str, ...]
    absent: tuple[Excluded, ...]
    tags: tuple[str, ...]
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTag:
    """A tag: what it names, and since when, whether it moves, why it exists, and its rules."""

    name: str
    cycle: str
    version: str
    moving: bool
    images: tuple[SiteImage, ...]
    moves: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    since: NamedSince | None = None
    rules: tuple[ConfigRule, ...] = ()

    @property
    def architectures(self) -> tuple[str, ...]:
        """Return the architectures of all its images."""
        return tuple(dict.fromkeys(one for image in self.images for one in image.architectures))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifespan:
    """A release cycle or a suite, with what is known of its life.

    Attributes:
        name: its name.
        version: the version of a cycle; empty for a suite.
        final: whether the version is final.
        begin: the day of the first revision that has it; None if there is no history.
        end: the last day of its support, if it is known.
        deprecated: what to use instead; empty if it is not deprecated.
        held: what waits for upstream, and why.
        label: what people call it; the name of a suite may be a number only.
    """

    name: str
    version: str = ""
    final: bool = True
    begin: dt.date | None = None
    end: dt.date | None = None
    deprecated: str = ""
    held: tuple[tuple[str, str], ...] = ()
    label: str = ""

    @property
    def shown(self) -> str:
        """Return the label, or else the name."""
        return self.label or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFamily:
    """An image as it is now."""

    name: str
    title: str
    description: str
    repository: str
    cycles: tuple[Lifespan, ...]
    suites: tuple[Lifespan, ...]
    images: tuple[SiteImage, ...]
    tags: tuple[SiteTag, ...]
    empty: tuple[MissingImage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionMoves:
    """What moved with a revision."""

    revision: ManifestRevision
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything that the pages are made of.

    Attributes:
        family: the image as it is now.
        revisions: the manifest's revisions, the oldest first.
        steps: what moved between them, the newest first; revisions without a move are left out.
        exact: all tags of a commit, if they are known better than those of the commit before.
        url: the address of the site, with a slash at its end; empty if it is not known.
        as_of: the day for ends of life; None leaves out what depends on the day.
        digests: the digest of each tag in each repository, as a registry said.
        several: whether a page above the site lists it among other images.
    """

    family: SiteFamily
    revisions: tuple[ManifestRevision, ...]
    steps: tuple[RevisionMoves, ...]
    url: str = ""
    as_of: dt.date | None = None
    digests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    several: bool = False
    exact: Mapping[str, Snapshot] = field(default_factory=dict)
    of_tag: Mapping[str, list[RevisionMoves]] = field(init=False, compare=False)
    of_cycle: Mapping[str, list[RevisionMoves]] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Divide the steps by tags and by cycles once, because each has a page or a feed."""
        object.__setattr__(self, "of_tag", _divided(self.steps, lambda change: (change.tag,)))
        object.__setattr__(self, "of_cycle", _divided(self.steps, _cycles))

    @property
    def updated(self) -> dt.datetime:
        """Return the date of the newest revision."""
        return self.revisions[-1].when


def _divided(
    steps: Iterable[RevisionMoves], keys: Callable[[Change], Iterable[str]]
) -> dict[str, list[RevisionMoves]]:
    """Return the steps of each key, each with the changes of the key alone."""
    found: dict[str, list[RevisionMoves]] = {}
    for step in steps:
        parts: dict[str, list[Change]] = {}
        for change in step.changes.changes:
            for key in keys(change):
                parts.setdefault(key, []).append(change)
        for key, changes in parts.items():
            part = RevisionMoves(revision=step.revision, changes=type(step.changes)(tuple(changes)))
            found.setdefault(key, []).append(part)
    return found


def _cycles(change: Change) -> Iterable[str]:
    """Return the release cycles that a change concerns."""
    tags = (change.old, change.new)
    return dict.fromkeys(tag.main.cycle for tag in tags if tag is not None)
