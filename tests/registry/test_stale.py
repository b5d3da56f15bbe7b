"""Images on a base that has moved: found, planned, built and published again."""

from __future__ import annotations

import copy
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.cli import main
from tests.registry import standin
from tests.registry.families import Family, run
from tests.registry.standin import status
from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.registry.commands import Commands
    from tests.registry.standin import Standin

CHILDREN = {"2.0/trixie", "2.0/dev-trixie"}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Standin, Path]]:
    """Return a registry with a family that was built and published, and its folder."""
    folder = tmp_path_factory.mktemp("published")
    with standin.serve() as running, pytest.MonkeyPatch.context() as patch:
        for name, text in environment().items():
            patch.setenv(name, text)
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        found = Family(running, folder / "family")
        found.begin()
        plan, done = found.plan("--stale")
        assert (done.code, plan["builds"]) == (0, [])
        digests = folder / "bases.json"
        assert run(found.root, "registry", "stale", "--base-digests", digests).code == 0
        plan, done = found.plan("--base-digests", str(digests))
        assert done.code == 0
        assert len(plan["builds"]) == 6
        assert all(build["key"] for build in plan["builds"])
        done = found.publish(found.build(plan, folder / "first"))
        assert (done.code, done.err) == (0, "")
        yield running, found.root


@pytest.fixture
def registry(
    published: tuple[Standin, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Standin]:
    """Return the registry; what a test changes in it is undone."""
    running, root = published
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(root, tmp_path / "family")
    before = copy.deepcopy(running.repositories)
    yield running
    running.repositories = before
    running.faults.clear()


@pytest.fixture
def family(registry: Standin, tmp_path: Path) -> Family:
    """Return the family of the registry, in a folder of its own."""
    return Family(registry, tmp_path / "family")


def _states(commands: Commands) -> dict[str, set[str]]:
    """Return the images of each state, without the architectures."""
    found: dict[str, set[str]] = {}
    value = json.loads(commands.run("stale", "--format", "json").out)
    for ages in value["repositories"].values():
        for age in ages:
            found.setdefault(age["state"], set()).add(f"{age['cycle']}/{age['variant']}")
    return found


def _planned(plan: dict[str, Any]) -> set[str]:
    return {build["name"] for build in plan["builds"]}


@pytest.mark.slow
def test_the_whole_way(family: Family, commands: Commands, tmp_path: Path) -> None:
    """A base that moved makes exactly its images and their children stale; a rebuild ends that."""
    assert commands.run("check", "--extra").code == 0
    assert _states(commands) == {"current": CHILDREN | {"2.0/bookworm"}}
    family.base("trixie", "new")
    assert _states(commands) == {"current": {"2.0/bookworm"}, "stale": CHILDREN}
    done = commands.run("stale")
    assert done.code == 3
    assert "base/debian:trixie has moved" in done.out
    assert "its parent 2.0-trixie is stale" in done.out
    plan, planned = family.plan("--stale")
    assert (planned.code, planned.err) == (0, "")
    assert _planned(plan) == CHILDREN
    assert "has moved" in plan["builds"][0]["why"]
    assert family.publish(family.build(plan, tmp_path / "second")).code == 0
    assert _states(commands) == {"current": CHILDREN | {"2.0/bookworm"}}
    assert commands.run("check").code == 0
    plan, _ = family.plan("--stale")
    assert plan["builds"] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("2.0-dev-trixie", "it is the image 2.0/dev-trixie, not 2.0/bookworm"),
        ("2.0-trixie", "it is the image 2.0/trixie, not 2.0/bookworm"),
    ],
)
def test_all_tags_of_an_image_are_another_image(
    registry: Standin, family: Family, commands: Commands, image: str, why: str
) -> None:
    """`check` reports the tags of an image that all have another image of the family."""
    assert commands.run("check", "--extra").code == 0
    tags = registry.of("me/app").tags
    for name in tags:
        if name.endswith("bookworm"):
            tags[name] = tags[image]
    done = commands.run("check")
    assert done.code == 3
    assert done.err.endswith("4 other\n")
    assert done.out.count(f"amd64: {why}") == 1
    assert family.root.exists()


def test_only_the_platform_that_moved(family: Family, commands: Commands, tmp_path: Path) -> None:
    """An index that moved for one platform: the images of others are current, and not built."""
    family.base("bookworm", "new", only="arm64")
    value = json.loads(commands.run("stale", "--format", "json").out)
    (ages,) = value["repositories"].values()
    stale = [(age["variant"], age["architecture"]) for age in ages if age["state"] == "stale"]
    assert stale == [("bookworm", "arm64v8")]
    plan, _ = family.plan("--stale")
    assert [build["architecture"] for build in plan["builds"]] == ["arm64v8"]
    assert len(plan["joins"][0]["members"]) == 2
    done = family.publish(family.build(plan, tmp_path / "second"))
    assert done.code == 0
    assert done.err.endswith("another image of the same version: 2.0.1-bookworm\n")
    assert set(_states(commands)) == {"current"}
    assert commands.run("check").code == 0


def test_a_default_suite_that_moved(registry: Standin, family: Family, tmp_path: Path) -> None:
    """Moved tags of an unchanged image are planned, and published without a build."""
    path = family.root / "versions.yaml"
    path.write_text(path.read_text().replace("{default: trixie}", "{default: bookworm}"))
    make_repo(family.root).commit()
    plan, done = family.plan("--stale", "--changed-since", "HEAD~1")
    assert (done.code, plan["builds"]) == (0, [])
    (join,) = plan["joins"]
    assert {"2.0.1-bookworm", "2.0.1", "latest"} <= {*join["tags"]}
    done = family.publish(family.build(plan, tmp_path / "second"))
    assert done.code == 0
    tags = registry.of("me/app").tags
    assert tags["2.0"] == tags["2.0-bookworm"] != tags["2.0-trixie"]


def test_a_version_that_is_in_no_file(registry: Standin, family: Family, tmp_path: Path) -> None:
    """Images whose files don't have the version are built for its tags, and their labels."""
    path = family.root / "versions.yaml"
    path.write_text(path.read_text().replace('"2.0.1"', '"2.0.2"'))
    make_repo(family.root).commit()
    plan, done = family.plan("--stale", "--changed-since", "HEAD~1")
    assert done.code == 0
    assert {build["why"] for build in plan["builds"]} == {"its tags changed since HEAD~1"}
    assert _planned(plan) == CHILDREN | {"2.0/bookworm"}
    assert family.publish(family.build(plan, tmp_path / "second")).code == 0
    tags = registry.of("me/app").tags
    assert tags["2.0.2"] == tags["2.0"] != tags["2.0.1"]


def test_a_parent_that_was_built_again(
    registry: Standin, family: Family, commands: Commands, tmp_path: Path
) -> None:
    """A child is stale if its parent was published again without it."""
    family.base("trixie", "new")
    plan, _ = family.plan("--stale", "--variant", "trixie")
    assert _planned(plan) == {"2.0/trixie"}
    assert family.publish(family.build(plan, tmp_path / "second")).code == 0
    assert _states(commands)["stale"] == {"2.0/dev-trixie"}
    assert "was built again" in commands.run("stale").out
    assert registry.asked


def test_what_is_unknown(registry: Standin, family: Family, commands: Commands) -> None:
    """What tagmatrix did not build, or an old index that is gone, is unknown, not stale."""
    content = registry.of("me/app")
    value = json.loads(content.manifests[content.tags["2.0.1-bookworm"]][1])
    for member in value["manifests"]:
        del member["annotations"]["tagmatrix.base.platform-digest"]
    registry.add("me/app", json.dumps(value).encode(), "2.0.1-bookworm", "2.0-bookworm")
    family.base("bookworm", "new")
    assert _states(commands)["stale"] == {"2.0/bookworm"}
    base = value["manifests"][0]["annotations"]["org.opencontainers.image.base.digest"]
    del registry.of("base/debian").manifests[base]
    _forget(commands)
    assert _states(commands)["unknown"] == {"2.0/bookworm"}
    for member in value["manifests"]:
        member["annotations"] = {}
    value["annotations"] = {}
    registry.add("me/app", json.dumps(value).encode(), "2.0.1-bookworm")
    assert _states(commands)["unknown"] == {"2.0/bookworm"}
    content.tags.clear()
    assert set(_states(commands)) == {"unknown"}


def _forget(commands: Commands) -> None:
    """Delete the answers that were kept."""
    shutil.rmtree(commands.root.parent / "cache")


def test_another_base(registry: Standin, family: Family, commands: Commands) -> None:
    """An image that was built on another base than versions.yaml names is stale."""
    path = commands.root / "versions.yaml"
    path.write_text(path.read_text().replace("base/debian:{suite}", "base/debian:new-{suite}"))
    for suite in ("new-trixie", "new-bookworm"):
        family.base(suite)
    done = commands.run("stale")
    assert done.code == 3
    assert "and versions.yaml has" in done.out
    assert registry.asked


def test_a_base_that_lost_a_platform(registry: Standin, family: Family, commands: Commands) -> None:
    """An image is unknown if its base has no image for its platform any more."""
    content = registry.of("base/debian")
    value = json.loads(content.manifests[content.tags["bookworm"]][1])
    value["manifests"] = value["manifests"][:1]
    registry.add("base/debian", json.dumps(value).encode(), "bookworm")
    assert _states(commands)["unknown"] == {"2.0/bookworm"}
    assert family.registry is registry


def test_what_can_not_be_read(registry: Standin, family: Family, commands: Commands) -> None:
    """A base or an image that can't be read is reported, and the rest is done: exit code 4."""
    family.base("trixie", "new")
    registry.faults = {"HEAD /v2/base/debian/manifests/bookworm": status(500)}
    done = commands.run("stale")
    assert done.code == 4
    assert "bookworm" in done.err
    plan, planned = family.plan("--stale")
    assert (planned.code, _planned(plan)) == (4, CHILDREN)
    registry.faults = {"HEAD /v2/me/app/manifests/2.0.1-trixie": status(500)}
    assert _states(commands)["unreadable"] == CHILDREN
    registry.faults = {"HEAD /v2/base/debian/manifests/bookworm": status(404)}
    assert commands.run("stale").code == 4


@pytest.mark.parametrize(
    "path", ["base/debian/manifests/bookworm", "me/app/manifests/2.0.1-trixie"]
)
def test_a_failure_writes_no_digests(
    registry: Standin, family: Family, commands: Commands, path: str, tmp_path: Path
) -> None:
    """After a failure the file of digests is as it was before, or is not there."""
    registry.faults = {f"HEAD /v2/{path}": status(500)}
    file = tmp_path / "bases.json"
    done = commands.run("stale", "--base-digests", file)
    assert done.code == 4
    assert f"error: --base-digests {file}: the file is not written" in done.err
    assert not file.exists()
    registry.faults = {}
    assert commands.run("stale", "--base-digests", file).code == 0
    before = file.read_text()
    family.base("trixie", "new")
    registry.faults = {f"HEAD /v2/{path}": status(500)}
    assert commands.run("stale", "--base-digests", file).code == 4
    assert file.read_text() == before


def test_the_same_key_twice(registry: Standin, family: Family, commands: Commands) -> None:
    """A build that is stale although its key would be the same is a warning."""
    content = registry.of("me/app")
    value = json.loads(content.manifests[content.tags["2.0.1-bookworm"]][1])
    for member in value["manifests"]:
        member["annotations"]["tagmatrix.base.platform-digest"] = f"sha256:{'0' * 64}"
        member["annotations"]["org.opencontainers.image.base.digest"] = f"sha256:{'0' * 64}"
    registry.add("me/app", json.dumps(value).encode(), "2.0.1-bookworm")
    plan, planned = family.plan("--stale")
    assert _planned(plan) == {"2.0/bookworm"}
    assert "it was built with the same key before" in planned.err
    assert commands.root.exists()


def test_options_that_do_not_fit(family: Family, commands: Commands) -> None:
    """--stale needs versions.yaml; a file that can't be written is bad input."""
    assert main(["-C", str(commands.root), "plan", "--stale", "--from", "x"]) == 2
    assert commands.run("stale", "--base-digests", commands.root).code == 2
    assert family.registry.asked


def test_images_on_nothing(family: Family, commands: Commands) -> None:
    """An image on scratch is never stale."""
    path = family.root / "versions.yaml"
    base = f"{family.registry.host}/base/debian:{{suite}}"
    path.write_text(path.read_text().replace(base, "scratch"))
    family.base("trixie", "new")
    assert _states(commands) == {"current": CHILDREN | {"2.0/bookworm"}}


def test_a_parent_in_another_repository(family: Family, commands: Commands) -> None:
    """Without its parent's image or key, the age of a child is unknown."""
    path = family.root / "versions.yaml"
    text = path.read_text()
    name = f"{family.registry.host}/me/app"
    only = f"{{repository: {name}, when: {{flavors: [dev]}}}}"
    path.write_text(text.replace(f'registries: ["{name}"]', f"registries: [{only}]"))
    assert _states(commands) == {"unknown": {"2.0/dev-trixie"}}
    path.write_text(text)
    content = family.registry.of("me/app")
    value = json.loads(content.manifests[content.tags["2.0.1-dev-trixie"]][1])
    for member in value["manifests"]:
        del member["annotations"]["tagmatrix.parent.key"]
    family.registry.add("me/app", json.dumps(value).encode(), "2.0.1-dev-trixie")
    assert _states(commands)["unknown"] == {"2.0/dev-trixie"}


def _reasons(plan: dict[str, Any]) -> dict[str, str]:
    """Return why each image is left out."""
    return {each["what"]: each["why"] for each in plan["left_out"]}


def test_the_reasons_of_a_plan(registry: Standin, family: Family, tmp_path: Path) -> None:
    """Each build, and each image without one, has its own reason, not one that is false for it."""
    family.base("bookworm", "new", only="arm64")
    plan, _ = family.plan("--stale")
    assert _reasons(plan) == dict.fromkeys(CHILDREN, "its base has not moved")
    (build,) = plan["builds"]
    assert build["why"].endswith("/base/debian:bookworm has moved")
    # another commit, so that the other architecture has another key
    (family.root / "templates/all.Dockerfile.j2").write_text("FROM {{ image.base }}\nENV A=b\n")
    assert run(family.root, "generate", "--commit").code == 0
    plan, _ = family.plan("--stale")
    why = {build["id"]: build["why"] for build in plan["builds"]}
    assert why["2-0-bookworm-arm64v8"].endswith("has moved")
    others = "arm64v8 is built again, and the tags need all architectures"
    assert why["2-0-bookworm-amd64"] == others
    registry.of("me/app").tags.clear()
    plan, _ = family.plan("--stale")
    unknown = "it is unknown whether its base has moved: the registry does not have it"
    assert _reasons(plan) == dict.fromkeys([*CHILDREN, "2.0/bookworm"], unknown)
    assert tmp_path.exists()


OTHER = """\
image: shop
repository: https://github.com/example/shop.git
branch: main
maintainers: ["A U Thor <author@example.org> (@author)"]
publish: {{registries: ["{host}/me/shop"]}}
flavors:
  default: {{name: "{{suite}}", base: "{host}/me/app:2.0-{{suite}}", template: all}}
suites:
  trixie: {{flavors: [default], architectures: [amd64, arm64v8]}}
releases:
  "1.0": {{version: "1.0.0"}}
"""


@pytest.mark.slow
def test_an_image_of_another_family(registry: Standin, family: Family, tmp_path: Path) -> None:
    """An image on an image of another family is stale if that one was published again."""
    other = make_repo(tmp_path / "shop")
    other.write("versions.yaml", OTHER.format(host=registry.host))
    other.write("templates/all.Dockerfile.j2", "FROM {{ image.base }}\n")
    other.commit()
    assert run(other.path, "generate", "--commit").code == 0
    digests = tmp_path / "bases.json"
    assert run(family.root, "registry", "stale", "--base-digests", digests).code == 0
    both = ("-C", str(other.path), "-C", str(family.root))
    plan, done = family.plan("--base-digests", str(digests), *both)
    assert (done.code, len(plan["builds"])) == (0, 8)
    assert family.publish(family.build(plan, tmp_path / "all")).code == 0
    done = run(other.path, "registry", "stale")
    assert (done.code, done.out, done.err) == (0, "", "2 builds: 2 current\n")
    plan, _ = family.plan("--stale", *both)
    assert plan["builds"] == []
    family.base("trixie", "new")
    plan, _ = family.plan("--stale")
    assert family.publish(family.build(plan, tmp_path / "again")).code == 0
    done = run(other.path, "registry", "stale")
    assert done.code == 3
    assert "me/app:2.0-trixie was built again" in done.out
    plan, done = family.plan("--stale", *both)
    why = {build["family"]: build["why"] for build in plan["builds"]}
    assert why["shop"].endswith("me/app:2.0-trixie was built again")
    assert why["app"] == "1.0/trixie is built on it"


def test_a_base_without_a_tag(family: Family, commands: Commands) -> None:
    """A base is the same image, however its name is written."""
    path = family.root / "versions.yaml"
    name = f"{family.registry.host}/base/debian"
    path.write_text(path.read_text().replace(f"{name}:{{suite}}", name))
    family.base("latest")
    done = commands.run("stale")
    assert done.code == 3
    assert f"and versions.yaml has {name}" in done.out
    plan, planned = family.plan("--stale")
    assert (planned.code, _planned(plan)) == (0, CHILDREN | {"2.0/bookworm"})
