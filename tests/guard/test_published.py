"""What was published: read from the committed JSON, or from the manifest with a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.projects import Project
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = 5
VERSIONS = """\
image: app
repository: https://example.org/app.git
branch: main
maintainers: [Ada Lovelace (@ada)]
version_style: loose
default_suites: {{default: trixie}}
flavors:
  default:
    name: "{{suite}}"
    base: debian:{{suite}}
    template: app
    on_default_suite: {{tags: [""]}}
suites:
  trixie: {{flavors: [default], architectures: [amd64]}}
releases:
{release}
"""
RELEASES = {
    "maven": '  "4-rc": {version: "4.0.0-rc-5"}',
    "temurin": '  "25": {version: "25.0.4", aliases: ["25.0.4_7"]}',
    "build": '  "21": {version: "21.0.5+11"}',
    "postgres": '  "19": {version: "19beta3", cycle_tag: false}',
    "ubuntu": '  "24.04": {version: "24.04", aliases: [noble]}',
    "date": '  tip: {version: "20260815"}',
    "milestone": '  "8.8-rc": {version: "8.8-m03"}',
    "tip": "  tip: {version: null, aliases: [tip, nightly]}",
}


def publish(path: Path, release: str, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return a project with one release that is generated and committed."""
    repo = make_repo(path)
    project = Project(repo, path, capsys)
    project.write("versions.yaml", VERSIONS.format(release=release))
    project.write("templates/app.Dockerfile.j2", "FROM {{ image.base }}\nRUN echo one\n")
    project.generate("--commit").ok()
    return project


@pytest.mark.parametrize("style", RELEASES)
def test_a_word_of_a_template(
    style: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a change of a template's word nothing moves, whatever the versions look like."""
    project = publish(tmp_path / "app", RELEASES[style], capsys)
    project.edit("templates/app.Dockerfile.j2", "one", "two")
    done = project.generate("--commit").ok()
    assert "breaking" not in done.out + done.err
    assert "notable" not in done.out + done.err
    assert "warning" not in done.err
    assert "up to date" in project.generate("--check").ok().out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("4.0.0-rc-5", "4.0.0-rc-4"),
        ("21.0.5+11", "21.0.5+10"),
        ("8u502-b07", "8u492-b09"),
        ("24.04", "23.10"),
    ],
)
def test_a_version_that_goes_back(
    old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lower version is refused, in each style."""
    project = publish(tmp_path / "app", f'  line: {{version: "{old}"}}', capsys)
    project.edit("versions.yaml", old, new)
    assert project.generate().code == REFUSED


def test_a_json_of_another_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If the JSON has other entries, the manifest's tags count, and a warning reports it."""
    project = publish(tmp_path / "app", RELEASES["temurin"], capsys)
    project.edit("library/app.json", '"amd64"', '"arm64v8"')
    project.repo.commit("Edit the JSON by hand")
    project.edit("templates/app.Dockerfile.j2", "one", "two")
    done = project.generate("--commit")
    assert "library/app.json does not have the entries of library/app" in done.err
