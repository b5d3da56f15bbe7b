"""What the manifest to come is compared with: the one in HEAD, or in a revision that is named.

Not the one on disk: it may have been written a minute ago, by a run whose
result nobody has committed yet, and an acceptance holds until that is done.
Where there is no git, it is the one on disk. A branch can commit or remove its
own manifest, so its HEAD says little: there the revision to merge into counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import git, manifest
from tagmatrix.errors import GuardError
from tagmatrix.guard import Verdict, judge, nothing_moves
from tagmatrix.layout import TOP

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.git.folders import Committed
    from tagmatrix.matrix.expand import Matrix


def verdict(
    root: Path,
    config: Config,
    matrix: Matrix,
    committed: Committed,
    to_come: bytes | None,
    base: str = "",
) -> tuple[Verdict, str]:
    """Return what the guard says of a run, and a warning if there is nothing to compare with.

    Args:
        root: the image's folder.
        config: versions.yaml.
        matrix: its images.
        committed: what git knows.
        to_come: the manifest that the run would write; None if it will not, for
            what is in it is known from the matrix, but for the commits.
        base: the commit to compare with; empty for HEAD.

    Raises:
        GuardError: the manifest to compare with can't be read.
        git.GitError: git could not read it.
    """
    path = f"{TOP}/{config.image}"
    text = _text(root, path, committed, base)
    warning = ""
    if text is None:
        other = _renamed(path, committed, base)
        text = _text(root, other, committed, base) if other else None
        if text is None:
            return Verdict(), _missing(path, committed, base)
        warning = f"{path} is new; what moves is told against {other}: `image` was renamed"
        path = other
    if text == to_come:
        return nothing_moves(config), warning
    try:
        catalog = _text(root, f"{path}.json", committed, base)
        return judge(config, matrix, text, catalog), warning
    except manifest.ManifestError as error:
        raise GuardError(_unreadable(path, committed, base, error)) from None


def _text(root: Path, path: str, committed: Committed, base: str) -> bytes | None:
    repository = committed.repository
    if isinstance(repository, git.Absence):
        file = root / path
        return file.read_bytes() if file.is_file() and not file.is_symlink() else None
    if base:
        return git.show(repository, base, path)
    if repository.head is None or path not in committed.tree:
        return None
    return git.show(repository, repository.head, path)


def _renamed(path: str, committed: Committed, base: str) -> str:
    """Return the only other manifest that is committed, which has the tags under the old name.

    Empty if there is none, or if the new name's JSON is there: then the manifest was removed.
    """
    if base or isinstance(committed.repository, git.Absence) or f"{path}.json" in committed.tree:
        return ""
    others = [
        name
        for name, entry in committed.tree.items()
        if name.count("/") == 1 and entry.type == "blob" and f"{name}.json" in committed.tree
    ]
    return others[0] if len(others) == 1 else ""


def _unreadable(path: str, committed: Committed, base: str, error: Exception) -> str:
    """Say that nobody knows what would move, and what to do."""
    if isinstance(committed.repository, git.Absence):
        return (
            f"{path} cannot be read, so what moves is not known: {error}\n"
            "nothing is written; restore the file, or remove it to begin anew"
        )
    where = f"as {base[:12]} has it" if base else "as it is committed"
    return (
        f"{path}, {where}, cannot be read, so what moves is not known: {error}\n"
        f"nothing is written; restore the last good one and commit it, or name a commit that has "
        f"it: --base REV (`git log -- {path}` lists them)"
    )


def _missing(path: str, committed: Committed, base: str) -> str:
    """Return a warning where a manifest is missing that was there; else an empty text."""
    repository = committed.repository
    if isinstance(repository, git.Absence):
        return ""
    if base:
        return f"{base[:12]} has no {path}, so nothing is guarded"
    if repository.head is None:
        return ""
    beside = {
        name.removesuffix(".json"): name
        for name, entry in committed.tree.items()
        if name.count("/") == 1 and entry.type == "blob" and "." not in name.removesuffix(".json")
    }
    if path in beside:
        why = f"{beside[path]} is"
    elif beside:
        why = f"{', '.join(beside.values())} is: was `image` renamed?"
    elif log := git.run(repository, "log", "-1", "--format=%h", repository.head, "--", path):
        why = f"it was, before {git.decode(log).strip()} removed it"
    else:
        return ""
    why = why if why.endswith("?") else f"{why};"
    return (
        f"{path} is not committed, but {why} nothing is guarded; name a commit that has it: "
        "--base REV"
    )
