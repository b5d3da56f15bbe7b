"""Find the manifest to compare with: the one in HEAD, or in a given revision.

It is not the manifest on disk: an earlier run may have written that without a commit, and
an acceptance applies until the manifest is committed. Only without git it is the manifest
on disk. A branch can commit or remove its own manifest, so on a branch the revision to
merge into is the right one (`--base`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.git.folders import look_up, tree_of
from tagmatrix.layout import TOP, folder_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagmatrix.git.folders import LibraryInHead
    from tagmatrix.layout import Layout

ADVICE = "name a commit that has it: tagmatrix generate --base REV"


class Baseline(Struct, frozen=True, kw_only=True):
    """A committed manifest, and its JSON.

    Attributes:
        path: the manifest's path.
        manifest: its text.
        catalog: its JSON, which has the committed settings; None if there is none.
        where: the revision, for a message; empty without git.
        versions: the input file in that revision, and as of the committed manifest.
    """

    path: str
    manifest: bytes
    catalog: bytes | None = None
    where: str = "as committed"
    versions: tuple[bytes, ...] = ()


def find(
    root: Path,
    layout: Layout,
    in_head: LibraryInHead | None = None,
    base: str = "",
    *,
    versions_file: str = "",
) -> tuple[Baseline | None, str]:
    """Return the committed manifest of an image, and a warning if it is missing or renamed.

    Args:
        root: the image's folder.
        layout: where its manifest is; it may still have an older name of the image.
        in_head: the committed files, if they have been looked up.
        base: the commit that has the manifest; empty for HEAD.
        versions_file: the path of versions.yaml, if its earlier texts are needed.

    Raises InputError if it can't be read; git.GitError.
    """
    in_head = in_head or look_up(root, (), layout)
    path = layout.manifest
    (text, catalog), warning = _texts(root, path, in_head, base), ""
    if text is None and (other := _renamed(path, in_head, base)):
        warning = f"{path} is new: `image` was renamed; tagmatrix compares with {other}"
        path, (text, catalog) = other, _texts(root, other, in_head, base)
    if text is None:
        return None, _missing(path, in_head, base)
    where = f"in {base[:12]}" if base else "as committed"
    found = Baseline(
        path=path,
        manifest=text,
        catalog=catalog,
        where="" if isinstance(in_head.repository, git.NoRepository) else where,
        versions=_versions(in_head, base, path, versions_file) if versions_file else (),
    )
    return found, warning


def _versions(
    in_head: LibraryInHead, base: str, manifest_file: str, versions_file: str
) -> tuple[bytes, ...]:
    """Return versions.yaml in a revision, and in the last commit there that wrote the manifest."""
    repository = in_head.repository
    if isinstance(repository, git.NoRepository) or not (rev := base or repository.head):
        return ()
    log = git.run(repository, "log", "-1", "--format=%H", rev, "--", manifest_file)
    revisions = dict.fromkeys((rev, git.decode(log).strip() or rev))
    texts = [git.show(repository, each, versions_file) for each in revisions]
    return tuple(dict.fromkeys(text for text in texts if text is not None))


def _texts(root: Path, path: str, in_head: LibraryInHead, base: str) -> Sequence[bytes | None]:
    """Return a manifest and its JSON; None for what is not there."""
    repository, paths = in_head.repository, (path, f"{path}.json")
    if isinstance(repository, git.NoRepository):
        return [_on_disk(root, each) for each in paths]
    if base:
        return git.show_all(repository, base, paths)
    if repository.head is None:
        return None, None
    return git.show_all(repository, repository.head, paths)


def _on_disk(root: Path, path: str) -> bytes | None:
    file = root / path
    try:
        return file.read_bytes() if file.is_file() and not file.is_symlink() else None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def _renamed(path: str, in_head: LibraryInHead, base: str) -> str:
    """Return the only other committed manifest, which has the image's old name.

    Empty if there is none, or if the JSON of the new name exists: then the manifest was removed.
    """
    repository = in_head.repository
    if isinstance(repository, git.NoRepository):
        return ""
    tree = tree_of(repository, base, in_head.layout) if base else in_head.tree
    if f"{path}.json" in tree:
        return ""
    others = [
        name
        for name, entry in tree.items()
        if folder_of(name) == TOP and entry.type == "blob" and f"{name}.json" in tree
    ]
    return others[0] if len(others) == 1 else ""


def _missing(path: str, in_head: LibraryInHead, base: str) -> str:
    """Return a warning if a manifest is missing that existed before; otherwise an empty text."""
    repository = in_head.repository
    if isinstance(repository, git.NoRepository):
        return ""
    if base:
        return f"{base[:12]} has no {path}, so the guard cannot compare"
    if repository.head is None:
        return ""
    beside = {
        name.removesuffix(".json"): name
        for name, entry in in_head.tree.items()
        if folder_of(name) == TOP and entry.type == "blob" and "." not in name.removesuffix(".json")
    }
    if path in beside:
        missing = f"HEAD has {beside[path]}, but not {path}"
    elif beside:
        names = ", ".join(beside.values())
        missing = f"HEAD has {names}, but not {path} (was `image` renamed?)"
    elif log := git.run(repository, "log", "-1", "--format=%h", repository.head, "--", path):
        missing = f"commit {git.decode(log).strip()} removed {path}"
    else:
        return ""
    return f"{missing}, so the guard cannot compare; {ADVICE}"
