"""zizmor finds no weakness in the workflows, and finds those of weaker ones."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.workflows import files

GITHUB = files.FOLDER.parent
CONFIG = GITHUB / "zizmor.yml"


def audit(folder: Path) -> list[str]:
    """Return the rules of zizmor's findings in a folder, without requests."""
    program = Path(sys.prefix) / "bin" / "zizmor"
    options = (
        "--offline",
        "--strict-collection",
        "--no-progress",
        "--quiet",
        "--persona",
        "auditor",
        "--format",
        "json",
    )
    command = [str(program), *options, "--no-exit-codes", "--config", str(CONFIG), str(folder)]
    done = subprocess.run(command, capture_output=True, check=True)
    return [one["ident"] for one in json.loads(done.stdout)]


def test_github() -> None:
    """It has no finding in the workflows and in dependabot.yml."""
    assert audit(GITHUB) == []


def test_reasons() -> None:
    """Each rule that is off has its reason above it."""
    text = CONFIG.read_text(encoding="utf-8")
    rules = yaml.safe_load(text)["rules"]
    reasons = re.findall(r"  ([\w-]+):\n(?:    # .*\n)+    disable: true\n", text)
    assert reasons == list(rules)


WEAKER = {
    "a version instead of a commit": (
        "ci.yml",
        "df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3",
        "v6",
        "unpinned-uses",
    ),
    "credentials on disk": (
        "ci.yml",
        "persist-credentials: false",
        "persist-credentials: true",
        "artipacked",
    ),
    "a container without a digest": (
        "ci.yml",
        "@sha256:62eafe52c91cad83c2c74e630bfde917da8c253673e695665d454def84fc9a13",
        "",
        "unpinned-images",
    ),
    "a title in a script": (
        "ci.yml",
        "run: make lint",
        "run: echo ${{ github.event.pull_request.title }}",
        "template-injection",
    ),
    "all permissions": (
        "update.yml",
        "permissions: {}",
        "permissions: write-all",
        "excessive-permissions",
    ),
    "code of strangers": (
        "ci.yml",
        "  pull_request:",
        "  pull_request_target:",
        "dangerous-triggers",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("weakness", WEAKER)
def test_can_fail(tmp_path: Path, weakness: str) -> None:
    """It finds a weakness in a workflow."""
    name, old, new, rule = WEAKER[weakness]
    folder = tmp_path / ".github" / "workflows"
    shutil.copytree(files.FOLDER, folder)
    text = files.text(name)
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    assert rule in audit(tmp_path)


def test_dependabot() -> None:
    """dependabot.yml keeps the actions and the packages of npm up to date, after some days."""
    updates = yaml.safe_load((GITHUB / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    found = {(one["package-ecosystem"], one["directory"]): one["cooldown"] for one in updates}
    assert found.keys() == {("github-actions", "/"), ("npm", "/tests/workflows")}
    assert all(cooldown["default-days"] >= 7 for cooldown in found.values())
