"""The files of new families."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import yaml

from tagmatrix import starters

ROOT: Final = Path(__file__).parents[2]
FAMILY = starters.NewFamily(
    image="demo",
    repository="https://example.org/demo.git",
    branch="trunk",
    maintainer="Ada <ada@example.org> (@ada)",
)
SCHEMAS = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}


def test_every_kind_has_versions_and_templates() -> None:
    """Each has a versions.yaml that is YAML, with the given name, and at least a template."""
    for name in starters.KINDS:
        files = starters.kind(FAMILY, name)
        assert yaml.safe_load(files["versions.yaml"])["image"] == "demo"
        assert any(path.startswith("templates/") for path in files)


def test_nothing_is_left_to_replace() -> None:
    """No file has a word between two @ any more."""
    files = [*starters.common(FAMILY).values()]
    for name in starters.KINDS:
        files += starters.kind(FAMILY, name).values()
    for host in starters.CI:
        files += starters.for_ci(FAMILY, host).values()
    for content in files:
        words = {part for part in content.decode().split("@") if part.isupper() and part.isalpha()}
        assert words == set()


@pytest.mark.slow
@pytest.mark.parametrize("host", SCHEMAS)
def test_the_files_for_ci_fit_their_schema(host: str, tmp_path: Path) -> None:
    """The schemas are those of GitHub's workflows and GitLab's pipelines."""
    (path, content), *_ = starters.for_ci(FAMILY, host).items()
    file = tmp_path / path.rpartition("/")[2]
    file.write_bytes(content)
    command = [sys.executable, "-m", "check_jsonschema", "--output-format", "json"]
    command += ["--builtin-schema", SCHEMAS[host], str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["status"] == "ok", done.stdout


def test_gitlab_builds_as_the_template_does() -> None:
    """The jobs that build are those of the template for other projects, on request only."""
    own = yaml.safe_load(starters.for_ci(FAMILY, "gitlab")[".gitlab-ci.yml"])
    template = yaml.safe_load((ROOT / ".gitlab/images.gitlab-ci.yml").read_text(encoding="utf-8"))
    assert own["variables"]["TAGMATRIX_BUILD"] == "false"
    assert own["variables"].items() >= template["variables"].items()
    plan, build = (own[f"tagmatrix {name}"] for name in ("plan", "build"))
    assert [job.pop("extends") for job in (plan, build)] == [".images", ".images"]
    rules = template[".tagmatrix-rules"]["rules"]
    for rule in rules:
        rule["if"] = f'$TAGMATRIX_BUILD == "true" && {rule["if"]}'
    assert own[".images"]["rules"] == rules
    assert own["workflow"] == template["workflow"]
    install, *script = template["tagmatrix plan"]["script"]
    assert "pip install" in install
    assert (plan["script"], plan["artifacts"]) == (script, template["tagmatrix plan"]["artifacts"])
    del template["tagmatrix build"]["extends"]
    assert build == template["tagmatrix build"]
