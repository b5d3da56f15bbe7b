"""ShellCheck reports no problem in the scripts, or in the scripts within workflows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows import files, rules

SCRIPTS = sorted(files.SCRIPTS.glob("*.sh"))
HERE = [*SCRIPTS, files.ROOT / ".ci" / "run"]
STEPS = [
    pytest.param(step["run"], id=f"{name} {job} {step.get('name')}")
    for name in files.EVERY
    for job, step in rules.steps(files.parse(files.text(name)))
    if "run" in step
]


def shellcheck(text: str) -> str:
    """Return ShellCheck's output for a bash script."""
    command = (str(Path(sys.prefix) / "bin" / "shellcheck"), "--shell=bash", "-")
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
    assert done.stderr == b""
    return done.stdout.decode()


@pytest.mark.parametrize("file", HERE, ids=lambda file: file.name)
def test_scripts(file: Path) -> None:
    """A script has no problem, is executable, and stops at the first failure."""
    text = file.read_text(encoding="utf-8")
    assert shellcheck(text) == ""
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -Eeuo pipefail\n" in text
    if file in SCRIPTS:
        assert file.stat().st_mode & 0o111


@pytest.mark.parametrize("script", STEPS)
def test_steps(script: str) -> None:
    """The scripts of a workflow have no problem."""
    assert shellcheck(script) == ""


@pytest.mark.parametrize("script", ["rm -rf $folder", 'cd "$1"; ls', "x=`date`; echo $x"])
def test_can_fail(script: str) -> None:
    """A mistake is found."""
    assert "SC" in shellcheck(script)
