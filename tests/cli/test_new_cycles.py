"""Cycles that upstream lists and versions.yaml lacks: reported, or added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.config import parse
from tests.cli.test_update_described import ALL, FILE, QUICK, golang, publish, sums, update

if TYPE_CHECKING:
    from tests.projects import Project
    from tests.web.site import Site

__all__ = ["golang"]  # a fixture
STEP = "tagmatrix add 1.28-rc --download"


def allow(golang: Project, value: str = "true") -> None:
    """Set `add` of the source."""
    golang.edit(FILE, "  allow_http: true\n", f"  allow_http: true\n  add: {value}\n")
    golang.repo.git("commit", "-qam", "Add new cycles")


def test_a_new_cycle_is_reported(golang: Project, site: Site) -> None:
    """`status` and `update` print the line that adds it; older cycles are not new."""
    publish(site, "1.28rc1", sums("1.28rc1", *ALL))
    publish(site, "1.28rc2", sums("1.28rc2", *ALL))
    publish(site, "1.25.9", sums("1.25.9", *ALL))
    before = golang.read(FILE)
    says = f"1.28-rc: upstream lists 1.28rc2, and versions.yaml has no cycle 1.28-rc: {STEP}"
    done = update(golang).ok()
    assert says in done.out
    assert golang.read(FILE) == before
    shown = golang.run("status", *QUICK).ok().out
    assert says in shown
    assert "1.25" not in shown
    assert "1.28" not in update(golang, "1.27").ok().out
    given = (f"--sha256=linux/{key}={sha}" for key, sha in sums("1.28rc2", *ALL).items())
    golang.run("add", "1.28-rc", "1.28rc2", *given).ok()
    assert parse(golang.read(FILE)).releases[0].version == "1.28rc2"
    assert "1.28-rc: 1.28rc2 is upstream's newest" in update(golang).ok().out


@pytest.mark.slow
@pytest.mark.parametrize("add", ["", "true"])
def test_a_bad_entry_of_a_new_cycle_is_reported(golang: Project, site: Site, add: str) -> None:
    """A new cycle with an entry that can't be read is a failure; another one is reported."""
    if add:
        allow(golang, add)
    publish(site, "1.28rc1", sums("1.28rc1", *ALL))
    publish(site, "1.28rc2 (security)", sums("1.28rc2", *ALL))
    publish(site, "1.29.0", sums("1.29.0", *ALL))
    before = golang.read(FILE)
    done = update(golang)
    assert (done.code, golang.read(FILE)) == (4, before)
    why = "upstream's list of releases: 1.28rc2 (security): it is not a version"
    assert f"1.28-rc: not changed: {why}" in done.err
    assert "versions.yaml has no cycle 1.29: tagmatrix add 1.29 --download" in done.out


@pytest.mark.slow
def test_add_false_reports_nothing(golang: Project, site: Site) -> None:
    """A family that takes not all cycles turns the reports off."""
    allow(golang, "false")
    publish(site, "1.28rc1", sums("1.28rc1", *ALL))
    assert "1.28" not in update(golang).ok().out
    assert "1.28" not in golang.run("status", *QUICK).ok().out


@pytest.mark.slow
def test_a_final_cycle_is_reported_only(golang: Project, site: Site) -> None:
    """A new final cycle would move `latest`, so it is not added."""
    allow(golang)
    publish(site, "1.28.0", sums("1.28.0", *ALL))
    before = golang.read(FILE)
    assert "no cycle 1.28: tagmatrix add 1.28 --download" in update(golang).ok().out
    assert golang.read(FILE) == before


@pytest.mark.slow
def test_a_new_cycle_is_added(golang: Project, site: Site) -> None:
    """With `add: true` the job adds it in a commit of its own, and keeps it on the branch."""
    allow(golang)
    publish(site, "1.28rc1", sums("1.28rc1", *ALL))
    assert "tagmatrix update\n" in golang.run("status", *QUICK).ok().out
    run = ("regenerate", "--branch", "update", *QUICK)
    golang.run(*run).ok()
    first = parse(golang.repo.git("show", f"update:{FILE}")).releases[0]
    assert (first.cycle, first.version) == ("1.28-rc", "1.28rc1")
    subjects = golang.repo.git("log", "--format=%s", "main..update")
    assert "Add 1.28-rc at 1.28rc1" in subjects
    head = golang.repo.git("rev-parse", "update")
    site.faults["/dl/"] = site.status(404)
    assert golang.run(*run).code == 4
    assert golang.repo.git("rev-parse", "update") == head
    del site.faults["/dl/"]
    publish(site, "1.28rc2", sums("1.28rc2", *ALL))
    golang.run(*run).ok()
    first = parse(golang.repo.git("show", f"update:{FILE}")).releases[0]
    assert first.version == "1.28rc2"
    assert not first.cycle_tag  # in PEP 440, 1.28-rc is another version
    assert update(golang, "--dry-run").code == 3
    update(golang).ok()
    assert parse(golang.read(FILE)).releases[0].version == "1.28rc2"
    given = (f"--sha256=linux/{key}={sha}" for key, sha in sums("1.28.0", *ALL).items())
    golang.run("promote", "1.28-rc", "1.28.0", *given).ok()
    assert parse(golang.read(FILE)).releases[0].cycle_tag


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "code"), [("late", 0), ("404", 4), ("same", 5)])
def test_an_incomplete_cycle_is_not_added(
    golang: Project, site: Site, fault: str, code: int
) -> None:
    """Without all its files, or with wrong ones, the new cycle is not added."""
    allow(golang)
    files = {"late": sums("1.28rc1", *ALL[:-1]), "same": dict.fromkeys(ALL, "a" * 64)}
    publish(site, "1.28rc1", files.get(fault, sums("1.28rc1", *ALL)))
    if fault == "404":
        site.faults["/dl/"] = site.status(404)
    before = golang.read(FILE)
    done = update(golang)
    assert (done.code, golang.read(FILE)) == (code, before), done.err
    assert "Traceback" not in done.err
    said = done.out + done.err
    assert said.count(" --late ") == said.count(f" with {STEP} --late ") == (fault == "late")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "says"),
    [("maybe", "upstream.add: "), ("[]", "upstream.add: write `true` or `false`")],
)
def test_bad_input(golang: Project, value: str, says: str) -> None:
    """`add` is true or false."""
    allow(golang, value)
    done = update(golang)
    assert (done.code, says in done.err) == (2, True), done.err


@pytest.mark.slow
def test_add_belongs_to_the_global_source(golang: Project) -> None:
    """A source of a release adds no cycles."""
    line = '    version: "1.27.1"\n'
    own = "    upstream: {name: github, project: a/b, add: true}\n"
    golang.edit(FILE, line, line + own)
    done = update(golang)
    assert done.code == 2
    assert 'releases["1.27"].upstream.add: new cycles come from the global' in done.err
