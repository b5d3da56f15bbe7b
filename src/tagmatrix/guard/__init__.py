"""The guard: no change of the manifest hurts someone unless versions.yaml says so.

The manifest that is committed is compared with the one to come, commits
ignored. `known` says what the tags of both mean, `acceptance` what versions.yaml
lets pass, `causes` why something happens, `patterns` which line would accept it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix import library
from tagmatrix.diff import Changes, compare, learn
from tagmatrix.errors import GuardError
from tagmatrix.guard.acceptance import accepted, unused_acceptances
from tagmatrix.guard.causes import explained
from tagmatrix.guard.known import Folders, snapshot_of_matrix
from tagmatrix.guard.refusal import refusal

if TYPE_CHECKING:
    from collections.abc import Collection

    from tagmatrix.config import Config
    from tagmatrix.matrix import Matrix
    from tagmatrix.problems import ValuePath


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard says.

    Attributes:
        changes: what moves, with what versions.yaml accepts of it, and why.
        unused: acceptances that match nothing: path in versions.yaml and message.
        tags: the names of all tags, before and after.
    """

    changes: Changes = Changes(())  # noqa: RUF009 (it is frozen)
    unused: tuple[tuple[ValuePath, str], ...] = ()
    tags: Collection[str] = ()

    def check(self) -> None:
        """Raise GuardError if something is refused, with all of it."""
        if self.changes.refused:
            raise GuardError(refusal(self.changes, self.tags))


def nothing_moves(config: Config) -> Verdict:
    """Return the verdict where the manifest stays as it is: no acceptance matches anything."""
    return Verdict(unused=unused_acceptances(config, ()))


def judge(config: Config, matrix: Matrix, committed: bytes) -> Verdict:
    """Compare the committed manifest with the one that the matrix makes.

    Args:
        config: versions.yaml, with what it accepts.
        matrix: its images.
        committed: the text of the manifest as it is.

    Raises:
        library.ManifestError: the committed text is no manifest.
    """
    manifest = library.parse(committed)
    folders = Folders(config)
    (old,) = learn(manifest, knowledge=folders, sources=False)
    new = snapshot_of_matrix(matrix, old.order, folders.listed)
    changes = compare(old, new)
    if not changes:
        return nothing_moves(config)
    changes = explained(accepted(config, changes, old, folders.listed), config, matrix)
    unused = unused_acceptances(config, changes.changes)
    return Verdict(changes, unused, old.tags.keys() | new.tags.keys())
