"""Plans: what is selected, how it is joined, in which order."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from msgspec.structs import replace

from tagmatrix.config.checks.publishing import OWN_LABELS
from tagmatrix.config.publishing import Attest, ImageTest, Publish, Runner
from tagmatrix.errors import InputError
from tagmatrix.plan.base_digests import BaseDigests, KnownDigests
from tagmatrix.plan.images import ImageBases, PlanFamily, plan_tag
from tagmatrix.plan.jobs import check_number
from tagmatrix.plan.selection import Choice
from tests.plan.samples import COMMIT, REPOSITORY, family, ids, image, plan, shared

CHILD = "sample:2.1-slim"
DIGEST = f"sha256:{'a' * 64}"
OWN = f"sha256:{'b' * 64}"
KNOWN = BaseDigests(
    references={
        "debian:trixie-slim": KnownDigests(
            digest=DIGEST, platforms={"linux/amd64": OWN, "linux/arm64": OWN}
        )
    }
)


def test_whole_plan() -> None:
    """A plan has a build for each architecture, a job for each runner class, and a join."""
    made = plan(family(image("2.1/slim")))
    assert ids(made) == ["2-1-slim-amd64", "2-1-slim-arm64v8"]
    assert [(job.id, job.label) for job in made.jobs] == [
        ("2-1-slim-amd64", "ubuntu-24.04"),
        ("2-1-slim-arm64", "ubuntu-24.04-arm"),
    ]
    (join,) = made.joins
    assert (join.repository, join.family) == (REPOSITORY, "sample")
    assert (join.version, join.final) == ("2.1.3", True)
    assert join.tags == ("2.1.3-slim", "2.1-slim", "2-slim")
    assert join.fixed == ("2.1.3-slim",)
    assert [member.platform for member in join.members] == ["linux/amd64", "linux/arm64"]
    assert join.required == ("2-1-slim-amd64", "2-1-slim-arm64v8")
    assert made.cost.builds == 2
    assert len(made.id) == 16


def test_labels() -> None:
    """A build has no labels of OCI besides those that versions.yaml must not set."""
    made = plan(family(image("2.1/slim")), digests=KNOWN)
    assert {*made.builds[0].labels} == {*OWN_LABELS}


def test_same_input_same_plan() -> None:
    """The id of a plan is a hash of its content."""
    first = plan(family(image("2.1/slim")))
    assert first == plan(family(image("2.1/slim")))
    assert first.id != plan(family(image("2.1/slim")), as_of="2026-01-01").id


def test_parents_come_first() -> None:
    """A child is in a later stage than its parent, and its base is the parent's build."""
    made = plan(family(image("2.1/tools", CHILD), image("2.1/slim")))
    assert [(build.id, build.stage) for build in made.builds] == [
        ("2-1-slim-amd64", 1),
        ("2-1-slim-arm64v8", 1),
        ("2-1-tools-amd64", 2),
        ("2-1-tools-arm64v8", 2),
    ]
    child = made.builds[2]
    assert [(parent.name, parent.build) for parent in child.parents] == [(CHILD, "2-1-slim-amd64")]
    assert child.bases == ()
    assert [job.stage for job in made.jobs] == [1, 1, 2, 2]


def test_parent_by_the_name_of_its_repository() -> None:
    """A base may have the name of the repository that the parent goes to."""
    made = plan(family(image("2.1/tools", f"{REPOSITORY}:2.1-slim"), image("2.1/slim")))
    assert made.builds[-1].stage == 2


def test_parent_by_the_name_of_a_replaced_repository() -> None:
    """A base may have the name of a repository that --registry replaces."""
    child = image("2.1/tools", f"{REPOSITORY}:2.1-slim")
    parent = image("2.1/slim", repositories=("localhost:5000/x",), replaced=(REPOSITORY,))
    made = plan(family(child, parent))
    assert made.builds[-1].stage == 2


@pytest.mark.parametrize("build", ["ltsc2025", "ltsc2022"])
def test_parent_of_the_same_windows_build(build: str) -> None:
    """Of two owners of a tag, the parent is the one for the child's build of Windows."""
    parents = [
        shared(
            f"2.1/core-{each}",
            "2.1-core",
            architectures=("windows-amd64",),
            constraints=(f"windowsservercore-{each}",),
        )
        for each in ("ltsc2025", "ltsc2022")
    ]
    child = image(
        "2.1/tools",
        "sample:2.1-core",
        architectures=("windows-amd64",),
        constraints=(f"windowsservercore-{build}",),
    )
    made = plan(family(child, *parents))
    (parent,) = made.builds[-1].parents
    assert parent.build == f"2-1-core-{build}-windows-amd64"


def test_another_parent_on_each_architecture() -> None:
    """An image is built after its parents on all architectures, if only one of them changed."""
    parents = [image("2.1/slim"), image("2.1/other")]
    names = zip(("amd64", "arm64v8"), (CHILD, "sample:2.1-other"), strict=True)
    bases = {each: ImageBases(name, (name,)) for each, name in names}
    child = image("2.1/tools", bases=bases)
    for parent in parents:
        made = plan(family(*parents, child), choice=Choice(changed={parent: "new"}))
        why = {build.name: build.why for build in made.builds}
        assert why["2.1/tools"] == f"its parent {parent.name} is built again"


def test_several_families() -> None:
    """A base that another family publishes is a parent, and ids have the family."""
    other = family(image("1/app", "sample:2-slim", family="other"), name="other")
    made = plan(other, family(image("2.1/slim", architectures=("amd64",))))
    assert ids(made) == ["sample-2-1-slim-amd64", "other-1-app-amd64"]
    assert made.left_out[0].what == "other-1-app-arm64v8"


def test_circle_across_families() -> None:
    """Families that are built from each other are an error."""
    one = family(image("1/a", "other:1-b"))
    two = family(image("1/b", "sample:1-a", family="other"), name="other")
    with pytest.raises(InputError, match=r"in a circle: (sample:1/a <- other:1/b|other:1/b <- )"):
        plan(one, two)


def test_circle_of_three() -> None:
    """An arrow points from each base of a circle to the image that is built from it."""
    three = [image(f"1/{name}", f"sample:1-{base}") for name, base in ("ab", "bc", "ca")]
    circle = "sample:1/{} <- sample:1/{} <- sample:1/{} <- sample:1/{}"
    with pytest.raises(InputError) as caught:
        plan(family(*three))
    assert any(circle.format(*order) in str(caught.value) for order in ("abca", "bcab", "cabc"))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (REPOSITORY, REPOSITORY),
        ("docker.io/me/x", "me/x"),
        ("index.docker.io/me/x", "docker.io/me/x"),
        ("docker.io/library/x", "x"),
        ("GHCR.io/me/x", "ghcr.io:443/me/x"),
    ],
)
def test_two_families_with_one_tag(one: str, two: str) -> None:
    """No two families have one tag of one repository, whatever its spelling."""
    first = family(image("2.1/slim", repositories=(one,)))
    other = family(image("2.1/slim", family="other", repositories=(two,)), name="other")
    place = "b/versions.yaml:9:5: publish.registries[0]"
    with pytest.raises(InputError) as caught:
        plan(first, replace(other, places={two: place}))
    assert str(caught.value) == (
        f"{place}: {two}:2.1.3-slim would be a tag of sample (2-slim) and of other (2-slim); "
        "give one of them another repository, or another stamp"
    )
    with pytest.raises(InputError, match=rf"^--registry: {re.escape(two)}:2\.1\.3-slim would be"):
        plan(first, other)


def test_members_of_a_join() -> None:
    """A member has the commit and the key of its build, and says whether it is tested."""
    tested = ImageTest(command=("true",))
    made = plan(family(image("2.1/slim", test=tested), image("2.1/other")), digests=KNOWN)
    by_id = {build.id: build for build in made.builds}
    members = [member for join in made.joins for member in join.members]
    assert [(one.build, one.tested) for one in members] == [
        ("2-1-slim-amd64", True),
        ("2-1-slim-arm64v8", True),
        ("2-1-other-amd64", False),
        ("2-1-other-arm64v8", False),
    ]
    assert {one.commit for one in members} == {COMMIT}
    assert all(one.key and one.key == by_id[one.build].key for one in members)


def test_a_stamp_that_is_another_tag() -> None:
    """A stamp is not a tag that another image of the family has."""
    tag = plan_tag("2.1.3-slim-20260102", "x", "2.1.3", "2.1")
    images = (image("2.1/slim"), image("2.1/other", tags=(tag,)))
    with pytest.raises(
        InputError, match=r"2\.1\.3-slim-20260102 would be a tag of sample \(2-slim\)"
    ):
        plan(family(*images, publish=Publish(stamp="{tag}-{date}")), as_of="2026-01-02")


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        (Choice(cycles=("2.0",)), ["2-0-slim-amd64", "2-0-slim-arm64v8"]),
        (Choice(variants=("alpine",)), ["2-1-alpine3-24-amd64"]),
        (Choice(variants=("alpine3.24",)), ["2-1-alpine3-24-amd64"]),
        (Choice(architectures=("arm64v8",)), ["2-1-slim-arm64v8", "2-0-slim-arm64v8"]),
        (Choice(tags=("2.0-slim",)), ["2-0-slim-amd64", "2-0-slim-arm64v8"]),
    ],
)
def test_choice(choice: Choice, found: list[str]) -> None:
    """Cycles, variants, flavors, architectures and tags limit a plan."""
    alpine = image("2.1/alpine3.24", architectures=("amd64",), flavor="alpine")
    own = family(image("2.1/slim"), alpine, image("2.0/slim", tags=image("2.0/slim").tags[:2]))
    assert ids(plan(own, choice=choice)) == found


def test_unknown_names() -> None:
    """Names that no image has are errors, all at once."""
    choice = Choice(cycles=("9",), variants=("x",), architectures=("s390x",), tags=("y",))
    with pytest.raises(InputError) as caught:
        plan(family(image("2.1/slim")), choice=choice)
    words = [line.partition(";")[0] for line in str(caught.value).splitlines()]
    assert words[0].startswith('no release cycle "9" in the images to plan')
    assert [line.split('"')[0] for line in words] == [
        "no release cycle ",
        "there is no variant ",
        "there is no architecture ",
        "there is no tag ",
    ]


def test_a_join_needs_its_required_architectures() -> None:
    """Tags are left out if a required architecture is not planned."""
    made = plan(family(image("2.1/slim")), choice=Choice(architectures=("amd64",)))
    assert made.joins == ()
    assert (made.left_out[0].what, made.left_out[0].why) == (
        f"{REPOSITORY}: 2.1.3-slim, 2.1-slim and 2-slim",
        "2.1/slim for arm64v8 is not in the plan",
    )
    assert made.left_out[0].tags == ("2.1.3-slim", "2.1-slim", "2-slim")
    assert made.left_out[0].lacks == ("arm64v8",)
    publish = Publish(required=("amd64",))
    made = plan(family(image("2.1/slim"), publish=publish), choice=Choice(architectures=("amd64",)))
    assert [member.build for member in made.joins[0].members] == ["2-1-slim-amd64"]


def test_tags_of_other_images() -> None:
    """Tags lack no architecture if the plan builds it, but not the image."""
    images = (shared("2.1/slim", "2.1"), shared("2.1/full", "2.1"))
    made = plan(family(*images), choice=Choice(variants=("slim",)))
    assert [(item.tags, item.lacks) for item in made.left_out] == [(("2.1",), ())]


def test_optional_jobs() -> None:
    """A job is optional if no tag and no other build waits for its builds."""
    publish = Publish(required=("amd64",))
    own = family(image("2.1/slim"), image("2.1/tools", CHILD), publish=publish)
    assert {job.id: job.required for job in plan(own).jobs} == {
        "2-1-slim-amd64": True,
        "2-1-slim-arm64": True,
        "2-1-tools-amd64": True,
        "2-1-tools-arm64": False,
    }
    assert all(job.required for job in plan(own, push=False).jobs)


def test_required_of_another_system() -> None:
    """If an image has none of the required architectures, it needs all of its own."""
    publish = Publish(required=("amd64",))
    made = plan(family(image("2.1/slim", architectures=("arm64v8", "s390x")), publish=publish))
    assert made.joins[0].required == ("2-1-slim-arm64v8", "2-1-slim-s390x")


def test_changed_only() -> None:
    """Only changed images are built, their children, and what shares a tag with them."""
    parent = shared("2.1/slim", "2.1")
    windows = shared(
        "2.1/windows", "2.1", architectures=("windows-amd64",), constraints=("nanoserver-ltsc2025",)
    )
    child, other = image("2.1/tools", CHILD), image("2.0/slim", tags=image("2.0/slim").tags[:2])
    own = family(parent, windows, child, other)
    made = plan(own, choice=Choice(changed={parent: "a file changed"}))
    assert {build.name: build.why for build in made.builds} == {
        "2.1/slim": "a file changed",
        "2.1/windows": "it shares the tag 2.1",
        "2.1/tools": "its parent 2.1/slim is built again",
    }
    assert [(item.what, item.why) for item in made.left_out] == [("2.0/slim", "it did not change")]


def test_a_changed_child_brings_its_parent() -> None:
    """The parent of a changed image is built too, but its tags are not published."""
    parent, child = image("2.1/slim"), image("2.1/tools", CHILD)
    made = plan(family(parent, child), choice=Choice(changed={child: "new"}))
    assert {build.name: build.why for build in made.builds} == {
        "2.1/slim": "2.1/tools is built on it",
        "2.1/tools": "new",
    }
    assert [join.tags[0] for join in made.joins] == ["2.1.3-tools"]
    assert [(item.what, item.why) for item in made.left_out] == [("2.1/slim", "it did not change")]


def test_nothing_changed() -> None:
    """A plan may be empty."""
    made = plan(family(image("2.1/slim")), choice=Choice(changed={}))
    assert (made.builds, made.jobs, made.joins, made.cost.stages) == ((), (), (), 0)


def test_keys() -> None:
    """A build has a key if the digests of its bases are known; a child's comes from its parent."""
    own = family(image("2.1/slim"), image("2.1/tools", CHILD), image("2.1/other", "alpine:3"))
    made = plan(own, digests=KNOWN)
    keys = {build.id: build.key for build in made.builds}
    assert keys["2-1-other-amd64"] is None
    known = [key for key in keys.values() if key]
    assert len(known) == len(set(known)) == 4
    member = made.joins[0].members[0]
    assert member.annotations["tagmatrix.key"] == keys["2-1-slim-amd64"]
    assert member.annotations["tagmatrix.base.platform-digest"] == OWN
    tools = next(join for join in made.joins if "2.1-tools" in join.tags)
    assert tools.members[0].annotations["tagmatrix.parent.key"] == keys["2-1-slim-amd64"]


@pytest.mark.parametrize(
    "change",
    [
        {"tree": "e" * 40},
        {"file": "Dockerfile.other"},
        {"epoch": 1},
        {"builder": ""},
        {"labels": {"a": "b"}},
    ],
)
def test_what_changes_a_key(change: dict[str, Any]) -> None:
    """Everything that an image is made of changes its key."""
    before = plan(family(image("2.1/slim")), digests=KNOWN).builds[0].key
    assert before != plan(family(image("2.1/slim", **change)), digests=KNOWN).builds[0].key


def test_labels_that_change_a_key() -> None:
    """The address of the repository, and the name of a parent, are labels, so they change keys."""
    own = family(image("2.1/slim"), image("2.1/tools", CHILD))
    moved = family(
        image("2.1/slim", repositories=("quay.io/me/new",), replaced=(REPOSITORY,)),
        image("2.1/tools", CHILD),
    )
    other = PlanFamily(name=own.name, source="https://git.example/new.git", images=own.images)

    def keys(each: PlanFamily) -> dict[str, str | None]:
        return {build.id: build.key for build in plan(each, digests=KNOWN).builds}

    before, after = keys(own), keys(moved)
    assert before["2-1-slim-amd64"] == after["2-1-slim-amd64"]
    assert before["2-1-tools-amd64"] != after["2-1-tools-amd64"]
    assert {*before.values()}.isdisjoint(keys(other).values())


def test_changed_indexes() -> None:
    """An image whose indexes changed is published again; its children are not built for it."""
    parent, shares = shared("2.1/slim", "2.1"), shared("2.1/other", "2.1")
    own = family(parent, shares, image("2.1/tools", CHILD), image("2.0/slim"))
    choice = Choice(changed={}, indexes={parent: "its tags changed"})
    made = plan(own, choice=choice, digests=KNOWN)
    assert {build.name: build.why for build in made.builds} == {
        "2.1/slim": "its tags changed",
        "2.1/other": "it shares the tag 2.1",
    }
    assert [join.tags[0] for join in made.joins] == ["2.1.3-slim", "2.1", "2.1.3-other"]
    keys = {
        (each.family, f"{each.folder}/{each.file}", each.architecture): each.key
        for each in made.builds
    }
    again = plan(own, choice=choice, digests=KNOWN, published=keys)
    assert (again.builds, again.joins) == ((), made.joins)
    assert plan(own, choice=choice, push=False).builds == ()


def test_a_pinned_base() -> None:
    """A digest in the name of a base gives a key without further knowledge."""
    made = plan(family(image("2.1/slim", f"debian:trixie@{DIGEST}")))
    assert made.builds[0].key
    assert made.builds[0].bases[0].digest == DIGEST


def test_no_key_without_a_commit() -> None:
    """A folder that is not committed gives no key."""
    made = plan(family(image("2.1/slim", tree=None, commit=None, epoch=None)), digests=KNOWN)
    assert made.builds[0].key is None
    assert "org.opencontainers.image.revision" not in made.builds[0].labels


def test_stamps() -> None:
    """A stamped tag comes first; {key} needs keys, {date} needs a date."""
    own = image("2.1/slim")
    dated = plan(family(own, publish=Publish(stamp="{tag}-{date}")), as_of="2026-11-28")
    assert dated.joins[0].tags[0] == "2.1.3-slim-20261128"
    assert dated.joins[0].stamped == ("2.1.3-slim-20261128",)
    with pytest.raises(InputError, match=r"publish\.stamp of sample has \{date\}; give the date"):
        plan(family(own, publish=Publish(stamp="{tag}-{date}")))
    keyed = family(own, publish=Publish(stamp="{tag}-{key}"))
    known = plan(keyed, digests=KNOWN)
    keys = " ".join(build.key or "" for build in known.builds)
    digest = hashlib.sha256(keys.encode()).hexdigest()
    assert known.joins[0].stamped == (f"2.1.3-slim-{digest[:12]}",)
    without = plan(keyed)
    assert without.joins[0].stamped == ()
    assert [(item.what, item.why) for item in without.left_out] == [
        (
            f"{REPOSITORY}: {{tag}}-{{key}} of 2.1.3-slim",
            "the digest of a base is not known, so there is no key; use --base-digests",
        )
    ]


def test_runners() -> None:
    """A build goes to a native runner if there is one, else to one that emulates."""
    runners = {
        "big": Runner(label="big", architectures=("amd64",), emulates=("s390x",)),
        "arm": Runner(label="arm", architectures=("arm64v8",)),
    }
    own = image("2.1/slim", architectures=("amd64", "arm64v8", "s390x", "riscv64"))
    made = plan(family(own, publish=Publish(runners=runners)))
    assert [(build.runner, build.emulated) for build in made.builds] == [
        ("big", False),
        ("arm", False),
        ("big", True),
    ]
    assert made.jobs[0].emulates == ("linux/s390x",)
    assert made.left_out[0].why == "no runner builds riscv64; add one to `publish.runners`"


def test_windows_by_constraint() -> None:
    """A Windows image goes to the machine of its build, and never into bake."""
    own = image(
        "2.1/win", architectures=("windows-amd64",), constraints=("windowsservercore-ltsc2022",)
    )
    made = plan(family(own))
    assert made.jobs[0].label == "windows-2022"
    assert (made.builds[0].builder, made.builds[0].in_bake) == ("classic", False)


def test_imported_images_are_not_built() -> None:
    """oci-import is not a build."""
    made = plan(family(image("2.1/slim", builder="oci-import")))
    assert made.builds == ()
    assert made.left_out[0].why == "it is imported, not built (oci-import)"


def test_jobs_by_cycle_and_build() -> None:
    """A job is for an image, a cycle or a build."""
    own = family(image("2.1/slim"), image("2.1/tools", "alpine:3"))
    assert len(plan(own, by="cycle").jobs) == 2
    assert len(plan(own, by="image").jobs) == 4
    assert len(plan(own, by="build").jobs) == 4
    assert plan(own, by="cycle").jobs[0].builds == ("2-1-slim-amd64", "2-1-tools-amd64")


def test_names_of_jobs_without_collision() -> None:
    """Jobs whose short names are the same have longer ones; the others keep theirs."""
    images = [image(name, architectures=("amd64",)) for name in ("1/a.b", "1/a-b", "1/c")]
    (first, second, third) = plan(family(*images)).jobs
    assert {*map(len, {(first.id, second.id)})} == {2}
    assert third.id == "1-c-amd64"


def test_too_many_jobs() -> None:
    """Too many jobs are an error that names what fits."""
    own = plan(family(image("2.1/slim"), image("2.1/tools", "alpine:3")))
    check_number(own, 4)
    with pytest.raises(InputError, match="--by image makes 4 jobs in a stage, more than --max-j"):
        check_number(own, 3)
    with pytest.raises(InputError, match=r"--max-jobs 3; use --by cycle \(2 jobs\)"):
        check_number(own, 3)
    with pytest.raises(InputError, match="--max-jobs 1; plan fewer images: name cycles"):
        check_number(own, 1)
    stages = plan(family(image("2.1/slim"), image("2.1/tools", CHILD)))
    check_number(stages, 2)


def test_without_a_registry() -> None:
    """Without a registry nothing is pushed or joined, and there is one stage of jobs."""
    own = family(image("2.1/slim", repositories=()), image("2.1/tools", CHILD, repositories=()))
    made = plan(own)
    assert (made.push, made.joins) == (False, ())
    assert {job.stage for job in made.jobs} == {1}
    assert made.builds[0].repository is None


def test_several_repositories() -> None:
    """An image that goes to two repositories has a join in each, and is pushed to the first."""
    made = plan(family(image("2.1/slim", repositories=("a/b", "c.example/d"))))
    assert [join.repository for join in made.joins] == ["a/b", "c.example/d"]
    assert {build.repository for build in made.builds} == {"a/b"}


def test_images_without_a_repository() -> None:
    """In a plan that pushes, an image for no repository is built only for children, beside them."""
    alone = image("2.1/alone", repositories=())
    parent = image("2.1/slim", repositories=())
    made = plan(family(alone, parent, image("2.1/tools", CHILD)))
    assert {build.name: build.repository for build in made.builds} == {
        "2.1/slim": REPOSITORY,
        "2.1/tools": REPOSITORY,
    }
    assert [(item.what, item.why) for item in made.left_out] == [
        (f"2-1-alone-{name}", "no repository of `publish.registries` is for it")
        for name in ("amd64", "arm64v8")
    ]


def test_names_without_collision() -> None:
    """Images whose names would be equal have different ids, whatever is selected."""
    own = family(image("2.1/a", tags=()), image("2-1/a", tags=()), image("default", tags=()))
    made = plan(own)
    assert len({*ids(made)}) == 6
    chosen = plan(own, choice=Choice(cycles=("2.1",)))
    assert {*ids(chosen)} < {*ids(made)}


def test_classes_of_machines_with_similar_names() -> None:
    """Jobs on machines with one label have different ids if their classes differ."""
    classes = {"x.y": "amd64", "x-y": "arm64v8"}
    runners = {name: Runner(label="x", architectures=(each,)) for name, each in classes.items()}
    made = plan(family(image("2.1/slim"), publish=Publish(runners=runners)))
    assert len({job.id for job in made.jobs}) == 2


def test_cost() -> None:
    """The cost has weights, and minutes from earlier builds."""
    own = family(image("2.1/slim", weight=3))
    made = plan(own, durations={"2-1-slim-amd64": 92})
    assert (made.cost.weight, made.cost.minutes, made.cost.unknown) == (6, 1.5, 1)
    unknown = plan(own).cost
    assert (unknown.minutes, unknown.unknown) == (None, None)


def test_attestations_must_agree() -> None:
    """Families of one plan have the same attestations."""
    other = family(
        image("1/a", family="other"), publish=Publish(attest=Attest(sbom=True)), name="other"
    )
    with pytest.raises(InputError, match=r"sample, other: `publish\.attest` differs"):
        plan(family(image("2.1/slim")), other)


def test_shared_tag_of_the_index() -> None:
    """The index of a shared tag has all images, and only the annotations that they share."""
    one = shared("2.1/slim", "2.1")
    two = shared("2.1/win", "2.1", architectures=("windows-amd64",), commit="e" * 40)
    two_fits = Publish(
        runners={"w": Runner(label="w", architectures=("windows-amd64", "amd64", "arm64v8"))}
    )
    made = plan(family(one, two, publish=two_fits))
    join = next(join for join in made.joins if "2.1" in join.tags)
    assert [member.platform for member in join.members] == [
        "linux/amd64",
        "linux/arm64",
        "windows/amd64",
    ]
    assert "org.opencontainers.image.revision" not in join.annotations
    assert join.annotations["org.opencontainers.image.version"] == "2.1.3"
