"""bump, add, promote and retire as a maintainer runs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.projects import VERSIONS

if TYPE_CHECKING:
    from tests.projects import Project

A, B = "a" * 64, "b" * 64
BOTH = ("--sha256", f"source={A}", "--sha256", f"windows={B}")
FILE = "versions.yaml"


def test_bump_shows_and_writes(project: Project) -> None:
    """A bump shows the diff, writes the file, and names `generate` as the next command."""
    done = project.run("bump", "2.1", "2.1.4", *BOTH).ok()
    new = VERSIONS.replace("2.1.3", "2.1.4").replace("1" * 64, A).replace("2" * 64, B)
    assert project.read(FILE) == new
    assert '-    version: "2.1.3"\n+    version: "2.1.4"\n' in done.out
    assert done.out.endswith("\nwrote versions.yaml; next: tagmatrix generate\n")
    assert "2.1.4 follows 2.1.3: latest, 2, 2.1" in done.out
    assert done.err == ""
    project.generate("--commit", "--only", "dockerfiles").ok()
    assert project.subjects()[0] == "Update 2.1 to 2.1.4"


def test_a_dry_run_writes_nothing(project: Project) -> None:
    """--dry-run shows the same diff, exits with 3 and leaves the file alone."""
    before = project.snapshot(FILE)
    dry = project.run("bump", "2.1", "2.1.4", *BOTH, "--dry-run")
    assert (dry.code, dry.err) == (3, "")
    assert project.snapshot(FILE) == before
    assert dry.out.endswith("nothing was written\n")
    wet = project.run("bump", "2.1", "2.1.4", *BOTH).ok()
    assert (
        dry.out.replace("it would move", "it moves").splitlines()[:-1] == wet.out.splitlines()[:-1]
    )


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (("bump", "2.1", "2.1.4", *BOTH), 3),
        (("bump", "2.1", "2.1.3"), 0),
        (("add", "2.2-rc", "2.2.0b1", *BOTH), 3),
        (("retire", "2.0"), 3),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_exit_code_of_a_dry_run(
    project: Project, step: tuple[str, ...], code: int, form: str
) -> None:
    """A dry run exits with 3 if the step would change the file, in every format."""
    assert project.run(*step, "--dry-run", "--format", form).code == code


def test_quiet_shows_the_difference(project: Project) -> None:
    """--quiet leaves the diff and what moves, without the summary."""
    loud = project.run("bump", "2.1", "2.1.4", *BOTH, "--dry-run").out
    quiet = project.run("bump", "2.1", "2.1.4", *BOTH, "--dry-run", "--quiet").out
    assert loud == f"{quiet}nothing was written\n"
    done = project.run("bump", "2.1", "2.1.4", *BOTH, "--quiet").ok().out
    assert done == quiet.replace("it would move", "it moves")
    assert project.run("bump", "2.1", "2.1.4", "--quiet").ok().out == ""


def test_a_step_for_programs(project: Project) -> None:
    """The JSON output has the changes, the ended tags and whether the file is written."""
    done = project.run("retire", "2.0", "--format", "json").ok()
    result = json.loads(done.out)
    assert result.pop("diff").startswith("--- a/versions.yaml\n+++ b/versions.yaml\n@@ ")
    assert len(result.pop("ends")) == 16
    assert result == {
        "schema": 1,
        "written": True,
        "changes": ["Remove 2.0"],
        "notes": [],
        "moves": [
            (
                "notable: 2.0 is retired: 2.0, 2.0-slim, 2.0-trixie, 2.0-alpine, 2.0-bookworm, "
                "2.0-alpine3.24 and 10 more end"
            )
        ],
        "waits": [],
        "next": ["tagmatrix generate"],
    }


def test_retire_then_generate(project: Project) -> None:
    """The next `generate` removes the Dockerfiles of a retired cycle."""
    done = project.run("retire", "2.0").ok()
    assert "2.0 is retired: 2.0, 2.0-slim" in done.out
    project.generate("--commit").ok()
    assert not (project.root / "library/2.0").exists()


def test_add_then_promote(project: Project) -> None:
    """A cycle is added as a pre-release, becomes final, and its aliases follow."""
    project.run("add", "2.2-rc", "2.2.0b1", *BOTH).ok()
    project.generate().ok()
    assert (project.root / "library/2.2-rc/trixie/Dockerfile").exists()
    done = project.run("promote", "2.2-rc", *BOTH).ok()
    assert "move from 2.1 to 2.2 (2.1.3 to 2.2.0)" in done.out
    project.generate("--commit").ok()
    assert not (project.root / "library/2.2-rc").exists()
    assert "Tags: 2.2.0-trixie, 2.2-trixie, 2-trixie, trixie\n" in project.read("library/sample")


def test_what_waited_already_is_apart(project: Project) -> None:
    """A step says what it moves from versions.yaml as it is, and then what waited already."""
    project.run("bump", "2.1", "2.1.4", *BOTH).ok()
    other = project.run("bump", "2.0", "2.0.10", "--sha256", f"source={'c' * 64}").ok()
    moves, _, waits = (other.out + other.err).partition("the next generate also moves")
    assert "2.0.10 follows 2.0.9" in moves
    assert "2.1.4" not in moves
    assert "2.1.4 follows 2.1.3" in waits
    again = project.run(
        "bump", "2.1", "2.1.5", "--sha256", f"source={B}", "--sha256", f"windows={A}"
    )
    assert "2.1.5 follows 2.1.4" in again.ok().out
    assert "2.1.3" not in again.out.partition("what it moves")[2].partition("the next")[0]


def test_the_same_again_changes_nothing(project: Project) -> None:
    """A step that changes nothing reports it, and does not write the file."""
    before = project.snapshot(FILE)
    done = project.run("bump", "2.1", "2.1.3").ok()
    assert done.out == "nothing changed: versions.yaml is up to date\n"
    assert project.snapshot(FILE) == before


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("bump", "2.1", "2.1.2", *BOTH), 5, "2.1 is at 2.1.3, and 2.1.2 is lower"),
        (("bump", "2.1", "2.1.3", *BOTH), 5, "source of 2.1.3 has another SHA-256 than before"),
        (("bump", "2.1", "2.1.4"), 2, "the SHA-256 of 2.1.4's source and windows is needed"),
        (
            ("bump", "2.11", "2.11.4"),
            2,
            'no release cycle "2.11" in versions.yaml; did you mean 2.1?',
        ),
        (
            ("bump", "2.1", "2.1.4", "--sha256", "abc"),
            2,
            "invalid checksum 'abc': expected NAME=HEX",
        ),
        (("bump", "2.1", "2.1.4", *BOTH, "--sha256", f"source={B}"), 2, "two different values"),
        (
            ("add", "2.2", "2.2.0", "--end-of-life", "soon"),
            2,
            "invalid date 'soon': expected YYYY-MM-DD",
        ),
        (("promote", "2.1", "2.1.4"), 2, "2.1 is already final, with 2.1.3"),
        (("retire", "2.2"), 2, 'no release cycle "2.2" in versions.yaml; did you mean'),
    ],
)
def test_what_is_refused(project: Project, args: tuple[str, ...], code: int, message: str) -> None:
    """A refusal has a message and an exit code, and does not change the file."""
    before = project.snapshot(FILE)
    done = project.run(*args)
    assert done.code == code, done
    assert message in done.err
    assert done.out == ""
    assert project.snapshot(FILE) == before


def test_a_wrong_file_is_not_edited(project: Project) -> None:
    """A file that is invalid before the step is an error."""
    project.edit(FILE, 'version: "2.0.9"', "version: 2.0")
    done = project.run("retire", "2.0")
    assert done.code == 2
    assert 'write it in quotes: "2.0"' in done.err


def test_a_link_is_not_followed(project: Project) -> None:
    """A step refuses a versions.yaml that is a symbolic link."""
    (project.root / FILE).rename(project.root / "real.yaml")
    (project.root / FILE).symlink_to("real.yaml")
    done = project.run("retire", "2.0")
    assert done.code == 2
    assert "is a symbolic link; name the folder that the file itself is in" in done.err
    assert project.read("real.yaml") == VERSIONS


def test_line_endings_and_mode_stay(project: Project) -> None:
    """A file keeps its CRLF line endings and its permissions."""
    text = VERSIONS.replace("\n", "\r\n")
    project.write(FILE, text).chmod(0o640)
    project.run("bump", "2.1", "2.1.4", *BOTH, "--quiet").ok()
    new = text.replace("2.1.3", "2.1.4").replace("1" * 64, A).replace("2" * 64, B)
    assert project.read(FILE) == new
    assert (project.root / FILE).stat().st_mode & 0o777 == 0o640


def renamed(project: Project) -> str:
    """Give the image another name, and return the warning that follows."""
    project.edit(FILE, "image: sample", "image: other")
    return (
        "warning: library/other is new: `image` was renamed; tagmatrix compares with "
        "library/sample\n"
    )


def test_a_renamed_image_is_compared(project: Project) -> None:
    """A step is compared with the manifest of the image's former name, as for `generate`."""
    warning = renamed(project)
    done = project.run("bump", "2.1", "2.1.4", *BOTH).ok()
    assert "2.1.4 follows 2.1.3: latest, 2, 2.1" in done.out
    assert done.err == warning


def test_a_renamed_image_is_guarded(project: Project) -> None:
    """A step that breaks tags under the image's former name is refused."""
    warning = renamed(project)
    done = project.run("retire", "2.1")
    assert done.code == 5
    assert done.err.startswith(warning)
    assert "go back from 2.1.3 to 2.0.9" in done.err


def test_a_setting_that_goes_back_is_shown(project: Project) -> None:
    """A step shows a setting that versions.yaml lowered before, apart from what it moves."""
    setting = '  setuptools: {value: "79.0.1", why: It is tested with it.}\n'
    project.edit(FILE, "\nsettings:\n", f"\nsettings:\n{setting}")
    template = "templates/linux.Dockerfile.j2"
    project.write(template, project.read(template) + "ENV S={{ settings.setuptools }}\n")
    project.generate("--commit").ok()
    project.edit(FILE, "79.0.1", "65.5.1")
    done = project.run("bump", "2.1", "2.1.4", *BOTH).ok()
    line = "breaking: the setting setuptools goes back from 79.0.1 to 65.5.1, for 2.1, 2.0\n"
    assert line in done.out + done.err
    own = done.out.partition("what it moves:\n")[2].partition("the next generate")[0]
    assert line not in own
