"""The outputs that name commits: one unit, true or untouched.

They can be made only when every folder is committed as it would be rendered, from a
history that is whole. Otherwise they stay as they are, and this module says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.header import is_generated
from tagmatrix.layout import TOP, directory, manifest_path, prefix_of
from tagmatrix.manifest import ManifestError, parse as parse_manifest
from tagmatrix.publish import outputs

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping

    from tagmatrix.git.folders import Committed
    from tagmatrix.publish.outputs.inputs import Inputs
    from tagmatrix.publish.outputs.interface import Rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What the outputs that name commits have to be, or why that can't be known.

    Attributes:
        rendered: the outputs by path, the manifest last; None where the files have to
            stay as they are.
        waiting: folders, relative to `library/`, that are not committed as
            they would be rendered.
        kept: why the files stay as they are, for a person; empty if they don't.
        behind: whether the files, kept as they are, say something else than
            versions.yaml does (commits ignored); None if that isn't known.
    """

    rendered: Mapping[str, Rendered] | None = None
    waiting: tuple[str, ...] = ()
    kept: str = ""
    behind: bool | None = None

    @property
    def files(self) -> dict[str, bytes] | None:
        """Return path and content of the files; None where they stay as they are."""
        if self.rendered is None:
            return None
        return {path: each.content for path, each in self.rendered.items()}


def publish(
    inputs: Inputs,
    dockerfiles: Mapping[str, bytes],
    *,
    committed: Committed,
    obsolete: Collection[str],
    present: Mapping[str, bytes],
) -> Publication:
    """Decide what the files have to be.

    Args:
        inputs: what they are made of, but for the commits.
        dockerfiles: path (`library/…/Dockerfile`) and content of each.
        committed: what git knows of the folders.
        obsolete: paths of generated Dockerfiles that are on disk and not wanted.
        present: the files as they are, by path; those that are not there are absent.

    Raises:
        ManifestError, render.TemplateError.
    """
    repository = committed.repository
    if isinstance(repository, git.Absence):
        kept = f"{repository.value}: commits are not known"
        return Publication(kept=kept, behind=_behind(inputs, present, prefix=None))
    inputs = replace(inputs, prefix=repository.prefix)
    if repository.head is None:
        _try_out(inputs)
        every = tuple(image.folder for image in inputs.matrix.images)
        return Publication(waiting=every, kept="nothing is committed yet")
    if repository.shallow:
        kept = "the clone is shallow: commits are not known (git fetch --unshallow gets them)"
        return Publication(kept=kept, behind=_behind(inputs, present, prefix=repository.prefix))
    waiting = _waiting(repository, committed.tree, dockerfiles, obsolete)
    if waiting:
        _try_out(inputs)
        return Publication(waiting=waiting, kept="folders wait for a commit")
    commits = {
        image.folder: committed.commits[f"{TOP}/{image.folder}"] for image in inputs.matrix.images
    }
    return Publication(rendered=outputs.render(replace(inputs, commits=commits), present))


def _try_out(inputs: Inputs) -> None:
    """Raise what will be wrong with the files, before Dockerfiles are written for them."""
    nowhere = dict.fromkeys((image.folder for image in inputs.matrix.images), "0" * 40)
    outputs.render(replace(inputs, commits=nowhere), {})


def _waiting(
    repository: git.Repository,
    tree: Mapping[str, git.TreeEntry],
    dockerfiles: Mapping[str, bytes],
    obsolete: Collection[str],
) -> tuple[str, ...]:
    """Return the folders whose Dockerfile in HEAD is not the one wanted, or not wanted at all."""
    waiting = []
    modes = {tree[path].mode for path in dockerfiles if path in tree}
    fitting = {"100644"}
    if "100755" in modes and not git.keeps_modes(repository):
        fitting.add("100755")
    for path, content in dockerfiles.items():
        entry = tree.get(path)
        blob = git.blob_id(content, repository.object_format)
        if entry is None or entry.object_id != blob or entry.mode not in fitting:
            waiting.append(path)
    waiting += orphans(repository, tree, dockerfiles, obsolete)
    folders = (path.removeprefix(f"{TOP}/").rpartition("/")[0] for path in waiting)
    return tuple(dict.fromkeys(folders))


def orphans(
    repository: git.Repository,
    tree: Mapping[str, git.TreeEntry],
    wanted: Container[str],
    obsolete: Container[str] = (),
) -> list[str]:
    """Return the generated files in HEAD that are not wanted: deleted, or about to be.

    What a person committed, without our header, is theirs. `obsolete` are
    generated files that are still on disk.
    """
    return [
        path
        for path, entry in tree.items()
        if path.count("/") > 1 and entry.type == "blob" and path not in wanted
        if path in obsolete or _gone(repository, path)
    ]


def _gone(repository: git.Repository, path: str) -> bool:
    """Tell whether a file of HEAD is gone from the disk, and was generated."""
    if (repository.folder / path).exists():
        return False
    return is_generated(git.show(repository, repository.head or "HEAD", path) or b"")


def _behind(inputs: Inputs, present: Mapping[str, bytes], *, prefix: str | None) -> bool | None:
    """Tell whether the files would differ if they named the commits that they name now."""
    old = present.get(manifest_path(inputs.config.image))
    if old is None:
        return None
    try:
        commits = {entry.directory: entry.git_commit for entry in parse_manifest(old).entries}
    except ManifestError:
        return True
    folders = [image.folder for image in inputs.matrix.images]
    if prefix is None:
        prefix = prefix_of(commits, folders)
    try:
        by_folder = {folder: commits[directory(prefix, folder)] for folder in folders}
    except KeyError:
        return True
    wanted = outputs.render(replace(inputs, commits=by_folder, prefix=prefix), present)
    return {path: each.content for path, each in wanted.items()} != dict(present)
