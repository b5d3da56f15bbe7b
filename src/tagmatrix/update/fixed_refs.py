"""Refs that name one tag of git, and stay when the version of their image moves. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.problems import ValuePath


def fixed_refs(before: Matrix, after: Matrix, config: Config) -> tuple[str, ...]:
    """Return a note for each ref that names one tag of git, although its image's version moved.

    Args:
        before: the images as they are.
        after: the images of `config`.
        config: versions.yaml after the change.
    """
    versions = {image.place: image.version for image in before.images}
    refs = {path: ref for path, ref, _ in config.listed_refs() if ref}
    found: dict[ValuePath, str] = {}
    for image in after.images:
        if versions.get(image.place, image.version) == image.version:
            continue
        # The nearest one holds.
        at: tuple[ValuePath, ...] = (
            (*image.path, "ref"),
            ("releases", image.cycle, "ref"),
            ("flavors", image.flavor, "ref"),
        )
        path = next((each for each in at if each in refs), ())
        if image.ref.startswith("refs/tags/") and refs.get(path) == image.ref:
            found.setdefault(path, image.version)
    return tuple(
        f"{config.where(path)}: the ref stays {refs[path]}: the image of {version} is still "
        "built from this tag; change it by hand"
        for path, version in found.items()
    )
