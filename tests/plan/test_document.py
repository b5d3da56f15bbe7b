"""The examples of docs/publishing.md: workflows and keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tagmatrix.cli import main
from tests.config.samples import GOOD, load
from tests.plan.test_engines import validate
from tests.repos import make_repo
from tests.workflows.files import parse

if TYPE_CHECKING:
    import pytest

DOCUMENT = Path(__file__).parents[2] / "docs/publishing.md"


def example(heading: str) -> str:
    """Return the first YAML block of a section."""
    section = DOCUMENT.read_text().partition(f"\n## {heading}\n")[2]
    found = re.search(r"^```yaml\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def test_scripts_stop_at_the_first_failure() -> None:
    """Each script of several commands begins with `set -eu`; sh ignores it in a condition of while.

    tests/e2e/test_publishing.py runs the scripts, one with a build that fails.
    """
    scripts = re.findall(r"^```sh\n(.*?)^```$", DOCUMENT.read_text(), re.DOTALL | re.MULTILINE)
    several = [script for script in scripts if script.count("\n") > 1]
    assert len(several) > 4
    assert {script.partition("\n")[0] for script in several} == {"set -eu"}
    loops = re.findall(r"^ *while (.*)", "".join(several), re.MULTILINE)
    assert {loop.split()[0] for loop in loops} == {"true;", "read"}


def test_github() -> None:
    """The workflow matches the schema, and names the workflow of this repository."""
    workflow: dict[str, Any] = parse(example("On GitHub"))
    validate("vendor.github-workflows", workflow)
    assert ".github/workflows/images.yml@" in workflow["jobs"]["images"]["uses"]


def test_gitlab() -> None:
    """The pipeline matches GitLab's schema."""
    validate("vendor.gitlab-ci", yaml.safe_load(example("On GitLab")))


def test_keys() -> None:
    """The keys of `publish` and of a flavor can be read."""
    text = example("The keys").replace("  required: [amd64, arm64v8]\n", "")
    assert load(GOOD + text)[0].publish.staging == "ghcr.io/me/staging"
    flavor = yaml.safe_load(example("The plan"))["flavors"]["slim"]
    lines = "".join(f"    {key}: {value}\n" for key, value in flavor.items())
    config, _ = load(GOOD.replace("    follows: default\n", f"    follows: default\n{lines}"))
    assert config.flavors["slim"].test
    assert config.flavors["slim"].secrets[0].id == "token"


def test_the_date_of_a_stamp(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The keys of the document need no option; the stamp that its text names does."""
    repo = make_repo(tmp_path)
    text = example("The keys").replace("  required: [amd64, arm64v8]\n", "")
    repo.write("versions.yaml", GOOD + text)
    stamp = re.search(r'With `(stamp: "\{tag\}-\{date\}")`', DOCUMENT.read_text())
    option = re.search(r"add `(--as-of) ", DOCUMENT.read_text())
    assert stamp
    assert option
    words = ["-C", str(tmp_path), "plan", "--format", "json"]
    assert main(words) == 0
    repo.write("versions.yaml", f"{GOOD}{text}  {stamp[1]}\n")
    assert main(words) == 2
    assert option[1] in capsys.readouterr().err
    assert main([*words, option[1], "2026-11-29"]) == 0
    assert "-20261129" in capsys.readouterr().out
