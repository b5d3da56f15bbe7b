"""Other tags for images, removed tags, and ends of life."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.projects import VERSIONS
from tests.registry import images
from tests.registry.standin import body, status

if TYPE_CHECKING:
    from tests.registry.commands import Commands
    from tests.registry.standin import Standin

NAME = "me/python"
VERSION = {"org.opencontainers.image.version": "3.14.6"}


@pytest.fixture
def where(registry: Standin) -> str:
    """Return a repository with two images for 3 and 3.14, and one for 5."""
    amd = images.push_image(registry, NAME, images.AMD64)
    arm = images.push_image(registry, NAME, images.ARM64)
    images.push_index(registry, NAME, [amd, arm], "3", "3.14")
    images.push_index(registry, NAME, [amd], "5")
    return f"{registry.host}/{NAME}"


def test_tag(registry: Standin, commands: Commands, where: str) -> None:
    """A tag names the same digest, also in another repository; a second time changes nothing."""
    tags = registry.of(NAME).tags
    for _ in range(2):
        done = commands.run("tag", f"{where}:3", "latest", f"{registry.host}/you/python:4")
        assert (done.code, done.err) == (0, "")
        assert tags["latest"] == registry.of("you/python").tags["4"] == tags["3"]
    assert commands.run("tag", f"{where}@{tags['5']}", "6").code == 0
    assert tags["6"] == tags["5"]


def test_a_tag_is_guarded(registry: Standin, commands: Commands, where: str) -> None:
    """A tag that would lose an architecture is refused, unless versions.yaml accepts it."""
    done = commands.run("tag", f"{where}:5", "3", "7")
    assert done.code == 5
    assert "3 is no longer built for arm64v8" in done.err
    assert f"{where}:3 was not moved; choose another image or, if the ch" in done.err
    assert "`accept:` in versions.yaml, with the reason" in done.err
    assert registry.of(NAME).tags["7"] == registry.of(NAME).tags["5"]
    accept = '\naccept:\n  - {tag: "3", loses: [arm64v8], why: No user has it.}\n'
    (commands.root / "versions.yaml").write_text(VERSIONS + accept)
    assert commands.run("tag", f"{where}:5", "3").code == 0
    images.push_index(registry, NAME, [], "empty")
    done = commands.run("tag", f"{where}:empty", "8")
    assert done.code == 5
    assert "tags no empty index" in done.err
    twice = [images.push_image(registry, NAME, images.AMD64, word) for word in "ab"]
    images.push_index(registry, NAME, twice, "twice")
    done = commands.run("tag", f"{where}:twice", "8")
    assert done.code == 5
    assert "it has 2 images for amd64" in done.err


def test_dry_runs(registry: Standin, commands: Commands, where: str) -> None:
    """With --dry-run nothing moves: 3 if anything would, 0 if not, 5 for what is refused."""
    before = dict(registry.of(NAME).tags)
    date = ("--registry", where, "--end-of-life", "2026-01-01")
    for words, code, line in (
        (("tag", f"{where}:3", "latest"), 3, ":latest  -"),
        (("tag", f"{where}:3", "3.14"), 0, ":3.14  sha256:"),
        (("tag", f"{where}:5", "3", "7"), 5, ":7  -"),
        (("untag", f"{where}:3"), 3, ":3  would be removed"),
        (("untag", f"{where}:9"), 2, ""),
        (("retire", "3", *date), 3, "would be retired"),
    ):
        done = commands.run(*words, "--dry-run")
        assert (done.code, line in done.out) == (code, True), words
    assert registry.of(NAME).tags == before
    assert {method for method, _, _ in registry.asked} <= {"GET", "HEAD"}
    commands.run("retire", "3", *date)
    assert commands.run("retire", "3", *date, "-n").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("tag", "{}:9", "a"), 2),
        (("tag", "{}:3", "a b"), 2),
        (("tag", "{}:3", "{}"), 2),
        (("untag", "{}"), 2),
        (("untag", "{}:9"), 2),
        (("untag", "{}@sha256:" + "0" * 64), 2),
        (("retire", "9", "--registry", "{}", "--end-of-life", "2026-01-01"), 2),
        (("retire", "a b", "--registry", "{}", "--end-of-life", "2026-01-01"), 2),
        (("retire", "3", "--end-of-life", "2026-01-01"), 2),
    ],
)
def test_names_that_are_wrong(
    commands: Commands, where: str, words: tuple[str, ...], code: int
) -> None:
    """What is not there, or not a tag, is bad input."""
    assert commands.run(*(word.format(where) for word in words)).code == code


def test_untag(registry: Standin, commands: Commands, where: str) -> None:
    """A tag is removed by its name, and its image stays."""
    digest = registry.of(NAME).tags["3"]
    done = commands.run("untag", f"{where}:3", f"{where}:3.14")
    assert (done.code, done.out.count("removed")) == (0, 2)
    assert digest in registry.of(NAME).manifests
    assert set(registry.of(NAME).tags) == {"5"}


def test_untag_where_only_digests_can_be_removed(
    registry: Standin, commands: Commands, where: str
) -> None:
    """A digest is removed only if no other tag has it, and no index of one."""
    registry.deletes = frozenset({"digests"})
    single = registry.of(NAME).tags["5"]
    inner = images.push_image(registry, NAME, images.AMD64, tag="inner")
    done = commands.run("untag", f"{where}:3", f"{where}:inner")
    assert done.code == 5
    assert "3.14 also has" in done.err
    assert "3, 3.14 and 5 also have" in done.err
    assert inner["digest"] in registry.of(NAME).manifests
    assert commands.run("untag", f"{where}:5").code == 0
    assert single not in registry.of(NAME).manifests
    registry.deletes = frozenset()
    registry.of(NAME).tags.pop("3.14")
    done = commands.run("untag", f"{where}:3")
    assert done.code == 5
    assert "the registry removes nothing" in done.err


def test_untag_that_can_not_know(registry: Standin, commands: Commands, where: str) -> None:
    """Where other tags can't be read, nothing is removed."""
    registry.deletes = frozenset({"digests"})
    for begin in ("GET /v2/me/python/tags", "HEAD /v2/me/python/manifests/5"):
        registry.faults = {begin: status(500)}
        assert commands.run("untag", f"{where}:3").code == 4
    for listed in (b"{}", b'{"tags": ["5"]}'):  # not a list, or one that lacks the tag itself
        registry.faults = {"GET /v2/me/python/tags": body(listed)}
        assert commands.run("untag", f"{where}:3").code == 4
    registry.faults = {"GET /v2/me/python/manifests": status(500)}
    registry.of(NAME).tags.pop("3.14")
    assert commands.run("untag", f"{where}:3").code == 4
    registry.faults = {"HEAD /v2/me/python/manifests/5": status(404)}
    assert commands.run("untag", f"{where}:3").code == 0
    registry.faults = {"HEAD": status(500)}
    assert commands.run("untag", f"{where}:5").code == 4
    assert commands.run("tag", f"{where}:5", "6").code == 4
    registry.faults = {"": status(500)}
    assert commands.run("tag", f"{where}:5", "6").code == 4
    assert commands.run("tag", f"{where}:5", "6").code == 4


@pytest.mark.parametrize(
    "begin",
    [
        "GET /v2/me/python/manifests/sha256",
        "HEAD /v2/me/python/blobs",
        "PUT /v2/me/python/manifests",
    ],
)
def test_tags_that_fail(registry: Standin, commands: Commands, where: str, begin: str) -> None:
    """What can't be read or written is exit code 4, and the tag does not exist."""
    registry.faults = {begin: status(500), begin.replace("/me/", "/you/"): status(500)}
    assert commands.run("tag", f"{where}:3", f"{registry.host}/you/python:5").code == 4
    assert registry.of("you/python").tags == {}


@pytest.mark.parametrize("api", [True, False])
def test_retire(registry: Standin, commands: Commands, where: str, *, api: bool) -> None:
    """The end of life is an annotation that refers to the image, written once."""
    registry.referrers = api
    words = ("retire", "3", "5", "--registry", where, "--end-of-life", "2026-01-01")
    done = commands.run(*words)
    assert (done.code, done.err) == (0, "")
    assert done.out.count("retired") == 2
    count = len(registry.of(NAME).manifests)
    assert commands.run(*words).out.count("there") == 2
    assert len(registry.of(NAME).manifests) == count
    done = commands.run("retire", "3", *words[3:-1], "2026-06-01")
    assert (done.code, done.out.count("retired")) == (0, 1)
    assert f"{where}:3: it also has the end of life 2026-01-01, and scanners" in done.err
    registry.faults["GET"] = status(500)
    assert commands.run(*words).code == 4
    registry.faults = {"HEAD": status(500)}
    assert commands.run(*words).code == 4
    registry.faults = {"PUT": status(500)}
    assert commands.run(*words[:-1], "2027-01-01").code == 4


def test_a_full_version_with_a_plus_does_not_move(
    registry: Standin, commands: Commands, where: str
) -> None:
    """A version is compared as tags have it: 21.0.5_11 is the tag of 21.0.5+11."""
    for version, tag in (("21.0.5+11", "21.0.5_11-slim"), ("21.0.6+7", "new")):
        label = {"org.opencontainers.image.version": version}
        images.push_image(registry, NAME, images.AMD64, tag, label, tag=tag)
    done = commands.run("tag", f"{where}:new", "21.0.5_11-slim")
    assert done.code == 5
    assert "a full version must not move" in done.err


def test_a_full_version_does_not_move(registry: Standin, commands: Commands, where: str) -> None:
    """A tag with the full version keeps it, whatever versions.yaml accepts."""
    images.push_image(registry, NAME, images.AMD64, "a", VERSION, tag="3.14.6-slim")
    newer = {"org.opencontainers.image.version": "3.14.7"}
    images.push_image(registry, NAME, images.AMD64, "b", newer, tag="new")
    done = commands.run("tag", f"{where}:new", "3.14.6-slim")
    assert done.code == 5
    assert "a full version must not move" in done.err
    assert "give the image the tag of its own version" in done.err
    assert done.err.endswith(f"{where}:3.14.6-slim was not moved; choose another image\n")
    done = commands.run("tag", f"{where}:new", "slim", "--format", "json")
    (row,) = json.loads(done.out)["tags"]
    assert row == {"tag": f"{where}:slim", "old": None, "new": registry.of(NAME).tags["slim"]}


def test_the_oldest_image_goes_back(registry: Standin, commands: Commands, where: str) -> None:
    """A tag must not move to an index with an older image, whatever the others are."""
    for tag, versions in {"old": ("3.14.6", "3.14.5"), "new": ("3.14.5", "3.14.6")}.items():
        members = [
            images.push_image(registry, NAME, platform, version)
            | {"annotations": {"org.opencontainers.image.version": version}}
            for platform, version in zip((images.AMD64, images.ARM64), versions, strict=True)
        ]
        images.push_index(registry, NAME, members, tag)
    done = commands.run("tag", f"{where}:new", "old")
    assert done.code == 5
    assert "old goes back from 3.14.6 to 3.14.5" in done.err


def test_stamped_and_fixed_tags_do_not_move(
    registry: Standin, commands: Commands, where: str
) -> None:
    """A stamped tag never moves, and a fixed tag keeps its variant, where it is known."""
    stamp = '\npublish: {stamp: "{tag}-{date}", registries: ["example.org/a"]}\n'
    (commands.root / "versions.yaml").write_text(VERSIONS + stamp)
    for tag, name in {"3.14.6-20261128": "a", "3.14.6-slim": "b", "3.14.6": "a"}.items():
        image = images.push_image(registry, NAME, images.AMD64, tag)
        image["annotations"] = {**VERSION, "tagmatrix.image": f"3.14/{name}"}
        images.push_index(registry, NAME, [image], tag)
    done = commands.run("tag", f"{where}:3.14.6", "3.14.6-20261128")
    assert done.code == 5
    assert "this stamped tag has sha256:" in done.err
    assert commands.run("tag", f"{where}:3.14.6", "3.14.6-20261129").code == 0
    done = commands.run("tag", f"{where}:3.14.6", "3.14.6-slim")
    assert done.code == 5
    assert "this fixed tag has the image 3.14/b, and must not get 3.14/a" in done.err
    assert commands.run("tag", f"{where}:3.14.6-20261128", "3.14.6").code == 0
