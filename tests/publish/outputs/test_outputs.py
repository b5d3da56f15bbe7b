"""The list of outputs: a new output only needs a line in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix import layout
from tagmatrix.header import COMMAND
from tagmatrix.publish import outputs
from tagmatrix.publish.outputs.interface import Output, Rendered
from tests.projects import MAIN

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.publish.outputs.inputs import Inputs
    from tests.projects import Project


def render(inputs: Inputs, _present: bytes | None) -> Rendered:
    """Return the names of all images, and their number."""
    lines = ",\n".join(f'  "{image.folder}": 1' for image in inputs.matrix.images)
    text = f'{{\n  "generated_by": "{COMMAND}",\n{lines}\n}}\n'
    return Rendered(content=text.encode(), note="a list of images", facts={"schema": 7})


FIFTH = Output(
    pattern="{manifest}.list.json",
    render=render,
    renewed="the list beside {manifest}",
    facts="list",
)
PATH = "library/sample.list.json"


@pytest.fixture
def fifth(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Output:
    """Return another output that is in the list; the parameter is whether it names commits."""
    return add(replace(FIFTH, names_commits=request.param), monkeypatch)


def add(output: Output, patch: pytest.MonkeyPatch) -> Output:
    """Add an output to the list: the line in the layout, and the module."""
    paths = {"fifth": ""} | layout.OUTPUTS | {"fifth": output.pattern}
    patch.setattr(layout, "OUTPUTS", paths)
    others = [each for each in outputs.OUTPUTS if each.renewed != output.renewed]
    patch.setattr(outputs, "OUTPUTS", (output, *others))
    return output


@pytest.mark.slow
@pytest.mark.parametrize("fifth", [True, False], ids=["unit", "independent"], indirect=True)
@pytest.mark.usefixtures("fifth")
def test_a_fifth_output(project: Project) -> None:
    """It is checked, written, committed and reported like the others."""
    check = project.generate("--check", "--only", "manifest")
    assert (check.code, f"{PATH}: missing" in check.out) == (3, True)
    assert project.generate("--check", "--only", "dockerfiles").code == 0
    done = project.generate("--commit", "--only", "manifest").ok()
    assert f"create {PATH}" in done.out
    assert project.subjects()[0] == "Renew the list beside library/sample"
    assert project.changed() == {PATH}
    assert project.status() == []
    assert "a list of images\n" in done.out
    for mode in ((), ("--check",)):
        assert json.loads(project.generate(*mode, "--format", "json").out)["list"] == {"schema": 7}
    project.bump("2.0.9", "2.0.10")
    project.generate().ok()
    assert PATH not in project.repo.git("diff", "--name-only")
    project.generate("--commit").ok()
    assert project.status() == []
    assert project.generate("--check").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("fifth", [False], ids=["independent"], indirect=True)
@pytest.mark.usefixtures("fifth")
@pytest.mark.parametrize(
    ("changed", "subject"),
    [
        ("", "Renew the list beside library/sample"),
        ("versions.yaml", "Change versions.yaml"),
        ("templates/linux.Dockerfile.j2", "Change templates"),
        ("templates/new.j2", "Change templates"),
    ],
)
def test_subject_of_an_independent_output(project: Project, changed: str, subject: str) -> None:
    """The commit is named after the output only if none of its sources is in the commit."""
    if changed:
        old = project.read(changed) if (project.root / changed).exists() else ""
        comment = "{# new #}" if changed.startswith("templates") else "# new\n"
        project.write(changed, comment + old)
    done = project.generate("--commit").ok()
    assert project.subjects()[0] == subject
    assert PATH in project.changed()
    assert f" {subject}\n" in done.out


def test_warning_of_an_independent_output(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its warning is reported like those of the others."""
    odd = Rendered(content=b"odd", warning="too long")
    add(replace(FIFTH, names_commits=False, render=lambda *_: odd), monkeypatch)
    assert f"warning: {PATH}: too long\n" in project.generate().ok().err


@pytest.mark.parametrize("fifth", [True, False], ids=["unit", "independent"], indirect=True)
@pytest.mark.usefixtures("fifth")
def test_it_is_in_an_output_folder(project: Project, tmp_path: Path) -> None:
    """--output writes it too, and compares with it; the image's own folder stays as it is."""
    target = tmp_path / "elsewhere"
    assert f"+++ b/{PATH}\n" in project.generate("--output", str(target), "--dry-run").out
    project.generate("--output", str(target)).ok()
    assert sorted(path.name for path in target.iterdir()) == ["library"]
    assert (target / PATH).read_bytes().startswith(b'{\n  "generated_by"')
    assert project.status() == []
    assert project.generate("--output", str(target), "--dry-run").code == 0
    (target / PATH).write_bytes(b"old")
    assert project.generate("--output", str(target), "--dry-run").code == 3
    assert f"update {PATH}" in project.generate("--output", str(target)).ok().out


def test_a_readme_elsewhere_stays(project: Project, tmp_path: Path) -> None:
    """--output does not touch a README there, though it has the marks of the block."""
    marks = "<!-- begin tagmatrix: the matrix -->\n<!-- end tagmatrix: the matrix -->\n"
    (tmp_path / "README.md").write_text(marks)
    project.generate("--output", str(tmp_path)).ok()
    assert (tmp_path / "README.md").read_text() == marks


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fifth", "pattern"),
    [
        (True, FIFTH.pattern),
        (False, FIFTH.pattern),
        (True, "TAGS.json"),
        (True, "docs/tags.json"),
        (True, "{manifest}-tags"),
        (False, "ci/deep/list.json"),
    ],
    ids=["unit", "independent", "top", "docs", "beside", "outside"],
    indirect=["fifth"],
)
def test_check_and_diff(
    project: Project, fifth: Output, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--check and --diff report a missing, a changed and an untracked fifth output."""
    add(replace(fifth, pattern=pattern), monkeypatch)
    path = pattern.format(manifest="library/sample")
    assert f"{path}: missing\n" in project.generate("--check").out
    project.generate().ok()
    untracked = f"{path}: not tracked by git: add and commit it\n"
    for only, differs in (("all", True), ("manifest", True), ("dockerfiles", False)):
        options = () if only == "all" else ("--only", only)
        done = project.generate("--check", *options)
        assert (done.code, untracked in done.out) == ((3, True) if differs else (0, False))
    project.repo.git("add", path)
    assert project.generate("--check").ok().err == ""
    project.write(path, project.read(path).replace(": 1", ": 2"))
    check = project.generate("--check")
    assert (check.code, f"{path}: " in check.out) == (3, True)
    diff = project.generate("--diff", "--only", "manifest")
    assert (diff.code, f"+++ b/{path}\n" in diff.out) == (3, True)
    assert f"+++ b/{path}" not in project.generate("--diff", "--only", "dockerfiles").out


@pytest.mark.parametrize("fifth", [True], ids=["unit"], indirect=True)
@pytest.mark.usefixtures("fifth")
def test_it_waits_with_the_others(project: Project) -> None:
    """If folders wait for a commit, it is not written, and the message names it."""
    project.edit("templates/linux.Dockerfile.j2", "set -eux", "set -ex")
    done = project.generate().ok()
    assert not (project.root / PATH).exists()
    names = ", ".join((*MAIN[::-1], PATH)[:-1])
    assert f"{names} and {PATH} stay unchanged: folders wait for a commit\n" in done.out
