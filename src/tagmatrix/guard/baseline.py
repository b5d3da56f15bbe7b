"""The manifest that the guard compares with: the one in HEAD, or in a given revision.

The guard does not use the manifest on disk: an earlier run may have written it without
a commit, and an acceptance applies until the manifest is committed. Without git, it uses
the manifest on disk. A branch can commit or remove its own manifest, so on a branch the
revision to merge into is the right one (`--base`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix import git, manifest
from tagmatrix.errors import GuardError
from tagmatrix.git.folders import look_up
from tagmatrix.layout import TOP, manifest_path

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.git.folders import Committed
    from tagmatrix.manifest import Manifest

_ADVICE = "name a commit that has it: tagmatrix generate --base REV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A committed manifest, and its JSON.

    Attributes:
        path: the manifest's path.
        manifest: its text.
        catalog: its JSON, which has the committed settings; None if there is none.
        where: the revision, for a message; empty without git.
    """

    path: str
    manifest: bytes
    catalog: bytes | None = None
    where: str = "as committed"

    def read(self) -> Manifest:
        """Return the manifest. Raises GuardError if its text is invalid."""
        try:
            return manifest.parse(self.manifest)
        except manifest.ManifestError as error:
            raise GuardError(self._unreadable(error)) from None

    def _unreadable(self, error: Exception) -> str:
        """Return a message: the manifest is unreadable, and what to do."""
        if not self.where:
            return (
                f"cannot read {self.path}, so tagmatrix does not know what moves: {error}\n"
                "nothing was written; restore the file, or remove it to start again"
            )
        return (
            f"cannot read {self.path} ({self.where}), so tagmatrix does not know what moves: "
            f"{error}\n"
            f"nothing was written; restore the last valid version and commit it, or {_ADVICE} "
            f"(`git log -- {self.path}` lists the commits)"
        )


def find(
    root: Path, image: str, committed: Committed | None = None, base: str = ""
) -> tuple[Baseline | None, str]:
    """Return the committed manifest of an image, and a warning if it is missing or renamed.

    Args:
        root: the image's folder.
        image: its name in versions.yaml; the manifest may still have an older name.
        committed: the committed files, if they have been looked up.
        base: the commit that has the manifest; empty for HEAD.

    Raises git.GitError.
    """
    committed = committed or look_up(root, ())
    path = manifest_path(image)
    text, warning = _text(root, path, committed, base), ""
    if text is None and (other := _renamed(path, committed, base)):
        warning = f"{path} is new: `image` was renamed; tagmatrix compares with {other}"
        path, text = other, _text(root, other, committed, base)
    if text is None:
        return None, _missing(path, committed, base)
    where = f"in {base[:12]}" if base else "as committed"
    found = Baseline(
        path=path,
        manifest=text,
        catalog=_text(root, f"{path}.json", committed, base),
        where="" if isinstance(committed.repository, git.Absence) else where,
    )
    return found, warning


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
    """Return the only other committed manifest, which has the image's old name.

    Empty if there is none, or if the JSON of the new name exists: then the manifest was removed.
    """
    repository = committed.repository
    if isinstance(repository, git.Absence):
        return ""
    tree = git.tree(repository, base, TOP) if base else committed.tree
    if f"{path}.json" in tree:
        return ""
    others = [
        name
        for name, entry in tree.items()
        if name.count("/") == 1 and entry.type == "blob" and f"{name}.json" in tree
    ]
    return others[0] if len(others) == 1 else ""


def _missing(path: str, committed: Committed, base: str) -> str:
    """Return a warning if a manifest is missing that existed before; otherwise an empty text."""
    repository = committed.repository
    if isinstance(repository, git.Absence):
        return ""
    if base:
        return f"{base[:12]} has no {path}, so the guard cannot compare"
    if repository.head is None:
        return ""
    beside = {
        name.removesuffix(".json"): name
        for name, entry in committed.tree.items()
        if name.count("/") == 1 and entry.type == "blob" and "." not in name.removesuffix(".json")
    }
    if path in beside:
        why = f"{beside[path]} is;"
    elif beside:
        why = f"{', '.join(beside.values())} is; was `image` renamed?"
    elif log := git.run(repository, "log", "-1", "--format=%h", repository.head, "--", path):
        why = f"it was, until {git.decode(log).strip()} removed it;"
    else:
        return ""
    return f"{path} is not committed, but {why} the guard cannot compare; {_ADVICE}"
