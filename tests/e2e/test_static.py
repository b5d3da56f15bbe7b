"""Other tools find no problem in any Dockerfile of the matrix."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.dockerfiles.parse import parse
from tests.e2e.commands import run
from tests.e2e.place import REPOSITORY

if TYPE_CHECKING:
    from tests.e2e.commands import Done
    from tests.e2e.engine import Engine

CONFIG = REPOSITORY / ".hadolint.yaml"
FILES = sorted((REPOSITORY / "library").rglob("Dockerfile"))

WRONG = """\
FROM debian:trixie
ENV A b
RUN cat $B | sort
"""


def hadolint(*files: Path, config: Path = CONFIG) -> Done:
    """Run hadolint, which includes shellcheck, on all files at once."""
    program = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert program is not None, "hadolint is not in this environment: make .venv/.ready"
    return run(program, "--config", config, "--format", "json", *files)


def test_hadolint() -> None:
    """Hadolint reports no problem in any file."""
    assert FILES
    done = hadolint(*FILES)
    assert (done.code, json.loads(done.text)) == (0, [])


def test_hadolint_looks(tmp_path: Path) -> None:
    """With the disabled rules, hadolint and shellcheck still find problems."""
    file = tmp_path / "Dockerfile"
    file.write_text(WRONG)
    found = {one["code"] for one in json.loads(hadolint(file).text)}
    assert {"DL4006", "SC2086"} <= found


def test_reasons(tmp_path: Path) -> None:
    """Each disabled rule has its reason above it, and would report something if enabled."""
    text = CONFIG.read_text()
    ignored = yaml.safe_load(text)["ignored"]
    assert re.findall(r"  # .*\n  - (\w+)", text) == ignored
    nothing = tmp_path / "hadolint.yaml"
    nothing.write_text("ignored: []\n")
    assert {one["code"] for one in json.loads(hadolint(*FILES, config=nothing).text)} == set(
        ignored
    )


def test_buildkit(engine: Engine) -> None:
    """BuildKit's own parser and rules report no problem in any file."""
    failed = {}
    for file in FILES:
        done = engine.check(file.parent, parse(file.read_text()).base)
        if done.code != 0 or "no warnings found" not in done.text:
            failed[str(file)] = done.text
    assert failed == {}


@pytest.mark.parametrize("wrong", ["FRM debian:trixie\n", WRONG])
def test_buildkit_looks(engine: Engine, tmp_path: Path, wrong: str) -> None:
    """BuildKit reports a Dockerfile with a mistake."""
    (tmp_path / "Dockerfile").write_text(wrong)
    assert engine.check(tmp_path, "debian:trixie").code != 0
