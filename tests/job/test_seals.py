"""Seals: which commits of a branch the job made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix import git
from tagmatrix.job.clone import Clone
from tagmatrix.job.seals import BranchState, People, examine, sealed
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repos import TestRepo

PERSON = {"GIT_COMMITTER_NAME": "Ada", "GIT_AUTHOR_NAME": "Ada"}
WHO = People("A U Thor <author@example.org>", "A U Thor <author@example.org>")


@pytest.fixture
def repo(tmp_path: Path) -> TestRepo:
    """Return a repository with a commit on main, the branch `b` checked out."""
    repo = make_repo(tmp_path / "repo")
    repo.write("a", "1")
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "b")
    return repo


def ours(repo: TestRepo, text: str) -> str:
    """Make a commit like the job does."""
    parent = repo.head()
    repo.write("ours", text)
    repo.git("add", "--all")
    message = sealed(f"Update {text}", repo.git("write-tree"), parent, WHO)
    repo.git("commit", "--quiet", "--message", message)
    return repo.head()


def seen(repo: TestRepo, base: str = "main") -> BranchState:
    """Return the state of the branch."""
    found = git.locate(repo.path)
    assert isinstance(found, git.Repository)
    return examine(Clone(found), repo.git("rev-parse", "b"), repo.git("rev-parse", base))


def test_ours(repo: TestRepo) -> None:
    """Commits with seals are the job's, down to the fork, wherever main is now."""
    fork = repo.head()
    ours(repo, "1")
    head = ours(repo, "2")
    assert seen(repo) == BranchState(head, fork)
    repo.git("checkout", "--quiet", "main")
    repo.write("a", "2")
    repo.commit()
    assert seen(repo) == BranchState(head, fork)


def test_merged(repo: TestRepo) -> None:
    """A branch that main contains has no commits of its own."""
    head = ours(repo, "1")
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-edit", "b")
    assert seen(repo) == BranchState(head, head)


def test_partly_merged(repo: TestRepo) -> None:
    """The fork is the last commit that main contains."""
    first = ours(repo, "1")
    repo.git("branch", "--force", "main")
    head = ours(repo, "2")
    assert seen(repo) == BranchState(head, first)


@pytest.mark.parametrize("number", [1, 9])
def test_a_persons(repo: TestRepo, number: int) -> None:
    """Commits without a seal are a user's; the message has subject and author of the first."""
    ours(repo, "1")
    for name in range(number):
        repo.write(f"p{name}", "x")
        repo.commit(f"Fix {name}", **PERSON)
    persons = seen(repo).persons
    assert len(persons) == min(number, 5)
    assert persons[0] == f"{repo.head()[:12]} Fix {number - 1} (Ada)"


@pytest.mark.slow
@pytest.mark.parametrize("how", ["squash", "rebase"])
@pytest.mark.parametrize("later", [False, True])
def test_a_persons_that_is_merged(repo: TestRepo, how: str, later: bool) -> None:  # noqa: FBT001 (pytest passes it by name)
    """If main has the content of a user's commits, they do not stop the job."""
    ours(repo, "1")
    repo.write("theirs", "x")
    repo.git("rm", "--quiet", "a")
    head = repo.commit("Fix it", **PERSON)
    repo.git("checkout", "--quiet", "main")
    repo.write("main", "x")
    repo.commit("Something else")
    assert seen(repo).persons
    if how == "squash":
        repo.git("merge", "--quiet", "--squash", "b")
        repo.commit("Squashed")
    else:
        repo.git("cherry-pick", "main..b", GIT_COMMITTER_NAME="Web")
    if later:
        repo.write("ours", "2")
        repo.commit("Newer")
    assert seen(repo) == BranchState(head, head)


@pytest.mark.parametrize("what", ["part", "empty"])
def test_a_persons_that_is_not_merged(repo: TestRepo, what: str) -> None:
    """If main has only a part, or the commits change nothing, they still stop the job."""
    if what == "empty":
        repo.git("commit", "--quiet", "--allow-empty", "-m", "Wait", **PERSON)
    else:
        repo.write("one", "x")
        repo.write("two", "x")
        repo.commit("Two", **PERSON)
    repo.git("checkout", "--quiet", "main")
    repo.write("one", "x")
    repo.commit("One")
    assert seen(repo).persons


@pytest.mark.slow
@pytest.mark.parametrize(
    "what", ["trailer", "subject", "tree", "author", "committer", "parent", "seal"]
)
def test_what_a_seal_is_for(repo: TestRepo, what: str) -> None:
    """Another tree, parent, subject, author or committer breaks it; added lines do not."""
    ours(repo, "1")
    message = repo.git("log", "-1", "--format=%B")
    match what:
        case "trailer":
            repo.git("commit", "--quiet", "--amend", "-m", f"{message}\nChange-Id: I1")
        case "author":
            repo.git("commit", "--quiet", "--amend", "--no-edit", "--author", "Ada <a@b>")
        case "subject":
            repo.git("commit", "--quiet", "--amend", "-m", message.replace("Update", "Renew"))
        case "tree":
            repo.write("a", "3")
            repo.git("commit", "--quiet", "--all", "--amend", "--no-edit")
        case "committer":
            repo.git("commit", "--quiet", "--amend", "--no-edit", GIT_COMMITTER_EMAIL="x@y")
        case "parent":
            tree = repo.git("rev-parse", "HEAD^{tree}")
            other = repo.git("commit-tree", tree, "-m", "Other")
            commit = repo.git("commit-tree", tree, "-p", other, "-m", message)
            repo.git("reset", "--quiet", "--hard", commit)
        case _:
            repo.git("commit", "--quiet", "--amend", "-m", "Mine")
    assert bool(seen(repo).persons) == (what != "trailer")


def test_odd_names(repo: TestRepo) -> None:
    """Names and messages may contain everything that git allows."""
    repo.write("x", "1")
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "-m", "ünï\n\n%x00 | <b>", GIT_AUTHOR_NAME="Ünï % O'Neil")
    assert seen(repo).persons == (f"{repo.head()[:12]} ünï (Ünï % O'Neil)",)


def test_settings_of_a_person_change_nothing(repo: TestRepo) -> None:
    """The user's git settings for output do not affect seals."""
    for name, value in (
        ("log.showSignature", "true"),
        ("color.ui", "always"),
        ("i18n.logOutputEncoding", "latin1"),
        ("log.decorate", "full"),
    ):
        repo.git("config", name, value)
    head = ours(repo, "ü")
    assert seen(repo) == BranchState(head, repo.git("rev-parse", "main"))
