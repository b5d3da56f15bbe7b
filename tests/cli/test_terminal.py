"""Results on a terminal and on a pipe."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tagmatrix.cli import output
from tests.projects import TRIXIE
from tests.repos import environment

if TYPE_CHECKING:
    from tests.projects import Project
    from tests.web.site import Site

MANIFEST: Final = (
    "Maintainers: A\x1b]0;x\x07\u202e (@a)\nGitRepo: https://example.org/a\x1b[2J.git\n\n"
    f"Tags: 1\nGitCommit: {'ab' * 20}\nDirectory: a\u2066\x9b\n"
)


HOSTILE: Final = "\x1b[31mred\x1b[0m\x1b]0;x\x07\u202e\x9b2j\r"


def on_terminal(folder: Path, *args: str, code: int = 0) -> str:
    """Return what a command prints on a terminal; assert its exit code."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "tagmatrix", "-C", str(folder), *args]
    env = environment(NO_COLOR="1", COLUMNS="400")
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        found = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not more:
                break
            found += more
        os.close(ours)
        assert process.wait() == code
    return found.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "args",
    [
        ("library", "cat", "./m"),
        pytest.param(("library", "cat", "./m", "--format", "json"), marks=pytest.mark.slow),
        ("library", "show", "./m:1"),
        pytest.param(("library", "show", "./m:1", "--format", "json"), marks=pytest.mark.slow),
        pytest.param(("library", "diff", "./m", "./other"), marks=pytest.mark.slow),
        ("library", "diff", "./m", "./other", "--format", "markdown"),
        pytest.param(
            ("library", "diff", "./m", "./other", "--format", "json"), marks=pytest.mark.slow
        ),
        ("library", "list", "./m"),
    ],
)
def test_terminals_get_no_controls(tmp_path: Path, args: tuple[str, ...]) -> None:
    """Controls and bidi controls of a manifest are escaped on a terminal, in every format."""
    (tmp_path / "m").write_text(MANIFEST)
    (tmp_path / "other").write_text(MANIFEST.replace("a\u2066", "b\x1b[2J"))
    text = on_terminal(tmp_path, *args)
    assert text
    assert text.replace("\n", "").isprintable()


def shows(text: str) -> None:
    """Assert that a text has what is hostile, with escapes for all its controls."""
    assert r"u202e\x9b2j\r" in text
    assert text.replace("\n", "").replace("\t", "").isprintable()


def test_a_difference(project: Project) -> None:
    """Controls in a generated file are escaped in `--diff`, and stay in its bytes on a pipe."""
    project.write(TRIXIE, f"{project.read(TRIXIE)}# {HOSTILE}")
    shows(on_terminal(project.root, "generate", "--diff", code=3))
    assert HOSTILE in project.run("generate", "--diff").out


def test_a_list_of_files(project: Project) -> None:
    """Controls and line breaks in the names of files are escaped in lists, on a pipe too."""
    project.write(f"library/2.1/trixie/{HOSTILE}\n::error::x", "")
    text = on_terminal(project.root, "generate", "--check", code=3)
    shows(text)
    assert r"\r\n::error::x: " in text
    assert "\n::error::x" not in project.run("generate", "--check").out
    assert "\n::error::x" not in project.run("generate").err


def test_a_folder(project: Project) -> None:
    """Controls in a folder of the committed manifest are escaped in `tags`."""
    folder = "Directory: library/2.1/trixie"
    text = project.read("library/sample")
    project.write("library/sample", text.replace(f"{folder}\n", f"{folder}/{HOSTILE}/x\n"))
    project.repo.commit("Move a folder")
    shows(on_terminal(project.root, "tags"))


def test_a_commit(project: Project) -> None:
    """Controls in the subject of a commit are escaped in `show`."""
    commit = project.repo.commit(f"A {HOSTILE} change")
    text = re.sub(r"(?<=GitCommit: )\w+", commit, project.read("library/sample"))
    project.write("library/sample", text)
    project.repo.commit("The manifest")
    shows(on_terminal(project.root, "show", "2.1-trixie"))


def test_status(sample: Project, site: Site) -> None:
    """Controls in upstream's answers are escaped in `status`, in its table and its warnings."""
    site.upstream.cycles["2.1"] = {"status": HOSTILE, "end_of_life": "2030-10"}
    options = ("--quiet", "--as-of", "2026-06-24", "--attempts", "1")
    shows(on_terminal(sample.root, "status", *options, code=4))


@pytest.mark.parametrize("words", [{}, {"NO_COLOR": "1"}])
def test_colours_cannot_be_forged(monkeypatch: pytest.MonkeyPatch, words: dict[str, str]) -> None:
    """Only words that tagmatrix colours have controls."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, text in words.items():
        monkeypatch.setenv(name, text)
    printed = io.StringIO()
    monkeypatch.setattr(printed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", printed)
    own = output.colour("moving", "yellow", printed)
    output.say(f"{own} \x1b[31mfixed\x1b[0m")
    assert printed.getvalue() == f"{own} \\x1b[31mfixed\\x1b[0m\n"


def test_pipes_get_the_bytes(tmp_path: Path) -> None:
    """`cat` prints a manifest unchanged on a pipe."""
    (tmp_path / "m").write_text(MANIFEST)
    command = [sys.executable, "-m", "tagmatrix", "-C", str(tmp_path), "library", "cat", "./m"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode() == MANIFEST


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_full_device(option: str) -> None:
    """What cannot be printed is an error with exit code 2, also for help."""
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "tagmatrix", option]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"cannot write the output" in done.stderr
