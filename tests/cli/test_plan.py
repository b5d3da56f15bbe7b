"""`tagmatrix plan`: selections, formats, files, and messages for mistakes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.cli import output, plan as plan_command
from tests.projects import TRIXIE, VERSIONS
from tests.schemas import FOLDER, problem

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

REGISTRY = ("--registry", "localhost:5000/me/{image}")
DIGEST = f"sha256:{'a' * 64}"
BASES = {
    "schema": 1,
    "references": {
        "docker.io/library/debian:trixie": {
            "digest": DIGEST,
            "platforms": {"linux/amd64": DIGEST},
        }
    },
}


def made(project: Project, *args: str) -> dict[str, Any]:
    """Return the plan in JSON."""
    found: dict[str, Any] = json.loads(project.run("plan", "--format", "json", *args).ok().out)
    return found


def names(found: dict[str, Any]) -> set[str]:
    """Return the images of a plan."""
    return {build["name"] for build in found["builds"]}


def test_table(project: Project) -> None:
    """People see jobs, what is left out, and the numbers."""
    done = project.run("plan", "2.1", "--variant", "slim", *REGISTRY).ok()
    rows = [line.split() for line in done.out.splitlines()]
    assert rows[0] == ["JOB", "RUNNER", "STAGE", "PLATFORMS", "WHY"]
    assert rows[1] == ["2-1-slim-trixie-amd64", "ubuntu-24.04", "1", "linux/amd64", "selected"]
    assert "2 images, 5 builds, 5 jobs, 1 stage, 12 tags" in done.err
    assert "left out: 2.1/slim-bookworm for mips64le: No user has such a machine." in done.err


def test_many_are_left_out(project: Project) -> None:
    """The table does not list everything that is left out, and an empty plan has no table."""
    releases = "".join(
        f'  "1.{number}":\n    version: "1.{number}.0"\n    artifacts: [source]\n'
        f'    sha256: {{source: "{number:064}"}}\n'
        for number in range(30, 0, -1)
    )
    project.write("versions.yaml", VERSIONS + releases)
    done = project.run("plan").ok()
    assert "more; --format json lists them" in done.err
    done = project.run("plan", "--changed-since", "HEAD", "2.0").ok()
    assert done.out == ""


def test_json(project: Project) -> None:
    """The JSON fits its schema, is the same for the same input, and has keys for known bases."""
    assert not problem("base-digests.schema.json", BASES)
    project.write("bases.json", json.dumps(BASES))
    bases = ("--base-digests", str(project.root / "bases.json"))
    found = made(project, *REGISTRY, *bases)
    assert not problem("plan.schema.json", found)
    assert found == made(project, *REGISTRY, *bases)
    known = {build["id"]: build["key"] for build in found["builds"]}
    assert known["2-1-trixie-amd64"]
    assert known["2-1-trixie-arm64v8"] is None
    first = found["builds"][0]
    log = project.repo.git("log", "-1", "--format=%H", "--", "library/2.1/trixie")
    assert first["commit"] == log
    assert first["epoch"] == 1767323045
    assert first["repository"] == "localhost:5000/me/sample"
    assert first["labels"]["org.opencontainers.image.base.digest"] == DIGEST


def test_bases_without_digests(project: Project) -> None:
    """A plan warns of bases without a digest, at all or for a platform, and counts the builds."""
    path = project.root / "bases.json"
    words = ("plan", "2.1", "--variant", "slim-trixie", "--variant", "trixie", "--format", "json")
    known = {"docker.io/library/debian:trixie-slim": {"digest": DIGEST, "platforms": {}}}
    platforms = ("linux/amd64", "linux/arm64", "linux/riscv64")
    all_known = {
        f"docker.io/library/debian:{tag}": {
            "digest": DIGEST,
            "platforms": dict.fromkeys(platforms, DIGEST),
        }
        for tag in ("trixie", "trixie-slim")
    }
    for references, said in (
        (
            {},
            "it has no digest of debian:trixie and debian:trixie-slim, so 6 of 6 builds get no key",
        ),
        (BASES["references"], "so 5 of 6 builds get no key; run `tagmatrix registry stale --base-"),
        (
            {**all_known, **known},
            "no digest of debian:trixie-slim for linux/amd64, debian:trixie-slim for linux/arm64 ",
        ),
    ):
        project.write("bases.json", json.dumps({"schema": 1, "references": references}))
        done = project.run(*words, "--base-digests", str(path)).ok()
        assert done.err.startswith(f"warning: {path}: ")
        assert said in done.err
    project.write("bases.json", json.dumps({"schema": 1, "references": all_known}))
    assert project.run(*words, "--base-digests", str(path)).ok().err == ""


def test_schema(project: Project) -> None:
    """`schema --of` prints the schemas of the plan and the files around it, and no Markdown."""
    for name in ("plan", "base-digests", "built-image"):
        text = (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
        assert project.run("schema", "--of", name).ok().out == text
    done = project.run("schema", "--of", "plan", "--format", "markdown")
    assert (done.code, done.err) == (2, "error: --of plan has the format json only\n")


def test_publish_keys(project: Project) -> None:
    """Repositories by condition, tests, secrets, weights and labels of versions.yaml are used."""
    text = VERSIONS.replace(
        "    on_default_suite: {tags: [slim]}\n",
        "    on_default_suite: {tags: [slim]}\n    test: {command: [sh, -c, exit]}\n"
        '    secrets: [{id: token, env: TOKEN, when: {cycles: ["2.1"]}}]\n',
    )
    text += (
        "publish:\n  registries:\n    - {repository: ghcr.io/me/final, final: true}\n"
        "    - {repository: ghcr.io/me/pre, final: false}\n"
        "    - {repository: quay.io/me/slim, when: {flavors: [slim]}}\n"
        '  weights: {slim: 2}\n  labels: {org.example.team: a}\n  stamp: "{tag}-{date}"\n'
    )
    project.write("versions.yaml", text.replace('"2.1.3"', '"2.1.0rc1"\n    cycle_tag: false'))
    found = made(project, "--as-of", "2026-11-28")
    pushed = {build["name"]: build["repository"] for build in found["builds"]}
    assert pushed["2.1/trixie"] == "ghcr.io/me/pre"
    assert pushed["2.0/trixie"] == "ghcr.io/me/final"
    slim = next(build for build in found["builds"] if build["name"] == "2.1/slim-trixie")
    assert slim["test"] == {"command": ["sh", "-c", "exit"], "wait": 60, "options": []}
    assert slim["secrets"] == [{"id": "token", "env": "TOKEN"}]
    assert slim["labels"]["org.example.team"] == "a"
    assert found["cost"]["weight"] == 20
    assert {join["repository"] for join in found["joins"]} == {
        "ghcr.io/me/final",
        "ghcr.io/me/pre",
        "quay.io/me/slim",
    }
    assert all(len(join["stamped"]) == 1 for join in found["joins"])


def test_secret_without_an_entry(project: Project) -> None:
    """A secret that a Dockerfile mounts and versions.yaml does not name is a warning."""
    mount = (
        "\nRUN --mount=type=secret,id=token true\nRUN --mount=type=secret,target=/x/other true\n"
    )
    project.write(TRIXIE, project.read(TRIXIE) + mount)
    said = project.run("plan").ok().err
    assert "2.1/trixie: the Dockerfile mounts the secret token, which is not in `secrets`" in said
    assert "mounts the secret other" in said


def test_dirty_folder(project: Project) -> None:
    """A folder that is not committed as it is has no commit, and counts as changed."""
    project.write("library/2.1/trixie/new.sh", "#!/bin/sh\n")
    done = project.run("plan", "--format", "json", "--changed-since", "HEAD", "--variant", "trixie")
    build = json.loads(done.ok().out)["builds"][0]
    assert (build["commit"], build["epoch"], build["key"]) == (None, None, None)
    assert build["why"] == "its folder is not committed as it is on disk"
    assert "2.1/trixie: builds without a commit, a date and a key" in done.err


def test_without_git_and_dockerfiles(project: Project, tmp_path: Path) -> None:
    """versions.yaml alone gives a plan, with warnings."""
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone/versions.yaml").write_text(VERSIONS)
    done = project.at(tmp_path / "alone").run("plan", "--format", "json").ok()
    found = json.loads(done.out)
    assert len(found["builds"]) == 23
    assert found["builds"][0]["base"] == "debian:trixie"
    assert "no Dockerfile yet; run tagmatrix generate" in done.err
    assert "because the folder is not in a git repository" in done.err
    assert "5 more: builds without" in done.err


@pytest.mark.slow
def test_changed_since(project: Project) -> None:
    """Only images whose files changed are planned, with what shares their tags."""
    before = project.repo.head()
    project.edit("versions.yaml", "value: -O2", "value: -O3")
    project.generate("--commit").ok()
    found = made(project, "--changed-since", before)
    assert "2.1/windowsservercore-ltsc2025" in names(found)  # it shares tags with 2.1/trixie
    whys = {build["name"]: build["why"] for build in found["builds"]}
    assert whys["2.0/trixie"] == f"Dockerfile changed since {before}"
    assert whys["2.1/windowsservercore-ltsc2025"] == "it shares the tag 2.1.3"
    nothing = made(project, "--changed-since", "HEAD")
    assert (nothing["builds"], nothing["jobs"]) == ([], [])
    assert {item["why"] for item in nothing["left_out"]} >= {"it did not change"}


def test_changed_since_an_unknown_revision(project: Project) -> None:
    """An unknown revision gives the whole plan and a warning; so does a folder without git."""
    done = project.run("plan", "--format", "json", "--changed-since", "nowhere").ok()
    assert len(json.loads(done.out)["builds"]) == 23
    assert "--changed-since nowhere: unknown git revision 'nowhere'; the plan has all" in done.err
    done = project.run("plan", "--changed-since", "")
    assert "--changed-since : unknown git revision ''; the plan has all images" in done.ok().err


def add_suite(project: Project, line: str) -> None:
    """Add a suite to versions.yaml, above the one for Windows."""
    project.edit("versions.yaml", "  ltsc2025: {", f"  {line}\n  ltsc2025: {{")


def like_trixie(project: Project) -> None:
    """Give bookworm the architectures of trixie, so that the default suite may be either."""
    project.edit("versions.yaml", "mips64le]}\n", "mips64le, riscv64]}\n")


@pytest.mark.slow
def test_new_image_architecture_and_tags(project: Project) -> None:
    """New images and architectures count as changes; a plan that pushes has moved tags too."""
    like_trixie(project)
    project.generate("--commit").ok()
    before = project.repo.head()
    old = "[alpine], architectures: [amd64"
    project.edit("versions.yaml", old, f"{old}, arm64v8")
    project.edit("versions.yaml", "  default: trixie\n", "  default: bookworm\n")
    add_suite(project, "sid: {flavors: [slim], architectures: [amd64]}")
    project.generate("--commit").ok()
    found = made(project, "--changed-since", before)
    whys = {build["name"]: build["why"] for build in found["builds"]}
    changed = {
        "2.1/alpine3.24": f"arm64v8 is new since {before}",
        "2.0/alpine3.24": f"arm64v8 is new since {before}",
        "2.1/slim-sid": f"it is new since {before}",
        "2.0/slim-sid": f"it is new since {before}",
    }
    assert whys == changed
    found = made(project, "--changed-since", before, *REGISTRY)
    whys = {build["name"]: build["why"] for build in found["builds"]}
    retagged = {f"{cycle}/{name}bookworm" for cycle in ("2.1", "2.0") for name in ("", "slim-")}
    retagged.add("2.1/windowsservercore-ltsc2025")  # shares the tags that moved
    assert whys == changed | dict.fromkeys(retagged, f"its tags changed since {before}")
    assert any("2.0-slim" in join["tags"] for join in found["joins"])


@pytest.mark.slow
def test_a_lost_architecture(project: Project) -> None:
    """The indexes of an image that loses an architecture are published again without it."""
    old = "[alpine], architectures: [amd64"
    project.edit("versions.yaml", old, f"{old}, arm64v8")
    before = project.repo.commit()
    project.edit("versions.yaml", f"{old}, arm64v8", old)
    project.repo.commit()
    found = made(project, "--changed-since", before, *REGISTRY)
    whys = {build["name"]: build["why"] for build in found["builds"]}
    assert whys == dict.fromkeys(
        ("2.1/alpine3.24", "2.0/alpine3.24"), f"arm64v8 is gone since {before}"
    )
    (join,) = [each for each in found["joins"] if "2.0-alpine3.24" in each["tags"]]
    assert [member["architecture"] for member in join["members"]] == ["amd64"]
    assert made(project, "--changed-since", before)["builds"] == []


@pytest.mark.slow
def test_changed_parent(project: Project) -> None:
    """A child is built again if its parent changed, or if it has another parent."""
    child = (
        '  child:\n    name: child\n    base: "{image}:{cycle}-slim"\n    template: linux\n'
        "    needs: [source]\n"
    )
    like_trixie(project)
    project.edit("versions.yaml", "\nsuites:", f"{child}\nsuites:")
    add_suite(project, "any: {flavors: [child], architectures: [amd64]}")
    project.generate("--commit").ok()
    before = project.repo.head()
    project.edit("versions.yaml", "  default: trixie\n", "  default: bookworm\n")
    project.generate("--commit").ok()
    found = made(project, "--changed-since", before)
    whys = {build["name"]: build["why"] for build in found["builds"]}
    assert whys["2.1/child"] == f"it has another parent since {before}"
    assert whys["2.1/slim-bookworm"] == "2.1/child is built on it"
    found = made(project, "--changed-since", before, *REGISTRY)
    whys = {build["name"]: build["why"] for build in found["builds"]}
    assert whys["2.1/slim-bookworm"] == f"its tags changed since {before}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "reason", "images"),
    [
        (("labels: {a: b}", "labels: {a: c}"), "`publish.labels` changed", 11),
        (("sbom: false", "sbom: true"), "`publish.attest` changed", 11),
        (("builder: buildkit", "builder: classic"), "its builder changed", 10),
        (("example/sample", "example/other"), "`repository` changed", 11),
        (("secrets: []", "secrets: [{id: a, env: A}]"), "the list of its secrets changed", 2),
        (
            ("registries: [ghcr.io/me/x", "registries: [ghcr.io/me/new, ghcr.io/me/x"),
            "its first repository changed",
            11,
        ),
        (
            ("ghcr.io/me/x", "ghcr.io/me/x, {repository: quay.io/me/x, when: {flavors: [alpine]}}"),
            "quay.io/me/x is a new repository of it",
            2,
        ),
        (("weights: {slim: 1}", "weights: {slim: 2}"), "", 0),
        (("emulates: [s390x]", "emulates: []"), "", 0),
        (('stamp: "{tag}-{date}"', 'stamp: "{tag}.{date}"'), "", 0),
    ],
)
def test_changed_settings(
    project: Project, change: tuple[str, str], reason: str, images: int
) -> None:
    """What changes the bytes of images, or where they go, counts; what does not, does not."""
    every = "amd64, arm64v8, riscv64, mips64le, windows-amd64"
    project.write(
        "versions.yaml",
        VERSIONS.replace(
            "    on_default_suite: {tags: [alpine]}",
            "    secrets: []\n    on_default_suite: {tags: [alpine]}",
        )
        + "publish:\n  registries: [ghcr.io/me/x]\n  labels: {a: b}\n  attest: {sbom: false}\n"
        f"  runners: {{one: {{label: one, architectures: [{every}], emulates: [s390x]}}}}\n"
        '  weights: {slim: 1}\n  stamp: "{tag}-{date}"\n',
    )
    before = project.repo.commit()
    project.edit("versions.yaml", *change)
    project.repo.commit()
    found = made(project, "--changed-since", before, "--as-of", "2026-01-02")
    whys = {build["name"]: build["why"] for build in found["builds"]}
    own = [why for why in whys.values() if why.startswith(reason) and reason]
    assert len(own) == images
    shared = [why for why in whys.values() if why not in own]
    assert all(why.startswith("it shares the tag") for why in shared)


def test_max_jobs(project: Project) -> None:
    """Too many jobs for GitHub are exit code 2, with what fits."""
    done = project.run("plan", "--format", "github", "--max-jobs", "3")
    assert done.code == 2
    assert "--by image makes 23 jobs in a stage, more than --max-jobs 3; plan fewer" in done.err
    done = project.run("plan", "--format", "github", "--max-jobs", "8")
    assert "use --by cycle (7 jobs)" in done.err
    done = project.run("plan", "--max-jobs", "0")
    assert (done.code, done.err) == (2, "error: --max-jobs 0: expected a number of 1 or more\n")


def test_max_jobs_of_later_stages(project: Project, tmp_path: Path) -> None:
    """The number of jobs is that of all stages, also if only the first is planned."""
    child = (
        '  child{}: {{name: child{}, base: "{{image}}:{{cycle}}-slim", template: linux, '
        "needs: [source]}}\n"
    )
    flavors = "".join(child.format(number, number) for number in range(3))
    project.edit("versions.yaml", "\nsuites:", f"{flavors}\nsuites:")
    add_suite(project, "any: {flavors: [child0, child1, child2], architectures: [amd64]}")
    plan = tmp_path / "p.json"
    words = ("2.1", "--arch", "amd64", "--variant", "child0", "--variant", "child1")
    plan.write_text(project.run("plan", *words, "--format", "json", *REGISTRY).ok().out)
    later = ("plan", "--from", str(plan), "--digests", str(tmp_path), "--max-jobs", "1")
    done = project.run(*later)
    assert done.code == 2
    assert "--by image makes 2 jobs in a stage, more than --max-jobs 1; use --by cycle" in done.err


def test_simple_with_the_digests_of_a_stage(project: Project, tmp_path: Path) -> None:
    """A plan whose parents are pinned for each platform is not for a target of all platforms."""
    child = (
        '  child: {name: child, base: "{image}:{cycle}-slim", template: linux, needs: [source]}\n'
    )
    project.edit("versions.yaml", "\nsuites:", f"{child}\nsuites:")
    add_suite(project, "any: {flavors: [child], architectures: [amd64]}")
    plan, stage, digests = (tmp_path / name for name in ("p.json", "s.json", "digests"))
    words = ("2.1", "--variant", "child", "--format", "json", *REGISTRY)
    plan.write_text(project.run("plan", *words).ok().out)
    left(tmp_path / "metadata", "2-1-slim-trixie-amd64")
    next_stage = ("plan", "--from", str(plan), "--digests", str(digests))
    project.run(*next_stage, "--record", str(tmp_path / "metadata")).ok()
    stage.write_text(project.run(*next_stage, "--format", "json").ok().out)
    simple = ("--simple", "--format", "bake")
    project.run("plan", "--from", str(plan), *simple).ok()
    done = project.run("plan", "--from", str(stage), *simple)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {stage}: it has digests of parents, but --simple builds")
    assert project.run(*next_stage, *simple).code == 2


def test_a_document_with_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    """A document for an engine is indented as all JSON, also with a path that is not UTF-8."""
    value = {"a": ["\udc80", "\u00fc"], "b": {}, "c": [], "d": [{"e": None}]}
    output.say_large_json(value)
    text = json.dumps(value, indent=2, ensure_ascii=False).replace("\udc80", "\ufffd")
    assert capsys.readouterr().out == f"{text}\n"


@pytest.mark.parametrize("form", ["bake", "github", "gitlab"])
def test_formats(project: Project, form: str) -> None:
    """Each format for engines is JSON, from versions.yaml or from a plan."""
    # GitLab's jobs run in a container with Linux
    words = (*REGISTRY, *(("--arch", "amd64") if form == "gitlab" else ()))
    project.write("plan.json", project.run("plan", "--format", "json", *words).ok().out)
    direct = project.run("plan", "--format", form, *words).ok().out
    again = project.run("plan", "--format", form, "--from", str(project.root / "plan.json"))
    assert json.loads(direct) == json.loads(again.ok().out)


def test_bake_names_what_it_does_not_build(project: Project) -> None:
    """A build on a parent without BuildKit is not in the bake file, and there is a warning."""
    child = (
        '  child:\n    name: child\n    base: "{image}:{cycle}-alpine"\n    template: linux\n'
        "    needs: [source]\n"
    )
    project.edit("versions.yaml", "\nsuites:", f"{child}\nsuites:")
    project.edit(
        "versions.yaml",
        "    on_default_suite: {tags: [alpine]}",
        "    builder: classic\n    on_default_suite: {tags: [alpine]}",
    )
    add_suite(project, "any: {flavors: [child], architectures: [amd64]}")
    done = project.run("plan", "2.0", "--variant", "child", "--format", "bake", *REGISTRY).ok()
    assert "target" not in json.loads(done.out)
    assert (
        "warning: 2-0-child-amd64: not built: its parent 2-0-alpine3-24-amd64 is not in the file, "
        "and its digest is not known\n" in done.err
    )


def test_commands(project: Project) -> None:
    """The commands are a script; --simple says which tags it cannot push."""
    done = project.run("plan", "--format", "commands", *REGISTRY).ok()
    assert done.out.startswith("#!/bin/sh\nset -eu\n")
    done = project.run("plan", "--format", "commands", "--simple", *REGISTRY).ok()
    assert "2.1.3, 2.1, 2, latest: not pushed: bake does not build all its images" in done.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--simple", "--format", "bake", *REGISTRY), "--simple"),
        (("--simple", "--format", "commands", *REGISTRY), "--simple"),
        (("--no-push", "--format", "github"), "a plan that pushes nothing"),
        (("--format", "github", *REGISTRY), ""),
        (("--no-push", "--format", "json"), ""),
    ],
)
def test_tests_that_do_not_run(project: Project, words: tuple[str, ...], why: str) -> None:
    """A warning names the images whose test does not run."""
    project.edit(
        "versions.yaml",
        "    follows: default\n",
        "    follows: default\n    test: {command: [x]}\n",
    )
    said = project.run("plan", "2.1", *words).ok().err
    warning = (
        "warning: 2.1/slim-trixie and 2.1/slim-bookworm: not tested: tests run on what was pushed, "
        f"and not with {why}\n"
    )
    assert (warning in said) if why else ("not tested" not in said)


def left(folder: Path, name: str, *, test: str = "") -> None:
    """Write the metadata of a build, as bake does."""
    folder.mkdir(exist_ok=True)
    descriptor = {"mediaType": "m", "digest": DIGEST, "size": 3}
    (folder / f"{name}.json").write_text(json.dumps({"containerimage.descriptor": descriptor}))
    (folder / f"{name}.seconds").write_text("90\n")
    if test:
        (folder / f"{name}.test").write_text(test)


def test_hand_over(project: Project) -> None:
    """What builds leave is recorded, and the next stage has what is not built yet."""
    plan, digests, metadata = (project.root / name for name in ("p.json", "digests", "metadata"))
    plan.write_text(project.run("plan", "2.0", "--format", "json", *REGISTRY).ok().out)
    left(metadata, "2-0-trixie-amd64", test="passed 4\n")
    words = ("plan", "--from", str(plan), "--digests", str(digests))
    project.run(*words, "--record", str(metadata)).ok()
    recorded = json.loads((digests / "2-0-trixie-amd64.json").read_text())
    assert not problem("built-image.schema.json", recorded)
    assert (recorded["seconds"], recorded["test"]) == (90, {"passed": True, "seconds": 4})
    rest = json.loads(project.run(*words, "--format", "json").ok().out)
    assert "2-0-trixie-amd64" not in {build["id"] for build in rest["builds"]}
    costs = made(project, "2.0", "--durations", str(digests))["cost"]
    assert (costs["minutes"], costs["unknown"]) == (1.5, 10)
    table = project.run("plan", "2.0", "--durations", str(digests)).ok()
    assert "1.5 minutes (10 builds unknown)" in table.err


def test_records_that_can_not_be_written(project: Project) -> None:
    """A path with a folder in the place of the file, or a file in that of the folder, is named."""
    plan, digests, metadata = (project.root / name for name in ("p.json", "digests", "metadata"))
    plan.write_text(project.run("plan", "2.0", "--format", "json", *REGISTRY).ok().out)
    left(metadata, "2-0-trixie-amd64")
    words = ("plan", "--from", str(plan), "--digests", str(digests), "--record", str(metadata))
    path = digests / "2-0-trixie-amd64.json"
    path.mkdir(parents=True)
    done = project.run(*words)
    assert (done.code, done.err) == (2, f"error: {path}: Is a directory\n")
    path.rmdir()
    digests.rmdir()
    digests.write_text("a file")
    done = project.run(*words)
    assert (done.code, done.err.startswith(f"error: {digests}")) == (2, True)


def test_windows_records_digests(project: Project, tmp_path: Path) -> None:
    """A job on Windows, where Python has no fcntl, records the digests of its builds."""
    words = ("plan", "2.1", "--arch", "windows-amd64", "--format", "json", *REGISTRY)
    (tmp_path / "plan.json").write_text(project.run(*words).ok().out)
    (tmp_path / "metadata").mkdir()
    name = "2-1-windowsservercore-ltsc2025-windows-amd64"
    (tmp_path / f"metadata/{name}.digest").write_text(DIGEST)
    without = (
        "import sys; sys.modules |= dict.fromkeys(('fcntl', 'grp', 'pwd', 'resource', 'termios'));"
        "from tagmatrix.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    record = ("plan", "--from", "plan.json", "--digests", "digests", "--record", "metadata")
    subprocess.run([sys.executable, "-c", without, *record], cwd=tmp_path, check=True)
    assert (tmp_path / f"digests/{name}.json").exists()


def test_failed_test(project: Project) -> None:
    """A failed test is recorded, and then exit code 5."""
    plan, digests, metadata = (project.root / name for name in ("p.json", "digests", "metadata"))
    plan.write_text(project.run("plan", "2.0", "--format", "json", *REGISTRY).ok().out)
    left(metadata, "2-0-trixie-amd64", test="failed\n")
    words = ("plan", "--from", str(plan), "--digests", str(digests), "--record", str(metadata))
    done = project.run(*words)
    assert (done.code, done.err) == (5, "error: 2-0-trixie-amd64: its test failed\n")
    recorded = json.loads((digests / "2-0-trixie-amd64.json").read_text())
    assert not problem("built-image.schema.json", recorded)
    assert recorded["test"] == {"passed": False, "seconds": None}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ("--from", "PLAN", "2.0", "--arch", "amd64", "--by", "image", "--no-push"),
            "--from reads a plan that is made: leave CYCLE, --arch, --by and --no-push out",
        ),
        (
            ("--manifest", "x", "--changed-since", "HEAD"),
            "--changed-since needs versions.yaml: leave --manifest out",
        ),
        (("--digests", "d"), "--digests and --record need the plan: give --from PLAN"),
        (("--from", "PLAN", "--record", "m"), "--record needs the folder to write to: give --dig"),
        (("--from", "PLAN", "--digests", "none"), "none: no such folder"),
        (("--from", "PLAN", "--digests", "d", "--record", "none"), "none: no metadata of a build"),
        (("--from", "none.json"), "none.json: No such file or directory"),
        (("--durations", "none"), "none: no such folder"),
        (("--base-digests", "none"), "none: No such file or directory"),
        (("--as-of", "2026"), "--as-of: invalid date '2026': expected YYYY-MM-DD"),
        (("--registry", "a/B"), "--registry: invalid image name 'a/B'"),
        (("--registry", "a/b:1"), "--registry: expected a repository without tag and digest"),
        (("9.9",), 'no release cycle "9.9" in the images to plan'),
    ],
)
def test_mistakes(
    project: Project, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], message: str
) -> None:
    """A mistake is exit code 2 and a message."""
    monkeypatch.chdir(project.root)
    project.write("p.json", project.run("plan", "--format", "json", *REGISTRY).ok().out)
    done = project.run("plan", *("p.json" if word == "PLAN" else word for word in args))
    assert done.code == 2
    assert message in done.err


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"references": {"a b": {"digest": DIGEST}}}, "bases.json: references: invalid image name"),
        ({"references": {"a": {"digest": "x"}}}, "bases.json: references.a: invalid digest 'x'"),
        ({"references": []}, "bases.json: references: expected an object, not a list"),
    ],
)
def test_bad_base_digests(project: Project, value: dict[str, Any], message: str) -> None:
    """A wrong file of digests is exit code 2."""
    path = project.write("bases.json", json.dumps({"schema": 1, **value}))
    done = project.run("plan", "--base-digests", str(path))
    assert done.code == 2
    assert message in done.err


def test_several_families(project: Project, tmp_path: Path) -> None:
    """Several folders make one plan; the same family twice is an error."""
    child = tmp_path / "child"
    child.mkdir()
    (child / "versions.yaml").write_text(
        VERSIONS.replace("image: sample", "image: child").replace(
            "base: debian:{suite}-slim", "base: sample:{cycle}-slim-{suite}"
        )
    )
    folders = ("-C", str(project.root), "-C", str(child))
    found = made(project, *folders, "--variant", "slim", *REGISTRY)
    stages = {build["id"]: build["stage"] for build in found["builds"]}
    assert stages["sample-2-1-slim-trixie-amd64"] == 1
    assert stages["child-2-1-slim-trixie-amd64"] == 2
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "versions.yaml").write_text(VERSIONS)
    done = project.run("plan", "-C", str(project.root), "-C", str(copy))
    assert (done.code, done.err.splitlines()[-1]) == (
        2,
        "error: two families are called sample; give each -C once",
    )


@pytest.mark.parametrize("registry", [(), ("--registry", "x.example/{image}")])
def test_a_parent_of_another_family(
    project: Project, tmp_path: Path, registry: tuple[str, ...]
) -> None:
    """A base that another family publishes is a parent, in any spelling, also with --registry."""
    publish = "publish: {registries: [docker.io/me/sample]}\n"
    project.write("versions.yaml", VERSIONS + publish)
    child = tmp_path / "child"
    child.mkdir()
    text = VERSIONS.replace("image: sample", "image: child") + publish.replace("sample", "child")
    (child / "versions.yaml").write_text(
        text.replace("base: debian:{suite}-slim", "base: me/sample:{cycle}-slim-{suite}")
    )
    folders = ("-C", str(project.root), "-C", str(child))
    found = made(project, *folders, *registry, "2.0", "--variant", "slim", "--arch", "amd64")
    stages = {build["id"]: build["stage"] for build in found["builds"]}
    assert stages["child-2-0-slim-trixie-amd64"] == 2
    assert stages["sample-2-0-slim-trixie-amd64"] == 1


def test_folders_before_the_command(project: Project, tmp_path: Path) -> None:
    """All folders count, before and after `plan`."""
    for name in ("b", "c"):
        (tmp_path / name).mkdir()
        text = VERSIONS.replace("image: sample", f"image: {name}")
        (tmp_path / name / "versions.yaml").write_text(text)
    b, c = str(tmp_path / "b"), str(tmp_path / "c")
    every = project.run("-C", b, "plan", "-C", c, "--format", "json").ok()
    assert {build["family"] for build in json.loads(every.out)["builds"]} == {"sample", "b", "c"}
    assert project.run("-C", "none", "plan").err == "error: -C none: no such folder\n"


def test_a_stamp_without_digests(project: Project) -> None:
    """A stamp with the key needs the digests of bases: without them there is a warning."""
    publish = 'publish: {registries: [ghcr.io/me/x], stamp: "{tag}-{key}"}\n'
    project.write("versions.yaml", VERSIONS + publish)
    line = len(VERSIONS.splitlines()) + 1
    done = project.run("plan", "2.0", "--variant", "slim", "--format", "json").ok()
    assert done.err == (
        f"warning: versions.yaml:{line}:46: publish.stamp: 2 of 2 indexes get no stamp, because "
        "the digest of a base is not known; use --base-digests\n"
    )


@pytest.mark.parametrize("form", plan_command.FORMATS)
def test_tags_without_a_required_architecture(project: Project, form: str) -> None:
    """Each format warns of tags that are left out for an architecture, and names the key."""
    words = ("plan", "2.0", "--variant", "slim", *REGISTRY, "--arch", "amd64", "--format", form)
    done = project.run(*words).ok()
    warned = [line for line in done.err.splitlines() if line.startswith("warning: ")]
    (line,) = [line for line in warned if "left out" in line]
    assert line.startswith(
        "warning: 6 tags are left out (2.0.9-slim-trixie, 2.0-slim-trixie, 2.0.9-slim, "
    )
    assert "they need arm64v8 and riscv64, which this plan does not build" in line
    assert "2.0.9-slim-trixie" in line
    assert "`publish.required` of versions.yaml" in line
    publish = "publish: {registries: [ghcr.io/me/x], required: [amd64]}\n"
    project.write("versions.yaml", VERSIONS + publish)
    assert "are left out" not in project.run(*words).ok().err


def test_two_families_in_one_repository(project: Project, tmp_path: Path) -> None:
    """Two families with one tag of one repository are an error with its place, in any spelling."""
    child = tmp_path / "child"
    child.mkdir()
    publish = "publish: {registries: [REPOSITORY]}\n"
    project.write("versions.yaml", VERSIONS + publish.replace("REPOSITORY", "docker.io/me/x"))
    text = VERSIONS.replace("image: sample", "image: child")
    (child / "versions.yaml").write_text(text + publish.replace("REPOSITORY", "me/x"))
    done = project.run("plan", "-C", str(project.root), "-C", str(child))
    line = len(VERSIONS.splitlines()) + 1
    assert done.code == 2
    assert (
        f"{child / 'versions.yaml'}:{line}:24: publish.registries[0]: me/x:2.1.3-trixie would be a "
        "tag of sample (" in done.err
    )


def test_manifest(project: Project) -> None:
    """A manifest gives a plan without versions.yaml, from the address of its repository."""
    found = made(project, "--manifest", "library/sample", "2.1", *REGISTRY)
    build = found["builds"][0]
    assert build["folder"].startswith("https://github.com/example/sample.git#")
    assert build["folder"].endswith(":library/2.1/trixie")
    assert (build["cycle"], build["variant"], build["base"]) == ("2.1", "trixie", "debian:trixie")
    assert build["epoch"] == 1767323045
    own = made(project, "2.1", *REGISTRY)
    assert [join["tags"] for join in found["joins"]] == [join["tags"] for join in own["joins"]]
    done = project.run("plan", "--manifest", "nothing")
    assert done.code == 2


def test_manifest_with_other_folders(project: Project, tmp_path: Path) -> None:
    """An entry with another folder for an architecture makes two images of one index."""
    (tmp_path / "m").write_text(
        "Maintainers: A (@a)\nGitRepo: https://git.example/x.git\nGitCommit: " + "c" * 40 + "\n\n"
        "Tags: 1.0, latest\nArchitectures: amd64, arm64v8\narm64v8-Directory: arm\n"
    )
    done = project.at(tmp_path).run("plan", "--manifest", "m", "--format", "json", *REGISTRY).ok()
    found = json.loads(done.out)
    assert [build["folder"].rpartition(":")[2] for build in found["builds"]] == [".", "arm"]
    (join,) = found["joins"]
    assert (len(join["members"]), join["tags"]) == (2, ["1.0", "latest"])
    assert all(build["bases"] == [] for build in found["builds"])
