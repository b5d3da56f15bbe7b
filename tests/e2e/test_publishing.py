"""The whole way of docs/publishing.md: its blocks run, with a real engine and registry."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.cli import main
from tagmatrix.registry.manifest_reader import read_document
from tagmatrix.registry.repositories import RegistryRepository
from tagmatrix.web.answers import Found
from tests.e2e import debian
from tests.e2e.commands import run, with_tagmatrix
from tests.registry import images
from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.commands import Done
    from tests.e2e.engine import Engine
    from tests.e2e.place import Place
    from tests.e2e.real import Real
    from tests.repos import TestRepo

DOCUMENT = Path(__file__).parents[2] / "docs/publishing.md"
KEYS = ("required",)
"""The keys of the document's example that the family has too, so that its scripts run with them."""
VERSIONS = """\
image: app
repository: https://github.com/example/app.git
branch: main
maintainers: ["A U Thor <author@example.org> (@author)"]
builder: buildkit
default_suites: {{default: trixie}}
publish:
  registries: ["{host}/me/app", "{host}/copies/app"]
  staging: "{host}/me/staging"
  runners:
    here: {{label: here, architectures: [amd64, arm64v8]}}
flavors:
  default:
    name: "{{suite}}"
    base: {host}/base/debian:{{suite}}
    template: all
    files: [{{file: hello}}]
    on_default_suite: {{tags: [""]}}
  dev:
    name: dev-{{suite}}
    base: "{{image}}:{{cycle}}-{{suite}}"
    template: all
    files: [{{file: hello}}]
    follows: default
    on_default_suite: {{tags: [dev]}}
suites:
  trixie: {{flavors: [default, dev], architectures: [amd64, arm64v8]}}
  bookworm: {{flavors: [default], architectures: [amd64, arm64v8]}}
releases:
  "2.0": {{version: "2.0.1"}}
"""
TEMPLATE = """\
FROM {{ image.base }}
ENV APP_VERSION={{ release.version }}
COPY hello /hello-{{ image.name }}
"""
ARM64 = {"os": "linux", "architecture": "arm64"}
CHILDREN = {"2.0/trixie", "2.0/dev-trixie"}


def blocks(heading: str) -> list[str]:
    """Return the shell blocks of a section of the document."""
    section = DOCUMENT.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


def with_http() -> str:
    """Return the script for another engine, with the option that the document names for http."""
    (script,) = blocks("With another engine")
    option = re.search(r"give `(--tls-verify=false)` to `(.+)` and to `(.+)`", DOCUMENT.read_text())
    assert option
    for command in option.groups()[1:]:
        assert script.count(command) == 1
        script = script.replace(command, f"{command} {option[1]}")
    return script


class World:
    """A family in a repository, a registry with its bases, and the variables of an engine."""

    def __init__(self, real: Real, repo: TestRepo, variables: Mapping[str, str]) -> None:
        self.real = real
        self.repo = repo
        self.variables = variables

    def base(self, suite: str, words: str = "") -> None:
        """Push a base for two platforms."""
        repository = RegistryRepository(self.real.host, "base/debian")
        members = [self.real.push(each, words, repository) for each in (images.AMD64, ARM64)]
        index = {"schemaVersion": 2, "mediaType": images.INDEX, "manifests": members}
        done = self.real.client.put(repository, suite, read_document(images.encoded(index)))
        assert isinstance(done, Found)

    def sh(self, script: str) -> Done:
        """Run a block of the document as it is, at the top of the repository."""
        return run("sh", "-c", script, cwd=self.repo.path, env=self.variables)

    def states(self) -> dict[str, set[str]]:
        """Return the tags of each state that `check` finds, in the first repository."""
        where = f"{self.real.host}/me/app"
        code, out, err = self.real.run("check", "--registry", where, "--extra", "--format", "json")
        found: dict[str, set[str]] = {}
        for tag in json.loads(out)["tags"]:
            for state in tag["states"]:
                found.setdefault(state["state"], set()).add(tag["tag"])
        assert (code == 0) is (set(found) <= {"ok", "kept"}), err
        return found


@pytest.fixture
def world(real: Real, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return the family, generated and committed, with docker."""
    return begin(real, engine.environment, Path(engine.client).parent, monkeypatch)


@pytest.fixture
def world_of_buildah(real: Real, place: Place, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return the family, generated and committed, with buildah and without docker."""
    debian.install("jq")
    return begin(real, place.environment, real.folder, monkeypatch)


def begin(
    real: Real, variables: Mapping[str, str], programs: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    """Write the family, generate and commit it, and push its bases."""
    for name, text in environment().items():
        monkeypatch.setenv(name, text)
    repo = make_repo(real.folder / "family")
    real.folder = repo.path
    text = VERSIONS.format(host=real.host)
    section = DOCUMENT.read_text().partition("\n## The keys\n")[2].partition("\n## ")[0]
    keys = [line for line in section.splitlines(keepends=True) if line.strip().startswith(KEYS)]
    assert len(keys) == len(KEYS)
    repo.write("versions.yaml", text.replace("publish:\n", f"publish:\n{''.join(keys)}"))
    repo.write("templates/all.Dockerfile.j2", TEMPLATE)
    repo.write("templates/files/hello", "hello\n")
    repo.commit()
    assert main(["-C", str(repo.path), "generate", "--commit"]) == 0
    path = f"{with_tagmatrix(repo.path.parent / 'bin')}:{programs}:{os.environ['PATH']}"
    found = World(real, repo, {**variables, "PATH": path})
    for suite in ("trixie", "bookworm"):
        found.base(suite)
    return found


def test_the_whole_way(world: World) -> None:
    """Plan, build, publish, check; break tags; move a base; build exactly what is stale."""
    for block in blocks("On one machine"):
        world.sh(block).ok()
    assert set(world.states()) == {"ok"}
    _break_tags(world)
    _move_a_base(world)
    _new_version(world)


def test_another_engine(world_of_buildah: World) -> None:
    """An engine that knows nothing of tagmatrix builds the plan; it only leaves digests."""
    world = world_of_buildah
    for block in (blocks("On one machine")[0], with_http()):
        world.sh(block).ok()
    assert set(world.states()) == {"ok"}
    assert world.real.run("stale")[0] == 0
    shown = world.sh(f"tagmatrix registry show {world.real.host}/me/app:2.0-dev").ok().text
    assert "linux/arm64" in shown


def test_another_engine_that_fails(world_of_buildah: World) -> None:
    """The script for another engine ends with the first build that fails; no tag is pushed."""
    world = world_of_buildah
    world.sh(blocks("On one machine")[0]).ok()
    (world.repo.path / "library/2.0/bookworm/hello").unlink()
    done = world.sh(with_http())
    assert done.code not in {0, 3}
    assert done.text.count("building at STEP") == 1
    assert world.states().keys() == {"missing"}


def _break_tags(world: World) -> None:
    """Break tags by hand, in each of the ways that `check` knows, and publish again."""
    client, where = world.real.client, RegistryRepository(world.real.host, "me/app")

    def document(name: str) -> dict[str, Any]:
        found = client.manifest(where, name)
        assert isinstance(found, Found)
        value: dict[str, Any] = json.loads(found.value.raw)
        return value

    def put(name: str, value: dict[str, Any]) -> None:
        assert isinstance(client.put(where, name, read_document(images.encoded(value))), Found)

    whole = document("2.0.1")
    put("2.0", {**whole, "manifests": []})
    put("2", {**whole, "manifests": whole["manifests"][:1]})
    world.base("extra", "extra")
    other = world.real.push(images.ARM7, "x", where)
    put("latest", {**whole, "manifests": [*whole["manifests"], other]})
    dev = document("2.0.1-dev")
    for member in dev["manifests"]:
        member["annotations"] |= {"org.opencontainers.image.revision": "0" * 40}
    put("2.0-dev", dev)
    put("bookworm", document("2.0.1-dev"))
    put("by-hand", whole)
    put("2.0-bookworm", {**document("2.0.1-bookworm"), "annotations": {"a": "b"}})
    found = world.states()
    assert found["empty"] == {"2.0"}
    assert "2" in found["lacks"]
    assert found["extra"] == {"latest", "by-hand"}
    assert found["behind"] == {"2.0-dev"}
    assert found["other"] == {"bookworm"}
    assert {"2.0-bookworm", "2.0-dev"} <= found["split"]
    # a wider tag than planned is an architecture that publishing would take away
    publish = "tagmatrix registry publish --plan plan.json --digests digests"
    assert world.sh(publish).code == 5
    put("latest", whole)
    world.sh(publish).ok()
    assert {state: tags for state, tags in world.states().items() if state != "ok"} == {
        "extra": {"by-hand"}
    }


def _move_a_base(world: World) -> None:
    """Move a base: exactly its images and their children are stale, planned and built."""
    world.base("trixie", "new")
    where = f"{world.real.host}/me/app"
    code, out, _ = world.real.run("stale", "--registry", where, "--format", "json")
    assert code == 3
    ages = json.loads(out)["repositories"][where]
    stale = {f"{age['cycle']}/{age['variant']}" for age in ages if age["state"] == "stale"}
    assert stale == CHILDREN
    before = world.sh("tagmatrix registry list --format json").ok().text
    for block in blocks("Stale images"):
        world.sh(block).ok()
    plan = json.loads((world.repo.path / "plan.json").read_text())
    assert {build["name"] for build in plan["builds"]} == CHILDREN
    code, out, _ = world.real.run("stale")
    assert code == 0
    after = world.sh("tagmatrix registry list --format json").ok().text
    changed = {
        tag
        for tag, value in json.loads(after)["repositories"][where].items()
        if value != json.loads(before)["repositories"][where].get(tag)  # stamped tags are new
    }
    assert changed
    assert not [tag for tag in changed if "bookworm" in tag]
    for block in blocks("Clean up"):
        world.sh(block).ok()


def _new_version(world: World) -> None:
    """Move the cycle to a new version: its images are built, and the old tags stay."""
    (block,) = blocks("A new version")
    world.sh(block.replace("3.14.7 --download", "2.0.2").replace("3.14", "2.0")).ok()
    states = world.states()
    assert {tag for tag in states["kept"] if tag.startswith("2.0.1")} == states["kept"]
    assert "2.0.2-trixie" in states["ok"]
    assert states["extra"] == {"by-hand"}
