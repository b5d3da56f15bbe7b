"""The generated block of the top README.md."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.matrix.expand import expand
from tagmatrix.publish.outputs import readme_block
from tests.projects import DOCKERFILES, VERSIONS

if TYPE_CHECKING:
    from tests.projects import Project

BEGIN, END = readme_block.BEGIN.decode(), readme_block.END.decode()
README = f"# Sample\n\nBefore.\n\n{BEGIN}\n{END}\n\nAfter.\n"


@pytest.fixture
def described(project: Project) -> Project:
    """Return the sample with a committed README.md that has the marks."""
    project.write("README.md", README)
    project.repo.commit("Add a README")
    return project


def test_the_block_is_written_held_and_committed(described: Project) -> None:
    """It is checked with the manifest, and committed with the Dockerfiles."""
    check = described.generate("--check", "--only", "manifest")
    assert (check.code, "README.md: differs" in check.out) == (3, True)
    assert described.generate("--check", "--only", "dockerfiles").code == 0
    described.bump("2.1.3", "2.1.4")
    described.generate("--commit").ok()
    text = described.read("README.md")
    assert text.startswith(f"# Sample\n\nBefore.\n\n{BEGIN}\n\n| cycle | version |")
    assert text.endswith(f"\n\n{END}\n\nAfter.\n")
    assert "| `2.1` | 2.1.4 |" in text
    assert "`2.1.4`, `2.1`, `2`, `latest`" in text
    assert "README.md" in described.changed("HEAD~1")
    assert "README.md" not in described.changed("HEAD")
    assert described.status() == []
    assert "everything is up to date" in described.generate("--check").ok().out


def test_it_is_committed_with_the_manifest_after_a_merge(described: Project) -> None:
    """If a branch did not renew it, publishing renews and commits it."""
    described.bump("2.1.3", "2.1.4")
    described.generate("2.1").ok()
    described.repo.commit("Update 2.1 to 2.1.4")
    assert "| `2.1` | 2.1.4 |" not in described.read("README.md")
    described.generate("--commit", "--only", "manifest").ok()
    assert "README.md" in described.changed()
    assert "| `2.1` | 2.1.4 |" in described.read("README.md")
    assert described.status() == []


def test_it_is_committed_although_the_manifest_stays(described: Project) -> None:
    """If README.md gets its marks later, it is committed alone."""
    described.generate("--commit", "--only", "manifest").ok()
    assert described.changed() == {"README.md"}
    assert described.subjects()[0] == "Renew the table in README.md"


def test_a_row_has_cycle_version_variants_and_tags(described: Project) -> None:
    """The rows are as long as their variants, without links and without commits."""
    described.generate().ok()
    block = described.read("README.md").partition(BEGIN)[2].partition(END)[0]
    rows = [line for line in block.splitlines() if line]
    assert rows[0] == "| cycle | version | variants | tags |"
    assert {line.count("|") for line in rows} == {5}
    assert {path.split("/")[-2] for path in DOCKERFILES} == {
        name for row in rows[2:] for name in row.split(" | ")[2].split(", ")
    }


@pytest.mark.parametrize("text", ["# No marks\n", f"In a line: `{BEGIN}` and `{END}`.\n"])
def test_without_marks_it_is_left_alone(project: Project, text: str) -> None:
    """A README.md without marks is not changed."""
    project.write("README.md", text)
    assert "nothing changed" in project.generate().ok().out
    assert project.read("README.md") == text


@pytest.mark.parametrize(
    "text", [f"{BEGIN}\n", f"{END}\n", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{BEGIN}\n{END}\n"]
)
def test_marks_that_do_not_fit(project: Project, text: str) -> None:
    """Wrong marks are refused, with their lines, before anything is written."""
    project.write("README.md", text)
    project.bump("2.1.3", "2.1.4")
    before = project.snapshot()
    done = project.generate()
    assert done.code == 2
    assert "README.md: expected one line" in done.err
    assert "found such lines at 1" in done.err
    assert project.snapshot() == before


def test_a_link_is_not_written_through(described: Project) -> None:
    """A README.md that is a symbolic link with marks is refused."""
    (described.root / "README.md").rename(described.root / "elsewhere.md")
    (described.root / "README.md").symlink_to("elsewhere.md")
    done = described.generate()
    assert (done.code, "README.md is a symbolic link" in done.err) == (2, True)
    assert described.read("elsewhere.md") == README


def test_what_a_person_changed_beside_it_is_not_committed(described: Project) -> None:
    """A README.md with other changes is left to the user, with a note."""
    described.edit("README.md", "Before.", "Before, and more.")
    done = described.generate("--commit").ok()
    assert "README.md has changes outside its generated block" in done.err
    assert described.status() == [" M README.md"]
    assert "| `2.1` | 2.1.3 |" in described.read("README.md")


def test_line_breaks_are_kept(described: Project) -> None:
    """A README.md with CRLF keeps it, also in the block."""
    described.write("README.md", README.replace("\n", "\r\n"))
    described.generate().ok()
    text = (described.root / "README.md").read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n") > 10
    assert "nothing changed" in described.generate().ok().out


def test_other_runs_leave_it(described: Project) -> None:
    """A run for some cycles, or with another output folder, does not change README.md."""
    described.generate("2.0").ok()
    described.generate("--output", str(described.root / "elsewhere")).ok()
    assert described.read("README.md") == README
    assert not (described.root / "elsewhere/README.md").exists()
    changes = json.loads(described.generate("--format", "json").ok().out)["changes"]
    assert {"path": "README.md", "kind": "update"} in changes


def test_it_is_bounded() -> None:
    """The size of the block has a limit; it lists the newest cycles."""
    loaded = config.parse(VERSIONS)
    (release, *_) = loaded.releases
    many = tuple(
        replace(release, cycle=f"3.{n}", version=f"3.{n}.1", folder=f"3.{n}")
        for n in range(500, 0, -1)
    )
    large = replace(loaded, releases=many)
    text = readme_block.table(large, expand(large))
    assert 0.8 * readme_block.BUDGET < len(text.encode()) <= readme_block.BUDGET
    rows = re.findall(r"^\| `(3\.\d+)` \|", text, re.MULTILINE)
    assert rows == [f"3.{n}" for n in range(500, 500 - len(rows), -1)]
    assert f"And {500 - len(rows)} more: `library/sample` lists all." in text
