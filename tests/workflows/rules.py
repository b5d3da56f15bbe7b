"""The project's own rules for workflows, in addition to GitHub's.

Each rule takes a workflow and returns the problems in it; RULES has all rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.workflows.expressions import EXPRESSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.workflows.files import Workflow

    Rule = Callable[[Workflow], list[str]]

COMMIT = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
DIGEST = re.compile(r"[\w./-]+:\d[\w.-]*@sha256:[0-9a-f]{64}")
HISTORY = re.compile(r"\btagmatrix\b(?!/)|\bmake test|\.github/scripts/(?!official-images)")
"""The commands that read the repository's history."""

INSTALLS = re.compile(
    r"\bmake\b|\bpip\b|\bnpm\b|\btagmatrix\b(?!/)|regenerate\.sh|publish\.sh|compare\.sh"
)
"""What installs packages, or runs templates and other code of the repository's packages."""

TOKEN = re.compile(r"\bsecrets\.|\bgithub\.token\b")
OWN = "github.event.pull_request.head.repo.full_name == github.repository"
READ_ONLY = {"read", "none"}


def steps(workflow: Workflow) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name of the job and the step, for all steps."""
    for name, job in workflow["jobs"].items():
        for step in job.get("steps", ()):
            yield name, step


def pins(workflow: Workflow) -> list[str]:
    """Use actions by their commit, and containers by their digest: tags and branches move."""
    used = [(job, step["uses"]) for job, step in steps(workflow) if "uses" in step]
    said = [f"{job}: {uses} is not a commit" for job, uses in used if not COMMIT.fullmatch(uses)]
    for name, job in workflow["jobs"].items():
        if "container" in job and not DIGEST.fullmatch(job["container"]["image"]):
            said.append(f"{name}: {job['container']['image']} has no digest")
    return said


def split(workflow: Workflow) -> list[str]:
    """Give no token and no write access to a job that installs packages or runs templates."""
    said = []
    for name, job in workflow["jobs"].items():
        runs = "\n".join(step.get("run", "") for step in job["steps"])
        actions = {step.get("uses", "").partition("@")[0] for step in job["steps"]}
        if not INSTALLS.search(runs) and "actions/setup-python" not in actions:
            continue
        if set(job.get("permissions", {}).values()) - READ_ONLY:
            said.append(f"{name} installs packages, and may write")
        said += [
            f"{name} installs packages, and has {text}"
            for text in _texts(job)
            if TOKEN.search(text)
        ]
    return said


def privileged(workflow: Workflow) -> list[str]:
    """Run no privileged container for a pull request from a fork."""
    return [
        f"{name} is privileged, and runs for forks"
        for name, job in workflow["jobs"].items()
        if "--privileged" in str(job.get("container", ""))
        and OWN not in job.get("if", "")
        and "pull_request" in workflow["on"]
    ]


def plain_scripts(workflow: Workflow) -> list[str]:
    """Use no expressions in scripts: pass values through `env`, as data."""
    return [
        f"{job}: `{found[0]}` in a script"
        for job, step in steps(workflow)
        for found in EXPRESSION.finditer(step.get("run", ""))
    ]


def secrets(workflow: Workflow) -> list[str]:
    """Give secrets to the steps that use them, not to workflows, jobs or conditions."""
    said = [f"the workflow: {text}" for text in _texts(workflow.get("env", {}))]
    for name, job in workflow["jobs"].items():
        said += [f"{name}: {text}" for text in _texts({**job, "steps": []})]
        for step in job["steps"]:
            said += [f"{name}: {text}" for text in _texts({"run": step.get("run", "")})]
    return [
        text for text in said if re.search(r"\b(secrets|github)\.\w*(token|TOKEN)|secrets\.", text)
    ]


def permissions(workflow: Workflow) -> list[str]:
    """Give the workflow no permissions; each job lists the ones it needs."""
    said = (
        [] if workflow.get("permissions") == {} else ["the workflow does not drop its permissions"]
    )
    for name, job in workflow["jobs"].items():
        given = job.get("permissions")
        if not isinstance(given, dict) or not given:
            said.append(f"{name} does not say which permissions it needs")
        elif "pull_request" in workflow["on"] and set(given.values()) - READ_ONLY:
            said.append(f"{name} may write, and runs for pull requests")
    return said


def triggers(workflow: Workflow) -> list[str]:
    """Run no code of strangers with the repository's secrets."""
    return [
        f"runs on {name}"
        for name in ("pull_request_target", "workflow_run")
        if name in workflow["on"]
    ]


def timeouts(workflow: Workflow) -> list[str]:
    """Give every job a timeout."""
    return [
        f"{name} has no time limit"
        for name, job in workflow["jobs"].items()
        if "timeout-minutes" not in job
    ]


def history(workflow: Workflow) -> list[str]:
    """Fetch the history for steps that read it; keep no credentials on disk."""
    said = []
    for name, job in workflow["jobs"].items():
        runs = "\n".join(step.get("run", "") for step in job["steps"])
        for step in job["steps"]:
            if not step.get("uses", "").startswith("actions/checkout@"):
                continue
            given = step.get("with") or {}
            if HISTORY.search(runs) and given.get("fetch-depth") != 0:
                said.append(f"{name} reads the history, and has one commit")
            if given.get("persist-credentials") is not False:
                said.append(f"{name} keeps credentials on disk")
    return said


def shells(workflow: Workflow) -> list[str]:
    """Run scripts with a bash that stops at the first failure, also in a pipe."""
    default = workflow.get("defaults", {}).get("run", {}).get("shell")
    return [
        f"{job}: runs in the shell that GitHub chooses"
        for job, step in steps(workflow)
        if "run" in step and step.get("shell", default) != "bash"
    ]


def concurrency(workflow: Workflow) -> list[str]:
    """Let runs of one workflow not interfere, and do not cancel runs that push."""
    said = workflow.get("concurrency", {})
    if not said.get("group"):
        return ["has no concurrency group"]
    writes = any(
        "write" in job.get("permissions", {}).values() for job in workflow["jobs"].values()
    )
    return (
        ["may be cut off while it pushes"]
        if writes and said.get("cancel-in-progress") is not False
        else []
    )


def short_scripts(workflow: Workflow) -> list[str]:
    """Put long commands into a script that maintainers can run by hand."""
    return [
        f"{job}: a script of {lines} lines"
        for job, step in steps(workflow)
        if (lines := len(step.get("run", "").splitlines())) > 5
    ]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    else:
        yield str(value)


RULES: tuple[Rule, ...] = (
    pins,
    split,
    privileged,
    plain_scripts,
    secrets,
    permissions,
    triggers,
    timeouts,
    history,
    shells,
    concurrency,
    short_scripts,
)
