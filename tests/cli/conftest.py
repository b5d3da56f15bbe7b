"""Fixtures: an upstream site, and a sample that uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.jobs import make_bare
from tests.web.site import CYCLES, LIBRARY, TREE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project
    from tests.repos import TestRepo
    from tests.web.site import Site

ONES, TWOS, THREES = "1" * 64, "2" * 64, "3" * 64


def fill(site: Site) -> None:
    """Give a site the sample's releases: 2.1.3 with Windows, 2.0.9 in its security phase."""
    number = site.upstream.publish("2.1.3", "2026-05-01")
    site.upstream.add_file(number, "Python-2.1.3.tar.xz", ONES)
    site.upstream.add_file(number, "python-2.1.3-amd64.exe", TWOS)
    number = site.upstream.publish("2.0.9", "2026-05-01")
    site.upstream.add_file(number, "Python-2.0.9.tar.xz", THREES)
    site.upstream.publish("26.0", "2026-06-11", name="Python install manager 26.0", major=100)
    site.upstream.cycles["2.1"] = {"status": "bugfix", "end_of_life": "2030-10"}
    site.upstream.cycles["2.0"] = {"status": "security", "end_of_life": "2028-10"}


def settings(base: str) -> str:
    """Return the setting `upstream` for a site."""
    return (
        f"upstream:\n  name: python.org\n  api: {base}/api/v2/\n  downloads: {base}{TREE}\n"
        f"  release_cycles: {base}{CYCLES}\n  manifests: {base}{LIBRARY}\n  allow_http: true\n"
    )


@pytest.fixture
def sample(
    project: Project, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Project:
    """Return the sample with an upstream that has the sample's releases."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fill(site)
    project.edit(
        "versions.yaml", "builder: buildkit\n", f"builder: buildkit\n{settings(site.base)}"
    )
    return project


@pytest.fixture
def job(sample: Project) -> Project:
    """Return the sample with its upstream, committed, as the scheduled job needs it."""
    sample.repo.commit("Name the upstream")
    return sample


@pytest.fixture
def bare(job: Project, tmp_path: Path) -> TestRepo:
    """Return a bare remote, called origin in the sample."""
    return make_bare(job, tmp_path / "bare.git")
