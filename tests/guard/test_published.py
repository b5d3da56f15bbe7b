"""What was published: read from the committed JSON, or from the manifest with a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.versions import version_tag
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


STYLES = [
    pytest.param(style, marks=() if style in {"maven", "postgres", "tip"} else pytest.mark.slow)
    for style in RELEASES
]


@pytest.mark.parametrize("style", STYLES)
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20_36", "20.0.1_9"),
        ("4.0.0-rc-5", "4.0.0"),
        ("8u502-b07", "8u502-b07.1"),
        ("1.0.0+build.5", "1.0.0+build.6"),
        ("1:2.3-1+deb12u1", "1:2.3-1+deb12u2"),
    ],
)
def test_a_version_that_goes_on(
    old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build counts within its version only, so a lower build of a higher one is an update."""
    project = publish(tmp_path / "app", f'  line: {{version: "{old}"}}', capsys)
    project.edit("versions.yaml", old, new)
    done = project.generate("--commit").ok()
    assert "breaking" not in done.out + done.err
    assert f"Update line to {version_tag(new, 'loose')}\n" in project.repo.git("log", "--format=%s")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "accepted"),
    [
        ("21.0.5+11", "21.0.5+10", 'goes_back_to: "21.0.5+10"'),
        ("21.0.5+11", "21.0.5+10", 'goes_back_to: "21.0.5_10"'),
        ("4.0.0-rc-5", "4.0.0-rc-4", 'goes_back_to: "4.0.0-rc-4"'),
        ("8.6.2", "8.8-m03", 'prerelease: "8.8-m03"'),
    ],
)
def test_an_acceptance(
    old: str, new: str, accepted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An acceptance names a version as it is written, or as tags have it."""
    release = f'  line: {{version: "{old}", aliases: [stable]}}'
    project = publish(tmp_path / "app", release, capsys)
    project.edit("versions.yaml", old, new)
    refused = project.generate()
    assert refused.code == REFUSED
    key, version = accepted.replace('"', "").split(": ")
    assert f'{key}: "{version.replace("+", "_")}"' in refused.err
    text = project.read("versions.yaml")
    project.write("versions.yaml", f'{text}accept:\n- {{tag: "*", {accepted}, why: It is.}}\n')
    project.generate("--commit").ok()


def test_versions_that_cannot_be_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version that follows one of another kind passes, and the run says what it cannot say."""
    project = publish(tmp_path / "app", RELEASES["date"], capsys)
    project.edit("versions.yaml", "20260815", "1.2.0")
    assert (
        "notable: tip and tip-trixie move from 20260815 to 1.2.0; these versions cannot be compared"
    ) in project.generate("--commit").ok().out


def test_a_fixed_tag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tag of a full version never moves: no acceptance is offered, but what to do."""
    project = publish(tmp_path / "app", '  "8": {version: "8.0.1"}', capsys)
    own = 'version: "8.0.2", aliases: ["8.0.1"], also_versions: [{version: "8.0.1", why: Old.}]'
    project.edit("versions.yaml", 'version: "8.0.1"', own)
    refused = project.generate()
    assert refused.code == REFUSED
    assert "8.0.1 and 8.0.1-trixie move from 8.0.1 to 8.0.2" in refused.err
    assert "`accept` cannot allow it" in refused.err
    assert refused.err.endswith("error: nothing was written; fix versions.yaml\n")
    assert "below `accept:`" not in refused.err


def test_a_version_of_pep440(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without `version_style: loose`, a date is a number: it goes back to a smaller one."""
    project = publish(tmp_path / "app", '  line: {version: "20230226.1"}', capsys)
    project.edit("versions.yaml", "20230226.1", "1.0")
    assert "goes back" not in project.generate("--check").out
    project.edit("versions.yaml", "version_style: loose\n", "")
    assert "line and line-trixie go back from 20230226.1 to 1.0" in project.generate().err


def test_another_style(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If versions.yaml cannot read what was published, the loose style compares both."""
    project = publish(tmp_path / "app", '  line: {version: "21.0.5+11"}', capsys)
    project.edit("versions.yaml", "version_style: loose\n", "")
    project.edit("versions.yaml", "21.0.5+11", "21.0.4")
    assert "line and line-trixie go back from 21.0.5_11 to 21.0.4" in project.generate().err


def test_an_image_without_a_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no version, each output shows that there is none."""
    project = publish(tmp_path / "app", RELEASES["tip"], capsys)
    assert project.repo.git("log", "-1", "--format=%s") == "library/app: add tip"
    assert "\n### tip\n" in project.read("library/README.md")
    assert '"version": null' in project.read("library/app.json")
    assert '"version": null' in project.run("tags", "--format", "json").ok().out
    assert "nightly-trixie  -  " in project.run("tags").ok().out
    assert "app:nightly is app without a version\n" in project.run("show", "nightly").ok().out
    assert project.run("status").ok().out.splitlines()[1].split()[:4] == ["tip", "-", "-", "-"]


def test_a_cycle_that_is_no_alias(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` explains why a release without a version does not have its cycle as a tag."""
    release = "  tip: {version: null, aliases: [nightly]}\n" + RELEASES["postgres"]
    project = publish(tmp_path / "app", release, capsys)
    done = project.run("show", "tip-trixie", "19")
    assert (
        "tip has no version, so the cycle is not an alias; similar tags: nightly-trixie" in done.err
    )
    assert "19 sets `cycle_tag: false`, so the cycle is not an alias" in done.err


def test_the_published_version_of_each_style(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`status` shows the published version as it was written."""
    project = publish(tmp_path / "app", RELEASES["build"], capsys)
    row = project.run("status").ok().out.splitlines()[1].split()
    assert row[:4] == ["21", "21.0.5+11", "-", "21.0.5+11"]


def test_a_json_of_another_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If the JSON has other entries, the manifest's tags count, and a warning reports it."""
    project = publish(tmp_path / "app", RELEASES["temurin"], capsys)
    project.edit("library/app.json", '"amd64"', '"arm64v8"')
    project.repo.commit("Edit the JSON by hand")
    project.edit("templates/app.Dockerfile.j2", "one", "two")
    done = project.generate("--commit")
    assert "library/app.json does not have the entries of library/app" in done.err
