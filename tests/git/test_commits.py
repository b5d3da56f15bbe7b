"""Commits of some paths only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix.errors import InputError
from tagmatrix.git.commits import commit
from tests.repos import make_repo

if TYPE_CHECKING:
    from tests.repos import TestRepo

NAMES = (
    *("plain", "with space", "-dash", "*", "[ab]", ":(top)a", 'a"quote"', "ünïcode", "back\\slash"),
    *("line\nbreak", "$HOME", "#hash", "a -> b", os.fsdecode(b"\xff\xfe")),
)


def names(repo: TestRepo, commit_id: str | None) -> set[str]:
    """Return the paths that a commit changed."""
    assert commit_id is not None
    listing = repo.git(
        *("diff-tree", "--root", "--no-commit-id"),
        *("--name-only", "--no-renames", "-r", commit_id),
    )
    return set(listing.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_any_name(tmp_path: Path, name: str) -> None:
    """For any file name, only this file is committed: new, changed and deleted."""
    repo = make_repo(tmp_path / "repo")
    for other in ("a", "b", "x", "staged"):
        repo.write(other, "1")
    repo.commit()
    repo.write("staged", "2")
    repo.git("add", "staged")
    repo.write("a", "2")
    file = repo.path / name
    for content in (b"1", b"2", None):
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content)
        made = commit(repo.path, [name], "A change")
        assert made == repo.head()
        assert len(names(repo, made)) == 1
        assert repo.git("status", "--porcelain") == " M a\nM  staged"
    assert commit(repo.path, [name], "A change") is None


def test_nothing_to_commit(tmp_path: Path) -> None:
    """If nothing changed, `commit` returns None and raises no error."""
    repo = make_repo(tmp_path / "repo")
    repo.write("a", "1")
    head = repo.commit()
    assert commit(repo.path, ["a", "never/there"], "A change") is None
    assert repo.head() == head


@pytest.mark.slow
@pytest.mark.parametrize("before", ["nothing", "add", "add -N", "rm", "rm --cached", "mv"])
def test_whatever_is_staged(tmp_path: Path, before: str) -> None:
    """Whatever users have staged before, the commit is the same."""
    repo = make_repo(tmp_path / "repo")
    for name in ("changed", "gone", "moved"):
        repo.write(f"in/{name}", f"the text of {name}\n" * 9)
    repo.commit()
    repo.write("in/changed", "2\n")
    repo.write("in/new", "3\n")
    match before:
        case "add":
            repo.git("add", "--all")
        case "add -N":
            repo.git("add", "--intent-to-add", "in/new")
        case "rm":
            repo.git("rm", "--quiet", "in/gone")
        case "rm --cached":
            repo.git("rm", "--quiet", "--cached", "in/gone", "in/moved")
        case "mv":
            repo.git("mv", "in/moved", "in/else")
        case _:
            pass
    for old, new in (("gone", None), ("moved", "else")):
        place = repo.path / "in" / old
        if new and place.exists():
            place.rename(repo.path / "in" / new)
        place.unlink(missing_ok=True)
    made = commit(repo.path, ["in"], "A change")
    assert names(repo, made) == {"in/changed", "in/new", "in/gone", "in/moved", "in/else"}
    assert repo.git("status", "--porcelain") == ""


def test_subfolder_with_an_odd_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are relative to the root, for any name of it and any working directory."""
    repo = make_repo(tmp_path / "repo")
    inner = "im [x] */:(glob)"
    repo.write(f"{inner}/a", "1")
    repo.write("a", "1")
    repo.write("im x x/a", "1")
    made = commit(repo.path / inner, ["a"], "A change")
    assert names(repo, made) == {f"{inner}/a"}
    monkeypatch.chdir(repo.path)
    repo.write(f"{inner}/a", "2")
    made = commit(Path(inner), ["a"], "Another")
    assert names(repo, made) == {f"{inner}/a"}
    assert repo.git("log", "--format=%s") == "Another\nA change"


def test_messages_are_kept(tmp_path: Path) -> None:
    """A message is committed unchanged: with its body and with special characters."""
    repo = make_repo(tmp_path / "repo")
    repo.write("a", "1")
    text = "Move `2` to $HOME; 'x'\n\n- a\n- -b\n- …"
    commit(repo.path, ["a"], text)
    assert repo.git("log", "-1", "--format=%B").rstrip("\n") == text


def test_ignored(tmp_path: Path) -> None:
    """An ignored path is an error; other ignored files in a folder are left out."""
    repo = make_repo(tmp_path / "repo")
    repo.write(".gitignore", "*~\n/hidden\n")
    repo.write("in/a", "1")
    repo.write("in/a~", "1")
    repo.write("hidden", "1")
    repo.commit()
    repo.write("in/a", "2")
    assert names(repo, commit(repo.path, ["in"], "A change")) == {"in/a"}
    with pytest.raises(InputError, match="hidden can't be committed: git ignores it"):
        commit(repo.path, ["in", "hidden"], "A change")


def test_no_repository(tmp_path: Path) -> None:
    """Outside of a repository the error says that there is none."""
    with pytest.raises(InputError, match=r"can't commit: .* is not in a git repository"):
        commit(tmp_path, ["a"], "A change")


def test_failure_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has git's message, and the list of paths is removed."""
    repo = make_repo(tmp_path / "repo")
    repo.write("a", "1")
    repo.git("config", "commit.gpgSign", "true")
    repo.git("config", "gpg.program", "false")
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(aside))
    with pytest.raises(InputError, match=r"git could not commit: .*gpg"):
        commit(repo.path, ["a"], "A change")
    assert [*aside.iterdir()] == []


@pytest.mark.parametrize("kind", ["hook", "key"])
def test_failure_leaves_the_index(tmp_path: Path, kind: str) -> None:
    """If a hook refuses the commit, or a key is missing, the index is as it was."""
    repo = make_repo(tmp_path / "repo")
    repo.write("a", "1")
    repo.write("b", "1")
    repo.commit()
    repo.write("b", "2")
    repo.git("add", "b")
    repo.write("a", "2")
    repo.write("new", "1")
    if kind == "hook":
        hook = repo.path / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
    else:
        repo.git("config", "commit.gpgSign", "true")
        repo.git("config", "gpg.program", "false")
    before = repo.git("status", "--porcelain")
    with pytest.raises(InputError):
        commit(repo.path, ["a", "new"], "x")
    assert repo.git("status", "--porcelain") == before


def bits(repo: TestRepo) -> dict[str, str]:
    """Return the mode of each file in HEAD."""
    lines = repo.git("ls-tree", "-r", "HEAD").splitlines()
    return {line.partition("\t")[2]: line[:6] for line in lines}


@pytest.mark.parametrize("where", [".", "inner"])
def test_run_bits_where_git_ignores_those_of_the_disk(tmp_path: Path, where: str) -> None:
    """The run bits are those that the caller wants; nothing else that is staged is committed."""
    repo = make_repo(tmp_path / "repo")
    repo.git("config", "core.fileMode", "false")
    top = "" if where == "." else f"{where}/"
    for name in ("run", "data", "gone", "staged"):
        repo.write(f"{top}{name}", "1").chmod(0o755)
    root = repo.path / where
    first = commit(root, ["run", "data", "gone"], "A", run_bits={"run": True, "data": False})
    assert first == repo.head()
    modes = {f"{top}run": "100755", f"{top}data": "100644", f"{top}gone": "100644"}
    assert bits(repo) == modes
    repo.git("add", f"{top}staged")
    (root / "gone").unlink()
    paths = ["run", "data", "gone"]
    assert commit(root, paths, "B", run_bits={"run": False, "data": True}) == repo.head()
    assert bits(repo) == {f"{top}run": "100644", f"{top}data": "100755"}
    assert repo.git("status", "--porcelain") == f"A  {top}staged"
    assert commit(root, paths, "C", run_bits={"run": False, "data": True}) is None


def test_run_bits_during_a_merge(tmp_path: Path) -> None:
    """Some paths cannot be committed during a merge that is not finished."""
    repo = make_repo(tmp_path / "repo")
    repo.git("config", "core.fileMode", "false")
    repo.write("run", "1")
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "other")
    repo.write("a", "1")
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    repo.write("b", "1")
    repo.commit()
    repo.git("merge", "--quiet", "--no-commit", "--no-ff", "other")
    before = (repo.head(), repo.git("ls-files", "--stage"))
    with pytest.raises(InputError, match="a merge or a cherry-pick is not finished"):
        commit(repo.path, ["run"], "A", run_bits={"run": True})
    assert (repo.head(), repo.git("ls-files", "--stage")) == before
