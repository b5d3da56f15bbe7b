"""The images whose folders are on other branches or tags of git: they are read, never written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.git.folders import fetched
from tagmatrix.layout import DOCKERFILE_TEMPLATE, inside
from tagmatrix.problems import Problem
from tagmatrix.publish import run_bits
from tagmatrix.publish.file_changes import FileAction, FileChange
from tagmatrix.render.context_files import ContextFiles
from tagmatrix.render.dockerfiles import build_contexts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Image
    from tagmatrix.render.templates import Templates

_RUN: Final = "100755"


def check(repository: git.Repository, config: Config, images: Sequence[Image]) -> None:
    """Raise InputError with a line for each Dockerfile that its ref does not have.

    Raises git.GitError.
    """
    commits = fetched(repository, dict.fromkeys(image.ref for image in images))
    names = [
        f"{commits[image.ref]}:{repository.full_path(image.dockerfile_path)}" for image in images
    ]
    problems = [
        Problem(image.path, f"{image.ref} has no {image.dockerfile_path}", config.place(image.path))
        for image, each in zip(images, git.objects(repository, names), strict=True)
        if each is None or each.type != "blob"
    ]
    if problems:
        raise InputError("\n".join(problem.text(config.file) for problem in problems))


def differences(
    repository: git.Repository,
    templates: Templates,
    config: Config,
    images: Sequence[Image],
) -> tuple[FileChange, ...]:
    """Return how Dockerfiles and the files beside them differ from what their templates make.

    The paths begin with the ref. Images whose templates are only on the other branch are not
    compared. Raises render.TemplateError, git.GitError.
    """
    compared = [
        image for image in images if templates.has(f"{image.template}{DOCKERFILE_TEMPLATE}")
    ]
    sources = ContextFiles(templates.folder, templates)
    made = build_contexts(templates, sources, compared, config.releases)
    may_run = run_bits.look_up(repository).of(made)
    commits = fetched(repository, dict.fromkeys(image.ref for image in compared))
    trees = {ref: git.tree(repository, commit) for ref, commit in commits.items()}
    found: dict[str, FileChange] = {}
    for image, dockerfile, files, _ in made:
        wanted = {inside(image.directory, name): file.content for name, file in files.items()}
        for path, content in ({image.dockerfile_path: dockerfile} | wanted).items():
            place, run = f"{image.ref}:{path}", may_run.get(path, False)
            object_id = git.blob_id(content, repository.object_format)
            change = FileChange(place, FileAction.CREATE, new=content, executable=run)
            entry = trees[image.ref].get(path)
            if entry is None or entry.type != "blob":
                found[place] = change
                continue
            same, other_mode = entry.object_id == object_id, (entry.mode == _RUN) != run
            if not same or other_mode:
                old = content if same else b""
                found[place] = replace(
                    change, action=FileAction.UPDATE, old=old, other_mode=other_mode
                )
    return tuple(found.values())
