"""The laws of the matrix, checked on its images.

Each law yields all places that break it, so that users see all of them in one
run. A matrix that breaks a law is not rendered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from tagmatrix.matrix.laws import (
    advisories,
    artifacts,
    base_references,
    children,
    components,
    context_files,
    fixed_versions,
    image_folders,
    publishing,
    settings,
    tag_names,
    tag_owners,
)
from tagmatrix.matrix.laws.tag_names import TAG
from tagmatrix.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.matrix.laws.findings import Finding

__all__ = ["TAG", "breaches", "warnings"]


def breaches(config: Config, matrix: Matrix) -> list[Problem]:
    """Return every breach of a law."""
    found = [
        Problem(path, message, config.place(path))
        for law in LAWS
        for path, message in law(config, matrix)
    ]
    return list({(problem.path, problem.message): problem for problem in found}.values())


def warnings(config: Config, matrix: Matrix) -> list[Problem]:
    """Return what is allowed but leaves out a tag, an image, a setting or a flavor."""
    found = [
        *advisories.unowned(config, matrix),
        *advisories.unowned_axes(config, matrix),
        *advisories.without_images(config, matrix),
        *advisories.idle(config, matrix),
        *advisories.unused(config),
        *components.idle(config, matrix),
        *publishing.idle(config, matrix),
        *publishing.attestations(config, matrix),
    ]
    return [Problem(path, message, config.place(path)) for path, message in found]


Law: TypeAlias = "Callable[[Config, Matrix], Iterator[Finding]]"

LAWS: Final[tuple[Law, ...]] = (
    artifacts.verified,
    tag_names.well_formed,
    tag_names.final_only,
    fixed_versions.own_version,
    tag_owners.one_owner,
    image_folders.one_folder,
    context_files.well_placed,
    base_references.well_named,
    children.of_the_family,
    artifacts.built,
    artifacts.some_image,
    tag_names.with_a_tag,
    tag_names.not_windows_only,
    artifacts.rules_apply,
    publishing.with_a_runner,
    publishing.required,
    publishing.short_stamps,
    publishing.secrets_for_buildkit,
    publishing.secrets_with_one_id,
    settings.valued,
    components.versioned,
)
