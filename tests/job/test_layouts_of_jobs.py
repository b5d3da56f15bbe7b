"""`tagmatrix regenerate` where folders, Dockerfiles and the manifest are elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import fill, settings
from tests.jobs import BRANCH, A, C, at, regenerate, release, subjects, text as committed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project
    from tests.web.site import Site

LAYOUTS = {
    "outside": (
        "layout: 'images/{folder}/{cycle}'",
        "images/trixie/2.1/Dockerfile",
        "library/sample",
    ),
    "dockerfile": (
        "layout: 'images/{cycle}'\nmanifest: manifests/sample",
        "images/2.1/Dockerfile.trixie",
        "manifests/sample",
    ),
    "root": ("layout: .", "Dockerfile.2.1-trixie", "library/sample"),
}


@pytest.fixture
def job(project: Project, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return the sample with an upstream that has its releases, committed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fill(site)
    upstream = f"builder: buildkit\n{settings(site.base)}"
    project.edit("versions.yaml", "builder: buildkit\n", upstream)
    project.repo.commit("Name the upstream")
    return project


@pytest.mark.slow
@pytest.mark.parametrize("name", LAYOUTS)
def test_new_versions(job: Project, site: Site, name: str) -> None:
    """The branch has each new version there, and nothing is new after its merge."""
    line, dockerfile, manifest = LAYOUTS[name]
    job.edit("versions.yaml", "default_suites:", f"{line}\ndefault_suites:")
    file = dockerfile.rpartition("/")[2]
    if file != "Dockerfile":
        pattern = file.replace("2.1", "{cycle}").replace("trixie", "{name}")
        own = f"    dockerfile: '{pattern}'\n    template:"
        text = job.read("versions.yaml").replace("    template:", own)
        job.write("versions.yaml", text.replace("    folder: windows/{name}\n", ""))
    job.generate("--commit").ok()
    assert regenerate(job).ok().out == "nothing new\n"
    head = at(job.repo, "main")
    for version, source in (("2.1.4", A), ("2.1.5", C)):
        release(site, version, source=source, windows=source[:-1] + "0")
        regenerate(job).ok()
        assert subjects(job.repo) == [f"Update 2.1 to {version}"]
        assert version in committed(job.repo, BRANCH, dockerfile)
        tip = at(job.repo)
        regenerate(job).ok()
        assert (at(job.repo), at(job.repo, "main")) == (tip, head)
    job.repo.git("merge", "--quiet", "--squash", BRANCH)
    job.repo.git("commit", "--quiet", "-m", "Merge")
    job.generate("--commit", "--only", "manifest").ok()
    assert "2.1.5" in job.read(manifest)
    assert "everything is up to date" in job.generate("--check").ok().out
    assert regenerate(job).ok().out == "nothing new\n"
    assert job.status() == []
