"""What builds hand over: the next stage, and what a build leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from tagmatrix.errors import InputError
from tagmatrix.plan import planfile
from tagmatrix.plan.bake import bake
from tagmatrix.plan.handover import check, from_metadata, next_stage
from tagmatrix.registry.joins import TestResult as Result
from tests.plan.samples import REPOSITORY, family, ids, image, plan

if TYPE_CHECKING:
    from tagmatrix.registry.joins import BuiltImage

DIGEST = f"sha256:{'a' * 64}"
DESCRIPTOR = {
    "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "digest": DIGEST,
    "size": 7,
}
PLAN = plan(family(image("2.1/slim"), image("2.1/tools", "sample:2.1-slim")))


def built(name: str) -> BuiltImage:
    """Return what a build of the plan leaves."""
    build = next(build for build in PLAN.builds if build.id == name)
    metadata = json.dumps({name: {"containerimage.descriptor": DESCRIPTOR}}).encode()
    return from_metadata(PLAN, build, metadata, f"{name}.json", seconds=3, test=None)


def test_round_trip() -> None:
    """A plan that is written is read back equal."""
    text = planfile.to_text(PLAN)
    assert planfile.read(text.encode(), "plan.json") == PLAN
    assert text == planfile.to_text(PLAN)
    assert planfile.to_text(plan(family(image("2.1/slim"), publish=None)))


def test_first_stage() -> None:
    """Before any build, the next stage has the builds without parents."""
    first = next_stage(PLAN, {})
    assert ids(first) == ["2-1-slim-amd64", "2-1-slim-arm64v8"]
    assert (first.id, first.joins) == (PLAN.id, ())
    assert [job.stage for job in first.jobs] == [1, 1]
    assert first.left_out[-1].why == "its parent 2-1-slim-arm64v8 is not built yet"


def test_next_stage() -> None:
    """A child can start when its parent is built, and is pinned to its digest."""
    second = next_stage(PLAN, {"2-1-slim-amd64": built("2-1-slim-amd64")})
    assert ids(second) == ["2-1-slim-arm64v8", "2-1-tools-amd64"]
    child = second.builds[1]
    assert child.labels["org.opencontainers.image.base.digest"] == DIGEST
    contexts = bake(second)["target"]["2-1-tools-amd64"]["contexts"]
    assert contexts == {"sample:2.1-slim": f"docker-image://{REPOSITORY}@{DIGEST}"}


def test_nothing_left() -> None:
    """After all builds, nothing is next."""
    done = {name: built(name) for name in ids(PLAN)}
    assert next_stage(PLAN, done).jobs == ()


def test_what_a_build_leaves() -> None:
    """The file of a build has its descriptor, and what the plan says of it."""
    found = built("2-1-slim-amd64")
    assert (found.digest, found.size, found.seconds, found.test) == (DIGEST, 7, 3, None)
    assert found.media_type == DESCRIPTOR["mediaType"]
    assert (found.plan, found.platform, found.repository) == (PLAN.id, "linux/amd64", REPOSITORY)
    build = PLAN.builds[0]
    verbose = json.dumps({"Ref": "x", "Descriptor": DESCRIPTOR}).encode()
    result = Result(passed=True, seconds=1)
    other = from_metadata(PLAN, build, verbose, "x", seconds=None, test=result)
    assert (other.digest, other.test) == (DIGEST, result)


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ("{", "neither a digest nor JSON"),
        ("sha256:1", "neither a digest nor JSON"),
        ("[]", "it has neither containerimage.descriptor nor containerimage.digest; push"),
        ('{"image.name": "x"}', "it has neither containerimage.descriptor nor"),
        ('{"2-1-slim-amd64": {"containerimage.digest": "sha256:1"}}', "invalid digest 'sha256:1'"),
        ('{"containerimage.digest": 7}', "invalid digest 7"),
    ],
)
def test_bad_metadata(metadata: str, message: str) -> None:
    """Metadata without a digest is an error."""
    with pytest.raises(InputError, match=rf"^meta\.json: {message}"):
        from_metadata(PLAN, PLAN.builds[0], metadata.encode(), "meta.json", seconds=None, test=None)


@pytest.mark.parametrize(
    "metadata",
    [
        f"{DIGEST}\n",  # --digestfile of buildah, podman and skopeo; --digest-file of kaniko
        json.dumps({"containerimage.digest": DIGEST, "image.name": "x"}),
        json.dumps({"2-1-slim-amd64": {"containerimage.digest": DIGEST}}),
        json.dumps({"containerimage.descriptor": {"digest": DIGEST, "size": "7"}}),
    ],
)
def test_a_digest_is_enough(metadata: str) -> None:
    """An engine that writes no descriptor, or only a digest, can be used for publishing."""
    build = PLAN.builds[0]
    found = from_metadata(PLAN, build, metadata.encode(), "x", seconds=None, test=None)
    assert (found.digest, found.media_type, found.size) == (DIGEST, None, None)


def test_without_a_push_there_is_no_digest() -> None:
    """A plan that pushes nothing has no digests to hand over."""
    build = replace(PLAN.builds[0], repository=None)
    metadata = json.dumps({"Descriptor": DESCRIPTOR}).encode()
    with pytest.raises(InputError, match="the plan does not push 2-1-slim-amd64"):
        from_metadata(PLAN, build, metadata, "x", seconds=None, test=None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"plan": "other"}, "plan is other, but the plan has"),
        ({"key": "k"}, "key is k, but the plan has None"),
        ({"commit": None}, "commit is None, but the plan has c{40}"),
        ({"platform": "linux/386"}, "platform is linux/386, but the plan has linux/amd64"),
    ],
)
def test_another_plan(change: dict[str, Any], message: str) -> None:
    """What a build of another plan, key, commit or platform left is refused."""
    with pytest.raises(InputError, match=message):
        check(PLAN, PLAN.builds[0], replace(built("2-1-slim-amd64"), **change), "one.json")


def test_without_a_push() -> None:
    """A plan that pushes nothing has no digests and no next stage."""
    with pytest.raises(InputError, match="the plan pushes nothing, so it has one stage"):
        next_stage(replace(PLAN, push=False), {})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"builds": ["2-1-slim-amd64"]', '"builds": ["gone"]', "has an unknown build 'gone'"),
        (
            '"platform": "linux/amd64", "builder"',
            '"platform": "x", "builder"',
            "unknown platform 'x'",
        ),
        ('"emulates": []', '"emulates": ["linux/$(x)"]', "invalid label or platform"),
        ('"label": "ubuntu-24.04"', '"label": "a\\nb"', "invalid label or platform"),
        (
            f'"repository": "{REPOSITORY}", "runner"',
            '"repository": "$(x)", "runner"',
            "plan.json: 2-1-slim-amd64: .*invalid image",
        ),
        (
            '"secrets": []',
            '"secrets": [{"id": "a,src=/etc/passwd", "env": "A"}]',
            "invalid secret 'a,src=/etc/passwd', 'A'",
        ),
        ('"id": "2-1-slim-amd64", "runner"', '"id": "a\\nb", "runner"', "invalid id .* of a job"),
        ('"folder": "library/2.1/slim"', '"folder": "/etc"', "invalid folder '/etc'"),
        ('"folder": "library/2.1/slim"', '"folder": "-x"', "invalid folder '-x'"),
        ('"folder": "library/2.1/slim"', '"folder": "a/../../b"', "invalid folder"),
        ('"folder": "library/2.1/slim"', '"folder": "-o#x"', "invalid folder"),
        ('"folder": "library/2.1/slim"', '"folder": "library#x"', "invalid folder 'library#x'"),
        ('"folder": "library/2.1/slim"', '"folder": "library\\nx"', "invalid folder"),
        ('"folder": "library/2.1/slim"', '"folder": "C:/x"', "invalid folder 'C:/x'"),
        ('"folder": "library/2.1/slim"', '"folder": "c:x"', "invalid folder 'c:x'"),
        ('"folder": "library/2.1/slim"', '"folder": "-x://a#b"', "invalid folder"),
        ('"folder": "library/2.1/slim"', '"folder": "git://a\\n#b"', "invalid folder"),
        ('"file": "Dockerfile"', '"file": "../x"', "or file '../x'"),
        ('"file": "Dockerfile"', '"file": "D:x"', "or file 'D:x'"),
        (
            '"build": "2-1-slim-amd64", "digest"',
            '"build": "2-1-tools-amd64", "digest"',
            "2-1-tools-amd64: its parent '2-1-tools-amd64' has stage 2: expected a stage below",
        ),
        (
            '"parents": []',
            (
                '"parents": [{"name": "x:1", "build": "2-1-tools-amd64", "digest": null, '
                '"repository": null}]'
            ),
            "2-1-slim-amd64: its parent '2-1-tools-amd64' has stage 2: .* its own, 1; plan again",
        ),
        ('"builds": ["2-1-slim-amd64"]', '"builds": []', "no job has the build '2-1-slim-amd64'"),
        (
            '"builds": ["2-1-slim-amd64"]',
            '"builds": ["2-1-slim-amd64", "2-1-slim-arm64v8"]',
            "jobs: it has the build '2-1-slim-arm64v8' twice",
        ),
        (
            '"builds": ["2-1-slim-amd64"]',
            '"builds": ["2-1-tools-amd64"]',
            "job 2-1-slim-amd64: '2-1-tools-amd64' has another stage",
        ),
        (
            '"test": null',
            '"test": {"command": ["x"], "wait": 0, "options": []}',
            "test: invalid wait 0: expected 1 second or more",
        ),
        ('"test": null', '"test": {"command": []}', "test: it has no command"),
        (
            '"test": null',
            '"test": {"command": ["x"], "options": ["--detach"]}',
            "test: the option '--detach' breaks the test",
        ),
        ('"stage": 2, "secrets"', '"stage": -1, "secrets"', "tools-amd64: invalid stage -1"),
        ('"stage": 1, "builds"', '"stage": 0, "builds"', "invalid stage 0: expected a number"),
        (
            '"id": "2-1-slim-arm64v8", "family"',
            '"id": "2-1-slim-amd64", "family"',
            "it has the build '2-1-slim-amd64' twice",
        ),
        (
            '"id": "2-1-slim-arm64", "runner"',
            '"id": "2-1-slim-amd64", "runner"',
            "it has the job '2-1-slim-amd64' twice",
        ),
        (
            '"secrets": []',
            '"secrets": [{"id": "a", "env": "A"}, {"id": "a", "env": "B"}]',
            "2-1-slim-amd64: it has the secret 'a' twice",
        ),
        ('"build": "2-1-slim-amd64", "digest"', '"build": "x", "digest"', "unknown parent 'x'"),
        ('"id": "2-1-slim-amd64", "family"', '"id": "../x", "family"', r"invalid id '\.\./x'"),
    ],
)
def test_bad_plan(old: str, new: str, message: str) -> None:
    """A plan file with an unknown build, or an id that is a path, is refused."""
    text = planfile.to_text(PLAN)
    assert old in text
    with pytest.raises(InputError, match=message):
        planfile.read(text.replace(old, new).encode(), "plan.json")


def test_the_address_of_a_folder() -> None:
    """A build context may be an address of git, with a commit and a folder."""
    text = planfile.to_text(PLAN)
    address = f"https://git.example/x.git#{'c' * 40}:library/2.1"
    read = planfile.read(text.replace("library/2.1/slim", address).encode(), "plan.json")
    assert read.builds[0].folder == address
