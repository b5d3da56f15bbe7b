"""The flags of the images on Alpine do what they are for, with Debian's package of musl."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import pytest

from tests.dockerfiles.parse import parse
from tests.e2e.musl import Core
from tests.e2e.place import REPOSITORY

if TYPE_CHECKING:
    from tests.e2e.sources import Source

pytestmark = [pytest.mark.build, pytest.mark.full, pytest.mark.timeout(3600)]

SIGSEGV = -11


@pytest.fixture(scope="module")
def core(source: Source, tmp_path_factory: pytest.TempPathFactory) -> Core:
    """Return the source of 3.13 and a program that loads libpython."""
    if platform.machine() != "x86_64":
        pytest.skip("the flags for musl are tested on amd64 only")
    return Core.unpack(tmp_path_factory.mktemp("musl"), source)


def flags(name: str) -> str:
    """Return the flags that Alpine's Dockerfile begins with."""
    (file, *_) = sorted((REPOSITORY / "library" / "3.13").glob("alpine*/Dockerfile"))
    commands = parse(file.read_text()).commands
    return next(one.words[2] for one in commands if one.starts("=", name))


def test_flags(core: Core) -> None:
    """With the flags, too deep a recursion in a thread of libpython is an exception."""
    done = core.recurse(core.build("both", flags("cflags"), flags("ldflags")))
    assert (done.code, done.text) == (0, "RecursionError\n")


def test_linker_alone(core: Core) -> None:
    """With the linker's flag alone it is a segfault: musl reads that flag from programs only."""
    assert core.recurse(core.build("linker", "", flags("ldflags"))).code == SIGSEGV
