"""The action that installs tagmatrix in a workflow."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[2]


def action() -> dict[str, Any]:
    """Return the action."""
    value: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return value


@pytest.mark.slow
def test_schema() -> None:
    """It fits GitHub's schema of actions."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    subprocess.run([*command, "vendor.github-actions", str(ROOT / "action.yml")], check=True)


def test_actions_are_pinned() -> None:
    """Each action that it uses is pinned to a commit."""
    used = [step["uses"] for step in action()["runs"]["steps"] if "uses" in step]
    assert used
    assert all(len(each.partition("@")[2]) == 40 for each in used)


@pytest.mark.slow
def test_the_steps(tmp_path: Path) -> None:
    """Its commands install a `tagmatrix` that is on the PATH."""
    venv.create(tmp_path / "python", with_pip=True)
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables["PATH"] = f"{tmp_path / 'python/bin'}:{variables['PATH']}"
    for step in action()["runs"]["steps"]:
        if "run" not in step:
            continue
        assert step["env"] == {"SOURCE": "${{ github.action_path }}"}
        subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step["run"]],
            env=variables | {"SOURCE": str(ROOT)},
            cwd=tmp_path,
            check=True,
        )
    done = subprocess.run(
        ["bash", "-c", "command -v tagmatrix && tagmatrix --version"],
        env=variables,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"{tmp_path}/python/bin/tagmatrix\ntagmatrix ")
