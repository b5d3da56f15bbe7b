"""`tagmatrix generate`: its checks, its arguments, and what is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.projects import (
    DOCKERFILES,
    FOLDERS,
    LINUX,
    MAIN,
    MANIFEST,
    NO_ALPINE,
    TRIXIE,
    contents,
    copy,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project


def test_check_finds_everything(project: Project) -> None:
    """A check names each kind of difference, says what to run, and writes nothing."""
    project.write(TRIXIE, project.read(TRIXIE).replace("FROM", "from"))
    (project.root / DOCKERFILES[1]).unlink()
    project.write("library/1.9/trixie/Dockerfile", project.read(DOCKERFILES[2]))
    project.repo.git("rm", "--quiet", "--cached", DOCKERFILES[3])
    project.write(MANIFEST, project.read(MANIFEST).replace("main", "old"))
    before = project.snapshot()
    check = project.generate("--check")
    assert (check.code, check.err) == (3, "")
    assert check.out.splitlines() == [
        f"{TRIXIE}: differs from the result of versions.yaml and templates/",
        f"{DOCKERFILES[1]}: missing",
        "library/1.9/trixie/Dockerfile: generated, but no longer needed",
        f"{MANIFEST}: behind versions.yaml or the history",
        f"{DOCKERFILES[3]}: not tracked by git: add and commit it",
        "run: tagmatrix generate",
    ]
    assert project.snapshot() == before
    project.generate().ok()
    project.repo.git("add", "--all")
    assert project.status() == []
    assert project.generate("--check").code == 0


def test_check_finds_untracked(project: Project) -> None:
    """What is right but unknown to git is found; committing is what remains."""
    project.repo.git("rm", "--quiet", "--cached", *MAIN)
    check = project.generate("--check")
    assert check.code == 3
    assert f"{MANIFEST}: not tracked by git: add and commit it" in check.out
    assert check.out.endswith("run: tagmatrix generate --commit\n")
    assert project.generate("--check", "--only", "dockerfiles").code == 0
    assert project.generate("--check", "--only", "manifest").code == 3
    project.generate("--commit").ok()
    assert project.generate("--check").code == 0


@pytest.mark.parametrize(
    ("only", "change", "code"),
    [
        ("dockerfiles", TRIXIE, 3),
        ("dockerfiles", MANIFEST, 0),
        ("dockerfiles", MAIN[1], 0),
        ("manifest", MANIFEST, 3),
        ("manifest", MAIN[0], 3),
        ("manifest", MAIN[1], 3),
        ("manifest", TRIXIE, 0),
    ],
)
@pytest.mark.parametrize("mode", ["--check", "--diff", "--dry-run"])
def test_check_only(project: Project, mode: str, only: str, change: str, code: int) -> None:
    """`--only` selects the files that a check looks at; the others are not shown either."""
    project.write(change, project.read(change) + "# by hand\n")
    before = project.snapshot()
    check = project.generate(mode, "--only", only)
    assert check.code == code
    assert (change in check.out) == bool(code)
    assert project.snapshot() == before
    assert change in project.generate(mode).out


def test_check_of_an_obsolete_manifest(project: Project) -> None:
    """After the image was renamed, the old name's files are found and removed."""
    project.edit("versions.yaml", "image: sample", "image: example")
    check = project.generate("--check")
    assert check.code == 3
    for name in ("library/sample", "library/sample.json"):
        assert f"{name}: generated, but no longer needed" in check.out
    assert "library/example: missing" in check.out
    project.generate("--commit").ok()
    assert not (project.root / MANIFEST).exists()
    assert project.status() == []


def test_check_as_json(project: Project) -> None:
    """A program reads the same differences as JSON."""
    (project.root / TRIXIE).unlink()
    check = project.generate("--check", "--format", "json")
    assert (check.code, check.err) == (3, "")
    value = json.loads(check.out)
    assert value["schema"] == 1
    assert value["differences"] == [{"path": TRIXIE, "what": "missing"}]
    assert (value["images"], value["builds"]) == (11, 23)
    project.generate().ok()
    clean = json.loads(project.generate("--check", "--format", "json").ok().out)
    assert clean["differences"] == []


def test_check_reads_cycles(project: Project) -> None:
    """Cycles can follow --check, with --only dockerfiles too."""
    (project.root / TRIXIE).unlink()
    assert project.generate("--check", "2.0").code == 0
    assert project.generate("--check", "2.1").code == 3
    assert project.generate("--check", "--only", "dockerfiles", "2.1").code == 3
    assert project.generate("2.0", "--check").code == 0
    for wrong in (("--check", "--only", "manifests"), ("--check", "--only", "manifest", "2.1")):
        assert project.generate(*wrong).code == 2


def test_diff_is_a_patch(project: Project) -> None:
    """What --diff prints, git can apply, and it makes what generate would make."""
    project.edit(LINUX, "set -eux", "set -ex")
    (project.root / DOCKERFILES[1]).unlink()
    project.write("library/1.9/x/Dockerfile", project.read(DOCKERFILES[2]))
    project.write(DOCKERFILES[3], project.read(DOCKERFILES[3]).rstrip("\n"))
    twin = project.at(copy(project.root, project.root.parent / "twin"))
    diff = project.generate("--diff", "--quiet")
    assert diff.code == 3
    project.repo.git("apply", "--unsafe-paths", "-", stdin=diff.out)
    twin.generate().ok()
    assert contents(project.root, DOCKERFILES) == contents(twin.root, DOCKERFILES)
    assert not (project.root / "library/1.9/x/Dockerfile").exists()
    worded = twin.generate("--diff")
    assert worded.code == 3
    assert worded.out.endswith("run: tagmatrix generate --commit\n")


def test_dry_run_of_a_commit(project: Project) -> None:
    """With --commit, --dry-run also lists what is on disk but not committed; it commits nothing."""
    dry = ("--commit", "--dry-run")
    clean = project.generate(*dry).ok()
    assert "everything is up to date" in clean.out
    project.write("versions.yaml", f"# new\n{project.read('versions.yaml')}")
    project.edit(LINUX, "set -eux", "set -ex")
    before, head = project.snapshot(), project.subjects()
    result = project.generate(*dry)
    assert result.code == 3
    assert "-RUN set -eux" in result.out
    for path in ("versions.yaml", LINUX):
        assert f"{path}: not committed\n" in result.out
    assert f"{TRIXIE}: differs" in result.out
    assert f"{TRIXIE}: not committed" not in result.out
    assert result.out.endswith("run: tagmatrix generate --commit\n")
    project.generate().ok()
    written = project.generate(*dry, "--only", "dockerfiles", "--format", "json")
    assert written.code == 3
    differences = json.loads(written.out)["differences"]
    assert {"path": TRIXIE, "what": "not committed"} in differences
    assert project.generate(*dry, "--only", "manifest").code == 3
    assert project.subjects() == head
    assert before.keys() == project.snapshot().keys()
    project.generate("--commit").ok()
    assert project.generate(*dry).code == 0


def test_dry_run_of_an_output(project: Project, tmp_path: Path) -> None:
    """With --output, --dry-run compares with the folder, and neither makes it nor changes it."""
    folder = tmp_path / "a folder"
    dry = project.generate("--output", str(folder), "--dry-run")
    assert dry.code == 3
    assert f"{TRIXIE}: missing" in dry.out
    assert dry.out.endswith(f"run: tagmatrix generate --output '{folder}'\n")
    assert not folder.exists()
    project.generate("--output", str(folder)).ok()
    assert project.generate("--output", str(folder), "--dry-run").ok().err == ""
    (folder / TRIXIE).unlink()
    dry = project.generate("--output", str(folder), "--dry-run", "--quiet")
    assert (dry.code, dry.out.splitlines()[-1]) == (3, f"{TRIXIE}: missing")
    assert not (folder / TRIXIE).exists()


def test_cycles_only(project: Project) -> None:
    """With cycles, nothing is written or pruned but their Dockerfiles."""
    project.edit(LINUX, "set -eux", "set -ex")
    for cycle in ("2.1", "2.0", "1.9", "2.10"):
        project.write(f"library/{cycle}/gone/Dockerfile", project.read(TRIXIE))
    before = project.snapshot()
    done = project.generate("2.1").ok()
    assert "5 updated, 1 deleted" in done.out
    after = project.snapshot()
    assert {path for path in before if before[path] != after.get(path)} == {
        *(f"{folder}/Dockerfile" for folder in FOLDERS[:5]),
        "2.1/gone",
        "2.1/gone/Dockerfile",
    }


def test_cycle_inside_anothers_folder(project: Project) -> None:
    """A cycle's run leaves the cycle alone whose folder is inside its own."""
    project.edit("versions.yaml", 'version: "2.0.9"', 'version: "2.0.9"\n    folder: "2.1/old"')
    project.generate().ok()
    before = project.snapshot()
    assert "nothing changed" in project.generate("2.1").ok().out
    assert project.snapshot() == before


def test_unknown_cycle(project: Project) -> None:
    """A cycle that is not listed is refused, with the nearest that is."""
    before = project.snapshot()
    done = project.generate("2.1", "2.9", "")
    assert (done.code, done.out) == (2, "")
    assert 'error: no release cycle "2.9" in versions.yaml' in done.err
    assert 'error: no release cycle "" in versions.yaml' in done.err
    assert project.snapshot() == before


def test_output(project: Project, tmp_path: Path) -> None:
    """--output writes the whole tree elsewhere, with the commits of this repository."""
    before = project.snapshot("")
    target = tmp_path / "deep" / "elsewhere"
    project.generate("--output", str(target)).ok()
    assert contents(target, (*DOCKERFILES, *MAIN)) == contents(project.root, (*DOCKERFILES, *MAIN))
    assert sorted(path.name for path in target.iterdir()) == ["library"]
    assert project.snapshot("") == before
    (target / TRIXIE).write_text("")
    (target / "library/notes").write_text("a person's")
    assert "1 updated" in project.generate("--output", str(target)).ok().out
    assert (target / "library/notes").exists()


@pytest.mark.parametrize("kind", ["file", "below a file", "link", "circle"])
def test_output_that_is_not_a_folder(project: Project, tmp_path: Path, kind: str) -> None:
    """An --output that can't be a folder is refused."""
    file = tmp_path / "file"
    file.write_text("")
    target = {"file": file, "below a file": file / "x"}.get(kind, tmp_path / kind)
    if kind == "link":
        target.symlink_to(tmp_path / "nowhere" / "x")
    if kind == "circle":
        target.symlink_to(target)
    done = project.generate("--output", str(target))
    assert (done.code, done.out) == (2, "")
    assert str(target) in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--commit", "--only", "manifests"),
            "invalid choice: 'manifests'; did you mean manifest?",
        ),
        (("--only", "manifest"), "--only needs --check, --diff or --commit"),
        (("--diff", "--only", "manifest", "2.1"), "--only manifest does not take a CYCLE"),
        (("2.1", "--commit"), "--commit does not take a CYCLE"),
        (("--check", "--commit"), "not allowed with"),
        (("--check", "--output", "x"), "not allowed with"),
        (("--chec",), "unrecognized"),
        (("--format", "yaml"), "invalid choice"),
    ],
    ids=str,
)
def test_wrong_arguments(project: Project, arguments: tuple[str, ...], words: str) -> None:
    """Arguments that make no sense are refused, and nothing is written."""
    before = project.snapshot()
    project.bump("2.1.3", "2.1.4")
    done = project.generate(*arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert project.snapshot() == before


def test_quiet(project: Project) -> None:
    """--quiet leaves what is wrong: differences, warnings and errors."""
    project.edit("versions.yaml", 'alpine: "3.24"\n', NO_ALPINE.replace("null", "trixie"))
    check = project.generate("--check", "--quiet")
    assert check.code == 3
    assert "behind" in check.out
    done = project.generate("--quiet").ok()
    assert done.out == ""
    assert {line.partition(" ")[0] for line in done.err.splitlines()} == {"warning:"}
    assert project.generate("--check", "--quiet").out == ""


def test_json(project: Project) -> None:
    """A program reads what was done, what waits, and what was left out."""
    project.bump("2.1.3", "2.1.4")
    done = project.generate("--format", "json").ok()
    value = json.loads(done.out)
    assert value.pop("moves")["severity"] == "expected"
    folders = [folder for folder in FOLDERS if folder.startswith("2.1")]
    assert value == {
        "schema": 1,
        "images": 11,
        "builds": 23,
        "waiting": folders,
        "kept": "folders wait for a commit",
        "left_out": [
            {
                "cycle": "2.0",
                "variant": "windowsservercore-ltsc2025",
                "why": "upstream publishes no windows artifact for 2.0.9",
            }
        ],
        "page": None,
        "warnings": [],
        "changes": [{"path": f"library/{name}/Dockerfile", "kind": "update"} for name in folders],
        "commits": [],
    }


@pytest.mark.slow
def test_a_page_that_grows(project: Project) -> None:
    """The page loses links, then tags, as it grows; generate reports it each time and succeeds."""
    (project.root / "templates/README.md.j2").unlink()
    licence = "templates/readme/license.j2"
    project.write(licence, "")

    def page(padding: int) -> tuple[dict[str, Any], list[str], str]:
        project.write(licence, "x" * padding)
        done = project.generate("--format", "json").ok()
        value = json.loads(done.out)
        return value["page"], value["warnings"], project.read("library/README.md")

    full, warnings, _ = page(0)
    assert (full["tier"]["number"], warnings) == (1, [])
    room = 25_000 - full["bytes"]
    close, warnings, text = page(room - 500)
    assert close["tier"]["number"] == 1
    assert close["bytes"] == len(text.encode()) > 0.9 * 25_000
    assert len(warnings) == 1
    assert "and Docker Hub shows only 25,000: if it grows" in warnings[0]
    link = "](https://github.com/example/sample/"
    reported = {}
    for padding in range(room + 100, 25_000, 100):
        found, warnings, text = page(padding)
        assert found["bytes"] == len(text.encode()) <= 25_000
        reported[found["tier"]["number"]] = (warnings, text)
        if found["tier"]["number"] == 5:
            break
    assert [*reported] == [2, 3, 4, 5]
    for warnings, _ in reported.values():
        assert len(warnings) == 1
    assert "the page was too long: it no longer lists the differences" in reported[2][0][0]
    assert "What differs, and why" not in reported[2][1]
    assert f"{link}blob/" in reported[2][1]
    assert "the page was too long: it now has only a link for each cycle" in reported[3][0][0]
    assert f"{link}tree/main/library/2.1)" in reported[3][1]
    assert "it now has only the tags without links" in reported[4][0][0]
    assert f"{link}tree/" not in reported[4][1]
    assert "- `2.1.3-slim-trixie`, `2.1-slim-trixie`" in reported[4][1]
    assert "it now has only a link to the manifest instead of the tags" in reported[5][0][0]
    assert "- `2.1.3-slim-trixie`" not in reported[5][1]
    project.write(licence, "x" * (room + 500))
    done = project.generate().ok()
    assert "bytes; tier 3 of 5, a link for each cycle\n" in done.out
    assert done.err.startswith("warning: library/README.md: the page was too long: it now has only")


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("versions.yaml", "image: [", "error: versions.yaml:2:1: this is not YAML"),
        ("versions.yaml", "image: x\n", "versions.yaml:1:1: "),
        ("versions.yaml", "\xff", "versions.yaml:"),
        (LINUX, "FROM x\n{% if %}\n", f"error: {LINUX}:2: "),
        (LINUX, "FROM x\n\n{{ nothing }}\n", f"error: {LINUX}:3: 'nothing' is undefined"),
        (LINUX, "{{ settings.flagz }}", f'error: {LINUX}:1: there is no setting "flagz"'),
        (LINUX, "{{ release.sha256.sauce }}", f'{LINUX}:1: there is no checksum "sauce"'),
        (LINUX, '{% include "../x" %}', 'invalid template name "../x"'),
        (LINUX, '{% include "/etc/passwd" %}', 'invalid template name "/etc/passwd"'),
        (LINUX, "{{ image.name.__class__.__mro__ }}", f"{LINUX}:1: not allowed in a template"),
        ("templates/partials/release.j2", "\n{{ 1 / 0 }}", "templates/partials/release.j2:2: "),
        ("templates/README.md.j2", "{{ oops }}", "templates/README.md.j2:1: 'oops' is undefined"),
    ],
)
def test_nothing_is_written_when_something_is_wrong(
    project: Project, path: str, text: str, words: str
) -> None:
    """A mistake anywhere is one line with its place, and no file changes, nor any commit."""
    project.edit("templates/windows.Dockerfile.j2", "FROM", "# more\nFROM")
    (project.root / DOCKERFILES[1]).unlink()
    project.write("library/1.9/x/Dockerfile", project.read(DOCKERFILES[2]))
    project.write(path, text)
    before = project.snapshot()
    for arguments in ((), ("--commit",), ("--check",), ("--diff",)):
        done = project.generate(*arguments)
        assert (done.code, done.out) == (2, "")
        assert words in done.err
        assert all(line.startswith("error: ") for line in done.err.splitlines())
        assert project.snapshot() == before
    assert project.subjects()[0] == "Publish it"


@pytest.mark.parametrize("name", ["versions.yaml", LINUX, "templates"])
def test_missing_source(project: Project, name: str) -> None:
    """A source that is not there is named."""
    (project.root / name).rename(project.root.parent / "away")
    before = project.snapshot()
    done = project.generate()
    assert done.code == 2
    assert name in done.err
    assert project.snapshot() == before


def test_broken_page_is_found_before_anything_is_committed(project: Project) -> None:
    """Although the page waits for a commit, its template is tried first."""
    project.bump("2.1.3", "2.1.4")
    project.write("templates/README.md.j2", "{{ oops }}")
    done = project.generate("--commit")
    assert done.code == 2
    assert project.subjects()[0] == "Publish it"
    assert "2.1.4" not in project.read(TRIXIE)


def test_manifest_that_cannot_be_written_is_found_before(project: Project) -> None:
    """What a manifest can't hold is refused before Dockerfiles are written for it."""
    project.edit("versions.yaml", "branch: main", "branch: main..x")
    project.bump("2.1.3", "2.1.4")
    done = project.generate()
    if done.code == 0:  # such a branch is allowed after all: then it has to be published as well
        project.generate("--commit").ok()
        assert "main..x" in project.read(MANIFEST)
    else:
        assert "2.1.4" not in project.read(TRIXIE)


def test_ends_are_reported_for_the_named_day(project: Project) -> None:
    """Without a day, no end is reported; with one, ends before it are."""
    old = 'version: "2.0.9"'
    project.edit("versions.yaml", old, f'{old}\n    end_of_life: "2026-10-31"')
    assert "support" not in project.generate("--check").err
    check = project.generate("--check", "--as-of", "2026-11-01")
    assert "reached its end of life on 2026-10-31" in check.err
    assert project.generate("--as-of", "tomorrow").code == 2


def test_another_branch_is_checked_out(project: Project) -> None:
    """A manifest that names commits of another branch is written with a warning."""
    project.repo.git("checkout", "--quiet", "-b", "topic")
    project.bump("2.1.3", "2.1.4")
    assert "`branch: main`" not in project.generate("--commit", "--only", "dockerfiles").ok().err
    done = project.generate("--commit").ok()
    assert (
        "warning: versions.yaml has `branch: main`, and topic is checked out: the manifest names "
        "commits that main may not have\n" in done.err
    )
    project.repo.git("checkout", "--quiet", "--detach")
    assert "is checked out" not in project.generate("--commit").ok().err


def test_check_lints_the_manifest(project: Project) -> None:
    """`--check` reports what `library check` finds in the new manifest."""
    project.edit("versions.yaml", '    constraints: ["{name}"]\n', "")
    project.generate("--commit").ok()
    done = project.generate("--check")
    assert done.code == 3
    assert done.out.startswith("library/sample: sample:2.1.3-windowsservercore-ltsc2025: is for ")
    assert "[windows-constraint]" in done.out
    again = project.generate("--check")  # with what the first run has kept
    assert (again.code, again.out) == (done.code, done.out)
    assert project.generate("--check", "--only", "dockerfiles").code == 0
