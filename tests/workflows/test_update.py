"""update.yml, step by step: it fetches releases, pushes a branch and notifies maintainers."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.projects import is_published
from tests.repos import TestRepo, environment
from tests.web.site import FILE
from tests.workflows import files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.site import Site
    from tests.workflows.conftest import Forge
    from tests.workflows.results import Run


BRANCH = "tagmatrix/update"
PUSH = "Push the branch"
UPDATE_THEM = "Update the pull request and the issue"
OFTEN, DAILY = "7,22,37,52 * * * *", "14 5 * * *"
A, B, C = "a" * 64, "b" * 64, "c" * 64


def update(forge: Forge, schedule: str = OFTEN) -> Run:
    """Run the workflow like the schedule."""
    forge.runner.github |= {"event_name": "schedule", "event": {"schedule": schedule}}
    return forge.runner.run_all("update.yml")


def release(site: Site, version: str, source: str = A, windows: str = B) -> None:
    """Publish a version with its source and its installer."""
    number = site.upstream.publish(version, "2026-06-23")
    site.upstream.add_file(number, f"Python-{version}.tar.xz", source, sigstore=source)
    site.upstream.add_file(number, f"python-{version}-amd64.exe", windows, sigstore=windows)


def branches(forge: Forge) -> list[str]:
    """Return the branches of the remote."""
    return forge.git("for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()


@pytest.mark.slow
def test_nothing_new(forge: Forge) -> None:
    """Without an update nothing is pushed and there is no notification."""
    job = update(forge).ok()
    assert branches(forge) == ["main"]
    assert (forge.gh["pr"], forge.gh["issue"]) == ([], [])
    assert "Nothing new." in job.step(UPDATE_THEM).output


@pytest.mark.slow
def test_all_the_way(forge: Forge, site: Site) -> None:
    """A release becomes a pull request whose checks pass; when merged, it is published."""
    release(site, "2.1.4")
    main = forge.at()
    update(forge).ok()
    assert forge.at() == main
    assert forge.git("log", "--format=%s", f"main..{BRANCH}") == "Update 2.1 to 2.1.4"
    assert forge.git("log", "--format=%an, %cn", f"main..{BRANCH}") == (
        "github-actions[bot], github-actions[bot]"
    )
    (proposed,) = forge.gh["pr"]
    assert (proposed["baseRefName"], proposed["title"]) == ("main", "Update 2.1 to 2.1.4")
    assert A in proposed["body"]
    assert forge.started == [("ci.yml", BRANCH)]

    forge.runner.github |= {"event_name": "workflow_dispatch", "ref": f"refs/heads/{BRANCH}"}
    checked = forge.runner.run("ci.yml", "generated")
    assert checked is not None
    checked.ok()

    forge.pull()
    git = forge.clone.repo.git
    git("merge", "--quiet", "--squash", f"origin/{BRANCH}")
    git("commit", "--quiet", "--message", "Update 2.1 to 2.1.4 (#1)")
    git("push", "--quiet", "origin", "HEAD:refs/heads/main")
    forge.runner.github |= {"event_name": "push", "ref": "refs/heads/main"}
    assert forge.runner.run_all("publish.yml").ok().ran == {"manifest", "push"}
    forge.pull()
    is_published(forge.clone)
    assert "Tags: 2.1.4" in forge.clone.read("library/sample")
    update(forge).ok()
    assert len(forge.gh["pr"]) == 1


@pytest.mark.slow
def test_twice(forge: Forge, site: Site) -> None:
    """A second run leaves the branch as it is, a third has a newer release: one pull request."""
    release(site, "2.1.4")
    update(forge).ok()
    head = forge.at(BRANCH)
    update(forge).ok()
    assert forge.at(BRANCH) == head
    assert (len(forge.gh["pr"]), len(forge.gh["runs"])) == (1, 1)
    release(site, "2.1.5", "d" * 64, "e" * 64)
    update(forge).ok()
    assert forge.at(BRANCH) != head
    assert [each["title"] for each in forge.gh["pr"]] == ["Update 2.1 to 2.1.5"]


@pytest.mark.slow
def test_own_token(forge: Forge, site: Site) -> None:
    """With a separate token the push starts the checks; no command line has the token."""
    forge.runner.secrets = {"UPDATE_TOKEN": "token-of-the-bot"}
    release(site, "2.1.4")
    job = update(forge).ok()
    assert (len(forge.gh["pr"]), forge.gh.get("runs")) == (1, None)
    assert "token-of-the-bot" not in str(forge.gh["calls"])
    assert not any("token-of-the-bot" in step.output for step in job.steps)


@pytest.mark.slow
def test_degraded(forge: Forge, site: Site) -> None:
    """A failure to fetch only gives a warning, but an error in the daily run."""
    release(site, "2.1.4")
    site.faults[f"{FILE}?release=1003"] = site.status(403)
    job = update(forge).ok()
    assert "::warning::Some upstream data could not be fetched" in job.step(UPDATE_THEM).output
    assert "403" in job.summary
    assert update(forge, DAILY).failed[0].code == 4
    assert forge.gh["issue"] == []


@pytest.mark.slow
def test_refused(forge: Forge, site: Site) -> None:
    """A replaced file opens one issue, for any number of runs; it is closed when resolved."""
    kept = {number: [dict(each) for each in files] for number, files in site.upstream.files.items()}
    site.upstream.files[1000].clear()
    site.upstream.add_file(1000, "Python-2.1.3.tar.xz", C, sigstore=C)
    site.upstream.add_file(1000, "python-2.1.3-amd64.exe", "2" * 64)
    main = forge.at()
    for _ in range(2):
        job = update(forge).ok()
        assert "::warning::The guard refused an update" in job.step(UPDATE_THEM).output
    (reported,) = forge.gh["issue"]
    assert C in reported["body"]
    assert (forge.at(), branches(forge)) == (main, ["main"])
    assert update(forge, DAILY).failed[0].code == 5
    site.upstream.files.update(kept)
    update(forge).ok()
    assert [each["state"] for each in forge.gh["issue"]] == ["CLOSED"]


@pytest.mark.slow
def test_a_person(forge: Forge, site: Site) -> None:
    """If a maintainer has committed on the branch, the job stops and reports it."""
    release(site, "2.1.4")
    update(forge).ok()
    git = forge.clone.repo.git
    git("fetch", "--quiet", "origin")
    git("switch", "--quiet", "--create", "theirs", f"origin/{BRANCH}")
    forge.clone.write("NOTES", "wait for me\n")
    theirs = forge.clone.repo.commit("Wait for me")
    git("push", "--quiet", "origin", f"HEAD:refs/heads/{BRANCH}")
    release(site, "2.1.5")
    update(forge).ok()
    assert forge.at(BRANCH) == theirs
    (reported,) = forge.gh["issue"]
    assert reported["body"].startswith("The update stopped: a maintainer must fix the cause.")
    assert "commit" in reported["body"]


@pytest.mark.slow
def test_broken_input(forge: Forge) -> None:
    """The issue has the error message for an invalid versions.yaml."""
    forge.clone.edit("versions.yaml", 'version: "2.1.3"', "version: 2.1")
    forge.push("Break it")
    update(forge).ok()
    (reported,) = forge.gh["issue"]
    assert "versions.yaml:" in reported["body"]


@pytest.mark.slow
@pytest.mark.parametrize("code", [1, 130])
def test_bug(forge: Forge, code: int) -> None:
    """An unexpected error fails at once, with its message in the log."""
    script = f"#!/bin/sh\necho 'what happened' >&2\nexit {code}\n"
    tool = forge.runner.path[0] / "tagmatrix"
    tool.write_text(script)
    tool.chmod(0o755)
    forge.clone.write(".github/scripts/regenerate.sh", _with_path(forge, str(tool.parent)))
    forge.push("Put a broken command first")
    job = update(forge)
    assert job.failed[0].code == code
    assert "what happened" in job.failed[0].output
    assert (forge.gh["pr"], forge.gh["issue"]) == ([], [])


def _with_path(forge: Forge, folder: str) -> str:
    lines = forge.clone.read(".github/scripts/regenerate.sh").splitlines(keepends=True)
    place = lines.index("set -Eeuo pipefail\n") + 1
    return "".join([*lines[:place], f'PATH="{folder}:$PATH"\n', *lines[place:]])


@pytest.mark.slow
def test_moved_meanwhile(forge: Forge, site: Site) -> None:
    """If a maintainer moves the branch before the push, nothing is pushed or proposed."""
    release(site, "2.1.4")
    theirs = forge.at()
    meanwhile(forge, f"refs/heads/{BRANCH}", theirs)
    run = update(forge).ok()
    assert forge.at(BRANCH) == theirs
    assert "tagmatrix/update moved meanwhile" in run.step(PUSH).output
    assert forge.gh["pr"] == []


def meanwhile(forge: Forge, ref: str, commit: str) -> None:
    """Create a branch at the remote right before the next push to it."""
    real = shutil.which("git")
    shim = forge.runner.path[0] / "git"
    shim.write_text(
        f"""#!/bin/bash
if [[ "$*" == "push "*"origin "* ]]; then
	"{real}" --git-dir "{forge.remote}" update-ref "{ref}" "{commit}"
fi
exec "{real}" "$@"
"""
    )
    shim.chmod(0o755)


CHANGES = {
    "a workflow": (".github/workflows/ci.yml", "on: push\n"),
    "a script": (".github/scripts/propose.py", "import os\n"),
    "a template": ("templates/Dockerfile.j2", "FROM scratch\n"),
    "a file of git": (".gitattributes", "* filter=x\n"),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_other_files(forge: Forge, tmp_path: Path, change: str) -> None:
    """Packed commits that change other files than versions.yaml and Dockerfiles are not pushed."""
    path, text = CHANGES[change]
    packed = pack(forge, tmp_path / "packed", path, text)
    code, said = push(forge, packed)
    assert code == 2
    assert f"change other files than library versions.yaml: {path}" in said
    assert branches(forge) == ["main"]


def test_other_commit(forge: Forge, tmp_path: Path) -> None:
    """A bundle that does not have the commit that it names is not pushed."""
    packed = pack(forge, tmp_path / "packed", "versions.yaml", "x\n")
    (packed / "packed").write_text(f"\n{forge.at()}\n")
    code, said = push(forge, packed)
    assert (code, "the packed branch is not at" in said) == (2, True)
    assert branches(forge) == ["main"]


def pack(forge: Forge, folder: Path, path: str, text: str) -> Path:
    """Pack a commit that changes one file, as a job that can't be trusted could."""
    git = forge.clone.repo.git
    folder.mkdir()
    forge.clone.write(path, text)
    commit = forge.clone.repo.commit("Mine")
    git("branch", BRANCH)
    git(
        "bundle", "create", "--quiet", str(folder / "branch.bundle"), BRANCH, "--not", "origin/main"
    )
    (folder / "packed").write_text(f"\n{commit}\n")
    git("reset", "--quiet", "--hard", "origin/main")
    return folder


def push(forge: Forge, packed: Path) -> tuple[int, str]:
    """Run push.sh in a fresh clone; return its exit code and its output."""
    clone = packed.parent / "clone"
    TestRepo(packed.parent).git("clone", "--quiet", forge.remote.as_uri(), str(clone))
    variables = {"BRANCH": BRANCH, "BASE": "main", "PATHS": "library versions.yaml"}
    done = subprocess.run(
        [str(files.SCRIPTS / "push.sh"), str(packed)],
        cwd=clone,
        env=environment(**variables),
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stderr.decode()
