"""publish.yml, step by step, against a bare remote."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix import manifest
from tests.projects import MANIFEST, is_published
from tests.repos import TestRepo, environment

if TYPE_CHECKING:
    from tests.workflows.conftest import Forge
    from tests.workflows.results import Run

COMMIT, PUSH = "Commit the manifest", "Push the manifest"
CHECK = "Check all generated files, and run the guard again"


def publish(forge: Forge) -> Run:
    """Run the workflow."""
    return forge.runner.run_all("publish.yml")


def bump(forge: Forge, version: str = "2.1.4") -> str:
    """Merge a change of a version, like a pull request: without the manifest."""
    forge.pull()
    before = forge.clone.read("versions.yaml")
    old = next(line for line in before.splitlines() if 'version: "2.1' in line)
    forge.clone.bump(old.split('"')[1], version)
    forge.clone.generate("--commit", "--only", "dockerfiles").ok()
    return forge.push("Merged")


@pytest.mark.slow
def test_after_a_merge(forge: Forge) -> None:
    """The manifest is committed on the main branch, pushed and correct, with the right author."""
    merged = bump(forge)
    assert publish(forge).ok().ran == {"manifest", "push"}
    assert forge.git("rev-parse", "main~1") == merged
    forge.pull()
    is_published(forge.clone)
    assert forge.clone.changed() == {MANIFEST, "library/README.md", "library/sample.json"}
    assert forge.git("log", "-1", "--format=%an <%ae>, %cn", "main") == (
        "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>, "
        "github-actions[bot]"
    )


@pytest.mark.slow
def test_no_circle(forge: Forge) -> None:
    """If the job's push starts the job again, it pushes nothing."""
    bump(forge)
    publish(forge).ok()
    published = forge.at()
    again = publish(forge).ok()
    assert again.ran == {"manifest"}
    assert forge.at() == published
    assert "nothing to publish" in again.step(COMMIT).output


@pytest.mark.slow
@pytest.mark.parametrize("way", ["squash", "rebase", "merge"])
def test_ways_to_merge(forge: Forge, way: str) -> None:
    """For every way to merge, the manifest names commits of the main branch."""
    forge.pull()
    git = forge.clone.repo.git
    git("switch", "--quiet", "--create", "change")
    forge.clone.bump("2.1.3", "2.1.4")
    forge.clone.generate("--commit", "--only", "dockerfiles").ok()
    git("switch", "--quiet", "main")
    forge.clone.write("NOTES", "meanwhile\n")
    forge.clone.repo.commit("Meanwhile")
    if way == "squash":
        git("merge", "--quiet", "--squash", "change")
        git("commit", "--quiet", "--message", "Squashed")
    elif way == "rebase":
        git("cherry-pick", "change")
    else:
        git("merge", "--quiet", "--no-edit", "--no-ff", "change")
    git("push", "--quiet", "origin", "main")
    publish(forge).ok()
    forge.pull()
    is_published(forge.clone)
    if way != "merge":
        entries = manifest.parse(forge.clone.read(MANIFEST).encode()).entries
        lost = git("rev-parse", "change")
        assert lost not in {entry.git_commit for entry in entries}


@pytest.mark.slow
def test_moved_meanwhile(forge: Forge, tmp_path: Path) -> None:
    """If the main branch moves before the push, nothing is pushed; the next run publishes."""
    bump(forge)
    meanwhile(forge, tmp_path, times=1)
    run = publish(forge).ok()
    assert "main moved meanwhile: nothing is pushed" in run.step(PUSH).output
    assert forge.git("log", "-1", "--format=%s", "main") == "Meanwhile 1"
    publish(forge).ok()
    assert forge.git("log", "-2", "--format=%s", "main").splitlines()[1] == "Meanwhile 1"
    forge.pull()
    is_published(forge.clone)


@pytest.mark.slow
def test_moved_by_hand(forge: Forge, tmp_path: Path) -> None:
    """By hand, the script writes the manifest again on the new tip of the branch."""
    bump(forge)
    meanwhile(forge, tmp_path, times=1)
    code, said = by_hand(forge, tmp_path)
    assert (code, "main moved while the manifest was written" in said) == (0, True)
    assert forge.git("log", "-2", "--format=%s", "main").splitlines()[1] == "Meanwhile 1"
    forge.pull()
    is_published(forge.clone)


@pytest.mark.slow
def test_moves_forever(forge: Forge, tmp_path: Path) -> None:
    """If the branch moves at every try, the script fails with an error; the next run continues."""
    bump(forge)
    meanwhile(forge, tmp_path, times=9)
    code, said = by_hand(forge, tmp_path)
    assert (code, "main moved 5 times" in said) == (4, True)
    assert forge.git("log", "-1", "--format=%s", "main") == "Meanwhile 5"


@pytest.mark.slow
def test_refused_push(forge: Forge) -> None:
    """A protected branch is not a race: the error comes at once, and nothing is pushed."""
    merged = bump(forge)
    hook = forge.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'GH013: protected' >&2\nexit 1\n")
    hook.chmod(0o755)
    job = publish(forge)
    assert job.failed[0].code == 2
    assert "GH013: protected" in job.failed[0].output
    assert "check that the token has write access" in job.failed[0].output
    assert "again" not in job.failed[0].output
    assert forge.at() == merged


@pytest.mark.slow
def test_guard(forge: Forge) -> None:
    """A change that harms a tag is not published, even if it was merged: exit code 5, no push."""
    forge.pull()
    forge.clone.edit("versions.yaml", '  alpine: "3.24"\n', "  alpine: null\n")
    merged = forge.push("Merged in spite of it")
    job = publish(forge)
    assert job.failed[0].code == 5
    assert "alpine" in job.failed[0].output
    assert forge.at() == merged


@pytest.mark.slow
def test_check_can_fail(forge: Forge) -> None:
    """The last step finds files that do not match versions.yaml."""
    bump(forge)
    script = forge.clone.root / ".github/scripts/publish.sh"
    script.write_text(f"{script.read_text().rstrip()}\n")
    forge.clone.write(
        ".github/scripts/publish.sh",
        '#!/bin/sh\necho "before=$(git rev-parse HEAD)" >>"$GITHUB_OUTPUT"\n',
    )
    forge.push("A script that publishes nothing")
    job = publish(forge)
    assert [(step.name, step.code) for step in job.failed] == [(CHECK, 3)]


@pytest.mark.slow
def test_official_images(forge: Forge, tmp_path: Path) -> None:
    """The manifest becomes one pull request to official-images, which is updated later."""
    upstream = bare(tmp_path / "remote" / "docker-library" / "official-images", "master")
    fork = bare(tmp_path / "remote" / "bot" / "official-images", "master")
    old = forge.clone.read(MANIFEST)
    commit_to(upstream, tmp_path / "work", "master", {MANIFEST: old, "library/other": "x"})
    forge.runner.variables = {"OFFICIAL_IMAGES_FORK": "bot/official-images"}
    forge.runner.secrets = {"OFFICIAL_IMAGES_TOKEN": "token-of-the-bot"}
    for version in ("2.1.4", "2.1.5"):
        bump(forge, version)
        assert publish(forge).ok().ran == {"manifest", "push", "compare", "official-images"}
        ours = forge.git("show", f"main:{MANIFEST}")
        assert f"Tags: {version}" in ours
        assert in_repository(fork, "show", f"sample:{MANIFEST}") == ours
        assert in_repository(fork, "diff", "--name-only", "sample~1", "sample") == MANIFEST
        (proposed,) = forge.gh["pr"]
        assert (proposed["owner"], proposed["headRefName"]) == ("bot", "sample")
        assert (proposed["repo"], proposed["baseRefName"]) == (
            "docker-library/official-images",
            "master",
        )
        assert version in proposed["body"]
    assert "token-of-the-bot" not in str(forge.gh["calls"])


@pytest.mark.slow
def test_official_images_is_asked_for(forge: Forge) -> None:
    """Without a fork or a new manifest nothing is compared, unless requested by hand."""
    bump(forge)
    assert publish(forge).ok().ran == {"manifest", "push"}
    forge.runner.variables = {"OFFICIAL_IMAGES_FORK": "bot/official-images"}
    assert publish(forge).ok().ran == {"manifest"}
    forge.runner.inputs = {"official-images": True}
    run = publish(forge)
    assert run.ran == {"manifest", "compare"}
    assert run.failed  # this forge has no official-images


@pytest.mark.slow
def test_official_images_new(forge: Forge, tmp_path: Path) -> None:
    """A new image is proposed as new; an unchanged manifest is not proposed."""
    upstream = bare(tmp_path / "remote" / "docker-library" / "official-images", "master")
    bare(tmp_path / "remote" / "bot" / "official-images", "master")
    commit_to(upstream, tmp_path / "work", "master", {"library/other": "x"})
    forge.runner.variables = {"OFFICIAL_IMAGES_FORK": "bot/official-images"}
    forge.runner.secrets = {"OFFICIAL_IMAGES_TOKEN": "t"}
    forge.runner.inputs = {"official-images": True}
    assert publish(forge).ok().ran == {"manifest", "compare", "official-images"}
    assert [each["body"] for each in forge.gh["pr"]] == ["A new image.\n"]
    ours = forge.git("show", f"main:{MANIFEST}") + "\n"
    commit_to(upstream, tmp_path / "work", "master", {MANIFEST: ours})
    run = publish(forge).ok()
    assert run.ran == {"manifest", "compare"}
    assert "nothing to propose" in run.steps[-1].output


def by_hand(forge: Forge, folder: Path) -> tuple[int, str]:
    """Run publish.sh in a clone of its own; return its exit code and its output."""
    clone = folder / "publishing"
    TestRepo(folder).git("clone", "--quiet", forge.remote.as_uri(), str(clone))
    path = [*map(str, forge.runner.path), str(Path(sys.prefix) / "bin"), environment()["PATH"]]
    done = subprocess.run(
        [".github/scripts/publish.sh"],
        cwd=clone,
        env=environment(PATH=os.pathsep.join(path)),
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stderr.decode()


def meanwhile(forge: Forge, folder: Path, *, times: int) -> None:
    """Push to the main branch right before the job does, a few times."""
    other = folder / "other"
    count = folder / "count"
    count.write_text("0")
    shim = forge.runner.path[0] / "git"
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout
    git, url = real.strip(), forge.remote.as_uri()
    shim.write_text(
        f"""#!/bin/bash
if [[ "$*" == "push "*"origin "* ]] && [ "$(cat "{count}")" -lt {times} ]; then
	n=$(($(cat "{count}") + 1))
	echo "$n" >"{count}"
	(
		rm -rf "{other}"
		"{git}" clone --quiet "{url}" "{other}" && cd "{other}"
		echo "$n" >NOTES && "{git}" add NOTES
		"{git}" -c user.name=A -c user.email=a@example.org commit --quiet -m "Meanwhile $n"
		"{git}" push --quiet origin main
	) || exit 70
fi
exec "{git}" "$@"
"""
    )
    shim.chmod(0o755)


def bare(path: Path, branch: str) -> Path:
    """Make a bare repository."""
    path.mkdir(parents=True)
    command = ("git", "init", "--bare", "--quiet", f"--initial-branch={branch}", str(path))
    subprocess.run(command, env=environment(), check=True)
    in_repository(path, "config", "uploadpack.allowFilter", "true")
    return path


def in_repository(path: Path, *args: str) -> str:
    """Run git in a bare repository."""
    done = subprocess.run(
        ["git", "--git-dir", str(path), *args], env=environment(), capture_output=True, check=True
    )
    return done.stdout.decode().removesuffix("\n")


def commit_to(remote: Path, work: Path, branch: str, files: dict[str, str]) -> None:
    """Commit files to a branch of a bare repository."""
    git = ["git", "-C", str(work)]
    if not work.exists():
        clone = ["git", "clone", "--quiet", remote.as_uri(), str(work)]
        subprocess.run(clone, env=environment(), check=True, stderr=subprocess.DEVNULL)
    for path, text in files.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_text(text)
    for command in (
        ["add", "--all"],
        ["commit", "--quiet", "--message", "Theirs"],
        ["push", "--quiet", "origin", f"HEAD:{branch}"],
    ):
        subprocess.run([*git, *command], env=environment(), check=True)
