"""The rendered files, and the state of the disk and of git."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.git.folders import look_up
from tagmatrix.layout import TEMPLATES, inside
from tagmatrix.matrix.expand import files_in_root
from tagmatrix.publish import file_changes, run_bits
from tagmatrix.publish.file_changes import FileAction
from tagmatrix.publish.outputs.inputs import Inputs
from tagmatrix.publish.run_bits import RunBits
from tagmatrix.publish.strangers import kept, named
from tagmatrix.publish.survey import survey_of
from tagmatrix.render.context_files import ContextFiles
from tagmatrix.render.dockerfile_checks import read_rendered
from tagmatrix.render.dockerfiles import try_contexts
from tagmatrix.render.kept_dockerfiles import KeptDockerfiles
from tagmatrix.render.other_files import OtherFiles
from tagmatrix.render.templates import Templates
from tagmatrix.util.workers import in_background

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.git.folders import LibraryInHead
    from tagmatrix.layout import Layout
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.load import Loaded
    from tagmatrix.publish.file_changes import FileChange
    from tagmatrix.publish.ownership import Named
    from tagmatrix.publish.survey import Survey
    from tagmatrix.render.dockerfiles import BuildContext


class State(NamedTuple):
    """The rendered files, and the state of the disk and of git.

    `run_bits` says of each file beside a Dockerfile, and of its source, whether users may run it.
    """

    target: Path
    inputs: Inputs
    wanted: dict[str, bytes]
    doubtful: tuple[str, ...]
    run_bits: Mapping[str, bool]
    survey: Survey
    in_head: LibraryInHead
    keeps_modes: Callable[[], bool]

    def compare(
        self, wanted: Mapping[str, bytes], prunable: Callable[[str], bool]
    ) -> list[FileChange]:
        """Return what has to change on disk; see `file_changes.compare`."""
        return file_changes.compare(
            self.target,
            self.survey,
            wanted,
            prunable=prunable,
            executable=self.executable,
            modes=self.keeps_modes,
            named=self.named,
        )

    @property
    def executable(self) -> frozenset[str]:
        """Return the files that users may run."""
        return frozenset(path for path, bit in self.run_bits.items() if bit)

    def named(self, paths: Collection[str]) -> Named:
        """Return which of some files the headers of Dockerfiles name, on disk and in HEAD."""
        return named(self.target, self.survey, self.in_head, paths)


def render(root: Path, target: Path, loaded: Loaded, releases: Mapping[str, str]) -> State:
    """Render the Dockerfiles of some releases; read git and the disk at the same time."""
    config, matrix = loaded.config, loaded.matrix
    images = [image for image in matrix.own if image.cycle in releases]
    with (
        in_background(lambda: _look_at_git(root, images, config.layout, matrix)) as git_state,
        in_background(
            lambda: survey_of(target, config.layout, files_in_root(images))
        ) as disk_state,
    ):
        templates = Templates(root / TEMPLATES)
        sources = ContextFiles(root / TEMPLATES, templates)
        whole = len(releases) == len(config.releases)
        last = KeptDockerfiles(root / TEMPLATES, loaded.digest, whole=whole)
        made, wrong = try_contexts(templates, sources, images, config.releases, last.texts)
        templates.used |= last.used

        @functools.cache
        def others() -> Mapping[str, OtherFiles]:
            every = {image.directory for image in matrix.own}

            def head() -> LibraryInHead:
                return git_state()[0]

            return kept(target, disk_state(), head, every, {*_paths(made)}, root)

        def beside(folder: str) -> OtherFiles:
            return others().get(folder, OtherFiles())

        doubtful = read_rendered(templates, made, beside, wrong, last.reviewed)
        last.keep([image.dockerfile_path for image in images], templates.used, templates.read)
        survey = disk_state()
        in_head, bits = git_state()
    return State(
        target=target,
        inputs=Inputs(config=config, matrix=matrix, templates=templates, hashes=last.hashes),
        wanted=_wanted(made),
        doubtful=(*doubtful, *bits.warnings(sources)),
        run_bits=bits.of(made),
        survey=survey,
        in_head=in_head,
        keeps_modes=functools.cache(functools.partial(_keeps_modes, in_head)),
    )


def _look_at_git(
    root: Path, images: Sequence[Image], layout: Layout, matrix: Matrix
) -> tuple[LibraryInHead, RunBits]:
    """Return what git has of images, and where run bits come from. Raises GitError."""
    folders = [image.directory for image in images]
    in_head = look_up(root, folders, layout, files_in_root(images), matrix.elsewhere)
    have_files = any(image.files for image in images)
    return in_head, run_bits.look_up(in_head.repository) if have_files else RunBits()


def _paths(made: Iterable[BuildContext]) -> Iterator[str]:
    for each in made:
        yield each.image.dockerfile_path
        yield from (inside(each.image.directory, name) for name in each.files)


def _wanted(made: Iterable[BuildContext]) -> dict[str, bytes]:
    """Return all wanted files by path, in the order of writing.

    A Dockerfile names the files beside it, so it is written after them.
    """
    wanted: dict[str, bytes] = {}
    for each in made:
        for name, file in each.files.items():
            path = inside(each.image.directory, name)
            if wanted.setdefault(path, file.content) != file.content:
                message = "two images in this folder need this file, each with another content"
                raise InputError(f"{path}: {message}; give it two names")
        wanted[each.image.dockerfile_path] = each.dockerfile
    return wanted


def refuse_conversions(state: State) -> None:
    """Raise InputError if git would store other bytes than tagmatrix writes.

    The manifest would never be made: the commit of such a file never has its content.
    """
    repository, tree = state.in_head.repository, state.in_head.tree
    if isinstance(repository, git.NoRepository):
        return
    new = {
        path: content
        for path, content in state.wanted.items()
        if git.CRLF in content
        or path not in tree
        or tree[path].object_id != git.blob_id(content, repository.object_format)
    }
    problems = [
        f"{path}: git would store another content, so its commit would never be up to date; write "
        f"`{path} {attributes}` into .gitattributes beside versions.yaml, or change its source"
        for path, attributes in git.stored_otherwise(repository, new).items()
    ]
    if problems:
        raise InputError("\n".join(problems))


def seen_by_git(state: State, changes: Sequence[FileChange]) -> list[FileChange]:
    """Return the changes without those that git does not see, such as other line endings.

    A checkout may convert line endings, by `.gitattributes` or core.autocrlf. Raises GitError.
    """
    repository = state.in_head.repository
    if isinstance(repository, git.NoRepository):
        return [*changes]
    updates = [each for each in changes if each.action is FileAction.UPDATE and not each.other_mode]
    stored = git.stored_ids(repository, [each.path for each in updates])
    unseen = {
        each.path
        for each, object_id in zip(updates, stored, strict=True)
        if object_id == git.blob_id(each.new, repository.object_format)
    }
    return [each for each in changes if each.path not in unseen]


def _keeps_modes(in_head: LibraryInHead) -> bool:
    repository = in_head.repository
    return isinstance(repository, git.NoRepository) or git.keeps_modes(repository)
