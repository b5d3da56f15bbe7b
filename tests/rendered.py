"""What `generate` makes of a versions.yaml besides Dockerfiles, read again."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.manifest import from_json, parse
from tagmatrix.publish.outputs import catalog, manifest_file, page_file
from tagmatrix.publish.outputs.inputs import Inputs
from tagmatrix.render.templates import Templates
from tagmatrix.util.printable import unprintable

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Matrix

COMMIT = "c0ffee00" * 5


def examine(config: Config, matrix: Matrix) -> None:
    """Check that manifest, JSON and page are text, and say what the matrix says."""
    with tempfile.TemporaryDirectory() as name:
        inputs = Inputs(
            config=config,
            matrix=matrix,
            templates=Templates(Path(name)),
            commits={image.source: COMMIT for image in matrix.images},
        )
        texts = [
            one.render(inputs, None).content.decode() for one in (manifest_file, catalog, page_file)
        ]
    for text in texts:
        assert not unprintable(text, lines=True), text
    assert parse(texts[0]) == inputs.manifest
    assert from_json(json.loads(texts[1])) == inputs.manifest
