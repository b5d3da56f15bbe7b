"""Plans, with real engines: bake accepts them, and builds what they say."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.cli import main
from tagmatrix.config.publishing import ImageTest
from tagmatrix.plan.bake import bake
from tagmatrix.plan.selection import Choice
from tagmatrix.plan.shell import commands
from tagmatrix.registry.manifest_reader import read_document
from tagmatrix.registry.repositories import RegistryRepository
from tagmatrix.web.answers import Found
from tests.e2e import debian
from tests.e2e.commands import run, with_tagmatrix
from tests.e2e.test_publishing import blocks
from tests.plan.samples import family, image, plan
from tests.registry import images
from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.commands import Done
    from tests.e2e.engine import Engine
    from tests.e2e.real import Real

ROOT = Path(__file__).parents[2]
ARM64 = {"os": "linux", "architecture": "arm64"}
VERSIONS = """\
image: sample
repository: https://git.example/sample.git
branch: main
maintainers: ["A U Thor <author@example.org> (@author)"]
builder: buildkit
flavors:
  base: {{name: base, base: "{host}/base/os:1", template: base}}
  tool: {{name: tool, base: "{{image}}:{{cycle}}-base", template: base}}
  files: {{name: files, base: "{{image}}:{{version}}-base", template: files, files: [hello.sh]}}
suites:
  one: {{flavors: [base, tool, files], architectures: [amd64, arm64v8]}}
publish:
  registries: ["{host}/me/sample"]
  runners:
    first: {{label: first, architectures: [amd64]}}
    second: {{label: second, architectures: [arm64v8]}}
releases:
  "1.1": {{version: "1.1.2"}}
"""
AFTER = 1_800_000_000
"""A time after all commits, as files of a clone have: BuildKit rewrites later times only."""
SELECTIONS: tuple[tuple[str, ...], ...] = (
    (),
    ("3.14",),
    ("--variant", "slim"),
    ("--arch", "arm32v7"),
    ("--tag", "latest"),
    ("--no-push",),
    ("--cache", "type=gha,scope={id}"),
)


def planned(*words: str) -> dict[str, Any]:
    """Return what `tagmatrix plan WORDS` prints about this repository, as JSON."""
    done = run(sys.executable, "-m", "tagmatrix", "plan", *words, cwd=ROOT).ok()
    found: dict[str, Any] = json.loads(done.text[done.text.index("{\n") :])
    return found


def printed(engine: Engine, path: Path, *targets: str) -> dict[str, Any]:
    """Return what bake prints of a file."""
    words = ("buildx", "bake", "--progress=quiet", "--file", str(path), "--print", *targets)
    done = run(engine.client, *words, cwd=ROOT, env=engine.environment).ok()
    found: dict[str, Any] = json.loads(done.text[done.text.index("{") :])
    return found


@pytest.mark.parametrize("simple", [False, True], ids=["distributed", "simple"])
@pytest.mark.parametrize("selection", SELECTIONS, ids=" ".join)
def test_bake_accepts(
    engine: Engine, tmp_path: Path, selection: tuple[str, ...], *, simple: bool
) -> None:
    """Bake prints the targets as they are in the file, for the whole matrix and selections."""
    words = ("--registry", "ghcr.io/me/python", *selection, *["--simple"] * simple)
    made = planned("--format", "bake", *words)
    path = tmp_path / "bake.json"
    path.write_text(json.dumps(made))
    every = printed(engine, path, *made["group"])
    assert every["target"].keys() == made["target"].keys()
    for name, target in made["target"].items():
        own = every["target"][name]
        for key in ("tags", "platforms", "contexts", "labels", "args", "context", "dockerfile"):
            assert own.get(key) == target.get(key), (name, key)
    groups = {name: {*group["targets"]} for name, group in made["group"].items()}
    del groups["default"]  # bake prints there what was requested
    assert {name: {*every["group"][name]["targets"]} for name in groups} == groups


def test_bake_accepts_a_plan_of_nothing(engine: Engine, tmp_path: Path) -> None:
    """Bake accepts the file of a plan without builds, and has nothing to do."""
    path = tmp_path / "bake.json"
    path.write_text(json.dumps(bake(plan(family(image("2.1/slim")), choice=Choice(changed={})))))
    assert printed(engine, path)["target"] == {}
    words = ("buildx", "bake", "--progress=plain", "--file", path)
    run(engine.client, *words, cwd=ROOT, env=engine.environment).ok()


def test_bake_checks(engine: Engine, tmp_path: Path) -> None:
    """BuildKit's checks find nothing in any target, with an empty folder for each base."""
    made = planned("--format", "bake", "--simple")
    bases = {build["image"]: build["base"] for build in planned("--format", "json")["builds"]}
    (tmp_path / "empty").mkdir()
    for name, target in made["target"].items():
        target["contexts"] = {bases[name]: str(tmp_path / "empty")}
        target["platforms"] = ["linux/amd64"]
        target["output"] = []
    path = tmp_path / "bake.json"
    path.write_text(json.dumps(made))
    words = ("buildx", "bake", "--allow=fs.read=*", "--call=check", "--file", path)
    run(engine.client, *words, cwd=ROOT, env=engine.environment).ok()


class Family:
    """A family in a repository, its registry, and the programs of a job."""

    def __init__(self, real: Real, monkeypatch: pytest.MonkeyPatch) -> None:
        self.real = real
        for name, text in environment().items():
            monkeypatch.setenv(name, text)
        self.repo = make_repo(real.folder / "family")
        self.repo.write("versions.yaml", VERSIONS.format(host=real.host))
        self.repo.write("templates/base.Dockerfile.j2", "FROM {{ image.base }}\nENV A=b\n")
        files = "FROM {{ image.base }}\nCOPY hello.sh /hello\n"
        self.repo.write("templates/files.Dockerfile.j2", files)
        self.repo.write("templates/files/hello.sh", "#!/bin/sh\n").chmod(0o755)
        self.repo.commit()
        assert main(["-C", str(self.repo.path), "generate", "--commit"]) == 0
        self.programs = with_tagmatrix(real.folder / "bin")
        self.bases = real.folder / "bases.json"
        self._push_base()

    def _push_base(self) -> None:
        repository = RegistryRepository(self.real.host, "base/os")
        members = [self.real.push(each, "", repository) for each in (images.AMD64, ARM64)]
        value = {"schemaVersion": 2, "mediaType": images.INDEX, "manifests": members}
        document = read_document(images.encoded(value))
        assert isinstance(self.real.client.put(repository, "1", document), Found)
        platforms = dict(
            zip(("linux/amd64", "linux/arm64"), (each["digest"] for each in members), strict=True)
        )
        known = {"digest": document.digest, "platforms": platforms}
        name = f"{self.real.host}/base/os:1"
        self.bases.write_text(json.dumps({"schema": 1, "references": {name: known}}))

    def sh(self, script: str, engine: Engine, cwd: Path | None = None, **more: str) -> Done:
        """Run a script as a job does."""
        path = f"{self.programs}:{Path(engine.client).parent}:{os.environ['PATH']}"
        variables = {**engine.environment, "PATH": path, **more}
        return run(
            "bash", "-euo", "pipefail", "-c", script, cwd=cwd or self.repo.path, env=variables
        )

    def read(self, reference: str) -> dict[str, Any]:
        """Return a manifest or an index of the registry."""
        words = ("inspect", "--tls-verify=false", "--raw", f"docker://{reference}")
        found: dict[str, Any] = json.loads(run("skopeo", *words).ok().text)
        return found

    def config(self, digest: str) -> dict[str, Any]:
        """Return the configuration of an image."""
        words = ("inspect", "--tls-verify=false", "--config")
        name = f"docker://{self.real.host}/me/sample@{digest}"
        found: dict[str, Any] = json.loads(run("skopeo", *words, name).ok().text)
        return found


@pytest.fixture
def sample(real: Real, monkeypatch: pytest.MonkeyPatch) -> Family:
    """Return the family, generated and committed, with its base pushed."""
    return Family(real, monkeypatch)


def test_simple(sample: Family, engine: Engine) -> None:
    """One builder builds all images and pushes all tags; the indexes have what was planned."""
    (block,) = blocks("The simple way")
    block = block.replace("plan --format", f"plan --base-digests {sample.bases} --format")
    sample.sh(block, engine).ok()
    plan = json.loads((sample.repo.path / "plan.json").read_text())
    for join in plan["joins"]:
        indexes = [sample.read(f"{join['repository']}:{tag}") for tag in join["tags"]]
        assert all(index == indexes[0] for index in indexes)
        members = indexes[0]["manifests"]
        platforms = [each["platform"] for each in members]
        assert platforms == [images.AMD64, ARM64]
        wanted = [member["annotations"] for member in join["members"]]
        assert [each["annotations"] for each in members] == wanted
        assert indexes[0]["annotations"] == join["annotations"]
    child = next(join for join in plan["joins"] if "1.1-tool" in join["tags"])
    index = sample.read(f"{child['repository']}:1.1-tool")
    own = sample.config(index["manifests"][0]["digest"])
    assert own["config"]["Labels"]["org.opencontainers.image.version"] == "1.1.2"
    assert own["created"] == "2026-01-02T03:04:05Z"
    base = sample.read(f"{child['repository']}:1.1-base")
    parent = sample.config(base["manifests"][0]["digest"])
    assert (
        own["rootfs"]["diff_ids"][: len(parent["rootfs"]["diff_ids"])]
        == (parent["rootfs"]["diff_ids"])
    )


def test_two_engines(sample: Family, engine: Engine, other_engine: Engine) -> None:
    """Two engines share the jobs of a plan; children are built on parents by their digests."""
    contexts = _contexts(sample.real.folder, {"first": engine, "second": other_engine})
    sample.sh(f"tagmatrix plan --base-digests {sample.bases} --format json > plan.json", engine)
    digests = sample.repo.path / "digests"
    digests.mkdir()
    stages = []
    while True:
        words = "tagmatrix plan --from plan.json --digests digests --format github > github.json"
        sample.sh(words, engine).ok()
        found = json.loads((sample.repo.path / "github.json").read_text())
        if not found["any"]:
            break
        stages.append(found["count"])
        for job in found["strategy"]["matrix"]["include"]:
            _run_job(sample, engine, job, contexts)
    assert stages == [2, 4]
    plan = json.loads((sample.repo.path / "plan.json").read_text())
    left = {
        build["id"]: json.loads((digests / f"{build['id']}.json").read_text())
        for build in plan["builds"]
    }
    for build in plan["builds"]:
        found = sample.read(f"{sample.real.host}/me/sample@{left[build['id']]['digest']}")
        if build["parents"]:
            parent = left[build["parents"][0]["build"]]["digest"]
            assert found["annotations"]["org.opencontainers.image.base.digest"] == parent
    done = sample.sh("tagmatrix registry publish --plan plan.json --digests digests", engine)
    assert "1.1.2-tool" in done.ok().text


def _contexts(folder: Path, engines: Mapping[str, Engine]) -> dict[str, str]:
    """Return variables for contexts of docker with the names of runners."""
    config = folder / "contexts"
    (config / "cli-plugins").mkdir(parents=True)
    plugin = engines["first"].folder / "config/cli-plugins/docker-buildx"
    shutil.copy(plugin.resolve(), config / "cli-plugins/docker-buildx")
    for name, engine in engines.items():
        host = f"host={engine.environment['DOCKER_HOST']}"
        variables = {"DOCKER_CONFIG": str(config), "DOCKER_HOST": ""}
        run(engine.client, "context", "create", name, "--docker", host, env=variables).ok()
    return {"DOCKER_CONFIG": str(config), "DOCKER_HOST": ""}


def _run_job(
    sample: Family, engine: Engine, job: Mapping[str, Any], contexts: Mapping[str, str]
) -> None:
    """Run each command of a job as it is, in a clone of its own, and hand the digests over."""
    clone = sample.real.folder / job["id"]
    run("git", "clone", "--quiet", sample.repo.path, clone).ok()
    shutil.copy(sample.repo.path / "plan.json", clone)
    shutil.copytree(sample.repo.path / "digests", clone / "digests")
    for part in ("prepare", "build", "test", "export"):
        if job[part]:
            sample.sh(job[part], engine, clone, **contexts, DOCKER_CONTEXT=job["runner"]).ok()
    for path in (clone / "digests").iterdir():
        shutil.copy(path, sample.repo.path / "digests")


def test_script(sample: Family, engine: Engine) -> None:
    """The script builds stage after stage, and publishes the tags."""
    sample.sh(
        "tagmatrix plan --format json > plan.json\n"
        "tagmatrix plan --from plan.json --format commands > build.sh\n"
        "sh build.sh\n",
        engine,
    ).ok()
    assert len(sample.read(f"{sample.real.host}/me/sample:files")["manifests"]) == 2


@pytest.mark.parametrize("push", ["", "--no-push"])
@pytest.mark.parametrize("parent", ["classic", "buildkit"])
def test_classic(sample: Family, engine: Engine, push: str, parent: str) -> None:
    """Without BuildKit a child is built on the parent of its plan, not on what the registry had."""
    versions = sample.repo.path / "versions.yaml"
    text = versions.read_text().replace("template: files,", "template: files, builder: classic,")
    text = text.replace("builder: buildkit", f"builder: {parent}")
    last = (
        '  last: {name: last, base: "{image}:{cycle}-files", template: base, builder: buildkit}\n'
    )
    text = text.replace("suites:", f"{last}suites:").replace("tool, files]", "tool, files, last]")
    sample.repo.write(
        "versions.yaml",
        text.replace("  runners:", "  required: [amd64]\n  runners:"),
    )
    sample.repo.write("templates/base.Dockerfile.j2", "FROM {{ image.base }}\nENV A=classic\n")
    sample.repo.commit()
    assert main(["-C", str(sample.repo.path), "generate", "--commit"]) == 0
    sample.sh(
        f"tagmatrix plan {push} --arch amd64 --base-digests {sample.bases} --format json "
        "> plan.json\n"
        "tagmatrix plan --from plan.json --format commands > build.sh\n"
        "sh build.sh\n",
        engine,
    ).ok()
    builds = json.loads((sample.repo.path / "plan.json").read_text())["builds"]
    files = next(build for build in builds if build["id"] == "1-1-files-amd64")
    if push:
        local = "docker image inspect sample:build-1-1-files-amd64 --format '{{json .Config.Env}}'"
        assert '"A=classic"' in sample.sh(local, engine).ok().text
        return
    index = sample.read(f"{sample.real.host}/me/sample:files")
    assert [each["platform"] for each in index["manifests"]] == [images.AMD64]
    assert index["manifests"][0]["annotations"]["tagmatrix.key"] == files["key"]
    own = sample.config(index["manifests"][0]["digest"])
    assert "A=classic" in own["config"]["Env"]
    layers: list[str] = []
    for name in ("base", "files", "last"):
        found = sample.read(f"{sample.real.host}/me/sample:1.1-{name}")["manifests"][0]["digest"]
        below, layers = layers, sample.config(found)["rootfs"]["diff_ids"]
        assert layers[: len(below)] == below


def test_the_time_limit_of_a_test(real: Real, engine: Engine) -> None:
    """A container whose first process ignores signals is gone after the time limit."""
    debian.install("busybox-static")
    endless = ("/busybox", "sh", "-c", "trap '' TERM; while :; do /busybox sleep 1; done")
    test = ImageTest(command=endless, wait=2, options=("--network=none",))
    name = f"{real.host}/me/endless"
    own = image("2.1/slim", architectures=("amd64",), test=test, repositories=(name,))
    made = plan(family(own))
    folder = real.folder / "endless"
    (folder / "metadata").mkdir(parents=True)
    shutil.copy("/bin/busybox", folder)
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY busybox /busybox\n")
    words = ("--output", f"type=image,name={name}:1,push=true", "--provenance=false")
    metadata = ("--metadata-file", folder / "metadata/2-1-slim-amd64.json")
    run(engine.client, "buildx", "build", *words, *metadata, folder, env=engine.environment).ok()
    path = f"{Path(engine.client).parent}:{os.environ['PATH']}"
    variables = {**engine.environment, "PATH": path}
    script = commands(made, made.jobs[0]).test
    run("sh", "-euc", script, cwd=folder, env=variables).ok()
    assert (folder / "metadata/2-1-slim-amd64.test").read_text().startswith("failed ")
    assert run(engine.client, "ps", "--all", "--quiet", env=variables).ok().text == ""


def test_gitlab_job(sample: Family, engine: Engine) -> None:
    """The commands of a job of GitLab run as they are, after the set-up of its image."""
    sample.sh("tagmatrix plan --format json > plan.json", engine).ok()
    sample.sh("tagmatrix plan --from plan.json --format gitlab > pipeline.yml", engine).ok()
    pipeline = json.loads((sample.repo.path / "pipeline.yml").read_text())
    sample.sh("\n".join(pipeline["build 1-1-base-first"]["script"]), engine).ok()
    assert (sample.repo.path / "digests/1-1-base-amd64.json").exists()


def test_rebuilds_are_equal(sample: Family, engine: Engine, tmp_path: Path) -> None:
    """Two builds without cache, from clones with other file times, give the same image."""
    configs = []
    for number in range(2):
        clone = tmp_path / f"clone-{number}"
        run("git", "clone", "--quiet", sample.repo.path, clone).ok()
        for path in clone.rglob("*"):
            os.utime(path, (AFTER + number * 100_000, AFTER + number * 100_000))
        sample.sh(
            f"tagmatrix plan --base-digests {sample.bases} --format bake > b.json", engine, clone
        ).ok()
        output = "type=oci,dest=image.tar,rewrite-timestamp=true"
        sample.sh(
            f"docker buildx bake --file b.json --no-cache --set '*.output={output}' "
            "--allow=fs.write=* 1-1-files-amd64 && mkdir image && tar -xf image.tar -C image",
            engine,
            clone,
        ).ok()
        index = json.loads((clone / "image/index.json").read_text())
        blobs = clone / "image/blobs/sha256"
        manifest = json.loads((blobs / index["manifests"][0]["digest"][7:]).read_text())
        configs.append(json.loads((blobs / manifest["config"]["digest"][7:]).read_text()))
    assert configs[0] == configs[1]
