"""Five families in the manner of official images, and what happens upstream: end to end.

| event | golang | node | jdk | postgres | broker | versions.yaml |
|---|---|---|---|---|---|---|
| new version | 0 | 0 | 0 | 0 | 0 | version and all checksums |
| new pre-release | 0 | 0 | 0 | 0 | 0 | that of 19 in postgres |
| late artifact | 0 | 0 | 0 | 4 | 4 | unchanged until it is published |
| re-upload | 5 | 5 | 5 | 5 | 5 | unchanged |
| withdrawn | 5 | 5 | 5 | 5 | 5 | unchanged |
| half a list | 4 | 4 | 4 | 4 | 4 | unchanged |
| HTML with 200 | 4 | 4 | 4 | 4 | 4 | unchanged |

The lists are JSON (golang, node), JSON of each cycle (jdk), a listing of folders (postgres), and
GitHub's releases (broker). The checksums are in the list (golang, jdk), in two files of all
architectures (node), or in a file beside each source (postgres, broker): if that is missing,
nothing shows that it is only late. A pre-release of a new cycle is reported (golang, node, broker).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.config import parse
from tests.cli.families import FAMILIES, FILE, sha256
from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.families import Family, Releases
    from tests.projects import Project, Result
    from tests.web.site import Site

pytestmark = pytest.mark.slow

QUICK = ("--timeout", "0.4", "--attempts", "1", "--as-of", "2026-08-20")


@pytest.fixture(params=FAMILIES, ids=lambda family: family.fixture)
def family(request: pytest.FixtureRequest) -> Family:
    """Return each family."""
    found: Family = request.param
    return found


@pytest.fixture
def project(
    family: Family,
    tmp_path: Path,
    site: Site,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Project:
    """Return the family in a repository, published, with its upstream on the site."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = publish_fixture(family.fixture, tmp_path / family.fixture, capsys)
    family.prepare(found)
    found.edit(FILE, "branch: main\n", family.upstream.replace("BASE", site.base))
    found.repo.git("commit", "-qam", "Follow upstream")
    found.generate("--commit").ok()
    site.upstream.tree |= family.documents(family.releases(found))
    return found


def update(project: Project) -> Result:
    """Update with short time limits."""
    return project.run("update", *QUICK)


def newer(releases: Releases, version: str) -> dict[str, str]:
    """Return checksums of a new version, for the artifacts of the one that it follows."""
    model = releases[next(each for each in releases if each[:2] == version[:2])]
    return {name: sha256(version, name) * (len(digest) // 64) for name, digest in model.items()}


def changed(before: str, after: str) -> dict[str, str]:
    """Return the versions that differ, by cycle."""
    old = {each.cycle: each.version for each in parse(before).releases}
    new = {each.cycle: each.version for each in parse(after).releases}
    return {cycle: version for cycle, version in new.items() if old[cycle] != version}


def test_a_new_version(family: Family, project: Project, site: Site) -> None:
    """A new version comes with all its checksums, and its Dockerfiles have them."""
    assert update(project).ok().out
    before, releases = project.read(FILE), family.releases(project)
    sums = newer(releases, family.new)
    site.upstream.tree |= family.documents({family.new: sums, **releases})
    update(project).ok()
    after = project.read(FILE)
    (cycle,) = changed(before, after)
    release = next(each for each in parse(after).releases if each.cycle == cycle)
    assert (release.version, {**release.sha256, **release.sha512}) == (family.new, sums)
    update(project).ok()
    assert project.read(FILE) == after


def test_a_new_pre_release(family: Family, project: Project, site: Site) -> None:
    """It moves a cycle of pre-releases only; another new cycle is reported, with its line."""
    before, releases = project.read(FILE), family.releases(project)
    sums = newer(releases, family.early if family.moved else family.new)
    site.upstream.tree |= family.documents({family.early: sums, **releases})
    done = update(project).ok()
    moved = {family.moved: family.early} if family.moved else {}
    assert changed(before, project.read(FILE)) == moved
    assert moved or project.read(FILE) == before
    assert (f"tagmatrix add {family.added} " in done.out) == bool(family.added)


def test_a_late_artifact(family: Family, project: Project, site: Site) -> None:
    """A version waits for its last artifact, and moves when it is published."""
    before, releases = project.read(FILE), family.releases(project)
    sums = newer(releases, family.new)
    late = {name: digest for name, digest in sums.items() if name != family.late}
    site.upstream.tree |= family.documents({family.new: late, **releases})
    waits = update(project)
    assert (waits.code, project.read(FILE)) == (family.late_code, before)
    assert family.late in waits.out + waits.err or "although" in waits.err
    site.upstream.tree |= family.documents({family.new: sums, **releases})
    update(project).ok()
    assert family.new in changed(before, project.read(FILE)).values()


@pytest.mark.parametrize(
    ("event", "code", "says"),
    [
        ("reupload", 5, "has another SHA-"),
        ("withdrawn", 5, "never lowers a version"),
        ("half", 4, ""),
        ("html", 4, ""),
    ],
)
def test_nothing_wrong_is_written(
    family: Family, project: Project, site: Site, event: str, code: int, says: str
) -> None:
    """What is wrong upstream changes nothing: an alarm (5), or a failure (4)."""
    before, releases = project.read(FILE), family.releases(project)
    version = next(each for each in releases if each[:2] == family.new[:2])
    if event == "reupload":
        sums = newer(releases, family.new)
        site.upstream.tree |= family.documents({**releases, version: sums})
    elif event == "withdrawn":
        older = {"18.1": "18.0", "1.27.1": "1.27.0", "26.7.0": "26.6.9", "4.3.5": "4.3.4"}
        sums = releases.pop(version)
        site.upstream.tree |= family.documents({**releases, older.get(version, "25.0.3_9"): sums})
    else:
        page = b"<!doctype html><html><body>Back soon</body></html>"
        body = {"html": lambda _: page, "half": lambda body: body[: len(body) // 2]}[event]
        site.faults[family.list] = site.body(body)
    done = update(project)
    assert (done.code, project.read(FILE)) == (code, before), done.err
    assert says in done.err
    assert "Traceback" not in done.err
