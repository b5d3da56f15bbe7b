"""Runs the steps of a workflow's job on this machine, like a runner of GitHub.

The shell of each `run` executes it, in a real clone of a real remote. Two actions have an
equivalent here: checkout makes a clone of the requested depth, and setup-python uses the
environment of the tests. Other actions, and unknown inputs of these two, are errors.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.repos import environment
from tests.workflows import expressions, files

JOB = {"name", "needs", "if", "runs-on", "timeout-minutes", "permissions", "outputs", "env"}
JOB |= {"steps", "strategy", "container"}  # the container is this machine
SHELLS = {"bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail")}
CHECKOUT = {"ref", "fetch-depth", "persist-credentials", "token"}
PYTHON = {"python-version"}


@dataclass
class Step:
    """The result of a step."""

    name: str
    code: int
    output: str


@dataclass
class Job:
    """The result of a job."""

    steps: list[Step]
    outputs: dict[str, str]
    summary: str
    workspace: Path

    @property
    def failed(self) -> list[Step]:
        """Return the steps that failed."""
        return [step for step in self.steps if step.code != 0]

    def ok(self) -> Job:
        """Return the job; assert that it succeeded."""
        assert not self.failed, "\n".join(f"{step.name}: {step.output}" for step in self.steps)
        return self

    def step(self, name: str) -> Step:
        """Return the step with a name."""
        return next(step for step in self.steps if step.name == name)


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

    def run(self, workflow: str, job: str, **matrix: str) -> Job | None:
        """Run a job of one of the repository's workflows; return None if its condition is false."""
        return self.run_job(files.parse(files.text(workflow)), job, **matrix)

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
            "steps": self.outputs,
            "()": {"always": True, "success": not failed, "failure": failed, "cancelled": False},
        }

    def run(self) -> Job | None:
        if not expressions.evaluate(str(self.job.get("if", "true")), self.contexts):
            return None
        (self.folder / "temp").mkdir(parents=True)
        (self.folder / "home").mkdir()
        (self.folder / "home" / ".gitconfig").touch()
        for number, step in enumerate(self.job["steps"]):
            # A step whose condition does not mention success or failure runs only after success.
            # https://docs.github.com/en/actions/learn-github-actions/expressions#status-check-functions
            condition = str(step.get("if", "success()"))
            if not any(f"{name}()" in condition for name in expressions.FUNCTIONS):
                condition = f"success() && ({condition})"
            if expressions.evaluate(condition, self.contexts):
                self.done.append(self._step(step, number))
        outputs = self.job.get("outputs", {})
        filled = {name: expressions.fill(text, self.contexts) for name, text in outputs.items()}
        summary = self.folder / "summary"
        text = summary.read_text() if summary.exists() else ""
        return Job(self.done, filled, text, self.workspace)

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
        if action == "actions/checkout":
            assert set(given) <= CHECKOUT, given
            self._check_out(given)
        elif action == "actions/setup-python":
            assert set(given) <= PYTHON, given
            _lend_environment(self.workspace)
        else:
            raise AssertionError(f"the runner has no equivalent for {action}")
        return Step(name, 0, "")

    def _check_out(self, given: dict[str, str]) -> None:
        """Clone like the action: with the requested depth, by default one commit.

        The whole history includes all branches; a pull request is its merge commit, detached.
        """
        depth = int(given.get("fetch-depth", "1"))
        ref = given.get("ref") or self.runner.github["ref"]
        short = ref.removeprefix("refs/heads/")
        url = self.runner.remote.as_uri()
        wanted = "+refs/heads/*:refs/remotes/origin/*" if depth == 0 else f"+refs/heads/{short}"
        limit = [] if depth == 0 else [f"--depth={depth}"]
        git = ("git", "-C", str(self.workspace))
        source = ref if ref.startswith("refs/pull/") else f"refs/heads/{short}"
        commands: list[tuple[str, ...]] = [
            ("git", "init", "--quiet", str(self.workspace)),
            (*git, "remote", "add", "origin", url),
            (*git, "fetch", "--quiet", *limit, "origin", *([wanted] if depth == 0 else []), source),
            (*git, "checkout", "--quiet", "--detach", "FETCH_HEAD"),
        ]
        if not ref.startswith("refs/pull/"):
            commands[-1] = (*git, "checkout", "--quiet", "-B", short, "FETCH_HEAD")
        if depth == 0:  # FETCH_HEAD may have several refs, and means the first: name the right one
            commands.insert(3, (*git, "fetch", "--quiet", "origin", source))
        for command in commands:
            subprocess.run(command, env=environment(), check=True)

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
        given = {**self.job.get("env", {}), **self.exported, **step.get("env", {})}
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


def _lend_environment(workspace: Path) -> None:
    """Use the environment of the tests as .venv, so that make finds it ready."""
    venv = workspace / ".venv"
    venv.mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        venv.joinpath(part).symlink_to(Path(sys.prefix) / part)
    venv.joinpath(".ready").touch()


def copy_project(target: Path) -> None:
    """Copy the files that the workflows use into a repository: scripts, workflows, Makefile."""
    shutil.copytree(files.ROOT / ".github", target / ".github", dirs_exist_ok=True)
    for name in ("Makefile", ".gitignore", "pyproject.toml", "requirements.lock"):
        shutil.copy(files.ROOT / name, target / name)
