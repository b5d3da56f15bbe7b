"""The commands of docker, buildah and podman."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagmatrix import references
from tagmatrix.app.engines import engine
from tagmatrix.errors import InputError

NAME = references.parse("example.com/app:1")


def commands(
    name: str, *, push: bool = False, cache: bool = True, exports: bool = True
) -> list[list[str]]:
    """Return the commands of a build with a secret."""
    build = engine.LocalBuild(
        context=Path("/c"),
        dockerfile=Path("/d"),
        archive=Path("/a"),
        name=NAME,
        epoch=7,
        secrets=("id=netrc,src=n",),
        network="host",
        cache=cache,
        push=push,
    )
    return engine.Engine(name, exports=exports).build(build)


@pytest.mark.parametrize("name", engine.NAMES)
def test_build(name: str) -> None:
    """Each engine gets the Dockerfile, the name and the secret, and fixes times."""
    first, *more = commands(name)
    assert first[-1] == "/c"
    for option, value in (("--file", "/d"), ("--tag", str(NAME)), ("--secret", "id=netrc,src=n")):
        assert first[first.index(option) + 1] == value
    times = "rewrite-timestamp=true" if name == "docker" else "--timestamp=7"
    assert times in " ".join(first)
    assert "--network=host" in first
    assert [one[:2] for one in more] == ([["docker", "load"]] if name == "docker" else [])


@pytest.mark.parametrize("name", engine.NAMES)
def test_cache(name: str) -> None:
    """Layers of earlier builds are used, unless the user does not want them."""
    assert "--no-cache" in commands(name, cache=False)[0]
    first = commands(name)[0]
    assert "--no-cache" not in first
    assert ("--layers" in first) == (name == "buildah")


def test_store_that_cannot_rewrite() -> None:
    """A builder that writes no archives loads the image itself."""
    (only,) = commands("docker", exports=False)
    assert "--load" in only
    assert "rewrite-timestamp" not in " ".join(only)


@pytest.mark.parametrize("name", engine.NAMES)
def test_push(name: str) -> None:
    """Each engine pushes the image that is in its store."""
    assert commands(name, push=True)[-1] == [name, "push", str(NAME)]


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


DOCKER = """\
#!/bin/sh
case "$*" in
  "info "*) echo '[["driver-type","{store}"]]' ;;
  "buildx inspect") printf 'Name: x\\nDriver: {driver}\\n' ;;
  "buildx version") exit {buildx} ;;
esac
"""


@pytest.mark.parametrize(
    ("store", "driver", "missing"),
    [
        ("io.containerd.snapshotter.v1", "docker", ""),
        ("overlay2", "docker-container", ""),
        ("overlay2", "docker", "archives"),
    ],
)
def test_builder(
    store: str, driver: str, missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The builder that is a part of Docker writes archives only with containerd's store."""
    file = tmp_path / "docker"
    file.write_text(DOCKER.format(store=store, driver=driver, buildx=0), encoding="utf-8")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert engine.find("docker", builds=True).exports is not bool(missing)


def test_docker_without_buildx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Docker lists and tags without buildx, and needs it to build."""
    file = tmp_path / "docker"
    file.write_text(DOCKER.format(store="", driver="docker", buildx=1), encoding="utf-8")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert engine.find("docker").name == "docker"
    with pytest.raises(InputError, match="docker is not on PATH, with buildx"):
        engine.find("docker", builds=True)


def test_run_without_the_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine does not get SOURCE_DATE_EPOCH, which would end BuildKit's cache."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "7")
    assert engine.run(["sh", "-c", 'test -z "$SOURCE_DATE_EPOCH"']) == 0
