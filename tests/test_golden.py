"""Generated files, compared with reviewed ones.

`pytest --update-golden` rewrites the golden files; review the diff.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.matrix.expand import expand
from tagmatrix.matrix.load import load
from tagmatrix.publish import outputs
from tagmatrix.publish.outputs.inputs import Inputs
from tagmatrix.render.context_files import ContextFiles
from tagmatrix.render.dockerfiles import build_contexts
from tagmatrix.render.templates import Templates
from tests.projects import write_sources

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"
IMAGES = (
    "3.10/trixie",
    "3.13/alpine3.24",
    "3.14/slim-trixie",
    "3.14/windows/windowsservercore-ltsc2025",
    "3.15-rc/slim-bookworm",
)


@pytest.mark.parametrize("folder", IMAGES)
def test_dockerfile(folder: str, golden: Callable[[str, bytes], None]) -> None:
    """Check this repository's templates and settings with releases that never change."""
    frozen = config.parse((GOLDEN / "versions.yaml").read_bytes())
    own = config.load(ROOT)
    images = expand(replace(frozen, settings=own.settings)).images
    (image,) = (image for image in images if image.folder == folder)
    templates = Templates(ROOT / "templates")
    (made,) = build_contexts(templates, ContextFiles(ROOT / "templates", templates), [image])
    golden(f"{folder.replace('/', '-')}.Dockerfile", made.dockerfile)


def test_manifest_json_and_page(tmp_path: Path, golden: Callable[[str, bytes], None]) -> None:
    """Check the three files of the sample, and the order in which they are written."""
    write_sources(tmp_path)
    loaded, matrix = load(tmp_path)
    commits = {
        image.source: hashlib.sha1(image.folder.encode(), usedforsecurity=False).hexdigest()
        for image in matrix.images
    }
    inputs = Inputs(
        config=loaded,
        matrix=matrix,
        templates=Templates(tmp_path / "templates"),
        commits=commits,
        prefix="images/sample",
    )
    files = outputs.render(inputs, {})
    names = ("sample.json", "sample.README.md", "sample")
    for name, rendered in zip(names, files.values(), strict=True):
        golden(name, rendered.content)
    assert [*files] == ["library/sample.json", "library/README.md", "library/sample"]
