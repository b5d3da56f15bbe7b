"""The guard of a registry's tags: what a tag has, against what it would get.

Its effects are those of the guard of the manifest, so that `accept` in versions.yaml means the
same for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.diff import Change, Changes, Effect
from tagmatrix.diff.changes import ChangeReason
from tagmatrix.guard.acceptance import with_acceptances
from tagmatrix.guard.refusal import refusal
from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagmatrix.config import Config
    from tagmatrix.guard.refusal import Wording
    from tagmatrix.versions import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class TagContent:
    """What a tag has, or would get: architectures and a version, empty if it is not known.

    `final` is None if the version decides.
    """

    architectures: frozenset[str]
    version: str = ""
    final: bool | None = None

    @property
    def parsed(self) -> Version | None:
        """Return the version, if it is one."""
        return parse(self.version, "loose") if self.version else None

    @property
    def is_final(self) -> bool:
        """Return whether the version is final; one that can't be parsed counts as final."""
        if self.final is not None:
            return self.final
        return self.parsed is None or self.parsed.is_final


def harm(tag: str, old: TagContent, new: TagContent, *, fixed: bool) -> Iterator[Change]:
    """Yield what would hurt users of a tag.

    Versions count only where both are known. Other tools leave tags of pre-releases without a
    version, and the first publication must be able to move them.

    Args:
        tag: the tag.
        old: what it has.
        new: what it would get.
        fixed: whether it has a full version, which must not move.
    """
    lost = old.architectures - new.architectures
    if _windows_only(new) and not _windows_only(old):
        yield Change(tag=tag, reason=ChangeReason(Effect.WINDOWS_ONLY, "the tag", by="gone"))
        lost = frozenset(filter(is_windows, lost))
    if lost:
        reason = ChangeReason(Effect.LOSES, "", "", tuple(sorted(lost)))
        yield Change(tag=tag, reason=reason)
    order = old.parsed.compare(new.parsed) if old.parsed and new.parsed else 0
    if order == 0:
        return
    if order is not None and order > 0:
        yield Change(tag=tag, reason=ChangeReason(Effect.GOES_BACK, old.version, new.version))
    elif fixed:
        yield Change(tag=tag, reason=ChangeReason(Effect.FIXED, old.version, new.version))
    elif old.is_final and not new.is_final and not (new.parsed and new.parsed.channel):
        yield Change(tag=tag, reason=ChangeReason(Effect.PRERELEASE, old.version, new.version))


def refused(
    changes: Sequence[Change], tags: Sequence[str], config: Config | None, wording: Wording
) -> tuple[str, Changes]:
    """Return the message of a refusal, empty if all is accepted, and the changes.

    Args:
        changes: what would hurt users.
        tags: all tags that are published, for the patterns of acceptances.
        config: versions.yaml, with its acceptances; None without.
        wording: the words of the command.
    """
    found = Changes(tuple(changes))
    if config is not None:
        found = with_acceptances(config, found)
    return (refusal(found, tags, {}, wording=wording) if found.refused else ""), found


def _windows_only(state: TagContent) -> bool:
    return bool(state.architectures) and all(map(is_windows, state.architectures))
