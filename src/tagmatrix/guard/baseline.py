"""What the manifest to come is compared with: the one in HEAD, or in a revision that is named.

Not the one on disk: it may have been written a minute ago, by a run whose
result nobody has committed yet, and an acceptance holds until that is done.
Where there is no git, it is the one on disk. A branch can commit or remove its
own manifest, so its HEAD says little: there the revision to merge into counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix import git, manifest
from tagmatrix.errors import GuardError
from tagmatrix.git.folders import look_up
from tagmatrix.layout import manifest_path

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.git.folders import Committed
    from tagmatrix.manifest import Manifest

_ADVICE = "name a commit that has it: tagmatrix generate --base REV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A committed manifest, and the JSON beside it.

    Attributes:
        path: the manifest's path.
        manifest: its text.
        catalog: the JSON, which has the settings as they are; None if there is none.
        where: says in which revision it is; empty without git.
    """

    path: str
    manifest: bytes
    catalog: bytes | None = None
    where: str = "as it is committed"

    def read(self) -> Manifest:
        """Return the manifest. Raises GuardError if its text is none."""
        try:
            return manifest.parse(self.manifest)
        except manifest.ManifestError as error:
            raise GuardError(self._unreadable(error)) from None

    def _unreadable(self, error: Exception) -> str:
        """Say that what moves is not known, and what to do."""
        if not self.where:
            return (
                f"{self.path} cannot be read, so what moves is not known: {error}\n"
                "nothing is written; restore the file, or remove it to begin anew"
            )
        return (
            f"{self.path}, {self.where}, cannot be read, so what moves is not known: {error}\n"
            f"nothing is written; restore the last good one and commit it, or {_ADVICE} "
            f"(`git log -- {self.path}` lists them)"
        )


def find(
    root: Path, image: str, committed: Committed | None = None, base: str = ""
) -> tuple[Baseline | None, str]:
    """Return the committed manifest of an image, and a warning if it is missing or renamed.

    Args:
        root: the image's folder.
        image: its name in versions.yaml; the manifest may still have another one.
        committed: what git knows, if that has been looked up.
        base: the commit to look into; empty for HEAD.

    Raises git.GitError.
    """
    committed = committed or look_up(root, ())
    path = manifest_path(image)
    text, warning = _text(root, path, committed, base), ""
    if text is None and (other := _renamed(path, committed, base)):
        warning = f"{path} is new; what moves is told against {other}: `image` was renamed"
        path, text = other, _text(root, other, committed, base)
    if text is None:
        return None, _missing(path, committed, base)
    where = f"as {base[:12]} has it" if base else "as it is committed"
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
    return f"{path} is not committed, but {why} nothing is guarded; {_ADVICE}"
