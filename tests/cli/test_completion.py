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

# Simulates the Tab key in bash: sets the words and the cursor, then calls the function.
PRESS = """
set -u
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_tagmatrix
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete(project: Project, *words: str) -> list[str]:
    """Return bash's completions of the last word."""
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
    """The first word is a command, then its options; `show` also completes tags."""
    assert set(complete(project, "")) >= {*COMMANDS, "-C"}
    assert complete(project, "gen") == ["generate"]
    assert complete(project, "tags", "--f") == ["--fixed", "--format"]
    assert complete(project, "-C", ".", "generate", "--ch") == ["--check"]
    assert complete(project, "generate", "--q") == ["--quiet"]
    assert complete(project, "--d") == ["--debug"]
    assert complete(project, "-C", ".", "show", "2.0-al") == ["2.0-alpine3.24", "2.0-alpine"]
    assert complete(project, "completion", "z") == ["zsh"]


def test_zsh(project: Project) -> None:
    """The same script runs in zsh after bashcompinit."""
    assert project.run("completion", "zsh").ok().out.startswith("autoload -U +X compinit")
