"""`tagmatrix tags`: the table of tags."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli.table import table, wrapped
from tests.projects import FOLDERS, command
from tests.repos import environment

if TYPE_CHECKING:
    from tests.projects import Project

SLIM = ["2.1.3-slim-trixie", "2.1-slim-trixie", "2-slim-trixie", "slim-trixie"]
SLIM += ["2.1.3-slim", "2.1-slim", "2-slim", "slim"]


def tsv(project: Project, *args: str) -> list[list[str]]:
    """Return the rows of a run, without the titles."""
    lines = project.run("tags", "--format", "tsv", *args).ok().out.splitlines()
    assert lines[0].split("\t") == [
        "tag",
        "version",
        "moves",
        "variants",
        "architectures",
        "published",
    ]
    return [line.split("\t") for line in lines[1:]]


def test_all_tags_once(project: Project) -> None:
    """Every tag of the manifest is listed once, also in TSV and JSON."""
    rows = tsv(project)
    text = project.read("library/sample")
    fields = [
        line.split(": ")[1] for line in text.splitlines() if line.split(":")[0][-4:] == "Tags"
    ]
    want = {tag for field in fields for tag in field.split(", ")}
    assert len(rows) == len(want)
    assert {row[0] for row in rows} == want
    value = json.loads(project.run("tags", "--format", "json").ok().out)
    assert (value["schema"], value["image"]) == (1, "sample")
    assert [tag["tag"] for tag in value["tags"]] == [row[0] for row in rows]
    (shared,) = (tag for tag in value["tags"] if tag["tag"] == "latest")
    assert shared == {
        "tag": "latest",
        "version": "2.1.3",
        "shared": True,
        "moving": True,
        "cycle": "2.1",
        "variants": ["trixie", "windowsservercore-ltsc2025"],
        "dockerfiles": [f"library/{FOLDERS[0]}/Dockerfile", f"library/{FOLDERS[5]}/Dockerfile"],
        "architectures": ["amd64", "arm64v8", "riscv64", "windows-amd64"],
        "platforms": ["linux/amd64", "linux/arm64", "linux/riscv64", "windows/amd64"],
        "deprecated": {},
        "end_of_life": {},
        "published": {"version": "2.1.3", "dockerfiles": shared["dockerfiles"]},
    }


def test_filters(project: Project) -> None:
    """Each filter narrows the list, and filters can be combined."""
    assert [row[0] for row in tsv(project, "--variant", "slim-trixie", "--cycle", "2.1")] == SLIM
    fixed = tsv(project, "--fixed")
    moving = tsv(project, "--moving")
    assert all(row[0].startswith(row[1]) and row[2] == "fixed" for row in fixed)
    assert all(row[2] == "moving" for row in moving)
    assert len(fixed) + len(moving) == len(tsv(project))
    both = tsv(project, "--cycle", "2.0", "--cycle", "2.1", "--variant", "alpine")
    assert {row[3] for row in both} == {"alpine3.24"}
    windows = tsv(project, "--arch", "windows")
    assert all("windows-amd64" in row[4] for row in windows)
    assert ["riscv64" in row[4] for row in tsv(project, "--arch", "riscv64", "--variant", "slim")]
    nothing = project.run("tags", "--variant", "alpine", "--arch", "s390x").ok()
    assert (nothing.out, nothing.err) == ("", "no tags match\n")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ("--cycle", "2.11"),
            '--cycle: no release cycle "2.11" in versions.yaml; did you mean 2.1?',
        ),
        (("--variant", "slimm"), '--variant: there is no variant "slimm"; did you mean slim?'),
        (("--arch", "amd46"), 'unknown architecture "amd46"; did you mean amd64?'),
    ],
)
def test_slips(project: Project, args: tuple[str, str], words: str) -> None:
    """An unknown name is an error, with the nearest name."""
    done = project.run("tags", *args)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_what_is_published_otherwise(project: Project) -> None:
    """Rows show tags that are published differently or not yet; a note has tags that will end."""
    assert "PUBLISHED" not in project.run("tags").ok().out
    assert {row[5] for row in tsv(project)} == {"yes"}
    project.edit("versions.yaml", "default: trixie", "default: bookworm")
    project.bump("2.1.3", "2.1.4")
    accept = 'accept:\n  - {tag: "*", loses: [riscv64], why: bookworm is not built for it.}\n'
    project.edit("versions.yaml", "releases:\n", f"{accept}releases:\n")
    done = project.run("tags").ok()
    assert done.out.splitlines()[0].endswith("PUBLISHED")
    assert done.err.startswith("published, but no longer in versions.yaml: 2.1.3-")
    assert done.err.endswith(" more\n")
    rows = {row[0]: row[5] for row in tsv(project)}
    assert rows["slim"] == "as slim-trixie"
    assert rows["2.1.4-slim"] == "not yet"
    assert rows["2.1-slim-trixie"] == "as 2.1.3"
    assert rows["2.0-slim-trixie"] == "yes"
    assert rows["latest"] == "as trixie, windowsservercore-ltsc2025"
    value = json.loads(project.run("tags", "--format", "json").ok().out)
    found = {tag["tag"]: tag["published"] for tag in value["tags"]}
    assert found["slim"] == {
        "version": "2.1.3",
        "dockerfiles": ["library/2.1/slim-trixie/Dockerfile"],
    }
    assert found["2.1.4-slim"] is None
    assert "2.1.3-slim" in value["ending"]
    assert not {*value["ending"]} & {*found}


def test_the_committed_manifest_counts(project: Project) -> None:
    """A manifest on disk that is not committed is not published; without git it is."""
    project.bump("2.1.3", "2.1.4")
    project.generate().ok()
    project.repo.commit("Bump")
    project.generate().ok()
    assert "Tags: 2.1.4-" in project.read("library/sample")
    assert {row[0]: row[5] for row in tsv(project)}["2.1.4-slim"] == "not yet"
    project.repo.commit("Publish the bump")
    assert {row[5] for row in tsv(project)} == {"yes"}
    shutil.rmtree(project.root / ".git")
    assert {row[5] for row in tsv(project)} == {"yes"}


def test_a_renamed_image(project: Project) -> None:
    """After a rename of the image, the manifest of the old name has what is published."""
    project.edit("versions.yaml", "image: sample", "image: other")
    done = project.run("tags").ok()
    assert "PUBLISHED" not in done.out
    assert done.err == (
        "warning: library/other is new: `image` was renamed; tagmatrix compares with "
        "library/sample\n"
    )
    project.edit("versions.yaml", "2.1.3", "2.1.4")
    rows = {row[0]: row[5] for row in tsv(project)}
    assert rows["2.0-slim"] == "yes"
    assert rows["2.1-slim"] == "as 2.1.3"
    assert rows["2.1.4-slim"] == "not yet"
    assert "2.1.3-slim" in json.loads(project.run("tags", "--format", "json").out)["ending"]


def test_a_cycle_that_is_left_out(project: Project) -> None:
    """A listed cycle without images is reported with the reason."""
    project.edit(
        "versions.yaml",
        "exclude:\n",
        "exclude:\n  - {when: {cycles: ['2.0']}, why: It is too old.}\n",
    )
    done = project.run("tags", "--cycle", "2.0")
    assert done.code == 2
    assert done.err == "error: --cycle: 2.0 has no images: It is too old\n"


def test_warnings(project: Project) -> None:
    """Warnings about versions.yaml are printed beside the table."""
    project.edit("versions.yaml", '  alpine: "3.24"\n', '  alpine: "3.25"\n')
    done = project.run("tags").ok()
    assert done.err.startswith("warning: versions.yaml:")
    assert "no release has alpine on 3.25: the short tags of alpine name no image" in done.err


def test_a_cycle_in_the_making(project: Project) -> None:
    """The suggestion for 3.15 is 3.15-rc, although 3.14 is more similar."""
    project.edit("versions.yaml", '"2.1":', '"3.15-rc":')
    project.bump("2.1.3", "3.15.0rc1")
    project.edit("versions.yaml", '"2.0":', '"3.14":')
    project.bump("2.0.9", "3.14.1")
    done = project.run("tags", "--cycle", "3.15")
    assert done.code == 2
    assert '--cycle: no release cycle "3.15" in versions.yaml; did you mean 3.15-rc?' in done.err


@pytest.mark.parametrize("args", [("tags",), ("show", "slim")])
def test_a_manifest_that_cannot_be_read(project: Project, args: tuple[str, ...]) -> None:
    """An invalid manifest is an error with its path: the committed one, or without git the file."""
    project.edit("library/sample", "GitCommit: ", "GitCommit ")
    assert project.run(*args).ok().err == ""
    project.repo.commit("Break it")
    done = project.run(*args)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: library/sample (as committed): line ")
    shutil.rmtree(project.root / ".git")
    done = project.run(*args)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: library/sample: line ")


def test_plain_when_piped(project: Project) -> None:
    """Without a terminal, the table is aligned, complete, and without colours."""
    lines = project.process("tags", "--cycle", "2.1").ok().out.splitlines()
    assert "\033" not in "".join(lines)
    start = lines[0].index("MOVES")
    assert {line[start : start + 5] for line in lines[1:]} == {"fixed", "movin"}
    assert any(line.endswith("riscv64,windows-amd64") for line in lines)


def test_a_table_is_as_wide_as_the_terminal() -> None:
    """The last columns are cut first, with an ellipsis."""
    rows = [["3.14-slim", "3.14.6", "a-long-cell-of-forty-characters-or-so-...."]]
    wide = table(["TAG", "VERSION", "LAST"], rows, limit=None)
    assert wide[1] == "3.14-slim  3.14.6   a-long-cell-of-forty-characters-or-so-...."
    narrow = table(["TAG", "VERSION", "LAST"], rows, limit=40)
    assert all(len(line) <= 40 for line in narrow)
    assert narrow[1].endswith("…")
    assert narrow[1].startswith("3.14-slim  3.14.6   a-long")


def test_a_label_and_lines_beside_it() -> None:
    """A long text is wrapped; names are never split."""
    lines = wrapped("  also", "3.14.6-slim-trixie, 3.14-slim-trixie, slim", indent=10, limit=40)
    assert lines == ["  also    3.14.6-slim-trixie,", "          3.14-slim-trixie, slim"]


def test_a_plan_imports_nothing_slow(project: Project) -> None:
    """A plan imports no renderer, no GitPython, no HTTP."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command("plan")[1:]],
        cwd=project.root,
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "tagmatrix.plan.planning" in loaded
    assert not loaded & {"jinja2", "git", "requests", "rich", "tagmatrix.web.client"}


def test_warnings_come_without_errors(project: Project) -> None:
    """Warnings are shown when there are no errors."""
    project.edit("versions.yaml", '  alpine: "3.24"\n', '  alpine: "3.25"\n')
    warning = "no release has alpine on 3.25: the short tags of alpine name no image"
    assert warning in project.run("tags").err
    project.edit("versions.yaml", "{tags: [slim]}", "{tags: [-slim]}")
    done = project.run("tags")
    assert done.code == 2
    assert "error: versions.yaml:" in done.err
    assert "warning:" not in done.err


@pytest.mark.parametrize(
    "args", [("tags",), ("tags", "--format", "tsv"), ("tags", "--format", "json"), ("show", "slim")]
)
def test_a_repository_that_git_refuses(
    project: Project, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    """In a repository of another owner the manifest on disk is compared, with a warning."""
    project.edit("library/sample", "Directory: library/2.1/slim-trixie\n", "Directory: other\n")
    assert "as other" not in project.run(*args).ok().out
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    done = project.run(*args).ok()
    assert "dubious ownership" in done.err
    assert "warning: library/sample is read from disk, committed or not\n" in done.err
    assert "error" not in done.err
    assert "other" in done.out


def test_base_and_platform(project: Project) -> None:
    """--base takes a base with its tag or without; --platform is another name of --arch."""
    alpine = tsv(project, "--base", "alpine")
    assert alpine == tsv(project, "--base", "alpine:3.24")
    assert {row[3] for row in alpine} == {"alpine3.24"}
    assert tsv(project, "--platform", "linux/arm64/v8") == tsv(project, "--arch", "arm64v8")
    windows = tsv(project, "--base", "mcr.microsoft.com/windows/servercore")
    assert {row[4] for row in windows} >= {"windows-amd64"}
    done = project.run("tags", "--base", "debain")
    assert (done.code, done.err) == (
        2,
        'error: --base: no image has the base "debain"; did you mean debian?\n',
    )
