"""The pinned outputs, which name commits: `generate` writes all of them or none.

They can be made only if every folder is committed with its current content and the
history is complete. Otherwise they stay unchanged, and this module returns the reason.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct, field
from msgspec.structs import replace

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.git import baseline
from tagmatrix.header import is_generated
from tagmatrix.layout import (
    directory,
    folder_of,
    image_folder,
    prefix_of,
    short,
)
from tagmatrix.manifest import ManifestError, parse as parse_manifest
from tagmatrix.publish import outputs, ownership
from tagmatrix.util import kept_values, private_cache
from tagmatrix.util.printable import unprintable

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping

    from tagmatrix.git.folders import LibraryInHead
    from tagmatrix.publish.outputs.inputs import Inputs
    from tagmatrix.publish.outputs.interface import Rendered

_KIND: Final = "outputs"
_FILE_MODES: Final = ("100644", "100755")
"""Git's modes of a file, without and with the run bit."""


class PinnedOutputs(Struct, frozen=True, kw_only=True):
    """The outputs that name commits, or why they can't be made.

    Attributes:
        rendered: the outputs by path, the manifest last; empty if the files stay
            unchanged.
        waiting: folders whose committed content differs from
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
    wanted: Mapping[str, bytes],
    *,
    run_bits: Mapping[str, bool],
    in_head: LibraryInHead,
    obsolete: Collection[str],
    present: Mapping[str, bytes],
) -> PinnedOutputs:
    """Return the outputs with the commits of their folders, or why they stay unchanged.

    Args:
        inputs: what they are made of, without the commits.
        wanted: path and content of each Dockerfile and of the files beside it.
        run_bits: whether users may run the files beside Dockerfiles.
        in_head: what git has of the folders.
        obsolete: paths of generated files that are on disk and not wanted.
        present: the present content by path, of those files that exist.

    Raises:
        ManifestError, render.TemplateError.
        InputError: a manifest cannot hold the path of the folder.
    """
    repository = in_head.repository
    if isinstance(repository, git.NoRepository):
        kept = f"{repository.value}: commits are not known"
        return PinnedOutputs(kept=kept, behind=_behind(inputs, present, prefix=None))
    if unprintable(repository.prefix):
        raise InputError(
            f"{repository.prefix!r}: a manifest cannot hold this path of the folder in its "
            "repository: rename the folder to printable characters in UTF-8"
        )
    inputs = replace(inputs, prefix=repository.prefix)
    if repository.head is None:
        _try_out(inputs)
        every = tuple(dict.fromkeys(image.folder for image in inputs.matrix.own))
        return PinnedOutputs(waiting=every, kept="nothing is committed yet")
    if repository.shallow:
        kept = "the clone is shallow: commits are not known (to get them: git fetch --unshallow)"
        before, _ = baseline.find(repository.folder, inputs.config.layout, in_head)
        renamed = before is not None and before.path != inputs.config.layout.manifest
        behind = renamed or _behind(inputs, present, prefix=repository.prefix)
        return PinnedOutputs(kept=kept, behind=behind)
    waiting = _uncommitted(repository, in_head.tree, wanted, run_bits)
    waiting += orphans(repository, in_head, wanted, obsolete)
    if waiting:
        _try_out(inputs)
        folders = {image.directory for image in inputs.matrix.own}
        return PinnedOutputs(
            waiting=_folders(waiting, in_head, folders), kept="folders wait for a commit"
        )
    commits = {image.source: in_head.commits[image.source] for image in inputs.matrix.images}
    return PinnedOutputs(rendered=_rendered(replace(inputs, commits=commits), present))


def _rendered(inputs: Inputs, present: Mapping[str, bytes]) -> Mapping[str, Rendered]:
    """Return the outputs; those of an earlier run if all that they are made of is the same."""
    if not inputs.hashes.together:
        return outputs.render(inputs, present)
    templates = inputs.templates
    place = kept_values.place_of(templates.folder)
    contents = [part for path, content in present.items() for part in (os.fsencode(path), content)]
    commits = repr((inputs.prefix, inputs.commits)).encode(errors="surrogatepass")
    key = private_cache.digest(inputs.hashes.together, commits, *contents)
    if found := kept_values.get(_KIND, place, key):
        rendered, used = found
        templates.used |= used
    else:
        rendered = outputs.render(inputs, present)
        if inputs.hashes.are_of(templates.read):
            kept_values.put(_KIND, place, key, (rendered, frozenset(templates.used)))
    return cast("Mapping[str, Rendered]", rendered)


def _try_out(inputs: Inputs) -> None:
    """Render the files with dummy commits, to raise their errors before Dockerfiles are written."""
    nowhere = dict.fromkeys((image.source for image in inputs.matrix.images), "0" * 40)
    outputs.render(replace(inputs, commits=nowhere), {})


def _uncommitted(
    repository: git.Repository,
    tree: Mapping[str, git.TreeEntry],
    wanted: Mapping[str, bytes],
    run_bits: Mapping[str, bool],
) -> list[str]:
    """Return the wanted files that HEAD lacks, or has with another content or mode.

    The modes of Dockerfiles count only if git does not ignore them.
    """
    found = []
    other_modes = set()
    for path, content in wanted.items():
        entry = tree.get(path)
        blob = git.blob_id(content, repository.object_format)
        if entry is None or entry.object_id != blob or entry.mode not in _FILE_MODES:
            found.append(path)
        elif entry.mode != _FILE_MODES[run_bits.get(path, False)]:
            found.append(path)
            if path not in run_bits:
                other_modes.add(path)
    if other_modes and not git.keeps_modes(repository):
        return [path for path in found if path not in other_modes]
    return found


def _folders(
    paths: Iterable[str], in_head: LibraryInHead, images: Collection[str]
) -> tuple[str, ...]:
    """Return the folders of images, also of former ones, that have some files."""
    layout = in_head.layout
    former = {
        folder_of(path)
        for path in in_head.tree
        if layout.is_dockerfile(path) and layout.is_of_an_image(path)
    }
    every = {*images, *former}
    return tuple(dict.fromkeys(short(image_folder(path, every)) for path in paths))


def orphans(
    repository: git.Repository,
    in_head: LibraryInHead,
    wanted: Container[str],
    obsolete: Container[str] = (),
) -> list[str]:
    """Return the files of images in HEAD that tagmatrix wrote and that are not wanted.

    They are deleted already, or `obsolete`: still on disk.
    """
    found = [
        path
        for path, entry in in_head.tree.items()
        if in_head.layout.is_of_an_image(path) and entry.type == "blob" and path not in wanted
        if path in obsolete or not (repository.folder / path).exists()
    ]
    missing = [path for path in found if path not in obsolete]
    dockerfiles = ownership.in_head(
        in_head, ownership.dockerfiles_above(missing, in_head.tree, in_head.layout)
    )
    names = ownership.named(dockerfiles.items())
    contents = ownership.in_head(in_head, missing)
    return [
        path for path in found if path in obsolete or ownership.is_own(path, contents[path], names)
    ]


def is_gone(repository: git.Repository, path: str) -> bool:
    """Return whether a file of HEAD was generated and is no longer on disk."""
    if (repository.folder / path).exists():
        return False
    return is_generated(git.show(repository, repository.head or "HEAD", path) or b"")


def _behind(inputs: Inputs, present: Mapping[str, bytes], *, prefix: str | None) -> bool | None:
    """Return whether the files are outdated, even with the commits that they name now."""
    old = present.get(inputs.config.layout.manifest)
    if old is None:
        return None
    try:
        entries = parse_manifest(old).entries
    except ManifestError:
        return True
    if prefix is None:
        folders = (image.directory for image in inputs.matrix.images)
        prefix = prefix_of({entry.directory for entry in entries}, folders)
    usual = f"refs/heads/{inputs.config.branch}"
    commits = {(entry.git_fetch, entry.directory): entry.git_commit for entry in entries}
    try:
        by_folder = {
            image.source: commits[image.ref or usual, directory(prefix, image.directory)]
            for image in inputs.matrix.images
        }
    except KeyError:
        return True
    wanted = outputs.render(replace(inputs, commits=by_folder, prefix=prefix), present)
    return {path: each.content for path, each in wanted.items()} != dict(present)
