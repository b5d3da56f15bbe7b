"""`tagmatrix app build`, with a program in the place of the engine that keeps what it gets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import App

ENGINE = """\
#!/bin/sh
case "$1" in version) exit 0 ;; esac
printf '%s\\n' "$@" > "{kept}/words"
while [ $# -gt 1 ]; do
  [ "$1" != --file ] || cp "$2" "{kept}/Dockerfile"
  shift
done
ls -A "$1" > "{kept}/context"
"""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the engine keeps what it gets."""
    folder = tmp_path / "kept"
    folder.mkdir()
    program = tmp_path / "bin" / "buildah"
    program.parent.mkdir()
    program.write_text(ENGINE.format(kept=folder), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return folder


BUILD = ("build", "--engine", "buildah", "--tag", "example.com/hello:1")


def test_leaves_nothing_behind(app: App, kept: Path) -> None:
    """The engine gets a Dockerfile and the sources, and the application's folder stays as it is."""
    before = sorted(path.name for path in app.folder.iterdir())
    code, out, err = app.run(*BUILD, "--network", "host", "--no-cache")
    assert code == 0, err
    assert "podman run --rm --read-only --tmpfs=/tmp --publish=8000:8000" in out
    assert "has no health check" in err
    assert sorted(path.name for path in app.folder.iterdir()) == before
    assert (kept / "context").read_text(encoding="utf-8").split() == before
    assert (kept / "Dockerfile").read_text(encoding="utf-8").endswith('app:app"]\n')
    words = (kept / "words").read_text(encoding="utf-8").splitlines()
    assert {"--network=host", "--no-cache", "example.com/hello:1"} <= set(words)


def test_dockerfile_of_a_person(app: App, kept: Path) -> None:
    """The build uses no Dockerfile of a person, and warns of that; it has its base and options."""
    app.add("Dockerfile", "# Options: --port 9000\nFROM python:3.13-slim-trixie\nRUN by-hand\n")
    code, _, err = app.run(*BUILD)
    assert (code, "warning: Dockerfile: has no header of tagmatrix" in err) == (0, True), err
    built = (kept / "Dockerfile").read_text(encoding="utf-8")
    assert "FROM python:3.13-slim-trixie AS base\n" in built
    assert ("EXPOSE 9000" in built, "by-hand" in built) == (True, False)


def test_invalid_rule(app: App, kept: Path) -> None:
    """No engine starts if a rule that may hide a password is invalid."""
    app.add(".dockerignore", "keys[\n")
    code, _, err = app.run(*BUILD)
    assert (code, "error: .dockerignore:1: Docker refuses keys[: invalid" in err) == (2, True)
    assert not list(kept.iterdir())


def test_options_of_the_dockerfile(app: App, kept: Path) -> None:
    """The Dockerfile of `app write` gives the options and the base, unless there are others."""
    app.run("write", "--port", "9000", "--tag", "3.13-slim-trixie")
    assert app.run(*BUILD)[0] == 0
    assert (kept / "Dockerfile").read_text(encoding="utf-8") == app.read("Dockerfile")
    for words, port, tag in (
        (["--port", "7000"], 7000, "3.13-slim-trixie"),
        (["--variant", "slim"], 9000, "3.14-slim-trixie"),
        (["--fresh"], 8000, "3.14-slim-trixie"),
    ):
        assert app.run(*BUILD, *words)[0] == 0
        text = (kept / "Dockerfile").read_text(encoding="utf-8")
        assert f"EXPOSE {port}\n" in text
        assert f"FROM python:{tag} AS base\n" in text


def test_base_that_does_not_fit(app: App, kept: Path) -> None:
    """What a check finds wrong with the base of the Dockerfile is a warning of the build."""
    app.run("write", "--tag", "3.13-slim-trixie")
    app.add(".python-version", "3.14\n")
    code, _, err = app.run(*BUILD, "--as-of", "2029-11-01")
    assert (code, (kept / "Dockerfile").exists()) == (0, True)
    assert "warning: .python-version:1: 3.13-slim-trixie is Python 3.13" in err
    assert "release cycle 3.13 ended on 2029-10-31" in err


def test_persons_dockerfile(app: App, kept: Path) -> None:
    """A Dockerfile that a person wrote is not used."""
    app.add("Dockerfile", "FROM scratch\n")
    assert app.run(*BUILD)[0] == 0
    assert "FROM python:" in (kept / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    ["example.com/UPPER:1", "a:b:c", "x y", "-x", "a/../b", "h:port/x", "", f"a@sha256:{'a' * 64}"],
)
def test_wrong_names(name: str, app: App, kept: Path) -> None:
    """An invalid name is refused before anything starts."""
    with pytest.raises(SystemExit, match="2"):
        app.run("build", "--engine", "buildah", "--tag", name)
    assert not (kept / "words").exists()


SMALL = """\
#!/bin/sh
case "$1" in version) exit 0 ;; esac
printf '%s\\n' "$*" >> "{log}"
case "$*" in *missing*) exit 1 ;; esac
"""


@pytest.mark.parametrize(
    ("name", "words", "command"),
    [
        ("podman", ("list",), "images"),
        ("podman", ("tag", "hello:1", "example.com/hello:2"), "tag hello:1 example.com/hello:2"),
        ("podman", ("untag", "hello:1"), "untag hello:1"),
        ("buildah", ("untag", "hello:1"), "rmi hello:1"),
        ("docker", ("untag", "hello:1"), "image rm --no-prune hello:1"),
    ],
)
def test_names(
    name: str,
    words: tuple[str, ...],
    command: str,
    app: App,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`list`, `tag` and `untag` say which command they run, and run it."""
    program = tmp_path / name
    program.write_text(SMALL.format(log=tmp_path / "log"), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    code, _, err = app.run(*words, "--engine", name)
    assert (code, err) == (0, f"{name} {command}\n")
    ran = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert ran[-1] == command
    assert app.run("untag", "missing:1", "--engine", name)[0] == 2


def test_engine_that_fails(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that fails ends with an error that names the engine and its exit code."""
    program = tmp_path / "docker"
    text = "#!/bin/sh\ncase $* in *--secret*) exit 7 ;; esac\n"
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    words = ("build", "--tag", "hello:1", "--secret", "id=netrc,src=n")
    code, _, err = app.run(*words)
    assert code == 2
    assert "docker failed with exit code 7" in err
    assert "this engine's image store keeps the times of the build" in err
