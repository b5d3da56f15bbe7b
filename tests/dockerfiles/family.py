"""A project's images with their Dockerfiles, for the rules that compare them with versions.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.matrix.load import load
from tagmatrix.render.page import page
from tagmatrix.render.templates import Templates
from tests.dockerfiles.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Image, Matrix
    from tests.dockerfiles.parse import Dockerfile


@dataclass(frozen=True, slots=True)
class Family:
    """What versions.yaml says, the Dockerfiles by their folders below library/, and the page."""

    config: Config
    matrix: Matrix
    files: Mapping[str, Dockerfile]
    page: str

    @property
    def pairs(self) -> Iterator[tuple[Image, Dockerfile]]:
        """Return each image with its Dockerfile; a rule reports the missing ones."""
        return (
            (one, self.files[one.folder]) for one in self.matrix.images if one.folder in self.files
        )


def read(root: Path) -> Family:
    """Read a project's versions.yaml and library/, and render its page."""
    library = root / "library"
    found = sorted(library.rglob("Dockerfile"))
    files = {one.parent.relative_to(library).as_posix(): parse(one.read_text()) for one in found}
    config, matrix = load(root)
    commits = dict.fromkeys((image.source for image in matrix.images), "0" * 40)
    made = page.page(Templates(root / "templates"), config, matrix, commits, prefix="")
    return Family(config, matrix, files, made.content.decode())
