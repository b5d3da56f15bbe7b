"""tagmatrix library list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .world import World

ENGINE = [
    "engine:1.2-trixie",
    "engine:1-trixie",
    "engine:1.2",
    "engine:1",
    "engine:latest",
    "engine:1.2-windowsservercore-ltsc2025",
    "engine:1.2-app",
]
OS = ["os:trixie", "os:latest"]


def test_tags_are_listed_once(world: World) -> None:
    """Every tag is one line; a shared tag is listed with its first owner."""
    run = world.library("list", "engine")
    assert (run.code, run.out.splitlines(), run.err) == (0, ENGINE, "")


@pytest.mark.parametrize(
    ("arguments", "tags"),
    [
        (["engine", "--uniq"], [ENGINE[0], ENGINE[5], ENGINE[6]]),
        (["engine", "--arch", "windows-amd64"], [ENGINE[5], ENGINE[2], ENGINE[3]]),
        (["os", "engine", "--arch", "arm64v8", "--uniq"], [OS[0], ENGINE[0]]),
        (["os", "engine", "--arch", "linux/arm64", "--uniq"], [OS[0], ENGINE[0]]),
        (["engine", "--fixed"], [ENGINE[0], ENGINE[2], *ENGINE[5:]]),
        (["engine", "--moving"], [ENGINE[1], *ENGINE[3:5]]),
        (["engine:1.2"], ENGINE[:6]),
        (["engine:1.2-app", "os:latest"], [ENGINE[6], *OS]),
        (["HEAD:library/os"], OS),
        (["engine", "--build-order", "--uniq"], [ENGINE[0], ENGINE[5], ENGINE[6]]),
        (["engine", "os", "--build-order", "--uniq"], [ENGINE[5], OS[0], ENGINE[0], ENGINE[6]]),
        (
            ["engine", "os", "--build-order", "--uniq", "--arch", "arm64v8"],
            [OS[0], ENGINE[0]],
        ),
    ],
)
def test_options(world: World, arguments: list[str], tags: list[str]) -> None:
    """Options select and order the tags."""
    run = world.library("list", *arguments)
    assert (run.code, run.out.splitlines(), run.err) == (0, tags, "")


def test_unknown_architecture(world: World) -> None:
    """An unknown architecture is an error."""
    run = world.library("list", "engine", "--arch", "amd46")
    assert (run.code, run.out) == (2, "")
    assert 'unknown architecture "amd46"; did you mean amd64?' in run.err


def test_json(world: World) -> None:
    """JSON has the schema and the tags."""
    assert world.library("list", "os", "--format", "json").json == {"schema": 1, "tags": OS}


def test_all_says_what_it_skips(world: World) -> None:
    """All manifests of the library are listed by name; other files are reported on stderr."""
    run = world.library("list", "--all")
    assert run.out.splitlines() == ENGINE + OS
    assert run.err == f"skipped {world.path}/library/README.md: not a manifest\n"


def test_the_json_of_a_manifest_is_not_mentioned(world: World) -> None:
    """Only JSON without a manifest of its name is reported."""
    for name in ("engine.json", "other.json"):
        (world.path / "library" / name).write_text("{}")
    (world.path / "library/README.md").unlink()
    assert world.library("list", "--all").err == f"skipped {world.path}/library/other.json: JSON\n"


def test_where_the_library_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option overrides the variable, and the variable overrides the folder `library`."""
    other = world.repo.write("other/os", (world.path / "library/os").read_text() + "File: x\n")
    other.write_text(other.read_text().replace("trixie", "sid"))
    monkeypatch.setenv("TAGMATRIX_LIBRARY", str(other.parent))
    assert world.library("list", "os", "--uniq").out == "os:sid\n"
    assert world.library("list", "os", "--uniq", "--library", "library").out == "os:trixie\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give the manifests, or --all"),
        (["os", "--all"], "give the manifests, or --all"),
        (["gear"], "gear: no such manifest in"),
        (["engine:1.3"], "has no tag 1.3: did you mean 1.2"),
        (["engine:nothing-like-it"], "has no tag nothing-like-it: see tagmatrix library list "),
        (["os", "library/os", "--build-order"], "os: two manifests have this name"),
        (["README.md"], "README.md:"),
        (["os", "--checkout", "nowhere", "--build-order"], "nowhere"),
    ],
)
def test_refusals(world: World, arguments: list[str], message: str) -> None:
    """Invalid arguments give an error, code 2 and no result."""
    run = world.library("list", *arguments)
    assert (run.code, run.out) == (2, "")
    assert message in run.err
    assert run.err.startswith("error: ")


def test_unknown_order_is_reported(world: World) -> None:
    """Images without a local commit keep their position, with a note."""
    text = (world.path / "library/os").read_text()
    world.repo.write("library/os", text.replace(world.repo.git("rev-parse", "HEAD~1"), "ab" * 20))
    run = world.library("list", "engine", "os", "--build-order", "--uniq")
    assert run.code == 0
    assert "unknown base images of os:trixie: " in run.err


def test_circle(world: World) -> None:
    """A circle has no order; the error names the images."""
    world.repo.write("os/Dockerfile", "FROM engine:1-trixie\n")
    commit = world.repo.commit()
    old = world.repo.git("rev-parse", "HEAD~2")
    for name in ("os", "engine"):
        text = (world.path / "library" / name).read_text()
        world.repo.write(f"library/{name}", text.replace(old, commit))
    run = world.library("list", "--all", "--build-order")
    assert run.code == 2
    assert "in a circle: engine:1.2-trixie <- os:trixie <- engine:1.2-trixie" in run.err


def test_names_that_are_not_utf8(world: World) -> None:
    """JSON is valid, also if a file's name is not UTF-8."""
    name = "os-\udcff"
    (world.path / "library" / name).write_bytes((world.path / "library/os").read_bytes())
    assert world.library("list", name, "--uniq").out == f"{name}:trixie\n"
    assert world.library("list", name, "--uniq", "--format", "json").json["tags"] == [
        "os-\ufffd:trixie"
    ]
    assert world.library("show", name, "--format", "json").json["image"] == "os-\ufffd"
