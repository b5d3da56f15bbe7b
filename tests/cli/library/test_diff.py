"""`tagmatrix library diff`."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.projects import MANIFEST

if TYPE_CHECKING:
    from tests.projects import Project

OLD = "HEAD:library/sample"


@pytest.fixture
def moved(project: Project) -> Project:
    """Return a project whose manifest on disk has an update and lost architectures."""
    text = project.read(MANIFEST).replace("2.1.3", "2.1.4")
    project.write(MANIFEST, text.replace("Architectures: amd64, arm64v8, riscv64\n", "", 1))
    return project


def test_text(moved: Project) -> None:
    """Two manifests, by revision and by name, are compared; the worst change is first."""
    done = moved.run("library", "diff", OLD, "sample").ok()
    assert done.out.splitlines()[:5] == [
        "breaking:",
        (
            "  latest, 2, 2.1, trixie, 2-trixie and 2.1-trixie are no longer built for "
            "arm64v8 and riscv64"
        ),
        "    2.1.4 is not built for these architectures, but 2.1.3 was",
        "expected:",
        (
            "  2.1.4 follows 2.1.3: latest, 2, 2.1, slim, trixie, alpine and 44 more "
            "(30 move, 10 are new, 10 end)"
        ),
    ]


def test_markdown(moved: Project) -> None:
    """Markdown uses the image's name."""
    done = moved.run("library", "diff", OLD, MANIFEST, "--format", "markdown").ok()
    assert "**`latest`, `2`, `2.1`, `trixie`, `2-trixie` and `2.1-trixie` are no longer" in done.out
    assert (
        "  - `sample:latest` is 2.1.4 on trixie and can no longer be pulled for arm64v8 and "
        "riscv64; no other tag replaces it.\n"
    ) in done.out


def test_json(moved: Project) -> None:
    """JSON has a schema, and each tag before and after."""
    value = json.loads(moved.run("library", "diff", OLD, "sample", "--format", "json").ok().out)
    assert (value["schema"], value["severity"], value["refused"]) == (1, "breaking", True)
    first = value["groups"][0]
    assert (first["kind"], first["architectures"]) == ("loses", ["arm64v8", "riscv64"])
    assert first["tags"][0] == {
        "tag": "latest",
        "action": "moved",
        "old": {
            "cycle": "2.1",
            "version": "2.1.3",
            "variant": "trixie",
            "flavor": "",
            "suite": "trixie",
            "architectures": ["amd64", "arm64v8", "riscv64", "windows-amd64"],
        },
        "new": {
            "cycle": "2.1",
            "version": "2.1.4",
            "variant": "trixie",
            "flavor": "",
            "suite": "trixie",
            "architectures": ["amd64", "windows-amd64"],
        },
        "instead": "",
        "cause": "",
    }


@pytest.mark.parametrize(
    ("new", "fail_on", "code"),
    [
        ("sample", "breaking", 3),
        ("sample", "notable", 3),
        (OLD, "notable", 0),
        ("update", "notable", 0),
        ("dropped", "breaking", 0),
        ("dropped", "notable", 3),
    ],
)
def test_fail_on(moved: Project, new: str, fail_on: str, code: int) -> None:
    """The exit code depends on --fail-on."""
    before = moved.repo.git("show", OLD) + "\n"
    moved.write("library/update", before.replace("2.1.3", "2.1.4"))
    moved.write("library/dropped", before[: before.index("Tags: 2.0.9-trixie")])
    done = moved.run("library", "diff", OLD, new, "--fail-on", fail_on)
    assert (done.code, done.err) == (code, "")


def test_nothing_moves(project: Project) -> None:
    """Equal manifests give a message."""
    assert project.run("library", "diff", "sample", OLD).ok().out == "no tag changes\n"


def test_accepted(moved: Project) -> None:
    """Acceptances of a versions.yaml are shown, and prevent the exit code."""
    line = "accept: [{tag: '*', loses: [arm64v8, riscv64], why: No user has one.}]"
    moved.edit("versions.yaml", "\nsettings:\n", f"\n{line}\n\nsettings:\n")
    arguments = ("library", "diff", OLD, "sample", "--fail-on", "breaking")
    assert moved.run(*arguments).code == 3
    done = moved.run(*arguments, "--accepted", "versions.yaml").ok()
    assert "    accepted: No user has one.\n" in done.out


def test_wrong_arguments(project: Project) -> None:
    """Messages name arguments that cannot be found or read."""
    done = project.run("library", "diff", "sample", "nowhere")
    assert done.code == 2
    assert "nowhere" in done.err


def test_imports_little(project: Project) -> None:
    """The command does not import templates, YAML, git and HTTP."""
    script = (
        "import sys; from tagmatrix.cli import main; "
        "code = main(['library', 'diff', 'sample', 'library/sample']); "
        "slow = {'jinja2', 'yaml', 'git', 'requests', 'tagmatrix.config'} & set(sys.modules); "
        "sys.exit(f'imports {slow}' if slow else code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=project.root, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
