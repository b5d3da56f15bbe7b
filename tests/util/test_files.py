"""Replacing files: what is not a regular file stays."""

from __future__ import annotations

import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from tagmatrix.util.files import replace


def test_a_device_stays(tmp_path: Path) -> None:
    """A device is written to, through a link too."""
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    replace(link, b"x")
    assert link.is_symlink()
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert list(tmp_path.iterdir()) == [link]


def test_a_pipe_stays(tmp_path: Path) -> None:
    """A pipe is written to."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    reader.start()
    replace(pipe, b"text")
    reader.join()
    assert found == [b"text"]
    assert pipe.is_fifo()


def test_a_link_stays(tmp_path: Path) -> None:
    """The target of a link is replaced, also one that does not exist yet."""
    for name in ("there", "new"):
        link, target = tmp_path / f"{name}.link", tmp_path / name
        link.symlink_to(target)
        if name == "there":
            target.write_text("old")
        replace(link, b"new")
        assert link.is_symlink()
        assert target.read_text() == "new"


def test_a_socket_stays(tmp_path: Path) -> None:
    """A socket gets the content; a socket without a listener is an error."""
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        with pytest.raises(ConnectionRefusedError):
            replace(path, b"text")
        server.listen()
        replace(path, b"text")
        with server.accept()[0] as found:
            assert found.makefile("rb").read() == b"text"
    assert path.is_socket()
    long = tmp_path / ("a" * 120)
    path.rename(long)
    with pytest.raises(OSError, match="too long"):
        replace(long, b"text")


@pytest.mark.parametrize("name", ["a" * 255, "é" * 127, "." + "a" * 254])
def test_the_longest_name(tmp_path: Path, name: str) -> None:
    """A file is replaced if the file system allows its name."""
    for content in (b"old", b"new"):
        replace(tmp_path / name, content)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"new"
