"""ci.yml, step by step: its commands exist, and its checks find mistakes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.projects import TRIXIE
from tests.workflows import files

if TYPE_CHECKING:
    from tests.workflows.conftest import Forge
    from tests.workflows.results import Job

CHECK = "Check Dockerfiles, and changes of tags against the main branch"


def check(forge: Forge) -> Job:
    """Run the job that checks generated files."""
    job = forge.runner.run("ci.yml", "generated")
    assert job is not None
    return job


def propose(forge: Forge, old: str, new: str, *, generate: bool = True) -> None:
    """Make a branch with a change, and let the runner see it as a pull request."""
    git = forge.clone.repo.git
    git("switch", "--quiet", "--create", "change")
    if old.startswith('"2.'):
        forge.clone.bump(old.strip('"'), new.strip('"'))
    else:
        forge.clone.edit("versions.yaml", old, new)
    if generate:
        forge.clone.generate("--commit", "--only", "dockerfiles")
    forge.clone.repo.commit("A change")
    git("push", "--quiet", "origin", "change", "HEAD:refs/pull/1/merge")
    forge.runner.github |= {
        "event_name": "pull_request",
        "ref": "refs/pull/1/merge",
        "base_ref": "main",
    }


TARGETS = {
    "lint": ["lint"],
    "test": ["test"],
    "coverage": ["coverage", "test-slow"],
    "linters": ["verify"],
    "builds": ["verify"],
}
"""The targets of make that each job runs after its set-up."""


@pytest.mark.slow
@pytest.mark.parametrize("job", TARGETS)
def test_make(forge: Forge, job: str) -> None:
    """Make knows all targets in the workflow (the commands are those of `.ci/run`)."""
    forge.runner.env["MAKEFLAGS"] = "n"
    done = forge.runner.run("ci.yml", job, python="3.13")
    assert done is not None
    done.ok()
    script = (files.ROOT / ".ci" / "run").read_text(encoding="utf-8")
    commands = [f"make {target}" for target in TARGETS[job]]
    assert all(f"\n{command}\n" in script for command in commands)
    steps = files.parse(files.text("ci.yml"))["jobs"][job]["steps"]
    assert [step["run"] for step in steps[-len(commands) :]] == commands


def test_instructions() -> None:
    """The job counts as `.ci/run` does, on the minor version of Python of the last counts."""
    job = files.parse(files.text("ci.yml"))["jobs"]["instructions"]
    script = (files.ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f"\t{job['steps'][-1]['run']} ||" in script
    recorded = json.loads((files.ROOT / "benchmarks/instructions.json").read_text())["python"]
    assert recorded.startswith(f"{job['steps'][1]['with']['python-version']}.")
    assert (files.ROOT / job["steps"][-1]["run"].split()[1]).exists()


def test_no_such_target(forge: Forge) -> None:
    """A target that make does not know is found."""
    forge.runner.env["MAKEFLAGS"] = "n"
    workflow = files.parse(files.text("ci.yml").replace("make lint", "make lnit"))
    done = forge.runner.run_job(workflow, "lint")
    assert done is not None
    assert "No rule to make target" in done.failed[0].output


@pytest.mark.slow
def test_main(forge: Forge) -> None:
    """On the main branch the check passes, also between a merge and the new manifest."""
    check(forge).ok()
    forge.clone.bump("2.1.3", "2.1.4")
    forge.clone.generate("--commit", "--only", "dockerfiles").ok()
    forge.push("Merged")
    check(forge).ok()


@pytest.mark.slow
def test_pull_request(forge: Forge) -> None:
    """A generated pull request passes; the summary has the tags that it moves."""
    propose(forge, '"2.1.3"', '"2.1.4"')
    job = check(forge).ok()
    assert "2.1.4" in job.summary


@pytest.mark.slow
def test_not_generated(forge: Forge) -> None:
    """A pull request with outdated Dockerfiles fails, and the output names them."""
    propose(forge, '"2.1.3"', '"2.1.4"', generate=False)
    job = check(forge)
    assert [(step.name, step.code) for step in job.failed] == [(CHECK, 3)]
    assert TRIXIE in job.failed[0].output


@pytest.mark.slow
def test_guard(forge: Forge) -> None:
    """A pull request that removes a tag fails, whatever its branch has committed."""
    propose(forge, '  alpine: "3.24"\n', "  alpine: null\n", generate=False)
    job = check(forge)
    assert job.failed[0].code == 5
    assert "alpine" in job.failed[0].output


@pytest.mark.slow
def test_guard_by_hand(forge: Forge) -> None:
    """When started by name on a branch, it compares with the main branch too."""
    propose(forge, '  alpine: "3.24"\n', "  alpine: null\n", generate=False)
    forge.clone.repo.git("rm", "--quiet", "library/sample")  # nothing to compare with
    forge.clone.repo.commit("Without a manifest")
    forge.clone.repo.git("push", "--quiet", "origin", "change")
    forge.runner.github |= {
        "event_name": "workflow_dispatch",
        "ref": "refs/heads/change",
        "base_ref": "",
    }
    assert check(forge).failed[0].code == 5


@pytest.mark.slow
def test_history(forge: Forge) -> None:
    """Without the history, the check fails and reports that it can't find the main branch."""
    propose(forge, '"2.1.3"', '"2.1.4"')
    workflow = files.parse(files.text("ci.yml").replace("fetch-depth: 0", "fetch-depth: 1"))
    job = forge.runner.run_job(workflow, "generated")
    assert job is not None
    assert "origin/main" in job.failed[0].output
