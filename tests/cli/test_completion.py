"""`tagmatrix completion`, in real shells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli import COMMANDS

if TYPE_CHECKING:
    from tests.projects import Project

# Simulates the Tab key in bash: sets the words and the cursor, then calls the function.
PRESS = """
set -u
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_tagmatrix
printf '%s\\n' "${COMPREPLY[@]}"
"""
PRESS_IN_ZSH = """
source $1
setopt ksharrays
COMP_WORDS=(tagmatrix show 2.0-al); COMP_CWORD=2
_tagmatrix
print -l ${COMPREPLY[@]}
"""
ENVIRONMENT = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"} | {
    name: value for name, value in os.environ.items() if name == "PYTHONPATH"
}


def candidates(project: Project, *words: str) -> list[str]:
    """Return the candidates for the last word."""
    return project.run("completion", "bash", *words).ok().out.split()


def in_shell(project: Project, shell: str, *command: str) -> str:
    """Return the output of a shell in the sample's folder."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell}")
    done = subprocess.run(
        [program, *command],
        cwd=project.root,
        env=ENVIRONMENT | {"HOME": str(project.root.parent)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout


def test_commands_and_options(project: Project) -> None:
    """The first word is a command, or a subcommand follows, and then options."""
    assert set(candidates(project, "")) >= {*COMMANDS, "-C"}
    assert candidates(project, "gen") == ["generate"]
    assert candidates(project, "--d") == ["--debug"]
    assert candidates(project, "tags", "--f") == ["--fixed", "--format"]
    assert candidates(project, "-C", ".", "generate", "--ch") == ["--check"]
    assert candidates(project, "--quiet", "generate", "--q") == ["--quiet"]
    assert candidates(project, "library", "c") == ["cat", "check"]
    assert candidates(project, "library", "list", "--un") == ["--uniq"]
    assert candidates(project, "completion", "z") == ["zsh"]


def test_names(project: Project) -> None:
    """Cycles, tags, variants, suites and architectures come from versions.yaml."""
    assert candidates(project, "generate", "") == ["2.0", "2.1"]
    assert candidates(project, "generate", "2.0", "2.") == ["2.0", "2.1"]
    assert candidates(project, "show", "2.0-al") == ["2.0-alpine", "2.0-alpine3.24"]
    assert candidates(project, "show", "latest", "2.0-slim-b") == ["2.0-slim-bookworm"]
    assert candidates(project, "tags", "--variant", "slim") == [
        *("slim", "slim-bookworm", "slim-trixie")
    ]
    assert candidates(project, "tags", "--fixed", "--arch", "arm64") == ["arm64v8"]
    assert candidates(project, "suite", "default", "alp") == ["alpine"]
    assert candidates(project, "suite", "default", "alpine", "3") == ["3.24"]
    assert candidates(project, "generate", "--only", "") == ["dockerfiles", "manifest"]


@pytest.mark.parametrize(
    "words",
    [
        ("-C", ""),
        ("no-command", ""),
        ("library", "no-command", ""),
        ("retire", "2.0", ""),
        ("generate", "--output", ""),
        ("tags", "x"),
    ],
    ids=str,
)
def test_nothing_known(project: Project, words: tuple[str, ...]) -> None:
    """There is no candidate; the shell then completes files."""
    assert candidates(project, *words) == []


def test_a_wrong_file(project: Project) -> None:
    """A wrong versions.yaml has no names, and no message."""
    project.write("versions.yaml", "image: [")
    done = project.run("completion", "bash", "generate", "").ok()
    assert (done.out, done.err) == ("", "")


def test_bash(project: Project) -> None:
    """The function of the script sets the candidates."""
    script = project.write("completion.sh", project.run("completion", "bash").ok().out)
    words = ("tagmatrix", "-C", ".", "show", "2.0-al")
    assert in_shell(project, "bash", "-c", PRESS, "bash", str(script), *words).split() == [
        *("2.0-alpine", "2.0-alpine3.24")
    ]


def test_fish(project: Project) -> None:
    """Fish completes a line with the script."""
    script = project.write("completion.fish", project.run("completion", "fish").ok().out)
    line = "complete --do-complete 'tagmatrix show 2.0-al'"
    out = in_shell(project, "fish", "--no-config", "-c", f"source {script}; {line}")
    assert {"2.0-alpine", "2.0-alpine3.24"} <= {*out.split()}


@pytest.mark.slow
def test_zsh(project: Project) -> None:
    """The script runs in zsh, and its function sets the candidates."""
    script = project.write("completion.zsh", project.run("completion", "zsh").ok().out)
    done = in_shell(project, "zsh", "-f", "-c", PRESS_IN_ZSH, "zsh", str(script))
    assert done.split() == ["2.0-alpine", "2.0-alpine3.24"]
