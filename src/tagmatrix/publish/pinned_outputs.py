"""The pinned outputs, which name commits: `generate` writes all of them or none.

They can be made only if every folder is committed with its current content and the
history is complete. Otherwise they stay unchanged, and this module returns the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.git import baseline
from tagmatrix.header import is_generated
from tagmatrix.layout import TOP, directory, manifest_path, prefix_of
from tagmatrix.manifest import ManifestError, parse as parse_manifest
from tagmatrix.publish import outputs

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping

    from tagmatrix.git.folders import LibraryInHead
    from tagmatrix.publish.outputs.inputs import Inputs
    from tagmatrix.publish.outputs.interface import Rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedOutputs:
    """The outputs that name commits, or why they can't be made.

    Attributes:
        rendered: the outputs by path, the manifest last; empty if the files stay
            unchanged.
        waiting: folders, relative to `library/`, whose committed content differs from
            the rendered one.
        kept: why the files stay unchanged, as a text for users; empty if they are made.
        behind: whether the unchanged files differ from versions.yaml (commits ignored);
            None if that is not known.
    """

    rendered: Mapping[str, Rendered] = field(default_factory=dict)
    waiting: tuple[str, ...] = ()
    kept: str = ""
    behind: bool | None = None

    @property
    def files(self) -> dict[str, bytes]:
        """Return path and content of the files; empty if they stay unchanged."""
        return {path: each.content for path, each in self.rendered.items()}


def pin(
    inputs: Inputs,
    dockerfiles: Mapping[str, bytes],
    *,
    in_head: LibraryInHead,
    obsolete: Collection[str],
    present: Mapping[str, bytes],
) -> PinnedOutputs:
    """Return the outputs with the commits of their folders, or why they stay unchanged.

    Args:
        inputs: what they are made of, without the commits.
        dockerfiles: path (`library/…/Dockerfile`) and content of each.
        in_head: what git has of the folders.
        obsolete: paths of generated Dockerfiles that are on disk and not wanted.
        present: the present content by path, of those files that exist.

    Raises:
        ManifestError, render.TemplateError.
    """
    repository = in_head.repository
    if isinstance(repository, git.Absence):
        kept = f"{repository.value}: commits are not known"
        return PinnedOutputs(kept=kept, behind=_behind(inputs, present, prefix=None))
    inputs = replace(inputs, prefix=repository.prefix)
    if repository.head is None:
        _try_out(inputs)
        every = tuple(image.folder for image in inputs.matrix.images)
        return PinnedOutputs(waiting=every, kept="nothing is committed yet")
    if repository.shallow:
        kept = "the clone is shallow: commits are not known (to get them: git fetch --unshallow)"
        before, _ = baseline.find(repository.folder, inputs.config.image, in_head)
        renamed = before is not None and before.path != manifest_path(inputs.config.image)
        behind = renamed or _behind(inputs, present, prefix=repository.prefix)
        return PinnedOutputs(kept=kept, behind=behind)
    waiting = _waiting(repository, in_head.tree, dockerfiles, obsolete)
    if waiting:
        _try_out(inputs)
        return PinnedOutputs(waiting=waiting, kept="folders wait for a commit")
    commits = {
        image.folder: in_head.commits[f"{TOP}/{image.folder}"] for image in inputs.matrix.images
    }
    return PinnedOutputs(rendered=outputs.render(replace(inputs, commits=commits), present))


def _try_out(inputs: Inputs) -> None:
    """Render the files with dummy commits, to raise their errors before Dockerfiles are written."""
    nowhere = dict.fromkeys((image.folder for image in inputs.matrix.images), "0" * 40)
    outputs.render(replace(inputs, commits=nowhere), {})


def _waiting(
    repository: git.Repository,
    tree: Mapping[str, git.TreeEntry],
    dockerfiles: Mapping[str, bytes],
    obsolete: Collection[str],
) -> tuple[str, ...]:
    """Return the folders whose Dockerfile in HEAD differs from the wanted one or is not wanted."""
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
    """Return the generated files in HEAD that are not wanted: deleted, or to be deleted.

    A file without the header of generated files belongs to a user and is left out.
    `obsolete` are generated files that are still on disk.
    """
    return [
        path
        for path, entry in tree.items()
        if path.count("/") > 1 and entry.type == "blob" and path not in wanted
        if path in obsolete or is_gone(repository, path)
    ]


def is_gone(repository: git.Repository, path: str) -> bool:
    """Return whether a file of HEAD was generated and is no longer on disk."""
    if (repository.folder / path).exists():
        return False
    return is_generated(git.show(repository, repository.head or "HEAD", path) or b"")


def _behind(inputs: Inputs, present: Mapping[str, bytes], *, prefix: str | None) -> bool | None:
    """Return whether the files are outdated, even with the commits that they name now."""
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
