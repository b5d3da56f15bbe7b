"""The workflow that builds images: the revision of each event, and the gate."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tagmatrix.matrix.load import load
from tests.registry import images
from tests.registry.standin import serve
from tests.repos import environment
from tests.workflows import files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project


def step(workflow: str, job: str, name: str) -> str:
    """Return the script of a step."""
    steps = files.parse(files.text(workflow))["jobs"][job]["steps"]
    (script,) = [each["run"] for each in steps if each.get("name") == name]
    return str(script)


def with_tagmatrix(path: Path) -> Path:
    """Return a folder that has the program `tagmatrix`."""
    programs = path / "bin"
    programs.mkdir()
    (programs / "tagmatrix").write_text(f'#!/bin/sh\nexec {sys.executable} -m tagmatrix "$@"\n')
    (programs / "tagmatrix").chmod(0o755)
    return programs


def run(job: str, name: str, folder: Path, **variables: str) -> tuple[int, str]:
    """Run the script of a step, and return its exit code and its outputs."""
    script = step("images.yml", job, name)
    output = folder / "output"
    output.touch()
    known = {"PATH": "/usr/bin:/bin", "GITHUB_OUTPUT": str(output), **variables}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=folder, env=known, check=False
    )
    return done.returncode, output.read_text()


@pytest.mark.parametrize(
    ("event", "since", "push"),
    [
        ("pull_request", "base", "false"),
        ("merge_group", "queue", "false"),
        ("push", "before", "true"),
        ("schedule", "", "true"),
        ("workflow_dispatch", "", "true"),
        ("pull_request_target", "base", "false"),
        ("issue_comment", "", "false"),
        ("workflow_run", "", "false"),
    ],
)
def test_revision(tmp_path: Path, event: str, since: str, push: str) -> None:
    """Each event names the revision to compare with, and whether to push."""
    variables = {"PULL_REQUEST": "base", "MERGE_QUEUE": "queue", "PUSHED": "before"}
    name = "Name the revision to compare with"
    code, said = run("plan", name, tmp_path, GITHUB_EVENT_NAME=event, **variables)
    assert (code, said) == (0, f"since={since}\npush={push}\n")


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ("success success skipped skipped success", 0),
        ("success skipped skipped skipped skipped", 0),
        ("success failure skipped skipped skipped", 1),
        ("cancelled skipped skipped skipped skipped", 1),
    ],
)
def test_gate(tmp_path: Path, results: str, code: int) -> None:
    """The gate passes if nothing had to be built, and fails if a job failed."""
    assert run("gate", "Check that no job failed", tmp_path, RESULTS=results)[0] == code


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq")
@pytest.mark.parametrize(
    ("push", "since", "publish"),
    [
        ("true", "", "publish: {registries: [ghcr.io/me/sample]}\n"),
        ("true", "", ""),
        ("false", "HEAD", ""),
    ],
)
def test_plan(project: Project, tmp_path: Path, push: str, since: str, publish: str) -> None:
    """The step plans, and its outputs are the strategy, whether there are jobs and a push.

    Without a registry there is nothing to push.
    """
    project.write("versions.yaml", project.read("versions.yaml") + publish)
    project.repo.commit()
    path = f"{with_tagmatrix(tmp_path)}:{os.environ['PATH']}"
    variables = {**environment(), "PATH": path, "PUSH": push, "STALE": "false"}
    code, said = run("plan", "Plan", project.root, FOLDER=".", BY="cycle", SINCE=since, **variables)
    assert code == 0
    found = dict(line.split("=", 1) for line in said.splitlines())
    strategy = json.loads(found["strategy"])
    jobs = strategy["matrix"]["include"]
    assert found["any"] == ("false" if since else "true")
    assert len(jobs) == (0 if since else 7)
    assert found["push"] == ("true" if publish else "false")
    assert all(bool(job["export"]) == bool(publish) for job in jobs)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq")
def test_plan_of_stale_images(project: Project, tmp_path: Path) -> None:
    """With STALE the plan asks the registry, and leaves out what was never built."""
    with serve() as registry:
        text = re.sub("base: .*:", f"base: {registry.host}/base:", project.read("versions.yaml"))
        where = f"{registry.host}/me/sample"
        project.write("versions.yaml", f"{text}publish: {{registries: ['{where}']}}\n")
        amd = images.push_image(registry, "base", images.AMD64)
        for image in load(project.root)[1].images:
            images.push_index(registry, "base", [amd], image.base.rpartition(":")[2])
        project.repo.commit()
        project.generate("--commit").ok()
        variables = {**environment(), "PATH": f"{with_tagmatrix(tmp_path)}:{os.environ['PATH']}"}
        variables |= {"FOLDER": ".", "BY": "cycle", "SINCE": "", "PUSH": "true", "STALE": "true"}
        code, said = run("plan", "Plan", project.root, **variables)
        assert (code, "any=false" in said) == (0, True)
        assert any("/me/sample/" in path for _, path, _ in registry.asked)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq")
@pytest.mark.parametrize(("stages", "code"), [(3, 0), (4, 1)])
def test_too_many_stages(project: Project, tmp_path: Path, stages: int, code: int) -> None:
    """A plan that pushes fails at its start if it has more stages than the workflow."""
    text = project.read("versions.yaml")
    base, names = "slim", [f"child{number}" for number in range(2, stages + 1)]
    flavors = ""
    for name in names:
        flavors += (
            f'  {name}: {{name: {name}, base: "{{image}}:{{cycle}}-{base}", template: linux, '
            "needs: [source]}\n"
        )
        base = name
    text = text.replace("\nsuites:\n", f"{flavors}\nsuites:\n  any: {{flavors: {names}}}\n")
    text = text.replace("'", "").replace("]}\n  trixie", "], architectures: [amd64]}\n  trixie")
    project.write("versions.yaml", text + "publish: {registries: [ghcr.io/me/sample]}\n")
    project.generate("--commit").ok()
    variables = {**environment(), "PATH": f"{with_tagmatrix(tmp_path)}:{os.environ['PATH']}"}
    variables |= {"FOLDER": ".", "BY": "cycle", "SINCE": "", "PUSH": "true", "STALE": "false"}
    found, _ = run("plan", "Plan", project.root, **variables)
    assert json.loads((project.root / "github.json").read_text())["stages"] == stages
    assert found == code


def test_the_gate_needs_all_jobs() -> None:
    """The gate needs each other job, and always runs."""
    jobs = files.parse(files.text("images.yml"))["jobs"]
    assert {*jobs["gate"]["needs"]} == jobs.keys() - {"gate"}
    assert jobs["gate"]["if"] == "always()"


def test_a_publishing_run_is_never_cancelled() -> None:
    """Only runs of a pull request share a group; the workflow of the example lets others queue."""
    own = files.parse(files.text("images.yml"))["concurrency"]
    assert own["group"].endswith("${{ github.event.number || github.run_id }}")
    assert own["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"
    assert "concurrency" not in files.parse(files.text("images-stage.yml"))
    text = (files.ROOT / "docs/publishing.md").read_text()
    (example,) = re.findall(r"^```yaml\n(name: Images\n.*?)^```$", text, re.DOTALL | re.MULTILINE)
    group = files.parse(example)["concurrency"]
    assert group["queue"] == "max"
    assert "cancel-in-progress" not in group


@pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq")
@pytest.mark.parametrize(
    ("names", "given", "found"),
    [
        ("", "", (0, "none")),
        ("TOKEN", '{"TOKEN": "a \\"b\\"\\nc$d", "OTHER": "x"}', (0, 'a "b"\nc$d')),
        ("TOKEN", "", (1, "::error::TOKEN is missing in the secret build_secrets")),
        ("TOKEN", '{"TOKEN": ""}', (1, "::error::TOKEN is missing in the secret build_secrets")),
    ],
)
def test_secrets(tmp_path: Path, names: str, given: str, found: tuple[int, str]) -> None:
    """A build gets the secrets that its job names, masked, and not the others."""
    (tmp_path / "build").write_text('printf %s "${TOKEN-none}" > got\nenv > environment\n')
    variables = {"COMMANDS": "bash build", "NAMES": names, "SECRETS": given}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step("images-stage.yml", "build", "Build")],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    got = tmp_path / "got"
    assert (done.returncode, got.read_text() if got.exists() else done.stdout.strip()) == found
    if got.exists():
        environment_of_build = (tmp_path / "environment").read_text()
        assert "OTHER" not in environment_of_build
        assert "SECRETS=" not in environment_of_build
        masked = [line for line in found[1].splitlines() if names]
        assert done.stdout.splitlines() == [f"::add-mask::{line}" for line in masked]
