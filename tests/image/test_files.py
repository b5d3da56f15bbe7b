"""The image has only files that users need."""

from __future__ import annotations

import stat
import tarfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.image.conftest import Asked
    from tests.image.runner import Image

OURS = "/usr/local/"
MEGABYTE = 1_000_000
LIMITS = {True: 150 * MEGABYTE, False: 1_000 * MEGABYTE}
"""The limits of a slim image and of another one: their size plus a tenth."""

LINKS = {name.replace("3", "", 1): name for name in ("idle3", "pip3", "pydoc3", "python3")}
LINKS["python-config"] = "python3-config"

EMPTY = ("/tmp/", "/var/tmp/", "/usr/src/", "/var/cache/apt/archives/")  # noqa: S108 (a path in the container)
LISTS = "/var/lib/apt/lists/"


def _below(image: Image, folder: str) -> list[str]:
    return [path for path in image.files if path.startswith(folder)]


@pytest.mark.parametrize("ending", [".pyc", ".pyo", ".a", ".gcda", ".gcno", ".profclang"])
def test_not_there(image: Image, ending: str) -> None:
    """There is no bytecode, static library or leftover of the build."""
    assert [path for path in _below(image, OURS) if path.endswith(ending)] == []


@pytest.mark.parametrize("name", ["test", "tests", "idle_test", "__pycache__"])
def test_no_tests(image: Image, name: str) -> None:
    """There are no test suites, neither of Python nor of bundled packages."""
    assert [path for path in _below(image, OURS) if path.endswith(f"/{name}")] == []


@pytest.mark.parametrize("folder", EMPTY)
def test_nothing_left(image: Image, folder: str) -> None:
    """Temporary folders are empty."""
    left = {path.removeprefix(folder) for path in _below(image, folder)}
    assert left <= {"lock", "partial", "auxfiles"}, sorted(left)[:20]
    assert all(not image.files[folder + name].size for name in left)


def test_apt_lists(image: Image) -> None:
    """Of apt's lists only the signed release files may stay: they protect against downgrades."""
    left = {path.removeprefix(LISTS) for path in _below(image, LISTS)} - {"partial", "auxfiles"}
    files = {name for name in left if image.files[LISTS + name].size}
    assert all(name.endswith(("_InRelease", "_Release", "_Release.gpg")) for name in files)
    assert left - files <= {"lock"}


def test_home(image: Image) -> None:
    """Home folders have only the base's files: no caches, no keys, no history."""
    assert set(_below(image, "/root/")) <= {"/root/.bashrc", "/root/.profile", "/root/.ssh"}


def test_apt_caches(image: Image) -> None:
    """There are no caches of apt."""
    assert [path for path in _below(image, "/var/cache/apt/") if path.endswith(".bin")] == []


@pytest.mark.parametrize(("name", "target"), LINKS.items())
def test_links(image: Image, name: str, target: str) -> None:
    """The names without the 3 are links to the names with it, and these exist."""
    link = image.files[f"/usr/local/bin/{name}"]
    assert link.kind == tarfile.SYMTYPE
    assert link.link == target
    assert f"/usr/local/bin/{target}" in image.files


def test_links_lead_somewhere(image: Image) -> None:
    """No link in /usr/local is broken."""
    links = {path: image.files[path] for path in _below(image, OURS)}
    broken = []
    for path, entry in links.items():
        if entry.kind == tarfile.SYMTYPE and not entry.link.startswith("/"):
            folder = path.rpartition("/")[0]
            if f"{folder}/{entry.link}" not in image.files:
                broken.append(path)
    assert broken == []


def test_permissions(image: Image) -> None:
    """No installed file is setuid or setgid, and none is writable by everyone."""
    wrong = stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH
    files = {path: image.files[path] for path in _below(image, OURS)}
    bad = [
        path for path, file in files.items() if file.kind != tarfile.SYMTYPE and file.mode & wrong
    ]
    assert [path for path in bad if not path.startswith("/usr/local/share/")] == []


def test_size(image: Image, asked: Asked) -> None:
    """The image is not much larger than before; -rP prints the sizes."""
    print(f"{image.tag}: {image.size / MEGABYTE:.0f} MB, {len(image.files)} files")  # noqa: T201 (pytest shows it)
    assert image.size < LIMITS[asked.slim]


def test_headers_stay(image: Image) -> None:
    """Python's headers and configuration stay, so that users can compile extensions."""
    headers = [path for path in _below(image, "/usr/local/include/") if path.endswith("/Python.h")]
    assert len(headers) == 1


def test_gdb_helper(image: Image, asked: Asked) -> None:
    """Images with symbols have gdb's helper."""
    helpers = [path for path in image.files if path.endswith("-gdb.py") and "python3" in path]
    assert bool(helpers) is not asked.slim


def test_twice(image: Image, again: Image) -> None:
    """A second build has the same files."""
    assert sorted(image.files) == sorted(again.files)
