"""What a plan reads: Dockerfiles on disk, git, versions.yaml of an older revision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.plan import families
from tagmatrix.plan.dockerfile_needs import Dockerfiles, familiar
from tagmatrix.plan.image_settings import ImageSettings
from tagmatrix.plan.records import SecretName
from tests.config.samples import GOOD, load
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


@pytest.mark.parametrize(
    "options",
    ["id=token", "id=token,target=/x/y", "target=/x/token", "dst=/x/token", "destination=token"],
)
def test_a_secret_that_is_not_named(tmp_path: Path, options: str) -> None:
    """A secret has an id; without one, the name of its file is its id."""
    _, matrix = load(GOOD)
    dockerfiles = Dockerfiles(tmp_path)
    text = f"FROM debian\nRUN --mount=type=secret,{options} true\n"
    dockerfiles.check_secrets(matrix.images[0], text, [SecretName(id="other", env="A")])
    (said,) = dockerfiles.warnings()
    assert said.startswith("3.15-rc/trixie: the Dockerfile mounts the secret token, which is not")
    dockerfiles = Dockerfiles(tmp_path)
    dockerfiles.check_secrets(matrix.images[0], text, [SecretName(id="token", env="A")])
    assert [*dockerfiles.warnings()] == []


def test_replaced_repositories() -> None:
    """`--registry` replaces the repositories of the file; a base may still name them."""
    config, matrix = load(GOOD + "publish: {registries: [{repository: a.example/b}]}\n")
    image = matrix.images[0]
    own, other = ImageSettings(config, ""), ImageSettings(config, "c.example/{image}")
    assert (own.repositories(image), own.replaced(image)) == (("a.example/b",), ())
    assert other.repositories(image) == ("c.example/sample",)
    assert other.replaced(image) == ("a.example/b",)


def test_places_of_repositories(tmp_path: Path) -> None:
    """A family knows where the file names its repositories; `--registry` is in no file."""
    config, matrix = load(GOOD + "publish: {registries: [{repository: a.example/b}]}\n")
    own = families.read(tmp_path, config, matrix).family
    assert own.images[0].repositories == ("a.example/b",)
    (place,) = own.places.values()
    assert place.startswith("versions.yaml:")
    assert place.endswith(": publish.registries[0]")
    assert not families.read(tmp_path, config, matrix, registry="a.example/b").family.places


def test_what_a_build_depends_on() -> None:
    """Each value that changes the bytes of an image has the name that users know."""
    config, matrix = load(GOOD)
    assert [*ImageSettings(config, "").of_the_build(matrix.images[0])] == [
        *("its builder", "`repository`", "`publish.labels`", "`publish.attest`"),
        *("the list of its secrets", "its first repository"),
    ]


def test_what_a_cycle_leaves_out(project: Project) -> None:
    """A plan of a cycle names what is left out in this cycle only."""
    said = json.loads(project.run("plan", "2.1", "--format", "json").ok().out)["left_out"]
    assert {each["what"].partition("/")[0] for each in said} == {"2.1"}


def test_what_git_knows(project: Project) -> None:
    """A build has the commit of its folder and its date, if the folder is as it is in HEAD."""
    older = project.repo.git("log", "-1", "--format=%H", "--", "library/2.1/trixie")
    date = "2026-02-03T04:05:06+00:00"
    slim, moved = "library/2.1/slim-trixie/Dockerfile", "library/2.1/alpine3.24/moved"
    project.write(slim, project.read(slim) + "# new\n")
    project.write(moved, "It is in another folder later.\n")
    newer = project.repo.commit(GIT_COMMITTER_DATE=date)
    project.repo.git("mv", moved, "library/2.1/bookworm/moved")
    words = ("plan", "2.1", "--arch", "amd64", "--format", "json")
    builds = json.loads(project.run(*words).ok().out)["builds"]
    found = {build["name"]: (build["commit"], build["epoch"]) for build in builds}
    assert found["2.1/trixie"] == (older, 1767323045)
    assert found["2.1/slim-trixie"] == (newer, 1770091506)
    assert found["2.1/bookworm"] == found["2.1/alpine3.24"] == (None, None)


def test_final_images(project: Project) -> None:
    """The index of a final version is final, that of a pre-release is not."""
    early = '"2.1.4rc1"\n    cycle_tag: false\n'
    project.write("versions.yaml", VERSIONS.replace('"2.1.3"\n', early))
    words = ("plan", "--registry", "h.example/x", "--format", "json")
    joins = json.loads(project.run(*words).ok().out)["joins"]
    assert {(join["version"], join["final"]) for join in joins} == {
        ("2.1.4rc1", False),
        ("2.0.9", True),
    }


def test_what_git_knows_of_the_folder_of_versions_yaml(project: Project) -> None:
    """An image in the folder of versions.yaml has no commit if any file there is not in HEAD."""
    matrix = """\
layout: .
flavors: {default: {name: "", base: debian, template: linux}}
suites: {trixie: {flavors: [default], architectures: [amd64]}}
releases: {"1.2": {version: "1.2.3"}}
"""
    project.write("versions.yaml", VERSIONS[: VERSIONS.index("default_suites:")] + matrix)
    project.write("Dockerfile", "FROM debian\n")
    head = project.repo.commit()

    def commit() -> str | None:
        done = project.run("plan", "--format", "json").ok()
        (build,) = json.loads(done.out)["builds"]
        found: str | None = build["commit"]
        return found

    assert commit() == head
    project.write("new", "")
    assert commit() is None


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
