"""The laws of the algebra, checked on the images that came out of the matrix.

Each law answers with every place that breaks it, so that a person sees all of
them at once. What breaks a law cannot be rendered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from tagmatrix.matrix.laws import advisories, artifacts, image_folders, tag_names, tag_owners
from tagmatrix.matrix.laws.tag_names import TAG
from tagmatrix.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.config.recovery import Sound
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.matrix.laws.findings import Finding

__all__ = ["TAG", "breaches", "warnings"]


def breaches(config: Config, matrix: Matrix, part: Sound | None = None) -> list[Problem]:
    """Return every breach of a law.

    Of a part of a matrix only those are told that are there with the rest as well.
    """
    asked = [
        *LAWS,
        *(LAWS_OF_FOLDERS if part is None or part.foldered else ()),
        *(LAWS_OF_ARCHITECTURES if part is None or part.excluded else ()),
        *(LAWS_OF_THE_WHOLE if part is None or part.whole else ()),
    ]
    unsure = {("releases", cycle) for cycle in part.unverified} if part else set()
    found = [
        Problem(path, message, config.place(path))
        for law in asked
        for path, message in law(config, matrix)
        if law is not artifacts.verified or path not in unsure
    ]
    return list({(problem.path, problem.message): problem for problem in found}.values())


def warnings(config: Config, matrix: Matrix) -> list[Problem]:
    """Return what is allowed but leaves something out that a reader may miss."""
    found = [
        *advisories.unowned(config, matrix),
        *advisories.without_images(config, matrix),
        *advisories.idle(config, matrix),
        *advisories.unused(config),
    ]
    return [Problem(path, message, config.place(path)) for path, message in found]


Law: TypeAlias = "Callable[[Config, Matrix], Iterator[Finding]]"

# Each breach is one of an image or of two: it is there whatever else there is.
LAWS: Final[tuple[Law, ...]] = (
    artifacts.verified,
    tag_names.well_formed,
    tag_names.final_only,
    tag_owners.one_owner,
)
LAWS_OF_FOLDERS: Final[tuple[Law, ...]] = (image_folders.one_folder,)
LAWS_OF_ARCHITECTURES: Final[tuple[Law, ...]] = (artifacts.built,)
LAWS_OF_THE_WHOLE: Final[tuple[Law, ...]] = (
    artifacts.some_image,
    tag_names.with_a_tag,
    tag_names.not_windows_only,
    artifacts.rules_apply,
)
