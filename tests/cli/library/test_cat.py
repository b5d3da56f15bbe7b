"""tagmatrix library cat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.manifest import dumps, from_json, parse

if TYPE_CHECKING:
    from .world import World


def test_text_is_canonical(world: World) -> None:
    """A manifest is printed canonically; several are printed below each other."""
    manifest = parse((world.path / "library/engine").read_bytes())
    other = parse((world.path / "library/os").read_bytes())
    assert world.library("cat", "engine").out == dumps(manifest)
    both = world.library("cat", "engine", "os").out
    assert both == dumps(manifest) + "\n" + dumps(other)


def test_json_is_read_again(world: World) -> None:
    """The JSON of a manifest gives the same manifest, also from a file."""
    run = world.library("cat", "engine", "--format", "json")
    assert from_json(run.json) == parse((world.path / "library/engine").read_bytes())
    assert run.json["schema"] == 1
    world.repo.write("engine.json", run.out)
    assert world.library("cat", "engine.json", "--format", "json").out == run.out
    assert world.library("cat", "engine.json").out == world.library("cat", "engine").out


def test_json_of_several(world: World) -> None:
    """Several manifests, or those of a folder, are a list with their names."""
    value = world.library("cat", "--all", "--format", "json").json
    assert [one["name"] for one in value["manifests"]] == ["engine", "os"]
    assert from_json(value["manifests"][1]) == parse((world.path / "library/os").read_bytes())
    folder = world.library("cat", "library", "--format", "json")
    assert folder.json == value


def test_one_tag(world: World) -> None:
    """With a tag, only its entries are printed."""
    run = world.library("cat", "engine:1.2-app", "--format", "json")
    assert [entry["Tags"] for entry in run.json["entries"]] == [["1.2-app"]]
    assert parse(world.library("cat", "engine:1.2").out).entries[0].tags[0] == "1.2-trixie"


def test_any_bytes_are_printed(world: World) -> None:
    """Bytes that are not UTF-8 are printed unchanged, whatever the terminal's encoding."""
    path = world.path / "library/os"
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Ad\xe9 \xc3\xa9"))
    assert "Ad\udce9 é Lovelace" in world.library("cat", "os").out
    text = world.library("cat", "os", "--format", "json").out
    assert json.loads(text)["global"]["Maintainers"][0]["Name"] == "Ad\ufffd é Lovelace"


def test_broken_manifest(world: World) -> None:
    """A broken manifest is rejected with file, line and field."""
    world.repo.write(
        "broken",
        "Maintainers: Ada (@ada)\n\nTags: .x\nGitRepo: r\nGitCommit: " + "abababab" * 5 + "\n",
    )
    run = world.library("cat", "./broken")
    assert (run.code, run.out) == (2, "")
    assert f"error: {world.path}/broken:3: Tags: invalid tag '.x'" in run.err


@pytest.mark.parametrize(
    "name", ["Ada\nGitRepo: https://evil.example/x.git", "Ada, Bob", "Ada\n\nTags: x"]
)
def test_a_name_that_the_format_cannot_hold(world: World, name: str) -> None:
    """A maintainer's name is printed so that it is read back, or refused."""
    value = world.library("cat", "engine", "--format", "json").json
    value["global"]["Maintainers"][0]["Name"] = name
    world.repo.write("engine.json", json.dumps(value))
    run = world.library("cat", "engine.json")
    assert (run.code, run.out) == (2, "")


@pytest.mark.parametrize("item", ["one\n: c", "one, two"])
def test_items_of_lists(world: World, item: str) -> None:
    """A constraint that would be read as another one is refused."""
    value = world.library("cat", "engine", "--format", "json").json
    for entry in (value["global"], *value["entries"]):
        entry["Constraints"] = [item]
    world.repo.write("engine.json", json.dumps(value))
    run = world.library("cat", "engine.json")
    assert (run.code, run.out) == (2, "")
    assert "engine" in run.err
