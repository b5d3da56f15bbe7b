"""The indexes that a plan publishes, with their tags, and how far each is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tagmatrix.registry.image_manifests import Document
    from tagmatrix.registry.members import Ready
    from tagmatrix.registry.repositories import RegistryRepository

WAITS: Final = "waits"
THERE: Final = "there"
PUSHED: Final = "pushed"
FAILED: Final = "failed"


@dataclass(slots=True, kw_only=True)
class TagPush:
    """A tag to push; `state` says how far it is.

    Attributes:
        tag: the tag.
        old: the digest that it has; empty if it does not exist.
        state: waits, there (it has the digest already), pushed or failed.
        fixed: whether it has the full version.
    """

    tag: str
    old: str
    state: str = WAITS
    fixed: bool = False


@dataclass(slots=True, kw_only=True)
class Index:
    """An index to push, with its tags in order.

    `lacks` has the digests of members that its repository lost after tags got the index.
    """

    target: RegistryRepository
    document: Document
    parts: tuple[Ready, ...]
    steps: list[TagPush]
    lacks: tuple[str, ...] = ()

    @property
    def is_tagged(self) -> bool:
        """Return whether all its tags have its digest already."""
        return all(step.state == THERE for step in self.steps)

    @property
    def is_there(self) -> bool:
        """Return whether nothing has to be pushed: all its tags have it, and it is complete."""
        return self.is_tagged and not self.lacks


@dataclass(slots=True, kw_only=True)
class PlannedIndexes:
    """All that a plan publishes: indexes with their tags, and what it accepts by versions.yaml."""

    plan: str
    indexes: list[Index] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    @property
    def incomplete(self) -> dict[str, int]:
        """Return the number of images that are missing below tags, by the index's first tag."""
        return {
            f"{index.target}:{index.steps[0].tag}": len(index.lacks)
            for index in self.indexes
            if index.lacks
        }

    @property
    def replaced(self) -> dict[RegistryRepository, list[str]]:
        """Return the fixed tags that get another image of their version, by repository."""
        found: dict[RegistryRepository, list[str]] = {}
        for index in self.indexes:
            for step in index.steps:
                if step.fixed and step.old not in {"", index.document.digest}:
                    found.setdefault(index.target, []).append(step.tag)
        return found

    def to_json(self) -> dict[str, Any]:
        """Return each tag with its old and new digest, as JSON."""
        return {
            "plan": self.plan,
            "tags": [
                {
                    "registry": index.target.host,
                    "repository": str(index.target),
                    "tag": step.tag,
                    "old": step.old or None,
                    "new": index.document.digest,
                    "state": step.state,
                }
                for index in self.indexes
                for step in index.steps
            ],
        }
