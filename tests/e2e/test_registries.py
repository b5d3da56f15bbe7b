"""tagmatrix against real registries, and other tools against what it publishes."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING

import pytest

from tagmatrix.web.answers import Found
from tests.e2e.commands import run
from tests.e2e.real import KINDS, NAME
from tests.registry import images
from tests.registry.fixtures import log_in
from tests.registry.plans import PLATFORMS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.engine import Engine
    from tests.e2e.real import Real

BOTH = ("amd64", "arm64v8")
WINDOWS = ("10.0.20348.1", "10.0.26100.1")


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("real", KINDS, indirect=True)
def test_the_commands(real: Real) -> None:
    """Each command works with each registry, as far as the registry can."""
    real.image("3.14.6", "3.14", "latest", architectures=(*BOTH, "windows-amd64"))
    real.image("3.14.6-slim", "slim", architectures=BOTH)
    where = str(real.repository)
    assert real.run("publish", "--plan", real.plan.file, "--dry-run")[0] == 0
    code, out, err = real.publish()
    assert (code, err) == (0, "")
    assert out.count(" pushed ") == 5
    assert real.publish()[1].count(" there ") == 5
    code, out, err = real.run("list", where, "--format", "json")
    tags = json.loads(out)["repositories"][where]
    assert set(tags) == {"3.14.6", "3.14", "latest", "3.14.6-slim", "slim"}
    assert len({tag["digest"] for tag in tags.values()}) == 2
    assert real.run("show", f"{where}:latest")[0] == 0
    assert real.run("show", f"{where}:none")[0] == 2
    assert real.run("tag", f"{where}:slim", "other", f"{real.host}/you/python:slim")[0] == 0
    assert real.run("tag", f"{where}:slim", "latest")[0] == 5
    words = ("retire", "slim", "--registry", where, "--end-of-life", "2026-01-01")
    assert real.run(*words)[0] == 0
    assert "there" in real.run(*words)[1]
    # the digest of `slim` has other tags: crane removes the tag, the others remove nothing
    assert real.run("untag", f"{where}:other")[0] == (0 if real.kind == "crane" else 5)
    single = f"{real.host}/alone/python:1"
    assert real.run("tag", f"{where}:slim", single)[0] == 0
    assert real.run("untag", single)[0] == (5 if real.kind == "docker-registry" else 0)
    assert (real.run("show", single)[0] == 2) is (real.kind != "docker-registry")


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("real", KINDS[1:2], indirect=True)
def test_wrong_credentials(real: Real) -> None:
    """Without the right credentials a registry that asks for them can't be read: exit code 4."""
    for word in ("wrong-password", ""):
        if word:
            log_in(real.folder / "docker", real.host, word=word)
        else:
            (real.folder / "docker/config.json").unlink()
        code, _, err = real.run("list", str(real.repository))
        assert code == 4
        assert "docker login" in err
        assert "wrong-password" not in err


@pytest.mark.usefixtures("place")
def test_the_same_index_as_buildx(real: Real, engine: Engine) -> None:
    """Our index is that of `docker buildx imagetools create`, and so are its commands."""
    real.image("3.14.6", "3.14", architectures=(*BOTH, "arm32v7"))
    for join in real.plan.value["joins"]:
        join["annotations"] = {}
        for member in join["members"]:
            member |= {"commit": None, "key": None, "annotations": {}}
    for file in real.plan.digests.iterdir():
        value = json.loads(file.read_text())
        file.write_text(json.dumps({**value, "commit": None, "key": None}))
    code, out, _ = real.publish("--format", "commands")
    assert code == 0
    (line,) = out.splitlines()
    words = shlex.split(line.replace(f"{NAME}:3.14", f"{NAME}:by-buildx-3.14"))
    environment = {**engine.environment, "NO_PROXY": "127.0.0.1"}
    run(engine.client, *words[1:], env=environment).ok()
    assert real.publish()[0] == 0
    documents = [real.client.manifest(real.repository, name) for name in ("3.14", "by-buildx-3.14")]
    ours, theirs = (
        json.loads(each.value.raw) if isinstance(each, Found) else None for each in documents
    )
    for value in (ours, theirs):
        assert value is not None
        value["manifests"].sort(key=lambda member: str(member["digest"]))
    assert ours == theirs


@pytest.mark.usefixtures("place")
def test_annotations_of_the_commands(real: Real, engine: Engine) -> None:
    """The commands of `--format commands` make an index with the same annotations."""
    real.image("3.14.6", architectures=BOTH)
    _, out, _ = real.publish("--format", "commands")
    (line,) = out.splitlines()
    environment = {**engine.environment, "NO_PROXY": "127.0.0.1"}
    words = shlex.split(line.replace(f"{NAME}:3.14.6", f"{NAME}:by-buildx"))
    run(engine.client, *words[1:], env=environment).ok()
    assert real.publish()[0] == 0
    ours = real.client.manifest(real.repository, "3.14.6")
    theirs = real.client.manifest(real.repository, "by-buildx")
    assert isinstance(ours, Found)
    assert isinstance(theirs, Found)
    assert ours.value.annotations == theirs.value.annotations
    assert [each.annotations for each in ours.value.images] == [
        each.annotations for each in theirs.value.images
    ]


@pytest.mark.usefixtures("place")
def test_other_tools_pull_each_platform(
    real: Real, crane: Path, engine: Engine, tmp_path: Path
) -> None:
    """crane, skopeo and the Docker engine find the image of each platform, and Windows by build."""
    join = real.plan.join(str(real.repository), "3.14")
    for architecture in BOTH:
        real.plan.member(join, architecture, architecture)
        real.leave(architecture, architecture, real.push(PLATFORMS[architecture][1]))
    wanted = {}
    for number, version in enumerate(WINDOWS):
        real.plan.member(join, f"windows-{number}", "windows-amd64")
        pushed = real.push(images.windows(version))
        real.leave(f"windows-{number}", "windows-amd64", pushed)
        wanted[f"windows/amd64:{version}"] = pushed["digest"]
    assert real.publish()[0] == 0
    where = f"{real.repository}:3.14"
    environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
    for platform, digest in wanted.items():
        found = run(crane, "digest", "--platform", platform, where, env=environment).ok()
        assert found.text.strip().endswith(digest)
    for system, architecture in (("linux", "amd64"), ("linux", "arm64")):
        names = (f"docker://{where}", f"oci:{tmp_path}/{architecture}")
        overrides = (f"--override-os={system}", f"--override-arch={architecture}")
        options = ("--src-tls-verify=false", "--quiet")
        run("skopeo", *overrides, "copy", *options, *names, env=environment).ok()
        file = tmp_path / f"{architecture}.tar"
        words = ("pull", f"--platform={system}/{architecture}", where, file)
        run(crane, *words, env=environment).ok()
        options = ("--quiet", f"--platform={system}/{architecture}")
        run(engine.client, "pull", *options, where, env=engine.environment).ok()
        shown = run(
            engine.client,
            *("image", "inspect", "--format={{.Os}}/{{.Architecture}}"),
            *(f"--platform={system}/{architecture}", where),
            env=engine.environment,
        ).ok()
        assert shown.text.strip() == f"{system}/{architecture}"
