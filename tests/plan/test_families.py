"""What a plan reads: Dockerfiles on disk, git, versions.yaml of an older revision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.plan.dockerfile_needs import familiar
from tests.projects import TRIXIE, VERSIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

DIGEST = f"sha256:{'a' * 64}"
STAGES = """\
FROM --platform=$BUILDPLATFORM golang:1 AS build
RUN make
FROM debian:trixie
COPY --from=build /a /a
COPY --from=docker.io/library/busybox /bin/sh /b
"""


def first(project: Project, *args: str) -> dict[str, Any]:
    """Return the build of 2.1/trixie for amd64."""
    done = project.run("plan", "2.1", "--variant", "trixie", "--format", "json", *args).ok()
    found: dict[str, Any] = json.loads(done.out)["builds"][0]
    return found


def test_stages(project: Project) -> None:
    """The bases of all stages are read; those of the machine need the digest of the index only."""
    project.write(TRIXIE, STAGES)
    project.repo.commit()
    bases = first(project)
    assert [base["name"] for base in bases["bases"]] == [
        "golang:1",
        "debian:trixie",
        "busybox:latest",
    ]
    assert (bases["base"], bases["key"]) == ("debian:trixie", None)
    index = {"digest": DIGEST}
    full = {"digest": DIGEST, "platforms": {"linux/amd64": DIGEST}}
    known = {"golang:1": index, "debian:trixie": full, "busybox": full}
    project.write("bases.json", json.dumps({"schema": 1, "references": known}))
    assert first(project, "--base-digests", str(project.root / "bases.json"))["key"]


def test_bases_that_cannot_be_read(project: Project) -> None:
    """A base that depends on an argument without a value is a warning, and gives no key."""
    project.write(TRIXIE, "ARG BASE\nFROM $BASE\n")
    project.repo.commit()
    assert first(project)["key"] is None
    said = project.run("plan").err
    assert "2.1/trixie: not all base images can be read from the Dockerfile" in said


def test_a_base_with_an_invalid_name(project: Project) -> None:
    """An invalid name stays as it is."""
    assert familiar("UPPER:x") == "UPPER:x"
    project.write(TRIXIE, "FROM debian:trixie\nCOPY --from=Not/Valid /a /a\n")
    project.repo.commit()
    assert first(project)["id"] == "2-1-trixie-amd64"


def test_a_secret_that_is_named(project: Project) -> None:
    """A secret that versions.yaml names is not a warning."""
    secrets = "    base: debian:{suite}\n    secrets: [{id: token, env: TOKEN}]\n"
    project.write("versions.yaml", VERSIONS.replace("    base: debian:{suite}\n", secrets))
    project.write(TRIXIE, project.read(TRIXIE) + "RUN --mount=type=secret,id=token true\n")
    assert "mounts the secret" not in project.run("plan").err


def test_weights_in_the_table(project: Project) -> None:
    """The table has the sum of the weights."""
    project.write("versions.yaml", VERSIONS + "publish: {weights: {slim: 2}}\n")
    assert "; weight 20" in project.run("plan").ok().err


def test_shallow_clone(project: Project, tmp_path: Path) -> None:
    """A shallow clone knows no commits of folders, and says how to get them."""
    project.repo.git("clone", "--quiet", "--depth=1", f"file://{project.root}", str(tmp_path / "s"))
    done = project.at(tmp_path / "s").run("plan", "--format", "json").ok()
    assert json.loads(done.out)["builds"][0]["commit"] is None
    assert "the clone is shallow (to get its history: git fetch --unshallow)" in done.err


def test_without_a_commit(project: Project, tmp_path: Path) -> None:
    """In a repository without a commit all folders are uncommitted; changes need a repository."""
    (tmp_path / "n").mkdir()
    (tmp_path / "n/versions.yaml").write_text(VERSIONS)
    alone = project.at(tmp_path / "n")
    done = alone.run("plan", "--changed-since", "HEAD").ok()
    assert "--changed-since HEAD: the folder is not in a git repository; the plan has" in done.err
    project.repo.git("init", "--quiet", str(tmp_path / "n"))
    assert "their folders are not committed as they are on disk" in alone.run("plan").ok().err


@pytest.mark.parametrize("old", ["image: [\n", None])
def test_an_old_versions_yaml_that_cannot_be_read(project: Project, old: str | None) -> None:
    """If versions.yaml of the revision is unreadable, its labels may differ: all is built."""
    text = project.read("versions.yaml")
    if old is None:
        project.repo.git("rm", "--quiet", "versions.yaml")
    else:
        project.write("versions.yaml", old)
    before = project.repo.commit()
    project.write("versions.yaml", text)
    project.repo.commit()
    done = project.run("plan", "--changed-since", before, "--format", "json").ok()
    assert {build["why"] for build in json.loads(done.out)["builds"]} == {
        "versions.yaml could not be read before: its settings may have changed since " + before
    }


def test_a_new_name_for_the_same_files(project: Project) -> None:
    """An image with the same files is not a change, also if the old versions.yaml had no image."""
    text = project.read("versions.yaml")
    start = text.index('  "2.0":')
    project.write("versions.yaml", text[:start])
    before = project.repo.commit()
    project.write("versions.yaml", text)
    project.repo.commit()
    done = project.run("plan", "--changed-since", before, "--format", "json").ok()
    assert json.loads(done.out)["builds"] == []
