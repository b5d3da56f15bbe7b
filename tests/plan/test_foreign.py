"""The images of a plan that any official-images manifest lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.manifest import parse
from tagmatrix.plan.foreign import read_manifest
from tagmatrix.plan.images import ImageBases
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repos import TestRepo

MANIFEST = """\
Maintainers: A (@a)
GitRepo: https://git.example/x.git
GitCommit: {commit}

Tags: 1.2.3-slim, 1.2-slim
SharedTags: 1.2.3, 1.2, latest
Architectures: amd64, arm64v8, s390x
Directory: slim
arm64v8-Directory: arm
s390x-File: Dockerfile.z

Tags: 1.3.0rc1-slim
Architectures: windows-amd64
Constraints: windowsservercore
Builder: classic
GitCommit: {other}
"""
OTHER = "d" * 40


@pytest.fixture
def repo(tmp_path: Path) -> TestRepo:
    """Return a repository with the Dockerfiles of the first entry."""
    made = make_repo(tmp_path)
    stages = "FROM --platform=$BUILDPLATFORM golang:1 AS b\nFROM docker.io/library/debian:trixie\n"
    made.write("slim/Dockerfile", f"{stages}COPY --from=b /a /a\n")
    made.write("slim/Dockerfile.z", "ARG BASE\nFROM $BASE\n")
    made.write("arm/Dockerfile", "FROM alpine:3\n")
    made.commit()
    return made


def test_images(repo: TestRepo) -> None:
    """An entry is an image for each of its sources, with all of its tags."""
    text = MANIFEST.format(commit=repo.head(), other=OTHER)
    found = read_manifest(parse(text), "x", repo.path, registry="ghcr.io/me/{image}")
    assert (found.name, found.source) == ("x", "https://git.example/x.git")
    first, arm, other, early = found.images
    assert [image.name for image in found.images] == [
        "1.2/slim on amd64",
        "1.2/slim on arm64v8",
        "1.2/slim on s390x",
        "1.3/slim",
    ]
    assert {(image.family, image.repositories) for image in found.images} == {
        ("x", ("ghcr.io/me/x",))
    }
    for image, folder, file in (
        (first, "slim", "Dockerfile"),
        (arm, "arm", "Dockerfile"),
        (other, "slim", "Dockerfile.z"),
    ):
        assert image.folder == f"https://git.example/x.git#{repo.head()}:{folder}"
        assert (image.file, image.place) == (file, f"{folder}/{file}")
        assert (image.cycle, image.variant, image.version) == ("1.2", "slim", "1.2.3")
        assert (image.final, image.builder, image.constraints) == (True, "", ())
        assert (image.commit, image.epoch) == (repo.head(), 1767323045)
        assert image.tree == repo.git("rev-parse", f"HEAD:{folder}")
        assert [tag.name for tag in image.tags] == ["1.2.3-slim", "1.2-slim"]
        assert [tag.name for tag in image.shared_tags] == ["1.2.3", "1.2", "latest"]
        assert [tag.fixed for tag in image.all_tags] == [True, False, True, False, False]
    assert first.bases == {
        "amd64": ImageBases("debian:trixie", ("golang:1", "debian:trixie"), ("golang:1",))
    }
    assert arm.bases == {"arm64v8": ImageBases("alpine:3", ("alpine:3",))}
    assert not other.bases["s390x"].known
    assert (early.final, early.builder, early.constraints) == (
        False,
        "classic",
        ("windowsservercore",),
    )
    assert (early.commit, early.epoch, early.tree, early.bases) == (OTHER, None, None, {})


def test_without_a_repository(tmp_path: Path) -> None:
    """Without a repository, nothing is known of the folders, and without --registry no place."""
    text = MANIFEST.format(commit=OTHER, other=OTHER)
    own = text.replace("GitRepo: https://git.example/x.git\n", "", 1).replace(
        "Tags:", "GitRepo: https://git.example/y.git\nTags:"
    )
    found = read_manifest(parse(own), "x", tmp_path)
    assert found.source == "https://git.example/y.git"
    assert {image.repositories for image in found.images} == {()}
    assert {(image.epoch, image.tree) for image in found.images} == {(None, None)}
    assert all(image.bases == {} for image in found.images)
    assert read_manifest(parse("Maintainers: A (@a)\n"), "x", tmp_path).source == ""
