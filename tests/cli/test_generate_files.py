"""`tagmatrix generate` and the disk: links, things in the way, pruning, two runs at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.projects import (
    DOCKERFILES,
    LINUX,
    MAIN,
    MANIFEST,
    NO_ALPINE,
    TRIXIE,
    command,
    contents,
    copy,
    is_published,
    stays_as_it_is,
)
from tests.repos import environment

if TYPE_CHECKING:
    from tests.projects import Project


@pytest.mark.parametrize(
    "name", ["library", "library/2.1", "library/2.1/trixie", TRIXIE, MANIFEST, MAIN[1]]
)
def test_nothing_is_written_through_a_link(project: Project, tmp_path: Path, name: str) -> None:
    """A link in the place of a file or folder is refused; what it leads to is not touched."""
    away = tmp_path / "away"
    place = project.root / name
    place.rename(away)
    place.symlink_to(away)
    if away.is_file():
        away.write_text("precious")
    project.edit(LINUX, "set -eux", "set -ex")
    before = project.snapshot()
    outside = contents(tmp_path, ["away"]) if away.is_file() else project.at(away).snapshot("")
    done = project.generate("2.1") if name in {MANIFEST, MAIN[1]} else project.generate()
    if name in {MANIFEST, MAIN[1]}:
        done = project.generate("--commit")
    assert done.code == 2
    assert f"error: {name} is a symbolic link" in done.err
    after = contents(tmp_path, ["away"]) if away.is_file() else project.at(away).snapshot("")
    assert after == outside
    if name not in {MANIFEST, MAIN[1]}:
        assert project.snapshot() == before


def test_links_are_neither_followed_nor_pruned(project: Project, tmp_path: Path) -> None:
    """Links that block no generated file stay, and so do their targets."""
    other = copy(project.root, tmp_path / "other")
    (other / "library/2.0/bookworm/Dockerfile").rename(other / "library/2.0/x")
    project.root.joinpath("library/old").symlink_to(other / "library")
    project.root.joinpath("library/2.1/gone").symlink_to(other / TRIXIE)
    before, own = project.at(other).snapshot(), project.snapshot()
    assert "nothing changed" in project.generate().ok().out
    check = project.generate("--check")
    assert check.code == 3
    assert "library/2.1/gone: in a folder of no image" in check.out
    assert (project.at(other).snapshot(), project.snapshot()) == (before, own)


def test_templates_behind_a_link(project: Project, tmp_path: Path) -> None:
    """Templates outside the image's folder are not read, whatever leads to them."""
    (project.root / "templates").rename(tmp_path / "templates")
    (project.root / "templates").symlink_to(tmp_path / "templates")
    done = project.generate()
    assert done.code == 2
    assert "error: templates/ leads out of " in done.err


@pytest.mark.parametrize("name", ["linux.Dockerfile.j2", "partials", "partials/release.j2"])
def test_template_behind_a_link(project: Project, tmp_path: Path, name: str) -> None:
    """A template or partial outside templates/ is not read."""
    place = project.root / "templates" / name
    place.rename(tmp_path / "away")
    place.symlink_to(tmp_path / "away")
    done = project.generate()
    assert done.code == 2
    assert "leads out of templates/ through a link" in done.err


def test_paths_that_lead_out(project: Project) -> None:
    """No folder, template or image name leads out of its place."""
    for old, new in (
        ("folder: windows/{name}", "folder: ../{name}"),
        ("folder: windows/{name}", "folder: /tmp/{name}"),
        ("folder: windows/{name}", "folder: a/../../{name}"),
        ("template: windows", "template: ../windows"),
        ("image: sample", "image: ../sample"),
        ('  "2.0":', '  "..":'),
        ('version: "2.0.9"', 'version: "2.0.9"\n    folder: ../../x'),
        ("  ltsc2025:", "  ..:"),
    ):
        good = project.read("versions.yaml")
        before = project.snapshot("..")
        project.edit("versions.yaml", old, new)
        done = project.generate()
        assert (done.code, new) == (2, new)
        assert done.err.startswith("error: versions.yaml:")
        project.write("versions.yaml", good)
        after = project.snapshot("..")
        assert {path for path in after if before.get(path) != after[path]} <= {
            f"{project.root.name}/versions.yaml"
        }


@pytest.mark.parametrize("wanted", [TRIXIE, MANIFEST])
def test_folder_in_the_way(project: Project, wanted: str) -> None:
    """A folder in the place of a file is refused before anything is written."""
    (project.root / wanted).unlink()
    (project.root / wanted).mkdir()
    (project.root / DOCKERFILES[-1]).unlink()
    before = project.snapshot()
    done = project.generate()
    if wanted == MANIFEST:  # it waits for the other folder first
        project.generate("--commit", "--only", "dockerfiles")
        done = project.generate("--commit")
    else:
        assert project.snapshot() == before
    assert done.code == 2
    assert f"{wanted} is a folder, but must be a file" in done.err


@pytest.mark.parametrize("name", ["library", "library/2.1", "library/2.1/slim-trixie"])
def test_file_in_the_way(project: Project, name: str) -> None:
    """A file in the place of a folder is refused before anything is written."""
    shutil.rmtree(project.root / name)
    project.write(name, "a person's")
    project.edit(LINUX, "set -eux", "set -ex")
    before = project.snapshot()
    done = project.generate()
    assert done.code == 2
    assert name in done.err
    assert project.snapshot() == before


@pytest.mark.slow
def test_a_pipe_in_the_way(project: Project) -> None:
    """A pipe or a device is neither read nor waited for."""
    os.mkfifo(project.root / "library/2.1/pipe")
    assert "nothing changed" in project.generate().ok().out
    (project.root / TRIXIE).unlink()
    os.mkfifo(project.root / TRIXIE)
    done = project.process("generate")
    assert done.code == 2
    assert f"{TRIXIE} is a symbolic link or a device" in done.err


def test_pruning(project: Project) -> None:
    """What was generated and is not wanted goes, with empty folders; a person's files stay."""
    generated = project.read(TRIXIE)
    for path, text in {
        "library/1.9/trixie/Dockerfile": generated,
        "library/1.9/deep/er/Dockerfile": f"# syntax=docker/dockerfile:1\n{generated}",
        "library/1.8/trixie/Dockerfile": generated,
        "library/1.8/trixie/README.md": "a person's",
        "library/1.8/by-hand/Dockerfile": "FROM scratch\n",
        "library/1.8/quoted/Dockerfile": f"# not\n{generated}",
        "library/1.8/empty/Dockerfile": "",
        "library/old": project.read(MANIFEST),
        "library/old.json": project.read(MAIN[0]),
        "library/by-hand": "Tags: x\n",
        "elsewhere/Dockerfile": generated,
    }.items():
        project.write(path, text)
    (project.root / "library/1.7/empty").mkdir(parents=True)
    done = project.generate().ok()
    assert [line.strip() for line in done.out.splitlines() if "delete " in line] == [
        "delete library/1.8/trixie/Dockerfile",
        "delete library/1.9/deep/er/Dockerfile",
        "delete library/1.9/trixie/Dockerfile",
        "delete library/old",
        "delete library/old.json",
    ]
    assert not (project.root / "library/1.9").exists()
    for path in (
        *("1.8/trixie/README.md", "1.8/by-hand/Dockerfile", "1.8/quoted/Dockerfile"),
        *("1.8/empty/Dockerfile", "by-hand", "1.7/empty", "../elsewhere/Dockerfile"),
    ):
        assert (project.root / "library" / path).exists()


@pytest.mark.slow
def test_file_names_of_any_bytes(project: Project) -> None:
    """A file whose name is not UTF-8 is handled and shown like any other."""
    name = os.fsdecode(b"library/1.9/\xff\xfe x/Dockerfile")
    file = project.root / name
    file.parent.mkdir(parents=True)
    file.write_bytes((project.root / TRIXIE).read_bytes())
    check = project.process("generate", "--check", env=environment(PYTHONIOENCODING=""))
    assert check.code == 3
    assert "x/Dockerfile: generated, but no longer needed" in check.out
    as_json = project.process("generate", "--format", "json").ok()
    assert json.loads(as_json.out)["changes"][0]["kind"] == "delete"
    assert not file.exists()


def test_modes_are_kept(project: Project) -> None:
    """A file keeps its mode when it is written again."""
    (project.root / TRIXIE).chmod(0o640)
    project.edit(LINUX, "set -eux", "set -ex")
    project.generate().ok()
    assert (project.root / TRIXIE).stat().st_mode & 0o777 == 0o640


@pytest.mark.slow
def test_a_file_that_cannot_be_written(project: Project) -> None:
    """Where writing fails, the file is named, and what was there is there."""
    project.edit(LINUX, "set -eux", "set -ex")
    before = project.snapshot()
    limited = ["sh", "-c", 'ulimit -f 0; exec "$@" 2>/dev/null', "sh", *command("generate")]
    done = subprocess.run(
        limited, cwd=project.root, env=environment(PYTHONDONTWRITEBYTECODE="1"), check=False
    )
    assert done.returncode == 2
    assert project.snapshot() == before


@pytest.mark.slow
def test_read_only_folder(project: Project) -> None:
    """In a folder that may not be written to, the file is named, and nothing is left behind."""
    powerless = []
    if not os.geteuid():  # root may write everywhere, unless it gives that up
        powerless = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
        if not shutil.which(powerless[0]):
            pytest.skip("root may write everywhere, and there is no setpriv")
    (project.root / "library/2.1/trixie").chmod(0o500)
    project.edit(LINUX, "set -eux", "set -ex")
    before = project.snapshot()
    done = subprocess.run(
        [*powerless, *command("generate")],
        cwd=project.root,
        env=environment(),
        capture_output=True,
        check=False,
    )
    (project.root / "library/2.1/trixie").chmod(0o700)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == f"error: {TRIXIE}: Permission denied\n"
    assert project.snapshot().keys() == before.keys()


@pytest.mark.slow
def test_two_runs_at_once(project: Project) -> None:
    """Runs wait for each other: none sees another's half-written files, nor leaves any."""
    shutil.rmtree(project.root / "library")
    runs = [
        subprocess.Popen(
            command("generate", "--format", "json"),
            cwd=project.root,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    outputs = [run.communicate(timeout=60) for run in runs]
    assert [run.returncode for run in runs] == [0] * 4, outputs
    counts = [len(json.loads(out)["changes"]) for out, _ in outputs]
    assert sorted(counts) == [0, 0, 0, 14]
    assert project.status() == []


@pytest.mark.slow
def test_a_second_run_waits(project: Project) -> None:
    """While one run holds the folder, another neither writes nor fails."""
    project.edit(LINUX, "set -eux", "set -ex")
    holder = subprocess.Popen(
        ["flock", str(project.root), "-c", "echo held; read line"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    before = project.snapshot()
    run = subprocess.Popen(
        command("generate", "--quiet"), cwd=project.root, env=environment(), stdout=subprocess.PIPE
    )
    time.sleep(0.6)
    assert run.poll() is None
    assert project.snapshot() == before
    holder.communicate(b"\n")
    run.communicate(timeout=60)
    assert run.returncode == 0
    assert project.snapshot() != before


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        "generate",
        pytest.param("generate --check", marks=pytest.mark.slow),
        pytest.param("generate --diff", marks=pytest.mark.slow),
    ],
)
def test_reader_that_goes_away(project: Project, arguments: str) -> None:
    """A reader that stops early causes no traceback, and tagmatrix still does the work."""
    project.edit(LINUX, "set -eux", "set -ex")
    run = subprocess.Popen(
        command(*arguments.split()),
        cwd=project.root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdout is not None
    run.stdout.close()
    run.stdout = None
    _, errors = run.communicate(timeout=60)
    assert errors == b""
    assert run.returncode == (0 if arguments == "generate" else 3)
    assert ("set -ex;" in project.read(TRIXIE)) == (arguments == "generate")


@pytest.mark.slow
@pytest.mark.parametrize(
    "redirect",
    [
        pytest.param(">&-", marks=pytest.mark.slow),
        pytest.param("2>&-", marks=pytest.mark.slow),
        ">&- 2>&-",
    ],
)
def test_closed_streams(project: Project, redirect: str) -> None:
    """Without stdout or stderr the work is done, and the exit code is right."""
    project.edit("versions.yaml", 'alpine: "3.24"\n', NO_ALPINE.replace("null", "trixie"))
    script = f'exec "$@" {redirect}'
    for arguments, code in ((("generate", "--check"), 3), (("generate",), 0), (("oops",), 2)):
        done = subprocess.run(
            ["sh", "-c", script, "sh", *command(*arguments)],
            cwd=project.root,
            env=environment(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == code
        assert b"Traceback" not in done.stderr


@pytest.mark.slow
def test_full_disk_behind_stdout(project: Project) -> None:
    """An output that can't be written is reported, and the run fails."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("generate"),
            cwd=project.root,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", [TRIXIE, MANIFEST])
def test_executable_file(project: Project, name: str) -> None:
    """A file that became executable is a difference, as it is for git, and generate fixes it."""
    (project.root / name).chmod(0o755)
    assert project.status() == [f" M {name}"]
    check = project.generate("--check")
    assert check.code == 3
    assert f"{name}: executable; generated files must not be\n" in check.out
    diff = project.generate("--diff").out
    assert f"diff --git a/{name} b/{name}\nold mode 100755\nnew mode 100644\n" in diff
    assert "@@" not in diff
    assert f"update {name}" in project.generate().ok().out
    assert project.status() == []
    stays_as_it_is(project)


def test_committed_as_executable(project: Project) -> None:
    """The manifest waits until the mode is fixed in git too; then it names that commit."""
    (project.root / TRIXIE).chmod(0o755)
    project.repo.commit("Make it executable")
    before = project.read(MANIFEST)
    done = project.generate().ok()
    assert f"update {TRIXIE}" in done.out
    assert project.read(MANIFEST) == before
    project.generate("--commit").ok()
    assert project.repo.git("ls-tree", "HEAD", TRIXIE).startswith("100644 ")
    is_published(project)


def test_file_system_without_modes(project: Project) -> None:
    """Modes are ignored if git ignores them: there, every file may seem executable."""
    project.repo.git("config", "core.fileMode", "false")
    for name in (TRIXIE, MANIFEST):
        (project.root / name).chmod(0o755)
    stays_as_it_is(project)
    project.repo.git("update-index", "--chmod=+x", TRIXIE)
    project.repo.git("commit", "--quiet", "-m", "Make it executable")
    project.generate("--commit").ok()
    assert project.repo.git("ls-tree", "HEAD", TRIXIE).startswith("100755 ")
    stays_as_it_is(project)
