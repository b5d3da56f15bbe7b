"""`update`, `status` and `regenerate` of components that have a source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config import parse
from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project, Result
    from tests.web.site import Site

FILE = "versions.yaml"
A, B, C, D = "a" * 64, "b" * 64, "c" * 64, "d" * 64
STRONG, OTHER = "e" * 128, "f" * 128
QUICK = ("--timeout", "0.4", "--attempts", "1", "--as-of", "2026-08-20")
COMPONENTS = f"""
components:
  tini:
    version: "0.18"
    sha512: {STRONG}
    why: An init for the container.
    upstream:
      releases: {{yaml: BASE/tini}}
      artifacts: {{source: {{sums: "BASE/tini-{{version}}.sha512"}}}}
      allow_http: true
"""
TINI = "ENV TINI_VERSION={{ components.tini.version }} TINI_SHA512={{ components.tini.sha512 }}\n"
SOURCE = """
    upstream:
      releases: {json: BASE/gosu.json, take: tag, strip: v}
      artifacts:
        binary: {sums: "BASE/{version}/SHA256SUMS", file: "gosu-{architecture}"}
      architectures: {amd64: amd64, arm64v8: arm64}
      allow_http: true
"""


@pytest.fixture
def project(
    tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    """Return the postgres fixture, published, whose components have sources."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = publish_fixture("postgres", tmp_path / "postgres", capsys)
    why = "    why: The entrypoint steps down from root.\n"
    found.edit(FILE, why, (why + SOURCE[1:]).replace("BASE", site.base))
    found.edit(FILE, "\ncomponents:\n", COMPONENTS.replace("BASE", site.base))
    for template in ("debian", "alpine"):
        path = f"templates/{template}.Dockerfile.j2"
        found.write(path, f"{found.read(path).rstrip()}\n{TINI}")
    gosu = parse(found.read(FILE)).components["gosu"]
    publish(site, "1.19", gosu.sha256["amd64"], gosu.sha256["arm64v8"])
    site.upstream.tree |= {"/tini": "- '0.18'\n", "/tini-0.18.sha512": STRONG}
    found.repo.git("commit", "-qam", "Add sources")
    found.generate("--commit").ok()
    return found


def publish(site: Site, version: str, *digests: str) -> None:
    """Publish a version of gosu, with a file for each architecture."""
    known = json.loads(site.upstream.tree.get("/gosu.json", "[]"))
    known = [each for each in known if each["tag"] != f"v{version}"]
    site.upstream.tree["/gosu.json"] = json.dumps([*known, {"tag": f"v{version}"}])
    lines = (
        f"{sha}  gosu-{name}\n" for name, sha in zip(("amd64", "arm64"), digests, strict=False)
    )
    site.upstream.tree[f"/{version}/SHA256SUMS"] = "".join(lines)


def update(project: Project, *args: str) -> Result:
    """Update with short time limits."""
    return project.run("update", *args, *QUICK)


@pytest.mark.slow
def test_new_versions(project: Project, site: Site) -> None:
    """A component moves with all its checksums, of its own algorithm; a pre-release is ignored."""
    done = update(project).ok()
    assert "components.gosu: 1.19 is upstream's newest" in done.out + done.err
    publish(site, "1.20", A, B)
    publish(site, "1.21-rc1", C, D)
    site.upstream.tree |= {"/tini": "['0.18', '0.19']", "/tini-0.19.sha512": OTHER}
    shown = project.run("status", *QUICK).ok().out
    assert "components.gosu: 1.19 to 1.20" in shown
    update(project).ok()
    found = parse(project.read(FILE)).components
    assert (found["gosu"].version, found["gosu"].sums) == (
        "1.20",
        {"sha256": {"amd64": A, "arm64v8": B}},
    )
    assert (found["tini"].version, found["tini"].sums) == ("0.19", {"sha512": {"": OTHER}})
    project.generate().ok()
    before = project.read(FILE)
    update(project).ok()
    assert project.read(FILE) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ("reupload", 5, "binary/amd64 of 1.19 has another SHA-256 than before"),
        ("withdrawn", 5, "never lowers a version"),
        ("late", 0, "1.20 is not complete: binary/arm64v8 is not published yet"),
        ("gone", 5, "binary/arm64v8 of 1.19 was published and is gone"),
        ("html", 4, "not JSON"),
        ("half", 4, "not JSON"),
        ("404", 4, "is it the right address of `releases`?"),
        ("same", 5, "have the same SHA-256"),
        ("tini", 5, "source of 0.18 has another SHA-512 than before"),
    ],
)
def test_nothing_wrong_is_written(
    project: Project, site: Site, fault: str, code: int, says: str
) -> None:
    """What is wrong upstream changes no component."""
    before = project.read(FILE)
    gosu = parse(before).components["gosu"].sha256
    if fault == "reupload":
        publish(site, "1.19", A, gosu["arm64v8"])
    elif fault == "withdrawn":
        publish(site, "1.18", A, B)
        site.upstream.tree["/gosu.json"] = json.dumps([{"tag": "v1.18"}])
    elif fault == "late":
        publish(site, "1.20", A)
    elif fault == "gone":
        publish(site, "1.19", gosu["amd64"])
    elif fault == "same":
        publish(site, "1.20", A, A)
    elif fault == "404":
        del site.upstream.tree["/gosu.json"]
    elif fault == "tini":
        site.upstream.tree["/tini-0.18.sha512"] = OTHER
    else:
        change = {"html": lambda _: b"<html>", "half": lambda body: body[: len(body) // 2]}[fault]
        site.faults["/gosu.json"] = site.body(change)
    done = update(project)
    assert (done.code, project.read(FILE)) == (code, before), done.err
    assert says in done.out + done.err


@pytest.mark.slow
def test_what_upstream_answers(project: Project, site: Site) -> None:
    """`upstream test` shows what the source of each component answers."""
    publish(site, "1.20", A)
    done = project.run("upstream", "test", *QUICK[:4]).ok()
    assert f"components.tini:\n  asked {site.base}/tini\n" in done.out
    assert "releases: 1.20 (no date) and 1.19 (no date)\n" in done.out
    assert f"binary/amd64 of 1.20: {A}\n" in done.out
    assert "binary/arm64v8 of 1.20: not published: gosu-arm64" in done.out
    project.edit(FILE, f"    sha512: {STRONG}\n", "")
    site.upstream.tree["/tini-0.18"] = "the program"
    there = project.run("upstream", "test", *QUICK[:4]).ok()
    assert f"  asked {site.base}/tini-0.18\n  source of 0.18: it is there\n" in there.out
    site.upstream.tree["/tini"] = "['0.18', '0.19']"
    late = f"{site.base}/tini-0.19 is not there (404)"
    shown = project.run("upstream", "test", *QUICK[:4]).ok().out
    assert f"  source of 0.19: not published: {late}\n" in shown
    assert f"components.tini: 0.19 is not complete: {late}" in update(project, "--dry-run").out
    del site.upstream.tree["/tini-0.18"]
    wrong = f"{late}, and so it is for 0.18: correct `artifacts`"
    no_file = project.run("upstream", "test", *QUICK[:4])
    assert (no_file.code, f"source of 0.19: failed: {wrong}" in no_file.out) == (4, True)
    assert wrong in update(project, "--dry-run").err
    site.upstream.tree["/tini"] = "<html>"
    assert project.run("upstream", "test", *QUICK[:4]).code == 4


@pytest.mark.slow
def test_one_component_does_not_block_another(project: Project, site: Site) -> None:
    """A failure of one component leaves it, and moves the other."""
    publish(site, "1.20", A, B)
    site.faults["/tini"] = site.status(404)
    assert update(project).code == 4
    found = parse(project.read(FILE)).components
    assert (found["gosu"].version, found["tini"].version) == ("1.20", "0.18")


@pytest.mark.slow
def test_the_job(project: Project, site: Site) -> None:
    """The job commits each component by itself, and keeps it while upstream is away."""
    publish(site, "1.20", A, B)
    run = ("regenerate", "--branch", "update", *QUICK)
    project.run(*run).ok()
    subjects = project.repo.git("log", "--format=%s", "main..update")
    assert "Change gosu to 1.20" in subjects
    head = project.repo.git("rev-parse", "update")
    site.faults["/gosu.json"] = site.status(404)
    assert project.run(*run).code == 4
    assert project.repo.git("rev-parse", "update") == head


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('    version: "0.18"\n    sha512: ' + STRONG + "\n", "", "add `version`, or remove"),
        ("releases: {yaml", "releases: {yml", "this names no document"),
        ("    upstream:\n      releases: {yaml", "    upstrem:\n      releases: {yaml", "upstream"),
    ],
)
def test_bad_input(project: Project, old: str, new: str, says: str) -> None:
    """A source of a component that is wrong is an error with its place."""
    project.edit(FILE, old, new)
    done = update(project)
    assert done.code == 2
    assert f"{FILE}:" in done.err
    assert says in done.err


@pytest.fixture
def tied(project: Project) -> Project:
    """Return the project; tini and gosu move together."""
    project.edit(FILE, '    version: "0.18"\n', '    version: "0.18"\n    with: [gosu]\n')
    project.repo.git("commit", "-qam", "Tie tini and gosu")
    return project


@pytest.mark.slow
def test_tied_components_move_in_one_commit(tied: Project, site: Site) -> None:
    """The job makes one commit of what `with` ties, and keeps it in the next run."""
    publish(site, "1.20", A, B)
    site.upstream.tree |= {"/tini": "['0.18', '0.19']", "/tini-0.19.sha512": OTHER}
    run = ("regenerate", "--branch", "update", *QUICK)
    tied.run(*run).ok()
    subjects = tied.repo.git("log", "--format=%s", "main..update").splitlines()
    assert subjects == ["Change tini to 0.19, change gosu to 1.20"]
    head = tied.repo.git("rev-parse", "update")
    site.faults["/gosu.json"] = site.status(404)
    assert tied.run(*run).code == 4
    assert tied.repo.git("rev-parse", "update") == head


@pytest.mark.slow
def test_a_named_cycle_takes_along_what_is_tied_to_it(project: Project, site: Site) -> None:
    """`update CYCLE` looks up the components that are tied to it, and no others."""
    (cycle, *_) = (release.cycle for release in parse(project.read(FILE)).releases)
    site.upstream.tree |= {"/tini": "['0.18', '0.19']", "/tini-0.19.sha512": OTHER}
    publish(site, "1.20", A, B)
    source = f"upstream: {{releases: {{yaml: {site.base}/tini}}, allow_http: true}}"
    project.edit(FILE, "\ncomponents:\n", f"\n{source}\n\ncomponents:\n")
    asked = project.run("upstream", "test", cycle, *QUICK[:4]).out
    assert f"{cycle}:" in asked
    assert "components.tini" not in asked
    project.edit(FILE, '    version: "0.18"\n', f'    version: "0.18"\n    with: ["{cycle}"]\n')
    asked = project.run("upstream", "test", cycle, *QUICK[:4]).out
    assert "components.tini" in asked
    assert "components.gosu" not in asked


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code"), [("late", 0), ("html", 4), ("reupload", 5), ("alone", 0)]
)
def test_a_tied_component_waits(tied: Project, site: Site, fault: str, code: int) -> None:
    """It waits while the other can't move, and moves if the other has nothing new."""
    site.upstream.tree |= {"/tini": "['0.18', '0.19']", "/tini-0.19.sha512": OTHER}
    if fault == "late":
        publish(site, "1.20", A)
    elif fault == "html":
        site.faults["/gosu.json"] = site.body(lambda _: b"<html>")
    elif fault == "reupload":
        publish(site, "1.19", A, B)
    before = tied.read(FILE)
    done = update(tied)
    assert done.code == code, done.err
    why = "0.18 to 0.19: waits for components.gosu, to which `with` ties it"
    if fault == "alone":
        assert parse(tied.read(FILE)).components["tini"].version == "0.19"
        return
    assert tied.read(FILE) == before
    assert f"components.tini: {why}" in done.out + done.err
    assert f"components.tini: {why}" in tied.run("status", *QUICK).out


OWN = """    components:
      gosu:
        version: "1.19"
        sha256: {amd64: AMD, arm64v8: ARM}
        upstream:
          releases: {json: BASE/gosu.json, take: tag, match: '^v(1[.]19.*)$'}
          artifacts:
            binary: {sums: "BASE/{version}/SHA256SUMS", file: "gosu-{architecture}"}
          architectures: {amd64: amd64, arm64v8: arm64}
          allow_http: true
"""


@pytest.mark.slow
def test_a_component_of_a_release_has_its_own_source(project: Project, site: Site) -> None:
    """It follows a line of its own, in a commit of its own; the others do not move with it."""
    line = '    version: "17.7"\n'
    sums = parse(project.read(FILE)).components["gosu"].sha256
    own = OWN.replace("BASE", site.base)
    own = own.replace("AMD", sums["amd64"]).replace("ARM", sums["arm64v8"])
    project.edit(FILE, line, line + own)
    project.repo.git("commit", "-qam", "Keep gosu 1.19 in 17")
    assert "components.gosu of 17: 1.19 is upstream's newest" in update(project).ok().out
    publish(site, "1.19.1", A, B)
    publish(site, "1.20", D, C)
    assert "components.gosu of 17: 1.19 to 1.19.1" in project.run("status", *QUICK).ok().out
    asked = project.run("upstream", "test", *QUICK[:4]).ok().out
    assert f"components.gosu of 17:\n  asked {site.base}/gosu.json" in asked
    for _ in range(2):  # the second run has the commits of the first
        project.run("regenerate", *QUICK).ok()
        subjects = project.repo.git("log", "--format=%s", "main..tagmatrix/update").splitlines()
        assert subjects == ["Change gosu of 17 to 1.19.1", "Change gosu to 1.20"]
    update(project).ok()
    config = parse(project.read(FILE))
    moved = config.releases[2].components["gosu"]
    assert moved is not None
    assert (moved.version, moved.sha256) == ("1.19.1", {"amd64": A, "arm64v8": B})
    assert config.components["gosu"].version == "1.20"
    publish(site, "1.19.1", A, C)
    before = project.read(FILE)
    replaced = update(project)
    assert (replaced.code, project.read(FILE)) == (5, before)
    assert "binary/arm64v8 of 1.19.1 has another SHA-256 than before" in replaced.err
