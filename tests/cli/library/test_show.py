"""tagmatrix library show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.manifest import raw

from .world import DIGEST

if TYPE_CHECKING:
    import pytest

    from .world import World


def test_shared_tag(world: World) -> None:
    """A shared tag shows all its images, their Dockerfiles and bases, and the dependents."""
    run = world.library("show", "engine:1")
    commit = world.repo.git("rev-parse", "HEAD~1")
    assert run.code == 0
    assert run.out.splitlines()[0] == "engine:1: shared by 2"
    assert "tags          1.2-trixie, 1-trixie\n" in run.out
    assert "built from    os:trixie\n" in run.out
    assert f"https://github.com/example/images/blob/{commit}/windows/Dockerfile\n" in run.out
    assert run.out.endswith(
        "built from engine:1, directly or through other images:\n  engine:1.2-app\n"
    )


def test_one_architecture(world: World) -> None:
    """--arch shows only the image for one architecture of a shared tag."""
    whole = world.library("show", "engine:1").out
    run = world.library("show", "engine:1", "--arch", "arm64")
    assert run.code == 0
    assert run.out.splitlines()[0] == "engine:1: shared by 2"
    assert run.out.count("architectures") == 1 < whole.count("architectures")
    run = world.library("show", "engine:1", "--arch", "s390x")
    assert (run.code, run.out) == (2, "")
    assert "engine:1 is not built for s390x, only for amd64, arm64v8" in run.err


def test_latest_is_the_default(world: World) -> None:
    """The default tag is latest."""
    assert world.library("show", "os").out == world.library("show", "os:latest").out


def test_json(world: World) -> None:
    """JSON has entries and dependents, with Dockerfiles and bases for each architecture."""
    value = world.library("show", "os:trixie", "--format", "json").json
    assert (value["schema"], value["image"], value["tag"], value["shared"]) == (
        1,
        "os",
        "trixie",
        False,
    )
    assert value["entries"][0]["entry"]["Tags"] == ["trixie", "latest"]
    first, second = value["dependents"]
    assert first["bases"] == {"amd64": ["os:trixie"], "arm64v8": ["os:trixie"]}
    assert second["entry"]["Tags"] == ["1.2-app"]
    assert second["bases"] == {"amd64": ["engine:1", f"quay.io/x/y:1@{DIGEST}"]}
    (place,) = first["dockerfiles"]
    assert place["architectures"] == ["amd64", "arm64v8"]
    assert place["path"] == "engine/Dockerfile"
    assert place["url"].endswith("/engine/Dockerfile")


def test_architectures_apart(world: World) -> None:
    """Different Dockerfiles for architectures are shown separately."""
    path = world.path / "library/os"
    path.write_text(path.read_text() + "arm64v8-Directory: engine\n")
    run = world.library("show", "os")
    assert "for           amd64\n" in run.out
    assert "for           arm64v8\n" in run.out
    assert "Dockerfile    engine/Dockerfile\n" in run.out


def test_nothing_reaches_the_terminal(world: World) -> None:
    """Control characters are escaped."""
    path = world.path / "library/os"
    path.write_text(path.read_text() + "Builder: \x1b[2Jx\n")
    assert "builder       \\x1b[2Jx\n" in world.library("show", "os").out


def test_no_such_tag(world: World) -> None:
    """A missing tag is an error, with a similar tag."""
    run = world.library("show", "engine:1.2-ap")
    assert run.code == 2
    assert "has no tag 1.2-ap: did you mean 1.2-app" in run.err


def test_broken_neighbour(world: World) -> None:
    """Another broken manifest is ignored, with a note."""
    world.repo.write("library/gear", "Maintainers: unknown\n")
    run = world.library("show", "os")
    assert run.code == 0
    assert "ignored: " in run.err
    assert "gear:1: Maintainers" in run.err


def test_ignored_manifests_are_reported(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other manifests that cannot be read are reported, because they may have dependents."""
    monkeypatch.setattr(raw, "MAX_BYTES", 1 << 16)
    world.repo.write("library/huge", "\n" * ((1 << 16) + 1))
    run = world.library("show", "os:trixie")
    assert (run.code, run.err.count("ignored: ")) == (0, 1)
    assert "library/huge: has more than 0 MiB" in run.err
    run = world.library("show", "library/os:trixie", "--library", "nowhere")
    assert "ignored: " in run.err
    assert "nowhere: No such file" in run.err
