"""`tagmatrix completion`, in a real shell."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli import COMMANDS

if TYPE_CHECKING:
    from tests.projects import Project

# What bash does when Tab is pressed: the words, where the cursor is, then the function.
PRESS = """
set -u
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_tagmatrix
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete(project: Project, *words: str) -> list[str]:
    """Return what bash offers for the last of some words."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    script = project.write("completion.sh", project.run("completion", "bash").ok().out)
    done = subprocess.run(
        [bash, "-c", PRESS, "bash", script, "tagmatrix", *words],
        cwd=project.root,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_commands_options_and_tags(project: Project) -> None:
    """The first word is a command, then come its options, and for show the tags that there are."""
    assert set(complete(project, "")) >= {*COMMANDS, "-C"}
    assert complete(project, "gen") == ["generate"]
    assert complete(project, "tags", "--f") == ["--fixed", "--format"]
    assert complete(project, "-C", ".", "generate", "--ch") == ["--check"]
    assert complete(project, "generate", "--q") == ["--quiet"]
    assert complete(project, "--d") == ["--debug"]
    assert complete(project, "-C", ".", "show", "2.0-al") == ["2.0-alpine3.24", "2.0-alpine"]
    assert complete(project, "completion", "z") == ["zsh"]


def test_zsh(project: Project) -> None:
    """The Z shell takes the same script, after it has been told to."""
    assert project.run("completion", "zsh").ok().out.startswith("autoload -U +X compinit")
