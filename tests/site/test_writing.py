"""The folder of a site: killed runs are completed, and nothing outside of it is touched."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix.errors import InputError
from tagmatrix.site import index_file, writing
from tests import killable
from tests.repos import environment
from tests.site.world import HEAD, entry, three_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.site.world import Past

OLD = {"index.html": b"1", "tags/a.html": b"a", "tags/b.html": b"b", "feeds/tag/a.atom": b"a"}
NEW = {"index.html": b"2", "tags/a.html": b"a", "tags/c.html": b"c"}


def write(folder: Path, files: dict[str, bytes]) -> int:
    """Write a site; return how many files differ."""
    return writing.write(folder, files | {index_file.PATH: index_file.listing(files)}, lambda: None)


def content(folder: Path) -> dict[str, bytes]:
    """Return what is in a folder; an empty folder in it counts."""
    found = sorted(folder.rglob("*"))
    assert all(path.is_file() or any(path.iterdir()) for path in found)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if path.is_file()}


def run(words: Sequence[str], *numbers: int) -> list[int]:
    """Run tagmatrix, each time killed at a file operation, or never for 0; return exit codes."""
    lines = "".join(f"{json.dumps([number, *words])}\n" for number in numbers)
    done = subprocess.run(
        [sys.executable, "-P", str(Path(killable.__file__))],  # tests/ has a folder `packaging`
        input=lines,
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    return [status & 0x7F or status >> 8 for status in map(int, done.stdout.split()[1::2])]


def completed(past: Past, folder: Path, *numbers: int) -> None:
    """Kill runs at file operations; the next run makes what a run elsewhere makes."""
    words = ["-C", str(past.repo.path), "site", "--manifest", str(past.path), "--output"]
    assert run([*words, str(folder)], *numbers, 0) == [signal.SIGKILL] * len(numbers) + [0]
    twin = folder.with_name(f"{folder.name}-twin")
    assert run([*words, str(twin)], 0) == [0]
    assert content(folder) == content(twin)


@pytest.mark.slow
def test_a_first_run_is_killed(tmp_path: Path) -> None:
    """The next run completes it: killed before, within and after the first files."""
    past = three_days(tmp_path / "images")
    completed(past, tmp_path / "one", 2, 5)


@pytest.mark.slow
@pytest.mark.parametrize("first", [*range(1, 10), *range(10, 34, 4)])
def test_killed_at_each_operation(tmp_path: Path, first: int) -> None:
    """A first run and an update are killed; the run after a change of the history completes."""
    past = three_days(tmp_path / "images")
    folder = tmp_path / "site"
    completed(past, folder, first)
    past.revise(HEAD + entry("1.3.0, 1.3, latest"), "2026-04-01")
    completed(past, folder, first)
    past.revise(HEAD + entry("1.3.1, 1.3"), "2026-05-01")
    completed(past, folder, first, first + 3)


def test_what_a_killed_update_wrote_is_deleted(tmp_path: Path) -> None:
    """A run's list names files that the old index.json lacks; without them it is complete."""
    write(tmp_path / "site", OLD)
    (tmp_path / "site" / writing.UNFINISHED).write_bytes(
        index_file.listing(["tags/d.html", "feeds/cycle/1.atom"])
    )
    (tmp_path / "site/tags/d.html").write_bytes(b"half")
    (tmp_path / "site/feeds/cycle").mkdir()
    (tmp_path / "site/feeds/tag/.tagmatrix-0123-a.atom").write_bytes(b"half")
    write(tmp_path / "site", NEW)
    write(tmp_path / "twin", NEW)
    assert content(tmp_path / "site") == content(tmp_path / "twin")
    assert write(tmp_path / "site", NEW) == 0


@pytest.mark.parametrize("link", ["tags", "feeds/tag", "tags/a.html", "index.html", "index.json"])
def test_links_are_refused(tmp_path: Path, link: str) -> None:
    """A link where a file or folder of the site belongs is an error; its target stays."""
    folder, outside = tmp_path / "site", tmp_path / "outside"
    write(folder, OLD)
    (folder / link).rename(outside)
    (folder / link).symlink_to(outside)
    if outside.is_dir():
        (outside / ".tagmatrix-0123-x").write_bytes(b"mine")
        before = content(outside)
    else:
        before = {"": outside.read_bytes()}
    changed = {path: content + b"!" for path, content in OLD.items()}
    with pytest.raises(InputError, match=f"{link}: this is a link"):
        write(folder, changed)
    assert (content(outside) if outside.is_dir() else {"": outside.read_bytes()}) == before


def test_files_behind_links_are_not_deleted(tmp_path: Path) -> None:
    """A folder that the site no longer has may be a link: nothing behind it is deleted."""
    folder, outside = tmp_path / "site", tmp_path / "outside"
    write(folder, OLD)
    (folder / "feeds").rename(outside)
    (folder / "feeds").symlink_to(outside)
    write(folder, NEW)
    assert content(outside) == {"tag/a.atom": b"a"}


def test_other_things_are_refused(tmp_path: Path) -> None:
    """A folder or a pipe where a file belongs is an error, and so is a file in a folder's place."""
    for name, make in (("index.html", Path.mkdir), ("tags", Path.touch)):
        folder = tmp_path / name
        write(folder, {})
        make(folder / name)
        with pytest.raises(InputError, match=f"{name}: this is a link, or not what the site has"):
            write(folder, OLD)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"files": []}', '{"generated_by": "tagmatrix site", "files": 3}', "\0"]
)
def test_strange_lists(tmp_path: Path, text: str) -> None:
    """A list that tagmatrix did not write makes the folder a stranger's."""
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(InputError, match="has files that tagmatrix did not write"):
        write(tmp_path, OLD)


def test_hostile_paths(tmp_path: Path) -> None:
    """Paths that lead outside, or are not paths at all, are ignored."""
    folder, outside = tmp_path / "site", tmp_path / "outside"
    outside.write_text("mine")
    write(folder, OLD)
    paths = ["../outside", str(outside), "tags/../../outside", "x" * 5000, "a\0b", "\ud800", "."]
    listed = {"generated_by": index_file.MAKER, "files": [*OLD, *paths, ["../outside"], None]}
    (folder / "index.json").write_text(json.dumps(listed))
    write(folder, NEW)
    assert outside.read_text() == "mine"


def test_changes_of_a_folder_that_is_not_a_site(tmp_path: Path) -> None:
    """What `write` refuses is refused, and what a killed run left at once is not in the way."""
    (tmp_path / f".tagmatrix-{'0' * 16}-index.html").write_text("x")
    assert writing.changes(tmp_path, NEW) == ([*NEW], [])
    (tmp_path / "own").write_text("x")
    with pytest.raises(InputError, match="has files that tagmatrix did not write"):
        writing.changes(tmp_path, NEW)
    with pytest.raises(InputError, match="Not a directory"):
        writing.changes(tmp_path / "own", NEW)
