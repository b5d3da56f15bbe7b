"""The commands of docker, buildah and podman."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagmatrix import references
from tagmatrix.app.engines import engine
from tagmatrix.errors import InputError

NAME = references.parse("example.com/app:1")


def commands(name: str, *, push: bool) -> list[list[str]]:
    """Return the commands of a build with a secret."""
    build = engine.Build(
        context=Path("/c"),
        dockerfile=Path("/d"),
        name=NAME,
        epoch=7,
        secrets=("id=netrc,src=n",),
        push=push,
    )
    return engine.Engine(name).build(build)


@pytest.mark.parametrize("name", engine.NAMES)
def test_build(name: str) -> None:
    """Each engine gets the Dockerfile, the name and the secret, and fixes times."""
    first, *more = commands(name, push=False)
    assert first[-1] == "/c"
    for option, value in (("--file", "/d"), ("--tag", str(NAME)), ("--secret", "id=netrc,src=n")):
        assert first[first.index(option) + 1] == value
    times = "rewrite-timestamp=true" if name == "docker" else "--timestamp=7"
    assert times in " ".join(first)
    assert more == []


def test_push() -> None:
    """Docker pushes what it builds; the others push afterwards."""
    assert "--output=type=registry,rewrite-timestamp=true" in commands("docker", push=True)[0]
    assert commands("buildah", push=True)[1] == ["buildah", "push", str(NAME)]
    assert len(commands("docker", push=True)) == 1


def test_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an engine the error names all three, or the one that was wanted."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(InputError, match="none of docker, buildah and podman"):
        engine.find("")
    with pytest.raises(InputError, match="podman is not on PATH"):
        engine.find("podman")


def test_server_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A docker without a server is passed over for the next engine."""
    for name, code in (("docker", 1), ("podman", 0)):
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
        file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert engine.find("").name in {"buildah", "podman"}
    with pytest.raises(InputError, match="does not answer"):
        engine.find("docker")
