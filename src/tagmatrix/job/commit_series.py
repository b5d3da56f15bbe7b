"""Make a commit for each revision: versions.yaml, and the Dockerfiles that change with it."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix import config as configuration
from tagmatrix.config.shapes.scalars import not_printable
from tagmatrix.diff.summary import summary
from tagmatrix.errors import InputError
from tagmatrix.git import GitError, commits
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.job.seals import People, is_sealed, sealed
from tagmatrix.layout import image_folder, looks_like_dockerfile
from tagmatrix.publish import commit_message, file_changes
from tagmatrix.publish.file_changes import FileAction
from tagmatrix.publish.preparation import prepare
from tagmatrix.update import axes
from tagmatrix.update.components import PREFIX, followed
from tagmatrix.util import files
from tagmatrix.util.printable import unprintable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.job.clone import Clone
    from tagmatrix.job.revisions import CycleRevision
    from tagmatrix.job.workspace import Workspace
    from tagmatrix.matrix.expand import Image
    from tagmatrix.publish.file_changes import FileChange
    from tagmatrix.publish.generation import Generation

_PERSON: Final = re.compile(r"([^<>\n]*[^<>\s]) <([^<>\s]+)>")
_IDENT: Final = re.compile(r"(.*>) \d+ [+-]\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCommit:
    """A commit, or a planned commit.

    Attributes:
        name: the name of its revision; empty for outdated Dockerfiles of the base itself.
        message: its message, without the seal.
        images: the images whose Dockerfiles, or the files beside them, change.
        removed: how many Dockerfiles are deleted.
        commit: its id; empty if it was not made.
    """

    name: str
    message: str
    images: tuple[Image, ...]
    removed: int
    commit: str = ""

    @property
    def subject(self) -> str:
        """Return the first line of the message."""
        return self.message.partition("\n")[0]


def state(root: Path) -> Generation:
    """Return what would be generated.

    Raises GuardError if the guard refuses it; ConfigError, InputError.
    """
    generation = prepare(root)
    generation.check()
    return generation


def put(root: Path, text: str) -> None:
    """Write versions.yaml. Raises InputError."""
    with files.input_errors(configuration.FILE):
        files.replace(root / configuration.FILE, text.encode())


def write(
    root: Path,
    before: Generation,
    revisions: Iterable[CycleRevision],
    recorder: Recorder | None = None,
) -> tuple[list[SeriesCommit], Generation]:
    """Write one revision after the other, and commit each if there is a recorder.

    Args:
        root: the image's folder, with the files of the base.
        before: the state of this folder.
        revisions: the revisions to write.
        recorder: makes the commits; None for no commits.

    Returns the commits, and the state at the end.
    """
    generation = before
    made = []
    if generation.dockerfiles:
        count = len(_changed_images(generation)) + _removed(generation)
        message = commit_message.message(
            (),
            commit_message.regenerated(count),
            accepted=commit_message.acceptance_lines(generation.verdict),
        )
        made.append(_make(root, "", message, generation, recorder))
    for revision in revisions:
        put(root, revision.text)
        last, generation = generation, state(root)
        message = _message(revision, last, generation)
        made.append(_make(root, revision.name, message, generation, recorder))
    return made, generation


def _make(
    root: Path, name: str, message: str, generation: Generation, recorder: Recorder | None
) -> SeriesCommit:
    """Write the Dockerfiles and commit them; with versions.yaml if `name` is not empty."""
    changes = generation.dockerfiles
    file_changes.write(root, changes)
    paths = [configuration.FILE] if name else []
    paths += [change.path for change in changes]
    return SeriesCommit(
        name=name,
        message=message,
        images=_changed_images(generation),
        removed=_removed(generation),
        commit=recorder.commit(root, paths, message, generation.run_bits) if recorder else "",
    )


def _changed_images(generation: Generation) -> tuple[Image, ...]:
    """Return the images whose Dockerfile or a file beside it changes."""
    folders = {image.directory for image in generation.matrix.own}
    changed = {
        image_folder(change.path, folders)
        for change in generation.dockerfiles
        if not _removes_a_dockerfile(change)
    }
    return tuple(image for image in generation.matrix.own if image.directory in changed)


def _removed(generation: Generation) -> int:
    """Return how many Dockerfiles are deleted."""
    return sum(map(_removes_a_dockerfile, generation.dockerfiles))


def _removes_a_dockerfile(change: FileChange) -> bool:
    return change.action is FileAction.DELETE and looks_like_dockerfile(change.path)


class Recorder:
    """Makes commits in a workspace, with the given author and committer."""

    def __init__(
        self, clone: Clone, workspace: Workspace, *, author: str | None, committer: str | None
    ) -> None:
        """Raise InputError if git knows no author or no committer."""
        self._clone, self._workspace = clone, workspace
        self._variables = person("AUTHOR", author) | person("COMMITTER", committer)
        self._people = People(self._ident("AUTHOR"), self._ident("COMMITTER"))

    def commit(
        self, root: Path, paths: Sequence[str], message: str, run_bits: Mapping[str, bool]
    ) -> str:
        """Commit some paths; return the commit's id. Raises InputError.

        `run_bits` says of files whether users may run them, where git ignores the disk's.
        """
        parent = self._clone.write("rev-parse", "HEAD", folder=self._workspace.tree)

        def with_seal(tree: str) -> str:
            return sealed(message, tree, parent, self._people)

        made = commits.commit(root, paths, with_seal, self._variables, run_bits)
        subject = message.partition("\n")[0]
        if made is None:
            raise InputError(f"{subject}: git sees nothing to commit{self._line_ends(root)}")
        if not is_sealed(self._clone, made):
            raise InputError(
                f"{subject}: a git hook changed the first line of the message, the author, the "
                "committer or the seal; a hook may only add lines or refuse the commit"
            )
        return made

    def _line_ends(self, root: Path) -> str:
        """Return the likely cause if git sees no change in the files."""
        with contextlib.suppress(GitError):
            setting = self._clone.write("config", "--get", "core.autocrlf", folder=root)
            if setting != "false":
                return (
                    f"; core.autocrlf is {setting}, so git may ignore changes of line endings: "
                    "write `* -text` into .gitattributes, or turn core.autocrlf off"
                )
        return ""

    def _ident(self, role: str) -> str:
        try:
            ident = self._clone.write("var", f"GIT_{role}_IDENT", variables=self._variables)
        except GitError as error:
            name = role.lower()
            raise InputError(
                f"{error}\nset the {name}: `regenerate: {{{name}: ...}}` in "
                f"{configuration.FILE}, --{name}, or git config user.name and user.email"
            ) from None
        match = _IDENT.fullmatch(ident)
        return match[1] if match else ident


def person(role: str, text: str | None) -> dict[str, str]:
    """Return git's variables for the AUTHOR or the COMMITTER; raises InputError."""
    if not text:
        return {}
    match = _PERSON.fullmatch(text)
    found = unprintable(text)
    if match is None or found:
        what = not_printable(found) if found else "expected 'Ada <ada@example.org>'"
        raise InputError(f"invalid name and mail address {text!r}: {what}")
    return {f"GIT_{role}_NAME": match[1], f"GIT_{role}_EMAIL": match[2]}


def _message(revision: CycleRevision, before: Generation, after: Generation) -> str:
    known = commit_message.acceptance_lines(before.verdict)
    moves = summary(snapshot_of_matrix(before.matrix), snapshot_of_matrix(after.matrix))
    if revision.others:
        names = (revision.name, *revision.others)
        moves += [_change_of(name, after) for name in names if name.startswith(PREFIX)]
    return commit_message.message(
        moves,
        _subject_without_moves(revision, before, after),
        accepted=[
            line for line in commit_message.acceptance_lines(after.verdict) if line not in known
        ],
    )


def _subject_without_moves(revision: CycleRevision, before: Generation, after: Generation) -> str:
    """Return the message of a commit that moves no tag."""
    if revision.suite:
        return f"Change the architectures of {revision.suite}"
    if revision.name.startswith(PREFIX):
        return _change_of(revision.name, after)
    if revision.name.startswith(axes.PREFIX):
        name = revision.name.removeprefix(axes.PREFIX)
        return f"Change the values of {name} to {', '.join(after.config.axes[name])}"
    old, new = (
        next((each for each in generation.config.releases if each.cycle == revision.name), None)
        for generation in (before, after)
    )
    if old is None or new is None:
        return f"Add {revision.name}"
    if old.sums != new.sums:
        return f"Change the checksums of {revision.name}, {new.version}"
    return f"Change {revision.name} in {configuration.FILE}"


def _change_of(component: str, after: Generation) -> str:
    version = followed(after.config)[component].component.version
    return f"Change {component.removeprefix(PREFIX)} to {version}"
