"""The guard: no change of the manifest hurts someone unless versions.yaml says so.

The manifest that is committed is compared with the one to come, commits
ignored. `snapshots` has the tags of both, `acceptance` what versions.yaml
lets pass, `causes` why something happens, `patterns` which line would accept it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.diff import Changes, compare, infer
from tagmatrix.errors import GuardError
from tagmatrix.guard.acceptance import accepted, unused_acceptances
from tagmatrix.guard.causes import explained
from tagmatrix.guard.refusal import refusal
from tagmatrix.guard.setting_versions import lowered
from tagmatrix.guard.snapshots import Folders, snapshot_of_matrix
from tagmatrix.manifest import parse as parse_manifest

if TYPE_CHECKING:
    from collections.abc import Collection

    from tagmatrix.config import Config
    from tagmatrix.guard.setting_versions import Lowered
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.problems import ValuePath


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard says.

    Attributes:
        changes: what moves, with what versions.yaml accepts of it, and why.
        unused: acceptances that match nothing: path in versions.yaml and message.
        tags: the names of all tags, before and after.
        lowered: the settings that go back, with what versions.yaml accepts of it.
    """

    changes: Changes = Changes(())  # noqa: RUF009 (it is frozen)
    unused: tuple[tuple[ValuePath, str], ...] = ()
    tags: Collection[str] = ()
    lowered: tuple[Lowered, ...] = ()

    @property
    def refused(self) -> bool:
        """Tell whether something is refused."""
        return bool(self.changes.refused) or any(not each.accepted for each in self.lowered)

    def check(self) -> None:
        """Raise GuardError if something is refused, with all of it."""
        if self.refused:
            settings = [each.refusal() for each in self.lowered if not each.accepted]
            raise GuardError("\n".join([*settings, refusal(self.changes, self.tags)]))


def nothing_moves(config: Config) -> Verdict:
    """Return the verdict where the manifest stays as it is: no acceptance matches anything."""
    return Verdict(unused=unused_acceptances(config, ()))


def judge(
    config: Config, matrix: Matrix, committed: bytes, catalog: bytes | None = None
) -> Verdict:
    """Compare the committed manifest with the one that the matrix makes.

    Args:
        config: versions.yaml, with what it accepts.
        matrix: its images.
        committed: the text of the manifest as it is.
        catalog: the JSON beside it, which has the settings as they are, if there is one.

    Raises:
        ManifestError: the committed text is no manifest.
    """
    manifest = parse_manifest(committed)
    folders = Folders(config)
    (old,) = infer(manifest, known_cells=folders, sources=False)
    new = snapshot_of_matrix(matrix, old.order, folders.listed)
    changes = compare(old, new)
    back = lowered(config, matrix, catalog)
    if changes:
        changes = explained(accepted(config, changes, old, folders.listed), config, matrix)
    elif not back:
        return nothing_moves(config)
    unused = unused_acceptances(config, changes.changes, back)
    return Verdict(changes, unused, old.tags.keys() | new.tags.keys(), back)
