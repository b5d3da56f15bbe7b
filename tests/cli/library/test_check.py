"""tagmatrix library check."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .world import World


def edit(world: World, name: str, old: str, new: str) -> None:
    """Change the text of a manifest."""
    path = world.path / "library" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_no_findings(world: World) -> None:
    """A library without findings gives code 0; the count goes to stderr."""
    run = world.library("check")
    assert (run.code, run.out) == (0, "")
    assert run.err.endswith("2 manifests checked, 0 findings\n")


def test_findings_across_manifests(world: World) -> None:
    """Bases are looked up in the other manifests and in git."""
    edit(world, "os", "amd64, arm64v8", "amd64")
    edit(world, "engine", "Tags: 1.2-app", "Tags: 1.2-app\nArchitecture: i386")
    run = world.library("check", "--library", "library")
    path = world.path / "library/engine"
    assert run.code == 3
    field, base = run.out.splitlines()
    assert field == (
        f"{path}:18: Architecture: is not a field and is ignored: "
        "write Architectures [unknown-field]"
    )
    assert base == (
        f"{path}:6: engine:1.2-trixie: its base os:trixie is not built for arm64v8: remove "
        "these architectures here, or choose another base [base-architecture]"
    )


def test_only_what_is_named(world: World) -> None:
    """One manifest is checked against the others; the others are not checked."""
    edit(world, "engine", "Tags: 1.2-app", "Tags: 1.2-app\nArchitecture: i386")
    edit(world, "os", "amd64, arm64v8", "amd64")
    assert world.library("check", "os").code == 0
    rules = [
        one["rule"] for one in world.library("check", "engine", "--format", "json").json["findings"]
    ]
    assert rules == ["unknown-field", "base-architecture"]


def test_ignored_rules(world: World) -> None:
    """A rule can be ignored."""
    edit(world, "os", "amd64, arm64v8", "amd64")
    assert world.library("check", "--ignore", "base-architecture").code == 0


def test_json(world: World) -> None:
    """JSON has each finding with its place."""
    edit(world, "os", "Directory: os", "Directory: os\nDirectory: ../x")
    value = world.library("check", "os", "--format", "json").json
    assert value["schema"] == 1
    assert [(one["rule"], one["line"], one["subject"]) for one in value["findings"]] == [
        ("duplicate-field", 9, "Directory"),
        ("outside", 9, "Directory"),
    ]
    assert world.library("check", "engine", "--format", "json").json["findings"] == []


def test_broken_manifest(world: World) -> None:
    """A broken manifest is bad input; the others are still checked."""
    edit(world, "engine", "Tags: 1.2-app", "Tags: 1.2-app, latest")
    edit(world, "os", "Directory", "Directories: x\nDirectory")
    run = world.library("check")
    assert run.code == 2
    assert "engine:17: Tags: 'latest' is already a shared tag of" in run.err
    assert "[unknown-field]" in run.out


def test_unknown_bases_are_reported(world: World) -> None:
    """Without the commits there are no findings about bases, but a note."""
    commit = world.repo.git("rev-parse", "HEAD~1")
    edit(world, "engine", commit, "ab" * 20)
    edit(world, "os", "amd64, arm64v8", "amd64")
    run = world.library("check")
    assert run.code == 0
    assert "unknown base images of engine:1.2-trixie and 2 more: " in run.err
    assert "--checkout" in run.err


def test_an_empty_dockerfile(world: World) -> None:
    """A Dockerfile without FROM is a problem, also for `library show`."""
    world.repo.write("app/Dockerfile", "")
    commit = world.repo.commit("Empty it")
    edit(world, "engine", "Directory: app", f"Directory: app\nGitCommit: {commit}")
    problem = "its Dockerfile: line 1: there is no FROM"
    run = world.library("check", "engine")
    assert run.code == 3
    assert problem in run.out
    assert f"problem       {problem}" in world.library("show", "engine:1.2-app").out
