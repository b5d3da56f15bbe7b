"""What was published: read from the committed JSON, or from the manifest with a warning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix import config
from tagmatrix.guard.committed_tags import tags_of_catalog
from tagmatrix.guard.known_folders import Folders
from tagmatrix.manifest import parse, to_json
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
    "build of a pre-release": '  "25-ea": {version: "25-ea+10"}',
    "word of a build": '  "1": {version: "1.0.0+rc1"}',
    "two products": (
        '  "8": {version: "8.1", aliases: [9.4-x], also_versions: [{version: "9.4", why: x}]}'
    ),
    "name of a line": '  "8.8-rc": {version: "8.8.0-m03", aliases: [8.8-m, 8-edge, lts]}',
}


def publish(path: Path, release: str, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return a project with one release that is generated and committed."""
    repo = make_repo(path)
    project = Project(repo, path, capsys)
    project.write("versions.yaml", VERSIONS.format(release=release))
    project.write("templates/app.Dockerfile.j2", "FROM {{ image.base }}\nRUN echo one\n")
    project.generate("--commit").ok()
    return project


NO_JSON = "library/app.json is not committed"
OTHER_JSON = "library/app.json does not have the entries of library/app"


def without_json(project: Project, *, committed: bool) -> None:
    """Delete the committed JSON, or make it that of another manifest."""
    if committed:
        project.edit("library/app.json", '"amd64"', '"arm64v8"')
    else:
        project.repo.git("rm", "-q", "library/app.json")
    project.repo.commit("Change the JSON by hand")


STYLES = [
    pytest.param(style, marks=() if style in {"maven", "postgres", "tip"} else pytest.mark.slow)
    for style in RELEASES
]


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_a_word_of_a_template_without_the_json(
    style: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The guard finds the same if the tags alone show what was published, with a warning."""
    project = publish(tmp_path / "app", RELEASES[style], capsys)
    without_json(project, committed=style == "temurin")
    project.edit("templates/app.Dockerfile.j2", "one", "two")
    done = project.generate("--commit").ok()
    assert "breaking" not in done.out + done.err
    assert "notable" not in done.out + done.err
    assert (OTHER_JSON if style == "temurin" else NO_JSON) in done.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "moves"),
    [
        ('"25.0.4", aliases: ["25.0.4_7"]', '"25.0.4", aliases: ["25.0.4_8"]', ""),
        ('"25.0.4", aliases: ["25.0.4_7"]', '"25.0.5", aliases: ["25.0.5_1"]', ""),
        ('"25.0.4", aliases: ["25.0.4_7"]', '"25.0.5"', ""),
        ('"25-ea+10"', '"25-ea+11"', ""),
        ('"1.0.0+rc1"', '"1.0.0+rc2"', ""),
        ('"1.0.0+build.5"', '"1.0.0+build.6"', ""),
        ('"25.0.4", aliases: ["25.0.4_8"]', '"25.0.4", aliases: ["25.0.4_7"]', "25.0.4_7"),
        ('"25.0.4", aliases: [jdk-25.0.4_7]', '"25.0.4", aliases: [jdk-25.0.4_8]', ""),
        ('"25.0.4", aliases: [25.0.4_7-jdk]', '"25.0.5", aliases: [25.0.5_1-jdk]', ""),
        ('"25.0.4", aliases: [jdk-25.0.4_8]', '"25.0.4", aliases: [jdk-25.0.4_7]', "25.0.4_7"),
        ('"25-ea+10"', '"25-ea+9"', "25-ea_9"),
        ('"1.0.0+build.6"', '"1.0.0+build.5"', "1.0.0_build.5"),
    ],
)
@pytest.mark.parametrize("json", [True, False])
def test_a_build_with_and_without_the_json(
    old: str,
    new: str,
    moves: str,
    json: bool,  # noqa: FBT001 (a table)
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A build goes on, or back, whether the JSON or the tags show what was published."""
    project = publish(tmp_path / "app", f"  line: {{version: {old}}}", capsys)
    if not json:
        without_json(project, committed=False)
    project.edit("versions.yaml", old, new)
    done = project.generate("--commit")
    if moves:
        assert done.code == REFUSED
        assert f" to {moves}" in done.err
    else:
        assert "breaking" not in done.ok().out + done.err


@pytest.mark.slow
@pytest.mark.parametrize("alias", ["noble-20260801", "24-20260801", "20260801", "noble-2026-08-01"])
@pytest.mark.parametrize("json", [True, False])
def test_the_date_of_a_build(
    alias: str,
    json: bool,  # noqa: FBT001 (a table)
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The date in an alias goes on, and is refused if it goes back, as in `library diff`."""
    release = f'  "24.04": {{version: "24.04", aliases: [noble, "{alias}"]}}'
    project = publish(tmp_path / "app", release, capsys)
    if not json:
        without_json(project, committed=False)
    later = alias[:-2] + "15"
    project.edit("versions.yaml", alias, later)
    done = project.generate("--commit").ok()
    assert "breaking" not in done.out + done.err
    if not json:
        without_json(project, committed=False)
    project.edit("versions.yaml", later, alias)
    refused = project.generate()
    assert refused.code == REFUSED
    assert "noble" in refused.err
    assert " go back from 2026" in refused.err


def test_a_date_that_goes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An earlier date beside the same version is refused."""
    release = '  "24.04": {version: "24.04", aliases: [noble-20260801]}'
    project = publish(tmp_path / "app", release, capsys)
    project.edit("versions.yaml", "20260801", "20260715")
    assert 'goes_back_to: "20260715"' in project.generate().err


def test_tags_of_a_release_without_a_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the JSON, tags of a release that is still listed vanish; they do not end."""
    release = "  tip: {version: null, aliases: [nightly, latest]}"
    project = publish(tmp_path / "app", release, capsys)
    without_json(project, committed=False)
    project.edit("versions.yaml", "null, aliases: [nightly, latest]", '"8.0.0-rc1"')
    refused = project.generate()
    assert refused.code == REFUSED
    assert "latest vanishes: the images still exist" in refused.err
    assert "nightly vanishes: the images still exist" in refused.err
    assert "the alias  any more" not in refused.err


def test_a_first_version_that_is_a_pre_release(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of a release without a version is compared, so it may get a pre-release."""
    project = publish(tmp_path / "app", "  tip: {version: null, aliases: [nightly]}", capsys)
    project.edit("versions.yaml", "version: null", 'version: "4.0.0-rc1"')
    done = project.generate("--commit").ok()
    assert "breaking" not in done.out + done.err
    assert "notable: 4.0.0-rc1 and 4.0.0-rc1-trixie are new" in done.out


@pytest.mark.slow
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
    project = publish(tmp_path / "app", '  line: {version: "7.0.1"}', capsys)
    own = 'version: "8.0.2", aliases: ["7.0.1"], also_versions: [{version: "7.0.1", why: Old.}]'
    project.edit("versions.yaml", 'version: "7.0.1"', own)
    refused = project.generate()
    assert refused.code == REFUSED
    assert "7.0.1 and 7.0.1-trixie move from 7.0.1 to 8.0.2" in refused.err
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


def test_a_cycle_that_is_not_an_alias(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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


@pytest.mark.parametrize("version", ["\\u001b[31mx", "", " 4.0.0-rc-5", "latest"])
def test_an_invalid_version_in_the_json(
    version: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A JSON with a version that is none is not trusted, so a step back is refused."""
    project = publish(tmp_path / "app", RELEASES["maven"], capsys)
    project.edit("library/app.json", '"version": "4.0.0-rc-5"', f'"version": "{version}"')
    project.repo.commit("Change the JSON by hand")
    project.edit("versions.yaml", "4.0.0-rc-5", "4.0.0-rc-4")
    refused = project.generate()
    assert refused.code == REFUSED
    assert "go back from 4.0.0-rc-5 to 4.0.0-rc-4" in refused.err
    assert "or has an invalid version, so the guard reads" in refused.err


def test_two_dockerfiles_in_a_folder() -> None:
    """An image of the JSON is found by its ref, its folder and its Dockerfile."""
    manifest = parse(
        "Maintainers: A (@a)\nGitRepo: https://example.org/app.git\nGitFetch: refs/heads/main\n"
        f"GitCommit: {'c' * 40}\nDirectory: x\n\n"
        "Tags: 1.1.1\n\nTags: 1.2.1\nFile: Dockerfile.slim\n\n"
        "Tags: 1.3.1\nGitFetch: refs/heads/old\n"
    )
    places = [{}, {"file": "Dockerfile.slim"}, {"ref": "refs/heads/old"}]
    images = [
        {
            "directory": "x",
            **place,
            "cycle": f"1.{number}",
            "version": f"1.{number}.1",
            "variant": "v",
            "flavor": "f",
            "suite": "s",
            "tags": {f"1.{number}.1": {"alias": f"1.{number}.1", "spelling": ""}},
            "shared_tags": {},
        }
        for number, place in enumerate(places, start=1)
    ]
    catalog = {"entries": to_json(manifest)["entries"], "images": images}
    folders = Folders(config.parse(VERSIONS.format(release="  tip: {version: null}")))
    found = tags_of_catalog(manifest, json.dumps(catalog).encode(), folders)
    assert found
    cells = [(name, tag.main.cycle) for name, tag in found.snapshot.tags.items()]
    assert cells == [("1.1.1", "1.1"), ("1.2.1", "1.2"), ("1.3.1", "1.3")]
    assert found.style == "loose"


def test_a_style_that_does_not_read_the_json() -> None:
    """If the style of versions.yaml does not read all versions of the JSON, the loose one does."""
    manifest = parse(
        "Maintainers: A (@a)\nGitRepo: https://example.org/app.git\nGitFetch: refs/heads/main\n"
        f"GitCommit: {'c' * 40}\n\nTags: 20.0.1_9\n"
    )
    image = {
        "directory": ".",
        "cycle": "20",
        "version": "20.0.1_9",
        "variant": "v",
        "flavor": None,
        "suite": "",
        "tags": {"20.0.1_9": {"alias": "20.0.1_9", "spelling": ""}},
        "shared_tags": {},
    }
    catalog = {"entries": to_json(manifest)["entries"], "images": [image]}
    pep440 = VERSIONS.format(release="  tip: {version: null}").replace("version_style: loose\n", "")
    folders = Folders(config.parse(pep440))
    found = tags_of_catalog(manifest, json.dumps(catalog).encode(), folders)
    assert found
    assert found.style == "loose"
    assert str(found.snapshot.tags["20.0.1_9"].main.version) == "20.0.1_9"
    image["version"] = "no version"
    assert tags_of_catalog(manifest, json.dumps(catalog).encode(), folders) is None
