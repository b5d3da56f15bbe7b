"""Runs the steps of a workflow's job on this machine, like a runner of GitHub.

The shell of each `run` executes it, in a real clone of a real remote. `actions.py` has equivalents
of the actions.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.repos import environment
from tests.workflows import actions, expressions, files
from tests.workflows.results import Job, Run, Step

if TYPE_CHECKING:
    from pathlib import Path

JOB = {"name", "needs", "if", "runs-on", "timeout-minutes", "permissions", "outputs", "env"}
JOB |= {"steps", "strategy", "container"}  # the container is this machine
SHELLS = {"bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail")}


@dataclass
class Runner:
    """A machine that runs jobs: its remote, and the values of the contexts."""

    home: Path
    remote: Path
    github: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    needs: dict[str, Any] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    path: tuple[Path, ...] = ()
    runs: int = 0
    started: int = 0
    failed: bool = False
    skipped: bool = False

    def run(self, workflow: str, job: str, **matrix: str) -> Job | None:
        """Run a job of one of the repository's workflows; return None if its condition is false."""
        return self.run_job(files.parse(files.text(workflow)), job, **matrix)

    def run_all(self, workflow: str) -> Run:
        """Run all jobs of a workflow in order, as far as their needs and conditions allow."""
        parsed = files.parse(files.text(workflow))
        self.started += 1
        done: dict[str, Job | None] = {}
        for name, job in parsed["jobs"].items():
            needs = job.get("needs", [])
            known = {need: done[need] for need in ([needs] if isinstance(needs, str) else needs)}
            self.needs = {
                need: {"outputs": one.outputs if one else {}} for need, one in known.items()
            }
            self.failed = any(one is not None and bool(one.failed) for one in known.values())
            self.skipped = any(one is None for one in known.values())
            done[name] = self.run_job(parsed, name)
        self.failed = self.skipped = False
        return Run(done)

    def run_job(self, workflow: files.Workflow, name: str, **matrix: str) -> Job | None:
        """Run a job of a workflow."""
        job = workflow["jobs"][name]
        self.runs += 1
        return _Run(self, workflow, job, self.home / f"run-{self.runs}", matrix).run()


@dataclass
class _Run:
    """One run of a job, with the files that its steps write to."""

    runner: Runner
    workflow: files.Workflow
    job: dict[str, Any]
    folder: Path
    matrix: dict[str, str]
    outputs: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    exported: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    done: list[Step] = field(default_factory=list)

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def contexts(self) -> dict[str, Any]:
        failed = any(step.code != 0 for step in self.done)
        return {
            "github": self.runner.github | {"token": "token-of-the-job"},
            "secrets": self.runner.secrets,
            "vars": self.runner.variables,
            "inputs": self.runner.inputs,
            "needs": self.runner.needs,
            "matrix": self.matrix,
            "runner": {"temp": str(self.folder / "temp")},
            "steps": self.outputs,
            "()": {"always": True, "success": not failed, "failure": failed, "cancelled": False},
        }

    def run(self) -> Job | None:
        if not self._holds(str(self.job.get("if", "success()")), self._needed):
            return None
        (self.folder / "temp").mkdir(parents=True)
        (self.folder / "home").mkdir()
        (self.folder / "home" / ".gitconfig").touch()
        for number, step in enumerate(self.job["steps"]):
            if self._holds(str(step.get("if", "success()")), self.contexts):
                self.done.append(self._step(step, number))
        outputs = self.job.get("outputs", {})
        filled = {name: expressions.fill(text, self.contexts) for name, text in outputs.items()}
        summary = self.folder / "summary"
        text = summary.read_text() if summary.exists() else ""
        return Job(self.done, filled, text, self.workspace)

    @property
    def _needed(self) -> dict[str, Any]:
        """Return the contexts of the job's condition, which is about the jobs that it needs."""
        failed, skipped = self.runner.failed, self.runner.skipped
        states = {"success": not failed and not skipped, "failure": failed}
        return self.contexts | {"()": {"always": True, "cancelled": False, **states}}

    @staticmethod
    def _holds(condition: str, contexts: dict[str, Any]) -> bool:
        """Return whether a condition holds; if it names no status, only after success.

        https://docs.github.com/en/actions/learn-github-actions/expressions#status-check-functions
        """
        if not any(f"{name}()" in condition for name in expressions.FUNCTIONS):
            condition = f"success() && ({condition})"
        return bool(expressions.evaluate(condition, contexts))

    def _step(self, step: dict[str, Any], number: int) -> Step:
        unknown = set(self.job) - JOB
        assert not unknown, f"the runner does not know {unknown}"
        unknown = set(step) - {"name", "id", "if", "env", "run", "uses", "with", "shell"}
        assert not unknown, f"the runner does not know {unknown}"
        name = step.get("name", step.get("uses", ""))
        if "uses" in step:
            return self._uses(name, step)
        return self._shell(name, step, number)

    def _uses(self, name: str, step: dict[str, Any]) -> Step:
        action = step["uses"].partition("@")[0]
        given = {
            key: expressions.fill(expressions.written(value), self.contexts)
            for key, value in step.get("with", {}).items()
        }
        runner = self.runner
        place = actions.Place(
            self.workspace,
            runner.remote,
            runner.home / f"artifacts-{runner.started}",
            runner.github["ref"],
        )
        actions.use(action, given, place)
        return Step(name, 0, "")

    def _shell(self, name: str, step: dict[str, Any], number: int) -> Step:
        default = self.workflow.get("defaults", {}).get("run", {}).get("shell")
        shell = SHELLS[step.get("shell") or default]
        script = self.folder / f"step-{number}.sh"
        script.write_text(expressions.fill(step["run"], self.contexts))
        written = {name: self.folder / f"{name}-{number}" for name in ("env", "output", "path")}
        for file in written.values():
            file.touch()
        said = subprocess.run(
            [*shell, str(script)],
            cwd=self.workspace,
            env=self._environment(step, written),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.exported |= _pairs(written["env"])
        self.path[:0] = reversed(written["path"].read_text().splitlines())
        if "id" in step:
            self.outputs[step["id"]] = {"outputs": _pairs(written["output"])}
        return Step(name, said.returncode, said.stdout.decode())

    def _environment(self, step: dict[str, Any], written: dict[str, Path]) -> dict[str, str]:
        outer = {**self.workflow.get("env", {}), **self.job.get("env", {})}
        given = {**outer, **self.exported, **step.get("env", {})}
        filled = {
            name: expressions.fill(expressions.written(value), self.contexts)
            for name, value in given.items()
        }
        path = [*self.path, *map(str, self.runner.path), os.environ["PATH"]]
        base = {name: text for name, text in environment().items() if name != "VIRTUAL_ENV"}
        for name in ("GIT_AUTHOR", "GIT_COMMITTER"):  # the workflow sets the identity
            for part in ("NAME", "EMAIL"):
                base.pop(f"{name}_{part}")
        return {
            **base,
            "HOME": str(self.folder / "home"),
            "GIT_CONFIG_GLOBAL": str(self.folder / "home" / ".gitconfig"),
            "PATH": os.pathsep.join(path),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ENV": str(written["env"]),
            "GITHUB_OUTPUT": str(written["output"]),
            "GITHUB_PATH": str(written["path"]),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RUNNER_TEMP": str(self.folder / "temp"),
            **self.runner.env,
            **filled,
        }


def _pairs(file: Path) -> dict[str, str]:
    """Return the pairs that a step wrote, one per line; delimiters are not supported."""
    pairs = [line.partition("=") for line in file.read_text().splitlines()]
    assert all(equals for _, equals, _ in pairs), pairs
    return {name: text for name, _, text in pairs}


def copy_project(target: Path) -> None:
    """Copy the files that the workflows use into a repository: scripts, workflows, Makefile."""
    shutil.copytree(files.ROOT / ".github", target / ".github", dirs_exist_ok=True)
    for name in ("Makefile", ".gitignore", "pyproject.toml", "requirements.lock"):
        shutil.copy(files.ROOT / name, target / name)
