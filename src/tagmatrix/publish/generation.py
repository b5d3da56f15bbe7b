"""The plan of a run of `generate`: what it found and what it changes; `apply` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tagmatrix.publish import file_changes
from tagmatrix.util import files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.git import NoRepository, Repository
    from tagmatrix.guard import Verdict
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.publish.file_changes import FileChange
    from tagmatrix.publish.outputs.inputs import Inputs
    from tagmatrix.publish.outputs.interface import Rendered
    from tagmatrix.publish.pinned_outputs import PinnedOutputs
    from tagmatrix.publish.strangers import Stranger


class Generation(NamedTuple):
    """What a run found, and what it would change.

    Attributes:
        repository: the repository as it was before the run, or why there is none.
        inputs: versions.yaml, its matrix and the templates.
        wanted: path and content of the Dockerfiles that the run covers, each after the files
            beside it.
        run_bits: whether users may run the files beside Dockerfiles, and their sources.
        dockerfiles: changes of Dockerfiles and of the files beside them.
        independent: changes of outputs that name no commits.
        pinned: the outputs that name commits, or why they can't be made; empty if the
            run does not cover them.
        pinned_changes: changes of these outputs.
        rendered: all outputs that the run made, by path, the manifest last.
        untracked: generated files that have the wanted content, and templates and sources of
            files, that git does not track.
        ignored: generated files, templates and sources that git ignores: a clone lacks them.
        strangers: files below the folders of images that tagmatrix did not write, and that
            need the attention of a maintainer.
        elsewhere: changes of the images' files on other branches and tags, which are not written;
            their paths begin with the ref.
        leftovers: files that a killed run left behind.
        warnings: what is odd in versions.yaml or in the result, a line each.
        overwritten: those of `warnings` about files that lose the change of a user.
        verdict: what moves compared with the committed manifest, and what the guard
            decided; None if the manifest does not change.
        base: the commit whose manifest the guard compared with; empty for HEAD.
    """

    repository: Repository | NoRepository
    inputs: Inputs
    wanted: dict[str, bytes]
    run_bits: Mapping[str, bool]
    dockerfiles: tuple[FileChange, ...]
    independent: tuple[FileChange, ...]
    pinned: PinnedOutputs
    pinned_changes: tuple[FileChange, ...]
    rendered: Mapping[str, Rendered]
    untracked: tuple[str, ...]
    ignored: tuple[str, ...]
    strangers: tuple[Stranger, ...]
    elsewhere: tuple[FileChange, ...]
    leftovers: tuple[str, ...]
    warnings: tuple[str, ...]
    overwritten: tuple[str, ...]
    verdict: Verdict | None
    base: str

    @property
    def config(self) -> Config:
        """Return versions.yaml."""
        return self.inputs.config

    @property
    def matrix(self) -> Matrix:
        """Return the images of versions.yaml."""
        return self.inputs.matrix

    @property
    def changes(self) -> tuple[FileChange, ...]:
        """Return all changes, in the order of writing."""
        return (*self.dockerfiles, *self.independent, *self.pinned_changes)

    def check(self) -> None:
        """Raise GuardError if the guard refuses the changes."""
        if self.verdict is not None:
            self.verdict.check()


def apply(target: Path, generation: Generation) -> None:
    """Write the changes: Dockerfiles first, the manifest last.

    Raises GuardError, before anything is written, if the guard refuses; InputError.
    """
    generation.check()
    file_changes.clean(target, generation.leftovers)
    files.sweep(target)
    file_changes.write(target, generation.changes)
