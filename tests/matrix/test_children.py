"""Images that are built from another image of the same matrix."""

from __future__ import annotations

import pytest

from tagmatrix.git.baseline import Baseline
from tagmatrix.guard import judge
from tests.config.samples import edit, load, refusal

CHILD = """\
    builder: classic
  child:
    name: child-{suite}
    base: "BASE"
    template: child
suites:
"""
FLAVORS = "trixie: {flavors: [default, slim]"


def with_child(base: str, *changes: tuple[str, str]) -> str:
    """Return a file with a flavor child on trixie, on a base."""
    child = ("    builder: classic\nsuites:\n", CHILD.replace("BASE", base))
    return edit(child, (FLAVORS, "trixie: {flavors: [default, slim, child]"), *changes)


def test_a_child() -> None:
    """The base has the name of the image, and the parent is its tag."""
    _, matrix = load(with_child("{image}:{version}-{suite}"))
    children = {image.cycle: image for image in matrix.images if image.flavor == "child"}
    assert children["3.14"].base == "sample:3.14.6-trixie"
    assert children["3.14"].parent == "3.14.6-trixie"
    assert all(not image.parent for image in matrix.images if image.flavor != "child")


@pytest.mark.parametrize("base", ["{image}:latest", "{image}:3.14", "{image}:slim"])
def test_tags_of_all_kinds(base: str) -> None:
    """Shared tags and tags without a version have owners too."""
    _, matrix = load(with_child(base))
    assert any(image.parent for image in matrix.images)


@pytest.mark.parametrize(
    "name", ["sample", "library/sample", "docker.io/library/sample", "index.docker.io/sample"]
)
def test_own_name(name: str) -> None:
    """The image's own name is the same as {image}; the base is rendered as it is written."""
    _, matrix = load(with_child(f"{name}:{{version}}-{{suite}}"))
    child = next(image for image in matrix.images if image.parent and image.cycle == "3.14")
    assert (child.base, child.parent) == (f"{name}:3.14.6-trixie", "3.14.6-trixie")
    wrong = refusal(with_child(f"{name}:nosuch"))
    assert "is built from sample:nosuch, but no image owns this tag" in wrong
    assert "in a circle" in refusal(with_child(f"{name}:{{cycle}}-child-trixie"))
    assert any(image.parent == "latest" for image in load(with_child(name))[1].images)


@pytest.mark.parametrize(
    "base",
    [
        "x/sample:1",
        "ghcr.io/library/sample:1",
        "sampler:1",
        "sample/x:1",
        "sample:1@sha256:" + "0" * 64,
    ],
)
def test_other_names(base: str) -> None:
    """An image elsewhere, another image and a pinned one are not of the family."""
    assert not any(image.parent for image in load(with_child(base))[1].images)


@pytest.mark.parametrize("base", ["{image}", "{image}@x", "x/{image}:1", "{image}/x:1"])
def test_placeholder_elsewhere(base: str) -> None:
    """`{image}` is only at the beginning, before a tag."""
    assert "flavors.child.base: invalid value" in refusal(with_child(base))


def test_architectures_within_the_parents() -> None:
    """A child is not built for an architecture that its base lacks."""
    text = with_child("{image}:{cycle}-alpine3.24")
    assert (
        "is built for arm64v8, but its base sample:3.15-rc-alpine3.24 is not; exclude that there "
        "too, or name another base (the same in 3 releases)"
    ) in refusal(text)


def test_circles() -> None:
    """Images that are built from each other, or from themselves, are named in order."""
    both = (
        "    base: debian:{suite}-slim\n",
        '    base: "{image}:{cycle}-child-{suite}"\n',
    )
    message = refusal(with_child("{image}:{cycle}-slim-trixie", both)).splitlines()
    assert any(
        "in a circle: 3.14/slim-trixie <- 3.14/child-trixie <- 3.14/slim-trixie;" in line
        or "in a circle: 3.14/child-trixie <- 3.14/slim-trixie <- 3.14/child-trixie;" in line
        for line in message
    )
    itself = refusal(with_child("{image}:{cycle}-child-trixie"))
    assert "in a circle: 3.14/child-trixie <- 3.14/child-trixie; name another base" in itself


def test_the_guard_names_children() -> None:
    """A refused change of a tag names the images that are built from it."""
    before = b"""\
Maintainers: Ada Lovelace <ada@example.org> (@ada)
GitRepo: https://git.example/sample.git
GitCommit: 0123456789012345678901234567890123456789

Tags: 3.14.6-trixie, 3.14-trixie
Architectures: amd64, arm64v8, s390x
Directory: library/3.14/trixie
"""
    config, matrix = load(with_child("{image}:{cycle}-trixie"))
    verdict = judge(config, matrix, Baseline(path="library/sample", manifest=before))
    lines = verdict.refusal().splitlines()
    (number,) = (n for n, line in enumerate(lines) if "s390x" in line and "accept" not in line)
    assert (
        lines[number + 1]
        == "  this also affects the images that are built from it: 3.14/child-trixie"
    )
