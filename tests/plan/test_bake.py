"""Bake files: targets, groups, contexts, tags, annotations."""

from __future__ import annotations

import re

from tagmatrix.config.publishing import Attest, Publish
from tagmatrix.plan.bake import bake
from tagmatrix.plan.base_digests import BaseDigests, KnownDigests
from tagmatrix.plan.records import SecretName
from tagmatrix.plan.simple import not_pushed
from tests.plan.samples import REPOSITORY, family, image, plan, shared

DIGEST = f"sha256:{'a' * 64}"
KNOWN = BaseDigests(
    references={
        "debian:trixie-slim": KnownDigests(digest=DIGEST, platforms={"linux/amd64": DIGEST}),
        "alpine:latest": KnownDigests(digest=DIGEST),
    }
)
CHILD = image("2.1/tools", "sample:2.1-slim")


def test_distributed() -> None:
    """Each build is a target that is pushed by digest; a parent is a target of the same file."""
    made = bake(plan(family(image("2.1/slim"), CHILD), digests=KNOWN))
    assert [*made["target"]] == [
        "2-1-slim-amd64",
        "2-1-slim-arm64v8",
        "2-1-tools-amd64",
        "2-1-tools-arm64v8",
    ]
    target = made["target"]["2-1-slim-amd64"]
    assert target["context"] == "library/2.1/slim"
    assert target["platforms"] == ["linux/amd64"]
    assert target["args"] == {"SOURCE_DATE_EPOCH": "1764288000"}
    assert target["attest"] == ["type=provenance,disabled=true"]
    assert target["contexts"] == {
        "debian:trixie-slim": f"docker-image://debian:trixie-slim@{DIGEST}"
    }
    assert target["output"][0].startswith(f"type=image,name={REPOSITORY},push-by-digest=true")
    assert "tags" not in target
    child = made["target"]["2-1-tools-arm64v8"]
    assert child["contexts"] == {"sample:2.1-slim": "target:2-1-slim-arm64v8"}


def test_groups() -> None:
    """There is a group for each cycle, flavor, stage and runner class, and the default."""
    made = bake(plan(family(image("2.1/slim"), CHILD)))
    groups = {name: group["targets"] for name, group in made["group"].items()}
    assert groups["default"] == [*made["target"]]
    assert groups["cycle-2-1"] == groups["default"]
    assert groups["flavor-tools"] == groups["stage-2"] == ["2-1-tools-amd64", "2-1-tools-arm64v8"]
    assert groups["runner-arm64"] == ["2-1-slim-arm64v8", "2-1-tools-arm64v8"]
    names = [*groups, *made["target"]]
    assert len({*names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in names)


def test_a_target_with_the_name_of_a_group() -> None:
    """An image that is called as a group gets another name, and so does the group of a target."""
    made = bake(plan(family(image("default"), image("cycle-2.1"), image("2.1/slim"))))
    assert {*made["group"]}.isdisjoint(made["target"])


def test_simple() -> None:
    """A simple target builds all platforms of an image, and pushes its tags."""
    made = bake(plan(family(image("2.1/slim"), CHILD), digests=KNOWN), simple=True)
    target = made["target"]["2-1-slim"]
    assert target["platforms"] == ["linux/amd64", "linux/arm64"]
    assert target["tags"] == [f"{REPOSITORY}:{tag}-slim" for tag in ("2.1.3", "2.1", "2")]
    assert target["output"] == ["type=image,push=true,oci-mediatypes=true"]
    assert made["target"]["2-1-tools"]["contexts"] == {"sample:2.1-slim": "target:2-1-slim"}
    annotations = target["annotations"]
    assert any(
        text.startswith("manifest-descriptor[linux/amd64]:tagmatrix.key=") for text in annotations
    )
    assert "index:org.opencontainers.image.version=2.1.3" in annotations


def test_simple_with_one_platform() -> None:
    """An image of one platform has no index, unless it has attestations."""
    one = image("2.1/slim", architectures=("amd64",))
    target = bake(plan(family(one)), simple=True)["target"]["2-1-slim"]
    assert all(text.startswith("manifest:") for text in target["annotations"])
    attested = family(one, publish=Publish(attest=Attest(sbom=True, provenance="max")))
    target = bake(plan(attested), simple=True)["target"]["2-1-slim"]
    assert target["attest"] == ["type=sbom", "type=provenance,mode=max"]
    assert any(text.startswith("index:") for text in target["annotations"])


def test_simple_leaves_tags_of_several_images() -> None:
    """A tag of several images is not pushed by a simple build, and the reason is known."""
    win = shared(
        "2.1/win", "2.1", architectures=("windows-amd64",), constraints=("nanoserver-ltsc2025",)
    )
    made = plan(family(shared("2.1/slim", "2.1", "2.1-both"), shared("2.1/b", "2.1-both"), win))
    target = bake(made, simple=True)["target"]["2-1-slim"]
    assert f"{REPOSITORY}:2.1" not in target["tags"]
    assert [(item.what.rpartition(": ")[2], item.why) for item in not_pushed(made)] == [
        ("2.1", "bake does not build all its images (Windows, classic)"),
        ("2.1-both", "it has several images; one build cannot push it"),
        ("2.1.3-win, 2.1-win, 2-win", "bake does not build all its images (Windows, classic)"),
    ]


def test_nothing_is_pushed() -> None:
    """Without a registry a target keeps nothing."""
    made = bake(plan(family(image("2.1/slim")), push=False))
    assert made["target"]["2-1-slim-amd64"]["output"] == ["type=cacheonly"]
    made = bake(plan(family(image("2.1/slim")), push=False), simple=True)
    assert made["target"]["2-1-slim"]["output"] == ["type=cacheonly"]


def test_secrets_and_cache() -> None:
    """Secrets are named, never valued; the cache has the id of the target."""
    own = image("2.1/slim", secrets=(SecretName(id="token", env="TOKEN"),))
    target = bake(plan(family(own), cache="type=gha,scope={id}"))["target"]["2-1-slim-amd64"]
    assert target["secret"] == ["id=token,env=TOKEN"]
    assert target["cache-from"] == ["type=gha,scope=2-1-slim-amd64"]
    assert target["cache-to"] == ["type=gha,scope=2-1-slim-amd64,mode=max"]
    target = bake(plan(family(own), cache="type=inline,mode=min"))["target"]["2-1-slim-amd64"]
    assert target["cache-to"] == ["type=inline,mode=min"]


def test_templates_of_hcl_are_escaped() -> None:
    """Bake evaluates `${...}` in JSON too, so a label must not have it."""
    own = image("2.1/slim", labels={"note": "${x} %{y}"})
    target = bake(plan(family(own)))["target"]["2-1-slim-amd64"]
    assert target["labels"]["note"] == "$${x} %%{y}"


def test_the_tag_latest() -> None:
    """BuildKit looks a base up without the tag `latest`; a base with a digest is pinned."""
    own = family(image("2.1/a", "alpine:latest"), image("2.1/b", f"alpine@{DIGEST}"))
    targets = bake(plan(own, digests=KNOWN))["target"]
    assert [*targets["2-1-a-amd64"]["contexts"]] == ["alpine"]
    assert "contexts" not in targets["2-1-b-amd64"]


def test_classic_is_not_in_bake() -> None:
    """A classic build is not a target."""
    made = bake(plan(family(image("2.1/slim", builder="classic"), image("2.1/b"))))
    assert [*made["target"]] == ["2-1-b-amd64", "2-1-b-arm64v8"]
