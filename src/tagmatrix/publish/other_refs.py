"""The images whose folders are on other branches or tags of git: they are read, never written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.git.folders import fetched
from tagmatrix.layout import DOCKERFILE_TEMPLATE
from tagmatrix.problems import Problem
from tagmatrix.render.context_files import ContextFiles
from tagmatrix.render.dockerfiles import build_contexts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Image
    from tagmatrix.render.templates import Templates


def dockerfiles(
    repository: git.Repository | git.NoRepository, config: Config, images: Sequence[Image]
) -> dict[str, bytes]:
    """Return the Dockerfiles of images of other refs, by `Image.place`.

    Without git, or in a shallow clone, nothing is known of them. Raises InputError with a line for
    each that its ref does not have, git.GitError.
    """
    if isinstance(repository, git.NoRepository) or repository.shallow or not images:
        return {}
    commits = fetched(repository, dict.fromkeys(image.ref for image in images))
    names = [
        f"{commits[image.ref]}:{repository.full_path(image.dockerfile_path)}" for image in images
    ]
    found = git.objects(repository, names, content=True)
    problems = [
        Problem(image.path, f"{image.ref} has no {image.dockerfile_path}", config.place(image.path))
        for image, each in zip(images, found, strict=True)
        if each is None or each.type != "blob"
    ]
    if problems:
        raise InputError("\n".join(problem.text(config.file) for problem in problems))
    return {image.place: each.content for image, each in zip(images, found, strict=True) if each}


def differences(
    there: Mapping[str, bytes], templates: Templates, config: Config, images: Sequence[Image]
) -> tuple[str, ...]:
    """Return the places of Dockerfiles that differ from what their templates make.

    Images whose templates are only on the other branch are not compared.
    """
    compared = [
        image
        for image in images
        if image.place in there and templates.has(f"{image.template}{DOCKERFILE_TEMPLATE}")
    ]
    sources = ContextFiles(templates.folder, templates)
    made = build_contexts(templates, sources, compared, config.releases)
    return tuple([each.image.place for each in made if each.dockerfile != there[each.image.place]])
