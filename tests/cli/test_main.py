"""The command line: help, exit codes, colours."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix import __version__
from tagmatrix.cli import COMMANDS, EXIT_CODES, main
from tests.projects import LINUX, command
from tests.repos import environment

if TYPE_CHECKING:
    from tests.projects import Project

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--version"], 0, f"tagmatrix {__version__}\n"),
        (["--help"], 0, "exit codes:"),
        (["generate", "--help"], 0, "usage: tagmatrix generate"),
        ([], 2, "required: COMMAND"),
        (["generat"], 2, "invalid choice: 'generat'"),
        (["--vers"], 2, "required: COMMAND"),
        (["-C", "no/such/folder", "generate"], 2, "error: -C no/such/folder: no such folder\n"),
        (["-C", "versions.yaml", "generate"], 2, "error: -C versions.yaml: no such folder\n"),
        (["-C", "templates", "generate"], 2, "error: templates/versions.yaml: no such file"),
    ],
    ids=str,
)
def test_arguments(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    """Help goes to stdout with code 0; an error goes to stderr with code 2."""
    monkeypatch.chdir(project.root)
    try:
        ended: object = main(arguments)
    except SystemExit as end:
        ended = end.code
    captured = capsys.readouterr()
    assert ended == code
    assert words in (captured.err if code else captured.out)
    assert (captured.out if code else captured.err) == ""


def test_help_names_all(capsys: pytest.CaptureFixture[str]) -> None:
    """The help lists every command and every exit code."""
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    for name, text in [
        *COMMANDS.items(),
        *((str(code), text) for code, text in EXIT_CODES.items()),
    ]:
        assert re.search(rf"^  {re.escape(name)} +{re.escape(text)}$", out, re.MULTILINE)


def test_script_of_this_repository(tmp_path: Path) -> None:
    """`generate.py` is `tagmatrix generate` for its own folder, from any current folder."""
    script = [*command()[:1], str(ROOT / "generate.py")]
    done = subprocess.run(
        [*script, "--output", str(tmp_path)],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(b"python: ")
    assert any(tmp_path.glob("library/*/*/Dockerfile"))


def test_what_starting_costs() -> None:
    """`--version` and `--help` import no slow modules."""
    heavy = ("jinja2", "git", "yaml", "requests", "packaging")
    code = f"import sys, tagmatrix.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [*command()[:1], "-c", code], env=environment(), capture_output=True, check=True
    )
    assert done.stdout == b"[]\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({"TERM": "xterm"}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    ids=str,
)
def test_colour(project: Project, variables: dict[str, str], *, coloured: bool) -> None:
    """Only a terminal gets colours, and only without NO_COLOR."""
    kept = {name: text for name, text in environment().items() if name not in {"NO_COLOR", "TERM"}}
    arguments = command("generate", "1.9")
    piped = subprocess.run(
        arguments, cwd=project.root, env=kept | variables, capture_output=True, check=False
    )
    assert b"\033" not in piped.stderr
    reader, writer = pty.openpty()
    try:
        with os.fdopen(writer, "wb") as terminal:
            done = subprocess.run(
                arguments, cwd=project.root, env=kept | variables, stderr=terminal, check=False
            )
            shown = os.read(reader, 4096)
    finally:
        os.close(reader)
    assert done.returncode == 2
    start = b"\033[31merror:\033[0m " if coloured else b"error: "
    assert shown.startswith(start + b'no release cycle "1.9" in versions.yaml')


def test_interrupt(project: Project) -> None:
    """Ctrl-C ends with 130 and a message, and leaves no partial changes."""
    project.edit(LINUX, "set -eux", "set -ex")
    before = project.snapshot()
    folder = os.open(project.root, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # so that the run waits
    run = subprocess.Popen(
        command("generate"), cwd=project.root, env=environment(), stderr=subprocess.PIPE
    )
    try:
        assert run.stderr is not None
        reported = run.stderr.readline()
        limit = time.monotonic() + 20
        while not re.search(rf"-> FLOCK .* {run.pid} ", Path("/proc/locks").read_text()):
            assert time.monotonic() < limit
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=20)
    finally:
        run.kill()
        os.close(folder)
    assert (run.returncode, reported + errors) == (
        130,
        b"another run works in this folder; waiting until it ends\nerror: interrupted\n",
    )
    assert project.snapshot() == before


def test_a_bug_asks_for_a_report(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug exits with 1, prints its place and asks for a report; --debug adds the traceback."""
    monkeypatch.setattr("tagmatrix.cli.generate.prepare", lambda *_, **__: 1 / 0)
    done = project.generate()
    assert (done.code, done.out) == (1, "")
    bug, advice = done.err.splitlines()
    assert bug.startswith("error: bug in tagmatrix: ZeroDivisionError: division by zero (")
    assert "test_main.py:" in bug
    assert "--debug" in advice
    traced = project.generate("--debug")
    assert traced.code == 1
    assert traced.err.startswith("Traceback (most recent call last):\n")
    assert traced.err.endswith(done.err)


def test_traceback_of_a_failure(project: Project) -> None:
    """--debug, before the command or after it, prints the traceback before the message."""
    message = project.generate("1.9").err
    assert message.count("\n") == 1
    for arguments in (("--debug", "generate", "1.9"), ("generate", "1.9", "--debug")):
        done = project.run(*arguments)
        assert done.code == 2
        assert done.err.startswith("Traceback (most recent call last):\n")
        assert done.err.endswith(message)
    assert project.generate("1.9").err == message


def test_quiet_check(project: Project) -> None:
    """`generate --check --quiet` prints the differences, and no advice."""
    project.repo.git("rm", "--quiet", "--cached", "library/sample")
    difference = "library/sample: not tracked by git: add and commit it\n"
    check = project.generate("--check")
    assert (check.code, check.out) == (3, f"{difference}run: tagmatrix generate --commit\n")
    quiet = project.generate("-q", "--check")
    assert (quiet.code, quiet.out, quiet.err) == (3, difference, "")


def test_quiet_means_the_same_everywhere(project: Project) -> None:
    """--quiet, before the command or after it, leaves results, differences, warnings and errors."""
    rows = project.run("tags", "--format", "tsv").ok()
    assert project.run("--quiet", "tags", "--format", "tsv").ok() == rows
    assert project.run("library", "list", "library/sample", "-q").ok().out
    retired = project.run("--quiet", "retire", "2.0").ok()
    assert retired.out.startswith("--- a/versions.yaml\n")
    assert "wrote" not in retired.out
    assert retired.err == ""
    left = project.run("tags").ok()
    assert "published, but no longer in versions.yaml" in left.err
    quiet = project.run("tags", "--quiet").ok()
    assert (quiet.out, quiet.err) == (left.out, "")
    assert "created" not in project.generate("--quiet").out
    refused = project.run("bump", "2.0", "9", "--quiet")
    assert (refused.code, refused.out) == (2, "")
    assert "2.0" in refused.err


@pytest.mark.parametrize(
    ("words", "message"),
    [((), "required: COMMAND; see tagmatrix --help"), (("show",), "see tagmatrix show --help")],
)
def test_a_missing_argument_leads_to_the_help(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error names the argument, and the command that explains it."""
    with pytest.raises(SystemExit):
        main(words)
    assert capsys.readouterr().err.endswith(f"{message}\n")
