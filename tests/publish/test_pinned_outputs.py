"""Manifest, JSON and page without a readable history: unchanged, and reported if outdated."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tagmatrix import manifest
from tests.projects import MAIN, MANIFEST, NO_ALPINE, TRIXIE, copy, make_published, stays_as_it_is

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project


@pytest.fixture
def archive(project: Project) -> Project:
    """Return the sample without git."""
    shutil.rmtree(project.root / ".git")
    return project


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (MANIFEST, "Maintainers: A U Thor", "Maintainers: B U Thor"),
        (MANIFEST, "amd64, arm64v8", "arm64v8, amd64"),
        (MANIFEST, "Directory: library/2.0/trixie", "Directory: library/2.0/elsewhere"),
        (MANIFEST, "# Do not edit", "# Do edit"),
        (MAIN[0], "2.1.3-trixie", "2.1.2-trixie"),
        (MAIN[1], "2.1.3-trixie", "2.1.2-trixie"),
        ("versions.yaml", "author@", "other@"),
        ("versions.yaml", "branch: main", "branch: other"),
        ("versions.yaml", 'alpine: "3.24"\n', NO_ALPINE),
        ("templates/README.md.j2", "# {{", "## {{"),
    ],
)
def test_behind(archive: Project, path: str, old: str, new: str) -> None:
    """Every difference besides the commits is found; the three files stay unchanged."""
    archive.edit(path, old, new)
    before = archive.snapshot()
    done = archive.generate().ok()
    assert "behind versions.yaml" in done.out
    assert archive.snapshot() == before
    check = archive.generate("--check", "--only", "manifest")
    assert check.code == 3
    assert f"{MANIFEST}: behind versions.yaml" in check.out
    assert archive.generate("--check", "--only", "dockerfiles").code == 0


def test_other_commits_are_not_behind(archive: Project) -> None:
    """Commits can't be checked without a history, so they are not reported."""
    found = manifest.parse((archive.root / MANIFEST).read_bytes())
    commit = found.entries[0].git_commit
    for path in MAIN:
        archive.edit(path, commit, "1234567890" * 4)
    stays_as_it_is(archive)


@pytest.mark.parametrize("path", MAIN[:2])
def test_one_of_three_is_missing(archive: Project, path: str) -> None:
    """The three files are one unit: if one is missing, they are outdated."""
    (archive.root / path).unlink()
    assert archive.generate("--check").code == 3


def test_never_published(archive: Project) -> None:
    """Without a manifest, nothing can be outdated."""
    for path in MAIN:
        (archive.root / path).unlink()
    done = archive.generate().ok()
    assert "behind" not in done.out
    assert not (archive.root / MANIFEST).exists()


def test_renamed_without_its_history(project: Project, tmp_path: Path) -> None:
    """In a shallow clone, a manifest with the image's old name is behind; a removed one is not."""
    project.repo.git("clone", "--quiet", "--depth=1", f"file://{project.root}", str(tmp_path / "c"))
    clone = project.at(tmp_path / "c")
    clone.edit("versions.yaml", "image: sample", "image: other")
    check = clone.generate("--check", "--only", "manifest")
    assert check.code == 3
    assert "library/other: behind versions.yaml, and the clone is shallow" in check.out
    clone.edit("versions.yaml", "image: other", "image: sample")
    for path in MAIN:
        (clone.root / path).unlink()
    assert "behind" not in clone.generate().ok().out


@pytest.mark.slow
@pytest.mark.parametrize(
    "inside", ["images/sample", pytest.param("library", marks=pytest.mark.slow)]
)
def test_archive_of_a_subfolder(archive: Project, tmp_path: Path, inside: str) -> None:
    """An archive of a subfolder is up to date, although its place is unknown."""
    make_published(tmp_path / "repo", inside=inside)
    alone = archive.at(copy(tmp_path / "repo" / inside, tmp_path / "alone"))
    assert f"Directory: {inside}/library/2.1/trixie" in alone.read(MANIFEST)
    stays_as_it_is(alone)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a\nb", "fam\udce9"])
def test_folder_that_a_manifest_cannot_hold(tmp_path: Path, project: Project, name: str) -> None:
    """A line feed or bytes that are not UTF-8 in the folder's path are refused, not printed."""
    make_published(tmp_path / "repo", inside="images/sample")
    (tmp_path / "repo" / "images").rename(tmp_path / "repo" / name)
    done = project.at(tmp_path / "repo" / name / "sample").generate()
    assert done.code == 2
    assert f"{name + '/sample'!r}: a manifest cannot hold this path" in done.err


def test_written_in_order(project: Project) -> None:
    """Dockerfiles are written first, the manifest last."""
    project.write("library/2.1/trixie/more", "x")
    project.repo.commit("More")
    (project.root / TRIXIE).unlink()
    done = json.loads(project.generate("--format", "json").ok().out)
    assert [change["path"] for change in done["changes"]] == [TRIXIE, *MAIN]
    times = [(project.root / path).stat().st_mtime_ns for path in (TRIXIE, *MAIN)]
    assert times == sorted(times)


@pytest.mark.parametrize("mode", ["120000", "160000"])
def test_committed_as_something_else(project: Project, mode: str) -> None:
    """A Dockerfile that is committed as a link or a submodule differs from the wanted one."""
    content = project.repo.git("rev-parse", f"HEAD:{TRIXIE}" if mode == "120000" else "HEAD")
    project.repo.git("update-index", "--cacheinfo", f"{mode},{content},{TRIXIE}")
    project.repo.git("commit", "--quiet", "--message=x")
    done = project.generate().ok()
    assert "folders wait for a commit\n  2.1/trixie\n" in done.out
