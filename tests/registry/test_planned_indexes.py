"""Publish what builds made: what is pushed, in which order, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.projects import VERSIONS
from tests.registry import images
from tests.registry.plans import COMMIT
from tests.registry.standin import normally, serve, status, times

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.registry.commands import Commands, Output
    from tests.registry.plans import Plan
    from tests.registry.standin import Handler, Standin

NAME = "me/python"
TAGS = ("3.14.6-20261128", "3.14.6", "3.14", "3", "latest")
BOTH = ("amd64", "arm64v8")
ARM64 = {"os": "linux", "architecture": "arm64"}
VERSION = {"org.opencontainers.image.version": "3.14.6"}


@pytest.fixture
def join(registry: Standin, plan: Plan) -> dict[str, Any]:
    """Return the join of a plan whose two builds are in the registry."""
    return plan.image(registry, NAME, *TAGS, architectures=BOTH, stamped=["3.14.6-20261128"])


def _publish(commands: Commands, plan: Plan, *more: object) -> Output:
    return commands.run("publish", "--plan", plan.file, "--digests", plan.digests, *more)


def _index(registry: Standin, tag: str, name: str = NAME) -> dict[str, Any]:
    content = registry.of(name)
    value: dict[str, Any] = json.loads(content.manifests[content.tags[tag]][1])
    return value


def _pushes(registry: Standin) -> list[str]:
    return [path for method, path, _ in registry.asked if method in {"PUT", "POST", "DELETE"}]


def test_tags_are_pushed_in_order(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any]
) -> None:
    """The index comes first, by digest; then the tags, from the stamped one to latest."""
    done = _publish(commands, plan)
    assert (done.code, done.err) == (0, "")
    digest = registry.of(NAME).tags["latest"]
    pushed = [path.rpartition("/")[2] for path in _pushes(registry)]
    assert pushed == [digest, *join["tags"]]
    signing = [
        "to sign what was published:",
        f"cosign sign --recursive {join['repository']}@{digest}",
    ]
    assert done.out.splitlines()[-3:] == [f"{len(join['tags'])} tags pushed", *signing]
    there = f"0 tags pushed, {len(join['tags'])} were there"
    assert _publish(commands, plan).out.splitlines()[-1] == there
    assert _publish(commands, plan, "--sign", "cosign").out.splitlines()[-3:] == [there, *signing]
    members = _index(registry, "3.14")["manifests"]
    assert [each["platform"] for each in members] == [images.AMD64, ARM64]
    assert members[0]["annotations"] == {
        "org.opencontainers.image.revision": COMMIT,
        "tagmatrix.key": "a" * 64,
    }
    assert _index(registry, "3.14")["annotations"] == VERSION


@pytest.mark.usefixtures("join")
def test_what_is_there_is_skipped(registry: Standin, commands: Commands, plan: Plan) -> None:
    """A second run pushes nothing; a run after one that stopped pushes the rest."""
    assert _publish(commands, plan).code == 0
    count = len(_pushes(registry))
    done = _publish(commands, plan, "--format", "json")
    assert done.code == 0
    assert {each["state"] for each in json.loads(done.out)["tags"]} == {"there"}
    assert len(_pushes(registry)) == count
    del registry.of(NAME).tags["3"]
    done = _publish(commands, plan, "--format", "json")
    states = {each["tag"]: each["state"] for each in json.loads(done.out)["tags"]}
    assert states == {**dict.fromkeys(TAGS, "there"), "3": "pushed"}


def test_what_the_registry_lost_is_pushed_again(
    registry: Standin, commands: Commands, plan: Plan
) -> None:
    """An index below tags is complete again: copied from where it was built, or to be built."""
    join = plan.join(f"{registry.host}/you/python", "3.14")
    for architecture in BOTH:
        plan.member(join, architecture, architecture)
        plan.built(registry, f"{registry.host}/{NAME}", architecture, architecture)
    assert _publish(commands, plan).code == 0
    assert _publish(commands, plan, "--dry-run").code == 0
    lost = _index(registry, "3.14", "you/python")["manifests"][0]["digest"]
    del registry.of("you/python").manifests[lost]
    done = _publish(commands, plan, "--dry-run")
    said = f"{registry.host}/you/python:3.14: the registry has lost 1 image of its index\n"
    assert (done.code, done.err) == (3, said)
    registry.faults[f"HEAD /v2/you/python/manifests/{lost}"] = status(500)
    assert _publish(commands, plan).code == 4
    registry.faults = {}
    assert _publish(commands, plan).code == 0
    assert lost in registry.of("you/python").manifests
    del registry.of("you/python").manifests[lost]
    (plan.digests / "amd64.json").unlink()
    done = _publish(commands, plan)
    assert done.code == 4
    assert f"@{lost} is not there (404): the registry has lost this image; build it" in done.err


def test_fixed_tags_that_get_another_image(
    registry: Standin, commands: Commands, plan: Plan
) -> None:
    """Fixed tags that get another digest are named, before and after a push; others are not."""
    plan.image(registry, NAME, "3.14.6", "3.14.6-slim", "3.14", architectures=BOTH)
    assert _publish(commands, plan).err == ""
    repository = f"{registry.host}/{NAME}"
    plan.built(registry, repository, "3-14-6-amd64", "amd64", "built again")
    said = (
        f"{repository}: 2 fixed tags get another image of the same version: 3.14.6 and 3.14.6-slim"
    )
    for more, code in ((("--dry-run",), 3), ((), 0)):
        done = _publish(commands, plan, *more)
        assert (done.code, done.err) == (code, f"{said}\n")
    assert _publish(commands, plan).err == ""


def test_builds_without_tags(registry: Standin, commands: Commands, plan: Plan) -> None:
    """A plan with builds and no tags is refused, with the reason; one of nothing is not."""
    where = f"{registry.host}/{NAME}"
    assert _publish(commands, plan).code == 0
    plan.value["builds"] = [{"id": "one", "repository": where}]
    lacks = {"what": "x", "why": "y", "tags": ["3.14"], "lacks": ["arm64v8"]}
    for left_out, said in (([], "see its `left_out`"), ([lacks], "1 tag is left out")):
        plan.value["left_out"] = left_out
        for done in (
            _publish(commands, plan),
            _publish(commands, plan, "--dry-run"),
            commands.run("publish", "--plan", plan.file, "--dry-run"),
        ):
            assert (done.code, done.out) == (5, "")
            assert f"plan.json: the plan has 1 build and 0 tags: {said}" in done.err
    assert "`publish.required`" in _publish(commands, plan).err
    plan.value["builds"] = [{"id": "one", "repository": None}]
    assert "its builds push nothing; plan without --no-push" in _publish(commands, plan).err


@pytest.mark.usefixtures("join")
def test_dry_run(registry: Standin, commands: Commands, plan: Plan) -> None:
    """A dry run pushes nothing and exits with 3 if it would push; printed commands push nothing."""
    for more, code in (("--dry-run", 3), ("--format=commands", 0)):
        done = _publish(commands, plan, more)
        assert (done.code, done.err) == (code, "")
        assert "cosign" not in done.out
        assert (f"\n{len(TAGS)} tags would be pushed\n" in done.out) is (code == 3)
    done = commands.run("publish", "--plan", plan.file, "--dry-run")
    assert (done.code, done.err) == (0, "nothing would be refused\n")
    assert _pushes(registry) == []
    assert _publish(commands, plan).code == 0
    done = _publish(commands, plan, "--dry-run", "--sign", "none")
    assert (done.code, done.out.splitlines()[-1]) == (
        0,
        f"0 tags would be pushed, {len(TAGS)} are there",
    )


@pytest.mark.usefixtures("join")
def test_commands(commands: Commands, plan: Plan, registry: Standin) -> None:
    """The commands of docker buildx name each tag, each member and each annotation."""
    done = _publish(commands, plan, "--format", "commands")
    (line,) = done.out.splitlines()
    assert line.startswith("docker buildx imagetools create --annotation index:")
    assert line.count("--tag") == len(TAGS)
    assert line.count(f"{registry.host}/{NAME}@sha256:") == 2


@pytest.mark.usefixtures("join")
def test_notation(commands: Commands, plan: Plan) -> None:
    """Notation signs the index and each of its members."""
    done = _publish(commands, plan, "--sign", "notation")
    assert done.out.count("notation sign ") == 3


def _change(plan: Plan, build: str, /, **more: object) -> None:
    file = plan.digests / f"{build}.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **more}))


AMD = "3-14-6-20261128-amd64"
ARM = "3-14-6-20261128-arm64v8"


def _two(plan: Plan, join: dict[str, Any]) -> None:
    _change(plan, ARM, digest=json.loads((plan.digests / f"{AMD}.json").read_text())["digest"])
    join["members"][1]["platform"] = "linux/amd64"
    _change(plan, ARM, platform="linux/amd64")


def _planned(plan: Plan, join: dict[str, Any]) -> None:
    join["members"][0]["platform"] = "linux/s390x"
    _change(plan, AMD, platform="linux/s390x")


def _tested(plan: Plan, join: dict[str, Any]) -> None:
    join["members"][0]["tested"] = True
    _change(plan, ARM, test={"passed": False, "seconds": 1})


def _no_images(plan: Plan, join: dict[str, Any]) -> None:
    join["required"] = []
    for file in plan.digests.iterdir():
        file.unlink()


REFUSED: dict[str, tuple[Callable[[Plan, dict[str, Any]], object], list[str]]] = {
    "of another plan": (
        lambda plan, _: _change(plan, AMD, plan="other"),
        [f"{AMD}: its digest belongs to another plan (other)"],
    ),
    "of another key": (
        lambda plan, _: _change(plan, AMD, key="b" * 64),
        [f"{AMD}: its key is {'b' * 64}, but the plan has {'a' * 64}"],
    ),
    "of another commit": (
        lambda plan, _: _change(plan, AMD, commit=None),
        [f"{AMD}: its commit is None, but the plan has {COMMIT}"],
    ),
    "in another repository": (
        lambda plan, _: _change(plan, AMD, repository="example.org/other"),
        [f"{AMD}: its repository is example.org/other, which the plan does not have"],
    ),
    "another platform in the file": (
        lambda plan, _: _change(plan, AMD, platform="linux/arm/v7"),
        [f"{AMD}: its platform is linux/arm/v7, but the plan has linux/amd64"],
    ),
    "another platform in the configuration": (
        _planned,
        [f"{AMD}: its image is for linux/amd64, not for linux/s390x"],
    ),
    "a platform twice": (_two, ["it would have 2 images for amd64"]),
    "a required build is missing": (
        lambda plan, _: (plan.digests / f"{ARM}.json").unlink(),
        [f"1 required image not built: arm64v8 ({ARM})"],
    ),
    "no image at all": (
        _no_images,
        ["none of its images is there; tagmatrix pushes no empty index"],
    ),
    "tests": (
        _tested,
        [
            f"{AMD}: its test was not run; to publish it",
            f"{ARM}: its test failed; to publish it anyway",
        ],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any], name: str
) -> None:
    """What is not as planned is refused with exit code 5, and nothing is pushed."""
    change, lines = REFUSED[name]
    change(plan, join)
    done = _publish(commands, plan)
    assert done.code == 5
    for line in lines:
        assert line in done.err
    assert _pushes(registry) == []


@pytest.mark.usefixtures("join")
def test_a_file_of_no_build(commands: Commands, plan: Plan) -> None:
    """A file of a build that the plan does not have is named, and left out."""
    text = (plan.digests / f"{AMD}.json").read_text()
    (plan.digests / "other.json").write_text(text.replace(AMD, "other"))
    done = _publish(commands, plan)
    assert (done.code, "the plan has no build for 1 file: other" in done.err) == (0, True)


def test_untested(commands: Commands, plan: Plan, join: dict[str, Any]) -> None:
    """--untested publishes builds whose test failed or was not run."""
    _tested(plan, join)
    assert _publish(commands, plan, "--untested").code == 0


def _old(registry: Standin, *platforms: dict[str, str], version: str = "3.14.6", tag: str) -> str:
    members = [images.push_image(registry, NAME, each, "old") for each in platforms]
    annotations = {"org.opencontainers.image.version": version} if version else {}
    return images.push_index(registry, NAME, members, tag, annotations=annotations)


def _mixed(registry: Standin, *versions: str, tag: str) -> None:
    """Push an index whose images have different versions; empty: not known."""
    members = [images.push_image(registry, NAME, each, "old") for each in ALL]
    for member, version in zip(members, versions, strict=True):
        member["annotations"] = {"org.opencontainers.image.version": version} if version else {}
    images.push_index(registry, NAME, members, tag)


ALL = (images.AMD64, images.ARM64)
HARM: dict[str, tuple[Callable[[Standin], object], str, str]] = {
    "an architecture is lost": (
        lambda registry: _old(registry, *ALL, images.ARM7, tag="3.14"),
        "3.14 is no longer built for arm32v7",
        '- {tag: "3.14", loses: [arm32v7], why: "..."}',
    ),
    "it goes back": (
        lambda registry: _old(registry, *ALL, version="3.14.7", tag="3.14"),
        "3.14 goes back from 3.14.7 to 3.14.6",
        '- {tag: "3.14", goes_back_to: "3.14.6", why: "..."}',
    ),
    "the image of one architecture goes back": (
        lambda registry: _mixed(registry, "3.14.7", "3.14.5", tag="3.14"),
        "3.14 goes back from 3.14.7 to 3.14.6",
        '- {tag: "3.14", goes_back_to: "3.14.6", why: "..."}',
    ),
    "it goes back from the only version that is known": (
        lambda registry: _mixed(registry, "", "3.14.7", tag="3.14"),
        "3.14 goes back from 3.14.7 to 3.14.6",
        "",
    ),
    "a full version moves": (
        lambda registry: _old(registry, *ALL, version="3.14.5", tag="3.14.6"),
        "a full version must not move",
        "If the registry has the wrong image, remove the tag there",
    ),
    "a stamped tag has another digest": (
        lambda registry: _old(registry, *ALL, tag="3.14.6-20261128"),
        "3.14.6-20261128: this stamped tag has sha256:",
        "",
    ),
}


@pytest.mark.parametrize("name", HARM)
@pytest.mark.parametrize("alone", [True, False])
def test_harm(
    registry: Standin,
    commands: Commands,
    plan: Plan,
    join: dict[str, Any],
    name: str,
    *,
    alone: bool,
) -> None:
    """A tag is guarded as the manifest is, also by a plan alone; the line accepts the harm."""
    old, line, accept = HARM[name]
    old(registry)
    words = ("--dry-run",) if alone else ("--digests", plan.digests)
    done = commands.run("publish", "--plan", plan.file, *words)
    assert done.code == 5
    assert line in done.err
    assert accept in done.err
    assert "nothing was written" not in done.err
    assert done.err.endswith("error: nothing was pushed\n")
    assert _pushes(registry) == []
    assert join["tags"]


@pytest.mark.usefixtures("join")
def test_a_pre_release_and_windows(registry: Standin, commands: Commands, plan: Plan) -> None:
    """A tag of a final release does not become a pre-release, nor one of Windows only."""
    _old(registry, images.AMD64, tag="edge")
    plan.value["joins"] = []
    plan.image(
        registry, NAME, "edge", architectures=("windows-amd64",), version="3.15.0b1", final=False
    )
    done = _publish(commands, plan)
    assert done.code == 5
    assert "edge is now available on Windows only" in done.err
    assert "edge moves from 3.14.6 to 3.15.0b1, a pre-release" in done.err


@pytest.mark.usefixtures("join")
def test_a_version_of_a_channel(registry: Standin, commands: Commands, plan: Plan) -> None:
    """As in the guard of the manifest, a tag may move to a channel, which is not a pre-release."""
    _old(registry, images.AMD64, tag="edge")
    plan.value["joins"] = []
    plan.image(
        registry, NAME, "edge", architectures=("amd64",), version="3.15.0-canary.1", final=False
    )
    assert _publish(commands, plan).code == 0


def test_acceptances(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any]
) -> None:
    """The acceptances of versions.yaml count for the registry too, if the family is its own."""
    HARM["an architecture is lost"][0](registry)
    accept = '\naccept:\n  - {tag: "3.14", loses: [arm32v7], why: No user has it.}\n'
    (commands.root / "versions.yaml").write_text(VERSIONS + accept)
    assert _publish(commands, plan).code == 5
    join["family"] = "sample"
    done = _publish(commands, plan)
    assert done.code == 0
    assert "3.14 is no longer built for arm32v7 (accepted: No user has it.)" in done.err


def test_acceptances_of_several_families(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any]
) -> None:
    """In a repository with two families, the acceptances of each count for its own tags only."""
    HARM["an architecture is lost"][0](registry)
    _old(registry, *ALL, images.ARM7, tag="edge")
    join["family"] = "one"
    plan.image(registry, NAME, "edge", architectures=BOTH, family="two")
    accept = "\naccept:\n  - {tag: %s, loses: [arm32v7], why: No user of %s has it.}\n"
    folders: list[object] = []
    for family, tag in {"one": "'3.14'", "two": "edge"}.items():
        folder = commands.root / family
        folder.mkdir()
        text = VERSIONS.replace("image: sample", f"image: {family}")
        (folder / "versions.yaml").write_text(text + accept % (tag, family))
        folders += ["-C", folder]
    done = _publish(commands, plan, "--dry-run", *folders[:2])
    assert done.code == 5
    assert "edge is no longer built for arm32v7" in done.err
    done = _publish(commands, plan, *folders)
    assert done.code == 0
    assert "3.14 is no longer built for arm32v7 (accepted: No user of one has it.)" in done.err
    assert "edge is no longer built for arm32v7 (accepted: No user of two has it.)" in done.err


def test_versions_in_labels(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any]
) -> None:
    """A tag without annotations has the version of its label; one without both is not compared."""
    label = {"org.opencontainers.image.version": "3.14.9"}
    members = [images.push_image(registry, NAME, each, "x", label) for each in ALL]
    images.push_index(registry, NAME, members, "3.14")
    assert "goes back from 3.14.9" in _publish(commands, plan).err
    _old(registry, *ALL, version="", tag="3.14")
    assert _publish(commands, plan).code == 0
    assert join["tags"]


@pytest.mark.slow
def test_a_digest_that_comes_late(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any]
) -> None:
    """404 for a digest that its build pushed is tried again until --wait ends: exit code 4."""
    first = json.loads((plan.digests / f"{AMD}.json").read_text())["digest"]
    late = f"HEAD /v2/{NAME}/manifests/{first}"
    registry.faults[late] = times(2, status(404))
    assert _publish(commands, plan, "--dry-run", "--wait", "10").code == 3
    registry.faults[late] = status(404)
    done = _publish(commands, plan, "--wait", "0")
    assert done.code == 4
    assert "is not there (404), although its build pushed it" in done.err
    assert _pushes(registry) == []
    assert join["tags"]


@pytest.mark.parametrize("place", ["manifests/sha256", "blobs", "manifests/3.14"])
@pytest.mark.usefixtures("join")
def test_nothing_is_tagged_if_something_is_unreadable(
    registry: Standin, commands: Commands, plan: Plan, place: str
) -> None:
    """A member or a tag that can't be read: exit code 4, and nothing is pushed."""
    _old(registry, *ALL, tag="3.14")
    for method in ("GET", "HEAD"):
        registry.faults[f"{method} /v2/{NAME}/{place}"] = status(500)
    done = _publish(commands, plan)
    assert done.code == 4
    assert _pushes(registry) == []


@pytest.mark.usefixtures("join")
def test_the_result_of_a_run_that_stops(registry: Standin, commands: Commands, plan: Plan) -> None:
    """--result has every tag with its digests, also of a run that fails half-way."""
    result = commands.root / "result.json"
    old = _old(registry, *ALL, tag="3")
    registry.faults[f"PUT /v2/{NAME}/manifests/3.14.6"] = normally
    registry.faults[f"PUT /v2/{NAME}/manifests/3.14"] = status(500)
    done = _publish(commands, plan, "--result", result)
    assert done.code == 4
    assert "run the same command again" in done.err
    found = {each["tag"]: each for each in json.loads(result.read_text())["tags"]}
    states = {tag: each["state"] for tag, each in found.items()}
    assert states == {
        "3.14.6-20261128": "pushed",
        "3.14.6": "pushed",
        "3.14": "failed",
        "3": "waits",
        "latest": "waits",
    }
    assert (found["3"]["old"], found["latest"]["old"]) == (old, None)
    assert found["3"]["new"] == registry.of(NAME).tags["3.14.6"]


def test_the_result_of_a_refusal(commands: Commands, plan: Plan, join: dict[str, Any]) -> None:
    """--result has no tags if nothing was pushed, not those of an earlier run."""
    result = commands.root / "result.json"
    assert _publish(commands, plan, "--result", result).code == 0
    assert json.loads(result.read_text())["tags"]
    _tested(plan, join)
    assert _publish(commands, plan, "--dry-run", "--result", result).code == 5
    assert json.loads(result.read_text())["tags"]
    assert _publish(commands, plan, "--result", result).code == 5
    assert json.loads(result.read_text()) == {"schema": 1, "plan": plan.value["id"], "tags": []}


@pytest.mark.usefixtures("join")
def test_a_result_that_can_not_be_written(commands: Commands, plan: Plan) -> None:
    """A result that can't be written is an error before anything is pushed."""
    done = _publish(commands, plan, "--result", commands.root / "plan.json" / "x")
    assert done.code == 2


@pytest.mark.usefixtures("join")
def test_every_tag_is_read_again(registry: Standin, commands: Commands, plan: Plan) -> None:
    """A tag that another run pushed meanwhile is reported: exit code 4."""
    other = _old(registry, *ALL, tag="other")
    seen = [0]

    def raced(handler: Handler) -> bool:
        handler.route()
        registry.of(NAME).tags["latest"] = other
        seen[0] += 1
        return True

    registry.faults[f"PUT /v2/{NAME}/manifests/latest"] = raced
    done = _publish(commands, plan, "--wait", "0")
    assert done.code == 4
    assert "another run pushed it" in done.err

    def gone(handler: Handler) -> bool:
        handler.route()
        del registry.of(NAME).tags["latest"]
        return True

    registry.faults[f"PUT /v2/{NAME}/manifests/latest"] = gone
    done = _publish(commands, plan, "--wait", "0.1")
    assert done.code == 4
    assert "latest is not there" in done.err


def test_attestations_stay_beside_their_image(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any]
) -> None:
    """A build with attestations left an index: its image and what is attached become members."""
    image = images.push_image(registry, NAME, images.AMD64, "attested")
    attached = images.push_image(registry, NAME, {"os": "unknown", "architecture": "unknown"})
    attached["annotations"] = {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": image["digest"],
    }
    index = images.push_index(registry, NAME, [image, attached])
    _change(plan, AMD, digest=index, media_type=images.INDEX)
    assert _publish(commands, plan).code == 0
    members = _index(registry, "3.14")["manifests"]
    assert [each["digest"] for each in members[:2]] == [image["digest"], attached["digest"]]
    assert members[2]["platform"] == ARM64
    empty = images.push_index(registry, NAME, [])
    _change(plan, AMD, digest=empty)
    done = _publish(commands, plan)
    assert done.code == 5
    assert "its index has 0 images, not one" in done.err
    assert join["tags"]


@pytest.mark.parametrize("mounts", [True, False])
def test_another_repository(
    registry: Standin, commands: Commands, plan: Plan, *, mounts: bool
) -> None:
    """Images move from where they were built: mounted where possible, else copied."""
    registry.mounts = mounts
    join = plan.join(f"{registry.host}/you/python", "3.14")
    for architecture in BOTH:
        plan.member(join, architecture, architecture)
        plan.built(registry, f"{registry.host}/{NAME}", architecture, architecture)
    done = _publish(commands, plan)
    assert (done.code, done.err) == (0, "")
    assert registry.of("you/python").blobs == registry.of(NAME).blobs
    assert len(_index(registry, "3.14", "you/python")["manifests"]) == 2
    assert (registry.count("GET /v2/me/python/blobs") > 2) is not mounts


def test_another_registry(registry: Standin, commands: Commands, plan: Plan) -> None:
    """A copy to another registry takes blobs and attestations along, once."""
    with serve() as other:
        for target in (registry, other):
            join = plan.join(f"{target.host}/{NAME}", "3.14")
            for architecture in BOTH:
                plan.member(join, architecture, architecture)
        for architecture in BOTH:
            plan.built(registry, f"{registry.host}/{NAME}", architecture, architecture)
        assert _publish(commands, plan).code == 0
        assert other.of(NAME).blobs == registry.of(NAME).blobs
        assert other.of(NAME).tags == registry.of(NAME).tags
        for method, where in (("GET", registry), ("HEAD", other), ("PUT", other)):
            other.of(NAME).blobs.clear()
            other.of(NAME).manifests.clear()
            other.of(NAME).tags.clear()
            where.faults = {f"{method} /v2/{NAME}/blobs": status(500)}
            done = _publish(commands, plan)
            assert done.code == 4
            assert other.of(NAME).tags == {}
            where.faults = {}


def test_layers_that_are_elsewhere(registry: Standin, commands: Commands, plan: Plan) -> None:
    """Layers of old Windows bases are in no registry, and are not copied."""
    join = plan.join(f"{registry.host}/you/python", "3.14")
    plan.member(join, "windows", "windows-amd64")
    plan.built(registry, f"{registry.host}/{NAME}", "windows", "windows-amd64")
    file = plan.digests / "windows.json"
    digest = json.loads(file.read_text())["digest"]
    value = json.loads(registry.of(NAME).manifests[digest][1])
    foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    value["layers"].append({"mediaType": foreign, "digest": f"sha256:{'0' * 64}", "size": 9})
    _change(plan, "windows", digest=registry.add(NAME, images.encoded(value)))
    registry.faults["PUT /v2/you/python/manifests"] = _store
    assert _publish(commands, plan).code == 0


def _store(handler: Handler) -> bool:
    """Store a manifest without looking for its blobs."""
    standin = handler.standin
    kind, reference = handler.headers["Content-Type"], handler.path.rpartition("/")[2]
    tags = [] if ":" in reference else [reference]
    digest = standin.add("you/python", handler.body, *tags, kind=kind)
    handler.send(201, b"", **{"Docker-Content-Digest": digest})
    return True


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("plan.json", None, "--plan"),
        ("plan.json", "{", "not JSON"),
        ("digests/a.json", "{", "not JSON"),
        ("digests/other.json", "same", "named after another build"),
    ],
)
@pytest.mark.usefixtures("join")
def test_files_that_can_not_be_read(
    commands: Commands, plan: Plan, name: str, content: str | None, message: str
) -> None:
    """Files that are not what they should be: exit code 2, with the name of the file."""
    file, digests, path = plan.file, plan.digests, commands.root / name
    if content is None:
        path.unlink()
    else:
        path.write_text((digests / f"{AMD}.json").read_text() if content == "same" else content)
    done = commands.run("publish", "--plan", file, "--digests", digests)
    assert done.code == 2
    assert message in done.err


@pytest.mark.usefixtures("join")
def test_options_that_are_missing(commands: Commands, plan: Plan) -> None:
    """Without digests only a dry run is possible; the folder of digests must exist."""
    assert commands.run("publish", "--plan", plan.file).code == 2
    done = commands.run("publish", "--plan", plan.file, "--digests", commands.root / "none")
    assert done.code == 2


def test_a_stamped_tag_of_the_same_builds(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any]
) -> None:
    """A plan alone does not refuse a stamped tag whose builds have the keys of the plan."""
    assert _publish(commands, plan).code == 0
    assert commands.run("publish", "--plan", plan.file, "--dry-run").code == 0
    join["members"][0]["key"] = None
    assert commands.run("publish", "--plan", plan.file, "--dry-run").code == 5
    for begin in ("HEAD /v2/me/python/manifests/3.14", "GET /v2/me/python/manifests"):
        registry.faults = {begin: status(500)}
        for path in (commands.root.parent / "cache").rglob("sha256-*"):
            for file in path.iterdir():
                file.unlink()
        done = commands.run("publish", "--plan", plan.file, "--dry-run")
        assert done.code in {4, 5}


def test_what_was_not_built_again(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any]
) -> None:
    """An image that a tag has already, with the key of the plan, needs no build."""
    assert _publish(commands, plan).code == 0
    (plan.digests / f"{ARM}.json").unlink()
    plan.built(registry, join["repository"], AMD, "amd64", "again")
    join["stamped"], join["tags"] = [], list(TAGS[1:])
    done = _publish(commands, plan)
    assert done.code == 0
    assert "1 fixed tag gets another image of the same version: 3.14.6" in done.err
    assert [each["platform"] for each in _index(registry, "latest")["manifests"]] == [
        images.AMD64,
        ARM64,
    ]
    for key in (None, "b" * 64):
        join["members"][1]["key"] = key
        assert "1 required image not built: arm64v8" in _publish(commands, plan).err
    registry.faults["GET"] = status(500)
    for kept in (commands.root.parent / "cache").rglob("sha256-*/*"):
        kept.unlink()
    assert _publish(commands, plan).code == 4


@pytest.mark.parametrize("code", [404, 500])
def test_an_unreadable_image_is_not_lost(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any], code: int
) -> None:
    """An image of a tag that can't be read is not one that is no longer built: exit code 4."""
    assert _publish(commands, plan).code == 0
    file = plan.digests / f"{ARM}.json"
    digest = json.loads(file.read_text())["digest"]
    file.unlink()
    join["required"].remove(ARM)
    plan.built(registry, join["repository"], AMD, "amd64", "again")
    join["stamped"], join["tags"] = [], list(TAGS[1:])
    for kept in (commands.root.parent / "cache").rglob("sha256-*/*"):
        kept.unlink()
    registry.faults = {
        f"{method} /v2/{NAME}/manifests/{digest}": status(code) for method in ("GET", "HEAD")
    }
    count = len(_pushes(registry))
    done = _publish(commands, plan)
    assert done.code == 4
    assert f"error: {ARM}: " in done.err
    assert "if the registry has lost this image, build it" in done.err
    assert "no longer built" not in done.err
    assert len(_pushes(registry)) == count
    registry.faults = {}
    assert _publish(commands, plan).code == 0
    assert len(_index(registry, "latest")["manifests"]) == 2


def test_attestations_of_what_was_not_built_again(
    registry: Standin, commands: Commands, plan: Plan, join: dict[str, Any]
) -> None:
    """An image that is not built again keeps what is attached to it."""
    test_attestations_stay_beside_their_image(registry, commands, plan, join)
    content = registry.of(NAME)
    before = json.loads(content.manifests[content.tags["3.14"]][1])["manifests"]
    (plan.digests / f"{AMD}.json").unlink()
    join["stamped"], join["tags"] = [], list(TAGS[1:])
    plan.built(registry, join["repository"], ARM, "arm64v8", "again")
    assert _publish(commands, plan).code == 0
    after = _index(registry, "3.14")["manifests"]
    assert (after[:2], after[2] != before[2]) == (before[:2], True)
