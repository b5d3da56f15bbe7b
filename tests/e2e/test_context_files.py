"""Build the images of a fixture with the files beside their Dockerfiles, and run them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix.matrix.load import load
from tests.e2e.commands import run
from tests.e2e.images import PODMAN
from tests.image.runner import LIMITS

if TYPE_CHECKING:
    from tests.e2e.bases import Bases
    from tests.e2e.buildah import Buildah

FIXTURE = Path(__file__).parents[1] / "fixtures/database"
pytestmark = [pytest.mark.build, pytest.mark.timeout(7200)]


def test_entrypoints_run(bases: Bases, buildah: Buildah, tmp_path: Path) -> None:
    """Each image is built with its files, and its entrypoint reads them."""
    root = shutil.copytree(FIXTURE, tmp_path / "database")
    run(sys.executable, "-m", "tagmatrix", "-C", root, "generate", "--quiet").ok()
    _, matrix = load(root)
    environment = buildah.place.environment
    for image in matrix.images:
        bases.debian(image.suite)
        tag = f"localhost/database:{image.cycle}-{image.name}"
        buildah.build(root / "library" / image.folder, tag).ok()
        start = (*PODMAN.split(), "run", "--rm", "--network=none", *LIMITS, tag)
        assert run(*start, env=environment).ok().text == (
            f"database {image.version} on port 54{image.cycle[:2]}, initialised by root\n"
        )
        copied = run(*start, "base64", "-w0", "/usr/share/database/collation.bin", env=environment)
        found = run("base64", "-w0", FIXTURE / "templates/files/collation.bin").text
        assert copied.ok().text == found
