"""`tagmatrix library`: sources of manifests, imports, help."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli import main
from tagmatrix.cli.library import SUBCOMMANDS
from tests.manifest.test_address import serve

if TYPE_CHECKING:
    from .world import World


def test_standard_input(world: World) -> None:
    """A manifest can be piped in."""
    text = (world.path / "library/os").read_bytes()
    command = [sys.executable, "-m", "tagmatrix", "-C", str(world.path), "library", "list", "-"]
    done = subprocess.run(command, input=text, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"-:trixie\n-:latest\n")


def test_address(world: World) -> None:
    """A manifest can be fetched; a server without an answer has its own exit code."""
    with serve() as address:
        assert world.library("list", f"{address}/library/engine").out == "engine:1\n"
        missing = world.library("list", f"{address}/gone")
        broken = world.library("list", f"{address}/broken")
    assert (missing.code, broken.code) == (2, 4)
    assert world.library("list", f"{address}/library/engine").code == 4


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_help(world: World, name: str) -> None:
    """Every subcommand has a help text."""
    with pytest.raises(SystemExit) as caught:
        world.library(name, "--help")
    assert caught.value.code == 0


def test_imports_stay_light(world: World) -> None:
    """Listing tags imports no slow modules, and not git."""
    program = (
        "import sys; from tagmatrix.cli import main; "
        f"main(['-C', {str(world.path)!r}, 'library', 'list', '--all']); "
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8"
    )
    heavy = {"yaml", "jinja2", "git", "requests", "urllib3", "rich", "packaging", "subprocess"}
    heavy |= {"tagmatrix.config", "tagmatrix.dockerfile"}
    assert not heavy & set(done.stdout.splitlines()[-1].split())


def test_escape_codes_of_arguments_are_shown(world: World) -> None:
    """Control characters of arguments are escaped."""
    run = world.library("list", "gear\x1b[31m\u202e")
    assert run.err.startswith("error: gear\\x1b[31m\\u202e: no such manifest")


def test_folder_of_too_long_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with a name that is too long does not exist."""
    assert main(["-C", "a" * 300, "library", "list", "os"]) == 2
    assert "no such folder" in capsys.readouterr().err
