"""The template for GitLab: its schema, and the revision that it compares with."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.workflows.files import ROOT
from tests.workflows.test_schema import check
from tests.workflows.test_shellcheck import shellcheck

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = ROOT / ".gitlab" / "images.gitlab-ci.yml"


@pytest.mark.slow
def test_schema() -> None:
    """The template matches GitLab's schema."""
    code, said = check("vendor.gitlab-ci", TEMPLATE)
    assert code == 0, said


TARGET = {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "target"}


@pytest.mark.parametrize(
    ("source", "more", "options"),
    [
        ("merge_request_event", {}, "--changed-since base --no-push"),
        ("merge_request_event", TARGET, "--changed-since target --no-push"),
        ("push", {}, "--changed-since before"),
        ("push", {"TAGMATRIX_OPTIONS": "--arch amd64"}, "--arch amd64 --changed-since before"),
        ("schedule", {}, ""),
        ("web", {}, ""),
        ("external_pull_request_event", {}, "--no-push"),
    ],
)
def test_revision(tmp_path: Path, source: str, more: dict[str, str], options: str) -> None:
    """A merge request compares with its base and pushes nothing; a schedule builds all."""
    template: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text())
    (script,) = [text for text in template["tagmatrix plan"]["script"] if "set --" in text]
    program = tmp_path / "tagmatrix"
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    variables = {
        **template["variables"],
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "CI_PIPELINE_SOURCE": source,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": "base",
        "CI_COMMIT_BEFORE_SHA": "before",
        "TAGMATRIX_BY": "cycle",
        "TAGMATRIX_FOLDER": "my images",
        **more,
    }
    subprocess.run(["sh", "-euc", script], cwd=tmp_path, env=variables, check=True)
    said = (tmp_path / "plan.json").read_text()
    start = "-C my images plan --by cycle --as-of "
    assert said.startswith(start)
    words = said.removeprefix(start).split()
    assert " ".join(words[1:]) == f"{options} --format json".strip()


SOURCES = (
    *("push", "schedule", "web", "api", "trigger", "pipeline", "chat"),
    *("external_pull_request_event", "ondemand_dast_scan", "merge_request_event"),
)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("branch", ["main", "topic", None])
def test_rules(source: str, branch: str | None) -> None:
    """Merge requests have the jobs, and of other pipelines those of the default branch."""
    template: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text())
    jobs = [template[name] for name in template if name.startswith("tagmatrix ")]
    assert [job["extends"] for job in jobs] == [".tagmatrix-rules"] * 2
    request, own = template[".tagmatrix-rules"]["rules"]
    assert request == {
        "if": '$CI_PIPELINE_SOURCE == "merge_request_event"',
        "interruptible": True,
    }
    known = {"CI_COMMIT_BRANCH": branch, "CI_DEFAULT_BRANCH": "main", "CI_PIPELINE_SOURCE": source}
    publishes = branch == "main" and source in SOURCES[:6]
    assert _holds(own["if"], known) == publishes
    assert template["workflow"] == {"auto_cancel": {"on_new_commit": "interruptible"}}


def _holds(condition: str, known: dict[str, str | None]) -> bool:
    """Return whether a condition of GitLab holds: names, `==`, `=~` and `&&`."""
    return all(_term(term.split(), known) for term in condition.split(" && "))


def _term(words: list[str], known: dict[str, str | None]) -> bool:
    left, *rest = [known[word[1:]] if word.startswith("$") else word for word in words]
    if not rest:
        return bool(left)
    operator, right = rest
    if operator == "==":
        return left == right
    assert operator == "=~"
    return bool(re.search(str(right).strip("/"), left or ""))


def test_the_script_of_a_shell() -> None:
    """The script has no problem, except that the options are words of their own."""
    template: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text())
    (script,) = [text for text in template["tagmatrix plan"]["script"] if "set --" in text]
    assert shellcheck(script.replace(" $TAGMATRIX_OPTIONS", "")) == ""
