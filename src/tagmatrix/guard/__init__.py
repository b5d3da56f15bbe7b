"""The guard: it refuses breaking changes of the manifest that versions.yaml does not accept.

The guard compares the committed manifest with the new one and ignores commits.
`git.baseline` finds the committed manifest, `committed_tags` has its tags, and `snapshots` those of
the matrix. `acceptance` decides what versions.yaml accepts, `causes` explains why a change
happens, and `refusal` writes the message, with patterns for an acceptance from `tag_patterns`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagmatrix.diff import Changes, compare, text as diff_text
from tagmatrix.errors import GuardError
from tagmatrix.git.baseline import ADVICE
from tagmatrix.guard.acceptance import (
    lowered_with_acceptances,
    unused_acceptances,
    with_acceptances,
)
from tagmatrix.guard.causes import explained
from tagmatrix.guard.committed_tags import committed_tags
from tagmatrix.guard.known_folders import Folders
from tagmatrix.guard.refusal import refusal
from tagmatrix.guard.setting_versions import lowered
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.guard.stale_checksums import stale_checksums
from tagmatrix.manifest import ManifestError, parse as parse_manifest
from tagmatrix.matrix.laws.findings import name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.git.baseline import Baseline
    from tagmatrix.guard.setting_versions import Lowered
    from tagmatrix.guard.stale_checksums import StaleChecksum
    from tagmatrix.manifest import Manifest
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.problems import ValuePath


@dataclass(frozen=True, slots=True)
class Verdict:
    """What moves, and which of it the guard refuses or accepts.

    Attributes:
        changes: what moves; an accepted change has the reason.
        unused: acceptances that match nothing: path in versions.yaml and message.
        tags: the names of all tags, before and after.
        lowered: the settings that go back; an accepted one has the reason.
        stale: the checksums of other files; an accepted one has the reason.
        warning: why the published versions are not certain; empty if they are.
        children: by tag, the images of the same matrix that are built from it.
    """

    changes: Changes = Changes(())  # noqa: RUF009 (it is frozen)
    unused: tuple[tuple[ValuePath, str], ...] = ()
    tags: Collection[str] = ()
    lowered: tuple[Lowered, ...] = ()
    stale: tuple[StaleChecksum, ...] = ()
    warning: str = ""
    children: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def _others(self) -> tuple[Lowered | StaleChecksum, ...]:
        return (*self.lowered, *self.stale)

    @property
    def refused(self) -> bool:
        """Return whether the guard refuses anything."""
        return bool(self.changes.refused) or any(not each.accepted for each in self._others)

    @property
    def accepted(self) -> list[tuple[str, str]]:
        """Return the accepted breaking changes, each with the reason."""
        tags = [(diff_text.headline(each), each.accepted) for each in self.changes.groups]
        settings = [(each.text(), each.accepted) for each in self.lowered]
        checksums = [(each.problem, each.accepted) for each in self.stale]
        return [(what, why) for what, why in (*tags, *settings, *checksums) if why]

    def lines(self) -> list[str]:
        """Return a line for everything that moves."""
        return [*diff_text.lines(self.changes), *(each.line() for each in self._others)]

    def text(self) -> str:
        """Return everything that moves, for a terminal; empty if nothing does."""
        moves = [diff_text.text(self.changes)] if self.changes else []
        return "\n".join([*moves, *(each.line() for each in self._others)])

    def refusal(self) -> str:
        """Return what is refused, why, and the lines that would accept it."""
        refused = [each.refusal() for each in self._others if not each.accepted]
        return refusal(self.changes, self.tags, self.children, refused)

    def check(self) -> None:
        """Raise GuardError with all refused changes, if there are any."""
        if self.refused:
            raise GuardError("\n".join(filter(None, (self.refusal(), self.warning))))


def without_baseline(config: Config) -> Verdict:
    """Return the verdict without a committed manifest, about versions.yaml alone."""
    return Verdict(stale=stale_checksums(config))


def nothing_moves(config: Config) -> Verdict:
    """Return the verdict for an unchanged manifest: no acceptance of a change matches anything."""
    stale = stale_checksums(config)
    return Verdict(unused=unused_acceptances(config, (), stale=stale), stale=stale)


def judge(config: Config, matrix: Matrix, baseline: Baseline) -> Verdict:
    """Compare the committed manifest with the images of the matrix.

    Args:
        config: versions.yaml, with its acceptances.
        matrix: its images.
        baseline: the committed manifest, and its JSON.

    Raises:
        GuardError: the committed manifest can't be read.
    """
    folders = Folders(config)
    was = committed_tags(_manifest(baseline), baseline.catalog, baseline.path, folders)
    old = was.snapshot
    new = snapshot_of_matrix(matrix, was, folders.listed)
    changes = with_acceptances(config, compare(old, new), was, folders.listed)
    changes = explained(changes, config, matrix)
    back = lowered_with_acceptances(config, lowered(matrix, baseline.catalog))
    stale = stale_checksums(config, baseline.versions)
    unused = unused_acceptances(config, changes.changes, back, stale)
    every = old.tags.keys() | new.tags.keys()
    return Verdict(changes, unused, every, back, stale, was.warning, _children(matrix))


def _children(matrix: Matrix) -> dict[str, list[str]]:
    """Return by tag the names of the images that are built from it."""
    found: dict[str, list[str]] = {}
    for image in matrix.images:
        if image.parent:
            found.setdefault(image.parent, []).append(name_of(image))
    return found


def _manifest(baseline: Baseline) -> Manifest:
    """Return the committed manifest. Raises GuardError if its text is invalid."""
    try:
        return parse_manifest(baseline.manifest)
    except ManifestError as error:
        if not baseline.where:
            raise GuardError(
                f"cannot read {baseline.path}, so tagmatrix does not know what moves: {error}\n"
                "nothing was written; restore the file, or remove it to start again"
            ) from None
        raise GuardError(
            f"cannot read {baseline.path} ({baseline.where}), so tagmatrix does not know what "
            f"moves: {error}\n"
            f"nothing was written; restore the last valid version and commit it, or {ADVICE} "
            f"(`git log -- {baseline.path}` lists the commits)"
        ) from None
