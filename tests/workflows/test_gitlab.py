"""The template for GitLab: its schema, and the revision that it compares with."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.workflows.files import ROOT
from tests.workflows.test_schema import check

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = ROOT / ".gitlab" / "images.gitlab-ci.yml"


@pytest.mark.slow
def test_schema() -> None:
    """The template matches GitLab's schema."""
    code, said = check("vendor.gitlab-ci", TEMPLATE)
    assert code == 0, said


@pytest.mark.parametrize(
    ("source", "options"),
    [
        ("merge_request_event", "--changed-since base --no-push"),
        ("push", "--changed-since before"),
        ("schedule", ""),
    ],
)
def test_revision(tmp_path: Path, source: str, options: str) -> None:
    """A merge request compares with its base and pushes nothing; a schedule builds all."""
    template: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text())
    (script,) = [text for text in template["tagmatrix plan"]["script"] if "set --" in text]
    program = tmp_path / "tagmatrix"
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    variables = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "CI_PIPELINE_SOURCE": source,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": "base",
        "CI_COMMIT_BEFORE_SHA": "before",
        "TAGMATRIX_BY": "cycle",
    }
    subprocess.run(["sh", "-euc", script], cwd=tmp_path, env=variables, check=True)
    words = (tmp_path / "plan.json").read_text().split()
    assert words[:4] == ["plan", "--by", "cycle", "--as-of"]
    assert " ".join(words[5:]) == f"{options} --format json".strip()
