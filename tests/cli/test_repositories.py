"""Commands in repositories that lack something: a work tree, git's trust, a part of the objects."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_killed import files
from tests.jobs import QUICK, clone, make_bare, no_leftovers, release
from tests.projects import DOCKERFILES, write_sources

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.test_killed import Files
    from tests.projects import Project
    from tests.web.site import Site

NO_TREE = "there is no git work tree here: the repository is bare, or this is its own .git folder"
GENERATE: tuple[str, ...] = ("generate",)
COMMIT = ("generate", "--commit")
REGENERATE = ("regenerate", *QUICK)
SITE = ("site", "--output", "site")


@pytest.fixture(params=["bare", ".git"])
def no_tree(request: pytest.FixtureRequest, project: Project, tmp_path: Path) -> Project:
    """Return a family in a bare repository, or in the folder .git of one."""
    root = project.root / ".git"
    if request.param == "bare":
        root = make_bare(project, tmp_path / "bare.git").path
    write_sources(root)
    return project.at(root)


def test_without_a_work_tree(no_tree: Project) -> None:
    """The Dockerfiles are written; what names commits is not, and the message says why."""
    assert "2.1.3-slim-trixie" in no_tree.run("tags").ok().out
    assert "2.1.3-slim-trixie" in no_tree.run("show", "slim").ok().out
    check = no_tree.generate("--check")
    assert (check.code, check.err) == (3, "")
    assert f"{DOCKERFILES[0]}: missing" in check.out
    done = no_tree.generate().ok()
    outputs = "library/sample, library/README.md and library/sample.json"
    assert f"{outputs} stay unchanged: {NO_TREE}: commits are not known" in done.out
    assert all((no_tree.root / path).exists() for path in DOCKERFILES)
    assert not (no_tree.root / "library/sample").exists()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (COMMIT, "cannot commit"),
        (REGENERATE, "cannot commit"),
        (SITE, "there is no history to read"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_nothing_to_commit_to(
    no_tree: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    what: str,
) -> None:
    """Commands that need commits write nothing, and say why."""
    monkeypatch.chdir(tmp_path)
    refs, before = no_tree.repo.git("for-each-ref"), files(no_tree)
    done = no_tree.run(*words)
    assert (done.code, done.err) == (2, f"error: {what}: {NO_TREE}\n")
    assert no_tree.repo.git("for-each-ref") == refs
    assert files(no_tree) == before
    assert not (no_tree.root / "library").exists()
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("words", [GENERATE, COMMIT, REGENERATE, SITE], ids=" ".join)
def test_another_owner(
    project: Project, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """In another user's checkout nothing is written, and git's own advice is printed."""
    project.bump("2.1.3", "2.1.4")
    before = files(project), project.repo.git("for-each-ref")
    monkeypatch.chdir(project.root)
    with monkeypatch.context() as patch:
        patch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        done = project.run(*words)
    assert done.code == 2
    assert "error: git rev-parse: fatal: detected dubious ownership in repository" in done.err
    assert "git config --global --add safe.directory" in done.err
    assert (files(project), project.repo.git("for-each-ref")) == before


@pytest.mark.slow
@pytest.mark.parametrize("filtered", ["tree:0", "blob:none"])
@pytest.mark.parametrize(
    ("words", "needs"),
    [
        (("show", "slim"), {"tree:0", "blob:none"}),
        (GENERATE, {"tree:0"}),
        (COMMIT, {"tree:0"}),
        (SITE, {"tree:0", "blob:none"}),
        (REGENERATE, {"tree:0"}),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_partial_clone(
    job: Project,
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    needs: set[str],
    filtered: str,
) -> None:
    """A clone that lacks what a command needs, without its remote: nothing is written.

    `needs` are the filters of the clones that lack it. A command that needs nothing more, or that
    has the remote again, makes what it makes in a complete clone.
    """
    release(site, "2.1.4", windows="b" * 64)
    job.edit("templates/linux.Dockerfile.j2", "make ", "make -j ")
    job.generate("--commit").ok()
    bare = make_bare(job, tmp_path / "bare.git")
    for name in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        bare.git("config", name, "true")
    whole = clone(job, bare, tmp_path / "whole")
    partial = clone(job, bare, tmp_path / "partial", f"--filter={filtered}")
    for each in (whole, partial):
        each.edit("templates/linux.Dockerfile.j2", "make -j ", "make all ")
        if words == REGENERATE:
            each.repo.commit("Build all")
    monkeypatch.chdir(whole.root)
    expected = whole.run(*words).ok()
    monkeypatch.chdir(partial.root)
    before = state(partial)
    bare.path.rename(tmp_path / "gone.git")
    done = partial.run(*words)
    if filtered in needs:
        assert done.code == 2
        error = next(line for line in done.err.splitlines() if line.startswith("error: "))
        assert "this clone is partial (git clone --filter), and git could not get" in error
        assert "git fetch --refetch --no-filter" in error
        assert "fatal: could not fetch" not in done.err
        assert state(partial) == before
        (tmp_path / "gone.git").rename(bare.path)
        partial.repo.git("fetch", "--quiet", "--refetch", "--no-filter")
        shutil.rmtree(bare.path)
        done = partial.run(*words)
    assert (done.code, done.out) == (0, expected.out)
    assert state(partial) == state(whole)
    no_leftovers(partial.repo)


def state(project: Project) -> tuple[Files, str]:
    """Return the files of a clone, and its branches."""
    return files(project), project.repo.git("for-each-ref", "refs/heads/", "refs/tagmatrix/")
