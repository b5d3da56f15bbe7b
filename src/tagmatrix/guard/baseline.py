"""What the manifest to come is compared with: the one in HEAD.

Not the one on disk: it may have been written a minute ago, by a run whose
result nobody has committed yet, and an acceptance holds until that is done.
Where there is no git, it is the one on disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import git, library
from tagmatrix.entries import TOP
from tagmatrix.guard import Verdict, judge, nothing_moves

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.committed import Committed
    from tagmatrix.config import Config
    from tagmatrix.matrix import Matrix


def verdict(
    root: Path, config: Config, matrix: Matrix, committed: Committed, to_come: bytes | None
) -> tuple[Verdict, str]:
    """Return what the guard says of a run, and a warning if it could not compare.

    Args:
        root: the image's folder.
        config: versions.yaml.
        matrix: its images.
        committed: what git knows.
        to_come: the manifest that the run would write; None if it will not, for
            what is in it is known from the matrix, but for the commits.

    Raises:
        git.GitError: HEAD's manifest could not be read.
    """
    path = f"{TOP}/{config.image}"
    text = _text(root, path, committed)
    if text is None:
        return Verdict(), ""
    if text == to_come:
        return nothing_moves(config), ""
    try:
        return judge(config, matrix, text), ""
    except library.ManifestError as error:
        warning = (
            f"{path}, as it is committed, cannot be read, so what moves is not known and "
            f"nothing is guarded: {error}"
        )
        return Verdict(), warning


def _text(root: Path, path: str, committed: Committed) -> bytes | None:
    repository = committed.repository
    if isinstance(repository, git.Absence):
        file = root / path
        return file.read_bytes() if file.is_file() and not file.is_symlink() else None
    if repository.head is None or path not in committed.tree:
        return None
    return git.show(repository, repository.head, path)
