"""Output for GitHub Actions: annotations, and no other workflow commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli import github_actions, output

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project


@pytest.fixture
def _on_actions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Simulate the runner; its checkout is the test's folder."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(github_actions, "folder", str(tmp_path / "a,b"))


@pytest.mark.usefixtures("_on_actions")
@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("100% wrong", "::error::100%25 wrong"),
        ("v.yaml:3:7: x: 5%\r", "::error file=a%2Cb/v.yaml,line=3,col=7::x: 5%25"),
        ("first\n  second", "::error::first%0A  second"),
        ("https://example.org:80/: down", "::error::https://example.org:80/: down"),
    ],
)
def test_annotations(capsys: pytest.CaptureFixture[str], text: str, command: str) -> None:
    """A message is also an annotation, escaped for the runner."""
    output.complain(text)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == command
    assert all(line.startswith("error: ") for line in lines[:-1])


@pytest.mark.usefixtures("_on_actions")
def test_a_place_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    """A place can be given separately from the message."""
    output.warn("3.14: is late", ("versions.yaml", 3, 1))
    assert capsys.readouterr().err == (
        "warning: 3.14: is late\n::warning file=a%2Cb/versions.yaml,line=3,col=1::3.14: is late\n"
    )


EVIL = (
    "::set-env name=A::b",
    "  ::error::x",
    "##[error]x",
    "a ##[add-path]x",
    "::::x",
    "a\n::x::y",
)


@pytest.mark.usefixtures("_on_actions")
@pytest.mark.parametrize("text", EVIL)
def test_no_commands_of_others(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """No line of a text is a workflow command: the runner looks for `::` and `##[`."""
    output.say(text)
    output.note(text)
    output.say_json({"text": text})
    captured = capsys.readouterr()
    for line in (captured.out + captured.err).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
    assert json.loads(captured.out[captured.out.index("{") :])["text"] == text


@pytest.mark.parametrize("text", EVIL)
def test_elsewhere_nothing_is_changed(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Outside a runner, text is unchanged, and there are no annotations."""
    output.say(text)
    output.complain("x")
    assert capsys.readouterr() == (f"{text}\n", "error: x\n")


def test_a_file_that_is_wrong(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command that reports places prints annotations."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.root.parent))
    project.edit("versions.yaml", "image: sample", "image: sample\nnonsense: 1")
    result = project.generate("--check")
    assert result.code == 2
    assert "\n::error file=sample/versions.yaml,line=2,col=1::nonsense: " in result.err


@pytest.mark.usefixtures("_on_actions")
@pytest.mark.parametrize(
    "before", ["\r", "a\r", "a\r\n", "a\r \t", "\x0b", "\x85", "\u2028", "a\n"]
)
def test_a_carriage_return_begins_a_line(capsys: pytest.CaptureFixture[str], before: str) -> None:
    """No command follows any kind of line break, in results and in messages."""
    text = f"{before}::set-env name=PATH::x"
    output.say(text)
    output.note(text)
    streams = capsys.readouterr()
    for printed in (streams.out, streams.err):
        assert not any(line.lstrip().startswith("::") for line in printed.splitlines())


@pytest.mark.parametrize("end", ["\r", "\n", "\x1b[31m", "\u202e"])
def test_an_unknown_option_stays_in_its_line(project: Project, end: str) -> None:
    """A line break or an escape in an argument is shown, not printed."""
    done = project.run("generate", f"--x{end}::error::x")
    assert (done.code, end in done.err) == (2, end == "\n")
    assert not any(line.lstrip().startswith("::error::x") for line in done.err.splitlines())
