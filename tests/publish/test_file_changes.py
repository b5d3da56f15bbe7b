"""Compare the wanted files with the present files, and write the changes."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tagmatrix.errors import InputError
from tagmatrix.header import SENTENCES
from tagmatrix.layout import Layout
from tagmatrix.publish.change_diff import git_diff
from tagmatrix.publish.file_changes import FileAction, FileChange, clean, compare, write
from tagmatrix.publish.survey import present, survey_of
from tagmatrix.util.files import exclusive, replace, sweep
from tests.repos import make_repo

OURS = f"# {SENTENCES[0]}\n".encode()
TOP = "library"


def fill(root: Path, files: dict[str, bytes]) -> None:
    """Write files below a folder."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def there(root: Path) -> dict[str, bytes]:
    """Return all regular files below a folder."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_compare_and_write(tmp_path: Path) -> None:
    """Different files are written, unwanted generated ones deleted, others stay untouched."""
    fill(
        tmp_path,
        {
            "library/same": b"1",
            "library/other": b"1",
            "library/a/ours": OURS,
            "library/a/theirs": b"1",
            "library/b/ours": OURS,
            "library/kept/ours": OURS,
        },
    )
    before = (tmp_path / "library/same").stat()
    wanted = {"library/new/file": b"2", "library/same": b"1", "library/other": b"2"}
    changes = compare(
        tmp_path, survey_of(tmp_path, Layout()), wanted, prunable=lambda path: "kept" not in path
    )
    assert [(change.action, change.path) for change in changes] == [
        (FileAction.CREATE, "library/new/file"),
        (FileAction.UPDATE, "library/other"),
        (FileAction.DELETE, "library/a/ours"),
        (FileAction.DELETE, "library/b/ours"),
    ]
    assert [change.old for change in changes] == [b"", b"1", OURS, OURS]
    write(tmp_path, changes)
    assert there(tmp_path) == {
        "library/a/theirs": b"1",
        "library/kept/ours": OURS,
        "library/new/file": b"2",
        "library/other": b"2",
        "library/same": b"1",
    }
    assert not (tmp_path / "library/b").exists()
    after = (tmp_path / "library/same").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert compare(tmp_path, survey_of(tmp_path, Layout()), wanted, prunable=lambda _: False) == []


def test_nothing_there(tmp_path: Path) -> None:
    """Without the folder there are no files, and the first file creates it."""
    found = survey_of(tmp_path, Layout())
    assert (found.files, found.obstacles, found.leftovers) == (frozenset(), frozenset(), ())
    write(tmp_path, compare(tmp_path, found, {"library/a/b/c": b"1"}, prunable=lambda _: True))
    assert there(tmp_path) == {"library/a/b/c": b"1"}


def test_top_is_never_removed(tmp_path: Path) -> None:
    """The top folder stays, even if it becomes empty."""
    fill(tmp_path, {"library/a/b": OURS})
    write(tmp_path, compare(tmp_path, survey_of(tmp_path, Layout()), {}, prunable=lambda _: True))
    assert [path.name for path in tmp_path.rglob("*")] == [TOP]


def test_leftovers(tmp_path: Path) -> None:
    """Temporary files of killed runs are found and removed, and so are links of such names."""
    precious = tmp_path / "precious"
    precious.write_bytes(b"1")
    names = ("library/.tagmatrix-1-python", "library/a/.tagmatrix-2-Dockerfile")
    fill(tmp_path, {**dict.fromkeys(names, OURS), "library/a/b": b"1"})
    link = tmp_path / "library/.tagmatrix-3-x"
    link.symlink_to(precious)
    found = survey_of(tmp_path, Layout())
    assert found.files == {"library/a/b"}
    assert found.leftovers == tuple(sorted([*names, "library/.tagmatrix-3-x"]))
    clean(tmp_path, found.leftovers)
    assert there(tmp_path) == {"library/a/b": b"1", "precious": b"1"}
    assert not link.is_symlink()
    clean(tmp_path, found.leftovers)  # another run was faster


def test_replace_does_not_write_through_a_planted_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link in the place of the temporary file is not followed."""
    precious = tmp_path / "precious"
    precious.write_bytes(b"1")
    monkeypatch.setattr(os, "urandom", bytes)
    (tmp_path / f".tagmatrix-{bytes(8).hex()}-file").symlink_to(precious)
    with pytest.raises(FileExistsError):
        replace(tmp_path / "file", b"2")
    assert precious.read_bytes() == b"1"


def test_what_a_killed_run_left_is_in_nobodys_way(tmp_path: Path) -> None:
    """A leftover of the same process number does not block a run, and can be removed."""
    for left in (f".tagmatrix-{os.getpid()}-file", ".tagmatrix-0af3-file", ".tagmatrix-x-file"):
        (tmp_path / left).write_bytes(b"half")
    replace(tmp_path / "file", b"2")
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".tagmatrix-x-file", "file"]
    sweep(tmp_path / "nowhere")


def test_replace_keeps_the_mode_and_breaks_hard_links(tmp_path: Path) -> None:
    """A file keeps its mode; a hard link to it keeps the old content."""
    file = tmp_path / "file"
    file.write_bytes(b"1")
    file.chmod(0o750)
    (tmp_path / "other").hardlink_to(file)
    replace(file, b"2")
    assert file.read_bytes() == b"2"
    assert file.stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "other").read_bytes() == b"1"


def test_replace_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """If a file can't be replaced, no temporary file remains."""
    (tmp_path / "file" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        replace(tmp_path / "file", b"2")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("obstacle", "wanted", "words"),
    [
        ("library", "library/a", "library is a symbolic link"),
        ("library/a", "library/a/b/c", "library/a is a symbolic link"),
        ("library/a/b", "library/a/b/c", "library/a/b is a symbolic link"),
        ("library/a/b/c", "library/a/b/c", "library/a/b/c is a symbolic link"),
    ],
)
@pytest.mark.parametrize("target", ["folder", "file", "nowhere"])
def test_links(tmp_path: Path, obstacle: str, wanted: str, words: str, target: str) -> None:
    """A link in the path of a wanted file is refused, whatever its target is."""
    fill(tmp_path, {"file": b"1", "folder/b/c": b"1", "folder/c": b"1"})
    place = tmp_path / obstacle
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(tmp_path / target)
    with pytest.raises(InputError, match=words):
        compare(tmp_path, survey_of(tmp_path, Layout()), {wanted: b"2"}, prunable=lambda _: True)


def test_links_in_nobodys_way(tmp_path: Path) -> None:
    """Files behind other links are neither listed nor pruned."""
    fill(tmp_path, {"folder/ours": OURS, "library/a": b"1"})
    (tmp_path / "library/b").symlink_to(tmp_path / "folder")
    (tmp_path / "library/c").symlink_to(tmp_path / "folder/ours")
    found = survey_of(tmp_path, Layout())
    assert found.files == {"library/a"}
    wanted = {"library/a": b"1"}
    assert compare(tmp_path, found, wanted, prunable=lambda _: True) == []
    assert present(tmp_path, found, ["library/a", "library/c"]) == {"library/a": b"1"}


@pytest.mark.parametrize("name", ["library/a", "library/a/b"])
def test_file_where_a_folder_has_to_be(tmp_path: Path, name: str) -> None:
    """A file in the place of a folder is found before anything is written."""
    fill(tmp_path, {name: b"a person's"})
    with pytest.raises(InputError, match=f"{name} is a file, but must be a folder"):
        compare(
            tmp_path,
            survey_of(tmp_path, Layout()),
            {"library/a/b/c": b"1"},
            prunable=lambda _: True,
        )


@pytest.mark.parametrize(
    ("old", "new"), [("library/a/b", "library/a/b/c"), ("library/a/b/c", "library/a/b")]
)
def test_a_path_becomes_a_folder_or_a_file(tmp_path: Path, old: str, new: str) -> None:
    """A generated file that is in the way of a wanted one is deleted first."""
    fill(tmp_path, {old: OURS})
    changes = compare(tmp_path, survey_of(tmp_path, Layout()), {new: b"1"}, prunable=lambda _: True)
    assert [(change.action, change.path) for change in changes] == [
        (FileAction.DELETE, old),
        (FileAction.CREATE, new),
    ]
    write(tmp_path, changes)
    assert there(tmp_path) == {new: b"1"}


def test_a_folder_with_a_users_file_in_the_way(tmp_path: Path) -> None:
    """A folder that must become a file is refused if it holds a file of a user."""
    fill(tmp_path, {"library/a/b/ours": OURS, "library/a/b/theirs": b"1"})
    with pytest.raises(InputError, match="library/a/b is a folder, but must be a file"):
        compare(
            tmp_path, survey_of(tmp_path, Layout()), {"library/a/b": b"1"}, prunable=lambda _: True
        )


def test_named_files_are_deleted_after_dockerfiles(tmp_path: Path) -> None:
    """An unwanted file goes if a header names it with its hash, and stays if it was changed."""
    digest = hashlib.sha256(b"1").hexdigest()
    fill(
        tmp_path,
        {
            "library/1/a/Dockerfile": OURS,
            "library/1/a/.env": b"1",
            "library/1/a/changed": b"2",
            "library/1/a/unnamed": b"1",
        },
    )
    names = {"library/1/a/.env": {digest}, "library/1/a/changed": {digest}}
    changes = compare(
        tmp_path, survey_of(tmp_path, Layout()), {}, prunable=lambda _: True, named=lambda _: names
    )
    assert [change.path for change in changes] == ["library/1/a/Dockerfile", "library/1/a/.env"]


@pytest.mark.parametrize("executable", [True, False])
def test_run_bits(tmp_path: Path, executable: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """The run bit of a wanted file is set or removed, and the diff shows it as git does."""
    fill(tmp_path, {"library/a": b"1", "library/b": b"1"})
    (tmp_path / "library/a").chmod(0o644 if executable else 0o755)
    wanted = {"library/a": b"1", "library/c": b"2"}
    changes = compare(
        tmp_path,
        survey_of(tmp_path, Layout()),
        wanted,
        prunable=lambda _: False,
        executable=wanted if executable else (),
        modes=lambda: True,
    )
    write(tmp_path, changes)
    for path in wanted:
        assert bool((tmp_path / path).stat().st_mode & 0o111) is executable
    modes = ("100644", "100755") if executable else ("100755", "100644")
    assert git_diff(changes[0]) == (
        f"diff --git a/library/a b/library/a\nold mode {modes[0]}\nnew mode {modes[1]}\n"
    )
    assert ("new file mode 100755\n" in git_diff(changes[1])) is executable


def test_diff_of_a_binary_file() -> None:
    """The diff of a binary file only says that it differs."""
    change = FileChange("library/a", FileAction.UPDATE, old=b"\0\x1b[31m", new=b"\0")
    assert git_diff(change) == "Binary files a/library/a and b/library/a differ\n"


def test_survey_of_a_file(tmp_path: Path) -> None:
    """A file in the place of the folder is an error, not an empty folder."""
    fill(tmp_path, {"library": b"1"})
    with pytest.raises(InputError, match="library: Not a directory"):
        survey_of(tmp_path, Layout())


def test_write_names_what_failed(tmp_path: Path) -> None:
    """A failed change is named; the changes before it are made."""
    fill(tmp_path, {"library/file": b"1"})
    changes = [
        FileChange("library/a", FileAction.CREATE, new=b"1"),
        FileChange("library/file/b", FileAction.CREATE, new=b"1"),
        FileChange("library/c", FileAction.CREATE, new=b"1"),
    ]
    with pytest.raises(InputError, match="library/file/b: "):
        write(tmp_path, changes)
    assert there(tmp_path) == {"library/a": b"1", "library/file": b"1"}


def test_exclusive_waits_for_the_other_run(tmp_path: Path) -> None:
    """The second run reports that it waits, and begins after the first one ends."""
    waits, inside = threading.Event(), threading.Event()

    def second() -> None:
        with exclusive(tmp_path, waits.set):
            inside.set()

    run = threading.Thread(target=second)
    with exclusive(tmp_path, pytest.fail):
        run.start()
        assert waits.wait(10)
        assert not inside.wait(0.2)
    assert inside.wait(10)
    run.join()


def test_runs_that_wait_exclude_each_other(tmp_path: Path) -> None:
    """Two runs that waited for the same run do not begin together."""
    waits = threading.Semaphore(0)
    alone = threading.Lock()
    together: list[bool] = []

    def waiting() -> None:
        with exclusive(tmp_path, waits.release):
            if free := alone.acquire(blocking=False):
                time.sleep(0.1)
                alone.release()
            together.append(not free)

    runs = [threading.Thread(target=waiting) for _ in range(2)]
    with exclusive(tmp_path, pytest.fail):
        for run in runs:
            run.start()
        assert all(waits.acquire(timeout=10) for _ in runs)
        time.sleep(0.1)  # until both are blocked
    for run in runs:
        run.join(10)
    assert together == [False, False]


def test_exclusive_needs_a_folder(tmp_path: Path) -> None:
    """A folder that can't be opened can't be locked; the error names it."""
    with (
        pytest.raises(InputError, match="nothing: No such file"),
        exclusive(tmp_path / "nothing", lambda: None),
    ):
        pass


texts = st.text(alphabet="ab\n\r\f\u2028\x85 ", max_size=12).map(str.encode)


@given(old=texts, new=texts)
def test_diff_is_one_that_git_applies(
    tmp_path_factory: pytest.TempPathFactory, old: bytes, new: bytes
) -> None:
    """Git applies a diff with the expected result, for all line endings."""
    if old == new:
        return
    global _FOLDER  # noqa: PLW0603 (one folder for all examples)
    if not _FOLDER:
        _FOLDER = str(make_repo(tmp_path_factory.mktemp("diff") / "repo").path)
    repo = make_repo(Path(_FOLDER))
    file = repo.path / "file"
    file.write_bytes(old)
    diff = git_diff(FileChange("file", FileAction.UPDATE, old=old, new=new))
    repo.git("apply", "--whitespace=nowarn", "-", stdin=diff)
    assert file.read_bytes() == new


_FOLDER = ""


def test_diff_of_new_and_deleted_files() -> None:
    """The diff of a new or deleted file has an empty other side."""
    created = git_diff(FileChange("a", FileAction.CREATE, new=b"1\n"))
    assert created == "--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+1\n"
    deleted = git_diff(FileChange("a", FileAction.DELETE, old=b"1"))
    assert deleted == "--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n\\ No newline at end of file\n"
