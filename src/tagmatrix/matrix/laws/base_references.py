"""Law of bases: the base of each image is the name of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import references
from tagmatrix.matrix.laws.findings import LawFindings, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding


def well_named(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check the names of bases, whose patterns may become too long or have an odd digest."""
    bases: dict[str, list[Image]] = {}
    for image in matrix.images:
        bases.setdefault(image.base, []).append(image)
    wrong = LawFindings()
    for base, images in bases.items():
        try:
            references.parse(base)
        except ValueError as error:
            for image in images:
                wrong.add(image, f"the base of {name_of(image)}: {error}")
    yield from wrong
