"""Reading from git does not depend on settings or on the surroundings."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from tagmatrix import git
from tests.repos import TestRepo, environment, make_repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's git configuration out of the tests."""
    for name, text in environment().items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, text)


@pytest.fixture
def repo(tmp_path: Path) -> TestRepo:
    """Return a repository with one commit of two files."""
    made = make_repo(tmp_path / "repository")
    made.write("library/a/Dockerfile", "FROM a\n")
    made.write("top", "text\n")
    made.commit()
    return made


def opened(test_repo: TestRepo, folder: str = ".") -> git.Repository:
    """Open the repository from one of its folders."""
    found = git.discover(test_repo.path / folder)
    assert found is not None
    return found


# --- finding the repository -----------------------------------------------------------------------


def test_locate(repo: TestRepo) -> None:
    """`locate` returns all facts of a repository, at its top."""
    assert git.locate(repo.path) == git.Repository(
        folder=repo.path, prefix="", head=repo.head(), shallow=False, object_format="sha1"
    )


@pytest.mark.parametrize("name", ["library", "library/a", "with space", "ünï", "line\nbreak"])
def test_prefix(repo: TestRepo, name: str) -> None:
    """A folder inside the repository has its prefix, with a commit or without."""
    (repo.path / name).mkdir(parents=True, exist_ok=True)
    inside = opened(repo, name)
    assert (inside.prefix, inside.head) == (name, repo.head())
    repo.git("switch", "--quiet", "--orphan", "empty")
    (repo.path / name).mkdir(parents=True, exist_ok=True)
    unborn = opened(repo, name)
    assert (unborn.prefix, unborn.head) == (name, None)


def test_sha256(tmp_path: Path) -> None:
    """The object format is the repository's."""
    made = make_repo(tmp_path, object_format="sha256")
    assert opened(made).object_format == "sha256"


def test_shallow(repo: TestRepo, tmp_path: Path) -> None:
    """A shallow clone is recognised."""
    repo.commit("Second")
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "clone"))
    assert opened(TestRepo(tmp_path / "clone")).shallow


def test_linked_work_tree(repo: TestRepo, tmp_path: Path) -> None:
    """A second work tree is a repository like the first."""
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "second"))
    assert opened(TestRepo(tmp_path / "second")).head == repo.head()


def test_reasons_for_no_repository(
    repo: TestRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside a repository, in a bare one and without git: each gives its own reason."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert git.locate(tmp_path) is git.Absence.OUTSIDE
    assert git.locate(repo.path / ".git") is git.Absence.NO_WORK_TREE
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "bare"))
    assert git.locate(tmp_path / "bare") is git.Absence.NO_WORK_TREE
    assert git.discover(tmp_path / "bare") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git.locate(repo.path) is git.Absence.NO_PROGRAM
    assert f"{git.Absence.NO_PROGRAM}" == "there is no git program on PATH"


def test_another_owner_is_an_error(repo: TestRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository of another owner is an error; git's message says how to trust it."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(git.GitError, match=r"dubious ownership[\s\S]*safe\.directory"):
        git.locate(repo.path)


def test_broken_link_is_an_error(tmp_path: Path) -> None:
    """A work tree whose repository is missing is an error, not an absence."""
    (tmp_path / ".git").write_text("gitdir: /nonexistent/.git\n", encoding="utf-8")
    with pytest.raises(git.GitError, match="/nonexistent"):
        git.locate(tmp_path)


def test_missing_folder_is_an_error(tmp_path: Path) -> None:
    """A missing folder is an error."""
    with pytest.raises(git.GitError, match="No such file"):
        git.locate(tmp_path / "missing")


def test_variables_of_a_hook(
    repo: TestRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a hook of another repository runs, the folder selects the repository."""
    other = make_repo(tmp_path / "other")
    expected = opened(repo)
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git/objects"))
    monkeypatch.setenv("GIT_PREFIX", "elsewhere/")
    assert git.locate(repo.path) == expected
    assert git.tracked_files(expected) == {"top", "library/a/Dockerfile"}
    assert git.show(expected, "HEAD", "top") == b"text\n"


# --- trees, the index, files ----------------------------------------------------------------------


def test_tree(repo: TestRepo) -> None:
    """A tree has the files and folders at a path and below, each with its type and id."""
    repo.write("library/a/run.sh", "").chmod(0o755)
    (repo.path / "library/a/link").symlink_to("run.sh")
    repo.git("add", "library")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head()},library/module")
    first = repo.head()
    repo.git("commit", "--quiet", "--message", "Kinds")
    entries = git.tree(opened(repo), "HEAD", "library/")
    assert {path: (entry.mode, entry.type) for path, entry in entries.items()} == {
        "library": ("040000", "tree"),
        "library/a": ("040000", "tree"),
        "library/a/Dockerfile": ("100644", "blob"),
        "library/a/link": ("120000", "blob"),
        "library/a/run.sh": ("100755", "blob"),
        "library/module": ("160000", "commit"),
    }
    assert entries["library"].object_id == repo.git("rev-parse", "HEAD:library")
    assert entries["library/a/Dockerfile"].object_id == git.blob_id(b"FROM a\n")
    assert set(git.tree(opened(repo), first)) == {
        *("library", "library/a", "library/a/Dockerfile", "top")
    }


def test_tree_inside_the_repository(repo: TestRepo) -> None:
    """Paths are relative to the folder that was opened."""
    inside = opened(repo, "library")
    assert set(git.tree(inside, "HEAD")) == {"a", "a/Dockerfile"}
    assert set(git.tree(inside, "HEAD", "a/Dockerfile")) == {"a/Dockerfile"}
    assert git.tree(inside, "HEAD", "top") == {}
    assert git.tracked_files(inside) == {"a/Dockerfile"}
    assert git.show(inside, "HEAD", "a/Dockerfile") == b"FROM a\n"
    assert git.show(inside, "HEAD", "top") is None


@pytest.mark.parametrize("name", ["*", ":(top)x", '"', "-x", "ä b", "a\\b", "line\nbreak", "[a]"])
def test_names_are_literal(repo: TestRepo, name: str) -> None:
    """A name matches only the file with exactly this name."""
    repo.write(f"library/{name}/file", "text\n")
    repo.commit()
    inside = opened(repo, "library")
    assert set(git.tree(inside, "HEAD", name)) == {name, f"{name}/file"}
    assert git.tracked_files(inside, name) == {f"{name}/file"}
    if "\n" not in name:
        assert git.show(inside, "HEAD", f"{name}/file") == b"text\n"


def test_tracked_files(repo: TestRepo) -> None:
    """Files in the index are tracked; other files in the folder are not."""
    repo.write("library/added", "")
    repo.git("add", "library/added")
    repo.write("library/lies there", "")
    assert git.tracked_files(opened(repo), "library") == {"library/a/Dockerfile", "library/added"}
    assert git.tracked_files(opened(repo), "never") == frozenset()


def test_show(repo: TestRepo) -> None:
    """A file is returned as committed; a path that is not a file gives None."""
    repo.write(".gitattributes", "* text eol=crlf\n")
    content = bytes(range(256)) * 300
    (repo.path / "binary").write_bytes(content)
    repo.git("-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "add", "top")
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{_stored(repo, content)},binary")
    repo.git("commit", "--quiet", "--message", "Binary")
    assert git.show(opened(repo), "HEAD", "binary") == content
    assert git.show(opened(repo), "HEAD~1", "binary") is None
    assert git.show(opened(repo), "main", "library") is None
    assert git.show(opened(repo), "main", "./library/a/../a/Dockerfile") == b"FROM a\n"


def _stored(repo: TestRepo, content: bytes) -> str:
    done = subprocess.run(
        ["git", "-C", repo.path, "hash-object", "-w", "--no-filters", "--stdin"],
        input=content,
        stdout=subprocess.PIPE,
        env=environment(),
        check=True,
    )
    return done.stdout.decode().strip()


@pytest.mark.parametrize("rev", ["nowhere", "--all", "-p", "HEAD~9", "", ":0", "HEAD\nHEAD"])
def test_unknown_revision(repo: TestRepo, rev: str) -> None:
    """An unknown revision is an error, and never read as an option."""
    with pytest.raises(git.GitError):
        git.show(opened(repo), rev, "top")


@pytest.mark.parametrize("path", ["/etc/passwd", "..", "../x", "a/../../x"])
def test_paths_stay_inside(repo: TestRepo, path: str) -> None:
    """Paths outside the folder are refused."""
    inside = opened(repo, "library")
    for ask in (
        lambda: git.tree(inside, "HEAD", path),
        lambda: git.tracked_files(inside, path),
        lambda: git.show(inside, "HEAD", path),
    ):
        with pytest.raises(git.GitError, match="is outside the folder"):
            ask()


def test_gits_words(repo: TestRepo) -> None:
    """An error has git's own message, in English, and the exit code of invalid input."""
    with pytest.raises(git.GitError, match="git ls-tree: fatal: Not a valid object name") as caught:
        git.tree(opened(repo), "nowhere")
    assert caught.value.exit_code == 2


def test_process_that_fails(repo: TestRepo) -> None:
    """When output is read piece by piece, a failure is raised at its end."""
    with (
        git.Process(opened(repo), "log", "--nonsense") as process,
        pytest.raises(git.GitError, match="git log: fatal"),
    ):
        list(iter(process.read, b""))


def test_process_with_much_to_say(repo: TestRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that exceed a pipe's buffer do not block the output."""
    monkeypatch.setenv("GIT_TRACE", "2")
    with git.Process(opened(repo), "log", "--format=%H", "HEAD", "--", "x" * 100_000) as process:
        assert list(iter(process.read, b"")) == []


def test_process_without_git(repo: TestRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing git program is an error, not a crash."""
    where = opened(repo)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(git.GitError, match="could not be started"):
        git.run(where, "log")
    with pytest.raises(git.GitError, match="could not be started"):
        git.Process(where, "log")


@given(st.binary(max_size=300))
def test_blob_id(content: bytes) -> None:
    """The id is git's: a hash of the length and the content."""
    assert len(git.blob_id(content)) == 40
    assert len(git.blob_id(content, "sha256")) == 64


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_blob_id_is_gits(tmp_path: Path, object_format: str) -> None:
    """Both formats give the same ids as `git hash-object`."""
    made = make_repo(tmp_path, object_format=object_format)
    for content in (b"", b"FROM a\n", b"\0\r\n" * 1000):
        assert git.blob_id(content, object_format) == _stored(made, content)


def test_import_is_light() -> None:
    """Reading git imports none of the slow modules."""
    code = "import sys, tagmatrix.git.history; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True
    )
    assert not {"git", "asyncio", "jinja2", "yaml", "tempfile"} & set(done.stdout.split())
