"""Read the bases of images from real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.errors import InputError
from tagmatrix.manifest import Entry
from tagmatrix.manifest.checkout import Checkouts
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

AMD64 = ("amd64",)


def last(checkouts: Checkouts, entry: Entry, architecture: str = "amd64") -> str | None:
    """Return the base of an entry."""
    bases = checkouts.bases(entry, architecture)
    return bases.last if bases else None


def test_base_is_that_of_the_named_commit(tmp_path: Path) -> None:
    """The Dockerfile is read at the commit, not from the work tree."""
    repo = make_repo(tmp_path)
    repo.write("1/Dockerfile", "FROM a:1\n")
    commit = repo.commit()
    repo.write("1/Dockerfile", "FROM b:1\n")
    checkouts = Checkouts([repo.path])
    assert last(checkouts, Entry(git_commit=commit, directory="1")) == "a:1"
    assert last(checkouts, Entry(git_commit=repo.commit(), directory="1")) == "b:1"


def test_many_are_read_at_once(tmp_path: Path) -> None:
    """One call of git reads many Dockerfiles, existing and missing ones."""
    repo = make_repo(tmp_path)
    for number in range(5):
        repo.write(f"{number}/Dockerfile", f"FROM a:{number}\n# {'é' * number}")
    commit = repo.commit()
    entries = [Entry(git_commit=commit, directory=name) for name in ("3", "none", "1", ".", "4")]
    entries.insert(2, Entry(git_commit="ab" * 20, directory="1"))
    checkouts = Checkouts([repo.path])
    checkouts.load(entries)
    assert [last(checkouts, entry) for entry in entries] == ["a:3", None, None, "a:1", None, "a:4"]


def test_architecture_has_its_own(tmp_path: Path) -> None:
    """An architecture may have its own Dockerfile or commit, or no Dockerfile."""
    repo = make_repo(tmp_path)
    repo.write("Dockerfile", "FROM a:1\n")
    repo.write("arm/File", "FROM arm:1\n")
    commit = repo.commit()
    entry = Entry(
        git_commit=commit,
        architectures=("amd64", "arm64v8", "i386", "s390x"),
        arch_values={
            "arm64v8-Directory": "arm",
            "arm64v8-File": "File",
            "i386-GitCommit": "not a commit",
            "s390x-Builder": "oci-import",
        },
    )
    checkouts = Checkouts([repo.path])
    checkouts.load([entry])
    found = [last(checkouts, entry, name) for name in entry.architectures]
    assert last(checkouts, entry, "linux/arm64") == found[1]
    assert found == ["a:1", "arm:1", None, "scratch"]


def test_links_are_followed(tmp_path: Path) -> None:
    """A Dockerfile may be a link to another; a broken link has no base."""
    repo = make_repo(tmp_path)
    repo.write("1/Dockerfile", "FROM a:1\n")
    for name, target in [("2", "1"), ("3", "nowhere"), ("4", "/etc"), ("5", "5")]:
        (repo.path / name).symlink_to(target)
    entries = [Entry(git_commit=repo.commit(), directory=str(number)) for number in range(1, 6)]
    checkouts = Checkouts([repo.path])
    checkouts.load([*entries[2:], *entries[:2]])
    assert [last(checkouts, entry) for entry in entries] == ["a:1", "a:1", None, None, None]


@pytest.mark.parametrize("directory", ["..", "../x", "/etc", "a\nb"])
def test_outside_folders_have_no_base(tmp_path: Path, directory: str) -> None:
    """A folder outside the repository has no base."""
    repo = make_repo(tmp_path)
    assert (
        last(Checkouts([repo.path]), Entry(git_commit=repo.commit(), directory=directory)) is None
    )


def test_repositories_are_asked_in_turn(tmp_path: Path) -> None:
    """Any repository that has the commit is read, also a bare one."""
    one, other = make_repo(tmp_path / "one"), make_repo(tmp_path / "other")
    one.write("Dockerfile", "FROM a:1\n")
    other.write("Dockerfile", "FROM b:1\n")
    entries = [Entry(git_commit=repo.commit()) for repo in (one, other)]
    other.git("clone", "--quiet", "--bare", str(other.path), str(tmp_path / "bare"))
    checkouts = Checkouts([one.path, tmp_path / "bare"])
    assert [last(checkouts, entry) for entry in entries] == ["a:1", "b:1"]


def test_no_repository() -> None:
    """Without a repository the bases are unknown."""
    assert last(Checkouts([]), Entry(git_commit="c0ffee")) is None


def test_folder_without_a_repository(tmp_path: Path) -> None:
    """A folder that is not a repository is rejected."""
    with pytest.raises(InputError, match="not in a git repository: give a clone"):
        Checkouts([tmp_path])


def test_large_files_are_not_dockerfiles(tmp_path: Path) -> None:
    """A file that is too large is not read; the same file at two paths is read once."""
    repo = make_repo(tmp_path)
    repo.write("1/Dockerfile", "FROM a:1\n" + "#" * (1 << 20))
    repo.write("2/Dockerfile", "FROM a:2\n")
    repo.write("3/Dockerfile", "FROM a:2\n")
    commit = repo.commit()
    entries = [Entry(git_commit=commit, directory=name) for name in "123"]
    checkouts = Checkouts([repo.path])
    checkouts.load(entries)
    assert [last(checkouts, entry) for entry in entries] == [None, "a:2", "a:2"]
