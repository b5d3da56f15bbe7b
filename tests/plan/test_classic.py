"""Builds without BuildKit: each base has, in the engine, the name of the FROM line."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix.config.publishing import ImageTest
from tagmatrix.plan.bake import bake, not_baked
from tagmatrix.plan.base_digests import BaseDigests, KnownDigests
from tagmatrix.plan.gitlab import gitlab
from tagmatrix.plan.handover import next_stage
from tagmatrix.plan.shell import commands, script
from tagmatrix.plan.simple import not_pushed
from tests.plan.samples import REPOSITORY, family, ids, image, plan
from tests.plan.test_engines import DIGEST, WINDOWS
from tests.plan.test_handover import built

if TYPE_CHECKING:
    from pathlib import Path

AMD64 = ("amd64",)
PARENT = image("2.1/slim", architectures=AMD64, builder="classic")
CHILD = image("2.1/old", "sample:2.1-slim", architectures=AMD64, builder="classic")
MODERN = image("2.1/new", "sample:2.1-slim", architectures=AMD64)


def test_classic() -> None:
    """A Windows image is built by `docker build` on bases pinned by digest, and pushed by a tag."""
    digests = BaseDigests(references={"mcr.example/server:ltsc2022": KnownDigests(digest=DIGEST)})
    made = plan(family(WINDOWS), digests=digests)
    (job,) = made.jobs
    found = commands(made, job)
    assert (job.label, found.prepare) == ("windows-2022", "mkdir -p digests")
    lines = found.build.splitlines()
    pinned = f"mcr.example/server@{DIGEST}"
    assert f"docker pull {pinned}" in lines
    assert f"docker tag {pinned} mcr.example/server:ltsc2022" in lines
    (build,) = (line for line in lines if line.startswith("docker build --tag"))
    assert f"{REPOSITORY}:build-2-1-win-windows-amd64 --file library/2.1/win/Dockerfile" in build
    assert "SOURCE_DATE_EPOCH" not in build
    (push,) = (line for line in lines if line.startswith("docker push"))
    assert push.endswith("> metadata/2-1-win-windows-amd64.push")


def test_classic_on_linux() -> None:
    """A classic image for Linux is built without BuildKit, on its parent by digest."""
    slim = image("2.1/slim", architectures=("amd64",))
    old = image("2.1/old", "sample:2.1-slim", architectures=("amd64",), builder="classic")
    made = plan(family(slim, old))
    left = built("2-1-slim-amd64")
    second = next_stage(made, {"2-1-slim-amd64": left})
    build = commands(second, second.jobs[0]).build
    assert f"docker tag {REPOSITORY}@{DIGEST} sample:2.1-slim" in build
    assert "DOCKER_BUILDKIT=0 docker build" in build
    assert "--build-arg SOURCE_DATE_EPOCH=1764288000" in build
    remote = plan(family(image("2.1/old", builder="classic", folder="https://x/y.git#c:d")))
    assert "--file Dockerfile" in commands(remote, remote.jobs[0]).build


@pytest.mark.parametrize("windows", [False, True])
def test_a_parent_by_the_digest_that_its_build_left(tmp_path: Path, *, windows: bool) -> None:
    """A child takes its parent by digest, and gives it the name of the FROM line, before it builds.

    The commands of a whole plan are made before there are digests: they read them while they run.
    """
    parent, child = PARENT, CHILD
    if windows:
        parent = WINDOWS
        child = image(
            "2.1/tool",
            "sample:2.1-win",
            architectures=("windows-amd64",),
            constraints=("windowsservercore-ltsc2022",),
        )
    made = plan(family(parent, child))
    first, second = made.builds
    job = made.jobs[1]
    found = commands(made, job)
    assert found.prepare.endswith("--digests digests --format json > /dev/null")
    assert found.build in script(made, simple=False)
    (tmp_path / "digests").mkdir()
    left = {"schema": 1, "digest": DIGEST, "size": 1}
    (tmp_path / f"digests/{first.id}.json").write_text(json.dumps(left, indent=2))
    ran = _run(found.build, tmp_path)
    platform = "" if windows else "--platform linux/amd64 "
    name = made.builds[1].parents[0].name
    assert ran[:2] == [
        f"docker pull {platform}{REPOSITORY}@{DIGEST}",
        f"docker tag {REPOSITORY}@{DIGEST} {name}",
    ]
    assert ran[2].startswith(f"docker build {platform}--tag {REPOSITORY}:build-{second.id} ")
    (tmp_path / f"digests/{first.id}.json").unlink()
    with pytest.raises(subprocess.CalledProcessError):
        _run(found.build, tmp_path)
    if not windows:
        assert found.build in gitlab(made)[f"build {job.id}"]["script"]


def test_the_digest_of_a_push(tmp_path: Path) -> None:
    """The digest of a classic build is that which `docker push` prints; its test gets it too."""
    own = replace(PARENT, test=ImageTest(command=("x",)))
    made = plan(family(own))
    found = commands(made, made.jobs[0])
    said = f"a: Preparing\\nbuild-2-1-slim-amd64: digest: {DIGEST} size: 527"
    (tmp_path / "docker").write_text(
        f'#!/bin/sh\n[ "$1" != push ] || printf "{said}\\n"\necho "$@"\n'
    )
    (tmp_path / "docker").chmod(0o755)
    shell = f"PATH={tmp_path}:$PATH\n{found.build}\n{found.test}"
    done = subprocess.run(
        ["sh", "-euc", shell], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert (tmp_path / "metadata/2-1-slim-amd64.digest").read_text() == f"{DIGEST}\n"
    assert done.stdout.split()[-2:] == [f"{REPOSITORY}@{DIGEST}", "x"]


def test_a_classic_build_is_not_emulated() -> None:
    """The classic builder finds no image of another platform, so it needs a machine of its own."""
    made = plan(family(image("2.1/slim", architectures=("amd64", "s390x"), builder="classic")))
    assert ids(made) == ["2-1-slim-amd64"]
    assert made.left_out[0].why == (
        "no runner builds s390x natively, and a build without BuildKit cannot be emulated"
    )


def _run(build: str, folder: Path) -> list[str]:
    """Run a script with a docker that prints its command."""
    (folder / "docker").write_text('#!/bin/sh\necho docker "$@" >> log\n')
    (folder / "docker").chmod(0o755)
    (folder / "log").write_text("")
    shell = f"PATH={folder}:$PATH\n{build}"
    subprocess.run(["sh", "-euc", shell], cwd=folder, check=True, capture_output=True)
    return (folder / "log").read_text().splitlines()


def test_without_a_push_a_job_builds_its_parents(tmp_path: Path) -> None:
    """Without a push each job builds the parents of a classic build under the names it needs."""
    grandchild = image("2.1/deep", "sample:2.1-old", architectures=AMD64, builder="classic")
    made = plan(family(PARENT, CHILD, grandchild), push=False)
    job = next(job for job in made.jobs if job.builds == ("2-1-deep-amd64",))
    ran = [line.split() for line in _run(commands(made, job).build, tmp_path)]
    assert [(words[1], words[-1]) for words in ran] == [
        ("pull", "debian:trixie-slim"),
        ("build", "library/2.1/slim"),
        ("tag", "sample:2.1-slim"),
        ("build", "library/2.1/old"),
        ("tag", "sample:2.1-old"),
        ("build", "library/2.1/deep"),
    ]
    assert ran[2][2] == "sample:build-2-1-slim-amd64"
    every = plan(family(PARENT, CHILD, grandchild), push=False, by="cycle")
    ran = [line.split() for line in _run(commands(every, every.jobs[0]).build, tmp_path)]
    assert [words[1] for words in ran] == ["pull", "build", "tag", "build", "tag", "build"]


def test_without_a_push_bake_loads_a_parent(tmp_path: Path) -> None:
    """A parent that BuildKit builds is loaded into the engine for its classic child."""
    made = plan(family(image("2.1/slim", architectures=AMD64), CHILD), push=False)
    found = commands(made, made.jobs[1])
    assert "--format bake > bake.json" in found.prepare
    ran = _run(found.build, tmp_path)
    assert ran[0].startswith("docker buildx bake --file bake.json --provenance=false --sbom=false")
    assert "2-1-slim-amd64.output=type=docker,name=sample:build-2-1-slim-amd64" in ran[0]
    assert ran[1] == "docker tag sample:build-2-1-slim-amd64 sample:2.1-slim"


def test_buildkit_on_a_classic_parent() -> None:
    """Without the digest of a classic parent, BuildKit would take an old one: it is not built."""
    made = plan(family(PARENT, MODERN))
    assert bake(made) == {"group": {"default": {"targets": []}}}
    assert [item.what for item in not_baked(made)] == ["2-1-new-amd64"]
    assert [item.what.partition(":")[2] for item in not_pushed(made)] == [
        " 2.1.3-slim, 2.1-slim, 2-slim",
        " 2.1.3-new, 2.1-new, 2-new",
    ]
    assert script(made, simple=True).endswith(": 2-1-slim-amd64, 2-1-new-amd64\n")
    second = next_stage(made, {"2-1-slim-amd64": built("2-1-slim-amd64")})
    (target,) = bake(second)["target"].values()
    assert target["contexts"] == {"sample:2.1-slim": f"docker-image://{REPOSITORY}@{DIGEST}"}
    pull = plan(family(PARENT, MODERN), push=False)
    assert ids(pull) == ["2-1-slim-amd64"]
    assert "built without BuildKit" in pull.left_out[0].why
