"""`tagmatrix generate --commit`, and what waits for a commit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.manifest import parse as parse_manifest
from tests.projects import (
    DOCKERFILES,
    FOLDERS,
    LINUX,
    MAIN,
    MANIFEST,
    NEW_CYCLE,
    PAGE,
    SIZE,
    TRIXIE,
    contents,
    is_published,
)

if TYPE_CHECKING:
    from tests.projects import Project


def test_uncommitted_template(project: Project) -> None:
    """Until the folders are committed, manifest, JSON and page keep their bytes and times."""
    before = after = project.snapshot()
    project.edit(LINUX, "set -eux", "set -ex")
    folders = [folder for folder in FOLDERS if "windows" not in folder]
    for _ in range(2):
        done = project.generate().ok()
        after = project.snapshot()
        differ = {path for path in before if before[path] != after[path]}
        assert differ == {f"{folder}/Dockerfile" for folder in folders}
        _, waits = done.out.split("stay unchanged: folders wait for a commit\n")
        assert waits.splitlines() == [
            *(f"  {folder}" for folder in folders),
            "commit them and run this again, or: tagmatrix generate --commit",
        ]
    assert json.loads(project.generate("--format", "json").ok().out)["waiting"] == folders
    project.repo.git("add", "library")
    assert "folders wait" in project.generate().ok().out
    project.repo.git("commit", "--quiet", "--message=x")
    done = project.generate().ok()
    assert done.out.endswith("3 updated\n")
    assert {path for path in after if after[path] != project.snapshot()[path]} == {
        path.removeprefix("library/") for path in MAIN
    }
    project.repo.commit("Publish")
    is_published(project)


def test_hand_made_commit_of_another_text(project: Project) -> None:
    """A folder that was committed with other bytes than would be rendered still waits."""
    before = contents(project.root, MAIN)
    project.write(TRIXIE, project.read(TRIXIE) + "# by hand\n")
    project.repo.commit("By hand")
    check = project.generate("--check")
    assert check.code == 3
    assert f"{TRIXIE}: differs" in check.out
    done = project.generate().ok()
    assert "  2.1/trixie\n" in done.out
    assert contents(project.root, MAIN) == before


def test_behind_the_history(project: Project) -> None:
    """A commit that touches a folder makes the manifest old, although no Dockerfile changed."""
    project.write("library/2.1/trixie/entrypoint.sh", "#!/bin/sh\n")
    commit = project.repo.commit("Add an entrypoint")
    check = project.generate("--check")
    assert check.code == 3
    assert (
        check.out
        == "".join([*(f"{path}: behind versions.yaml or the history\n" for path in MAIN)])
        + "run: tagmatrix generate\n"
    )
    assert project.generate("--check", "--only", "dockerfiles").code == 0
    assert project.generate("--check", "--only", "manifest").code == 3
    project.generate().ok()
    manifest = parse_manifest((project.root / MANIFEST).read_bytes())
    assert [entry.directory for entry in manifest.entries if entry.git_commit == commit] == [
        "library/2.1/trixie"
    ]
    project.repo.commit("Publish")
    is_published(project)


def test_commit_an_update(project: Project) -> None:
    """An update becomes two commits: what is built, and what names it."""
    project.bump("2.1.3", "2.1.4")
    done = project.generate("--commit").ok()
    assert project.subjects()[:3] == [
        "library/sample: update 2.1 to 2.1.4",
        "Update 2.1 to 2.1.4",
        "Publish it",
    ]
    dockerfiles = {path for path in DOCKERFILES if path.startswith("library/2.1")}
    assert project.changed("HEAD~1") == {"versions.yaml", *dockerfiles}
    assert project.changed("HEAD") == set(MAIN)
    for line in project.repo.git("log", "-2", "--format=committed %h %s", "--abbrev=12").split(
        "\n"
    ):
        assert f"{line}\n" in done.out
    is_published(project)
    again = project.generate("--commit").ok()
    assert again.out == f"{SIZE}{PAGE}nothing changed\nnothing to commit\n"


@pytest.mark.slow
def test_commit_in_two_places(project: Project) -> None:
    """The Dockerfiles are committed on a pull request, the manifest after its merge."""
    project.bump("2.1.3", "2.1.4")
    published = contents(project.root, MAIN)
    refused = project.generate("--commit", "--only", "manifest")
    assert refused.code == 2
    assert "can't be written until its folders are committed" in refused.err
    assert "tagmatrix generate --commit --only dockerfiles" in refused.err
    assert project.subjects()[0] == "Publish it"
    project.generate("--commit", "--only", "dockerfiles").ok()
    assert project.subjects()[:2] == ["Update 2.1 to 2.1.4", "Publish it"]
    assert contents(project.root, MAIN) == published
    assert project.generate("--check", "--only", "dockerfiles").code == 0
    assert project.generate("--check").code == 3
    project.repo.git("commit", "--quiet", "--amend", "--message=Rebased", "--reset-author")
    done = project.generate("--commit", "--only", "manifest", "--format", "json").ok()
    assert json.loads(done.out)["commits"] == [
        {"id": project.repo.head(), "message": "library/sample: update 2.1 to 2.1.4"}
    ]
    is_published(project)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "subject"),
    [
        (
            "ltsc2025: {flavors: [windowsservercore], architectures: [windows-amd64]}",
            (
                "ltsc2025: {flavors: [windowsservercore], architectures: [windows-amd64]}\n"
                '  "3.23": {flavors: [alpine], architectures: [amd64]}'
            ),
            "Add alpine3.23",
        ),
        (
            "default: trixie\n",
            "default: bookworm\n",
            "Move latest to bookworm, move slim to slim-bookworm",
        ),
        ("releases:\n", NEW_CYCLE, "Add 2.2 at 2.2.0, move 2 to 2.2"),
        (
            "flavors: [default, slim], architectures: [amd64, arm64v8, riscv64]",
            "flavors: [default], architectures: [amd64, arm64v8, riscv64]",
            "Remove slim-trixie",
        ),
        ("2.0.9", "2.0.10", "Update 2.0 to 2.0.10"),
        ("value: -O2", "value: -O3", "Regenerate 10 Dockerfiles"),
        ("why: Two", "why: Just two", "Change versions.yaml"),
    ],
    ids=["variant", "suite", "cycle", "dropped", "update", "setting", "comment"],
)
def test_commit_messages(project: Project, old: str, new: str, subject: str) -> None:
    """The messages say what moved."""
    if subject.startswith("Update"):
        project.bump(old, new)
    else:
        project.edit("versions.yaml", old, new)
    accepted = "accept: [{tag: '*', loses: [riscv64], why: bookworm has none.}]"
    project.edit("versions.yaml", "\nsettings:\n", f"\n{accepted}\n\nsettings:\n")
    if "slim-trixie" in subject:
        project.edit("versions.yaml", "default: trixie", "default: bookworm")
        subject += ", move latest to bookworm, move slim to slim-bookworm"
    project.generate("--commit", "--only", "dockerfiles").ok()
    assert project.subjects()[0] == subject
    project.generate("--commit", "--only", "manifest").ok()
    assert project.status() == []
    assert project.generate("--check").code == 0
    second = project.subjects()[0]
    if subject.startswith("Change"):
        assert second == "Renew the JSON of library/sample"  # it gives the reason
    elif subject.startswith("Regenerate"):
        assert second == "Renew library/sample"
    else:
        assert second == f"library/sample: {subject[:1].lower()}{subject[1:]}"


def test_commit_what_was_generated_before(project: Project) -> None:
    """The message counts what the commit holds, also if an earlier run wrote it."""
    project.edit(LINUX, "set -eux", "set -ex")
    project.generate().ok()
    project.generate("--commit").ok()
    assert project.subjects()[1] == "Regenerate 10 Dockerfiles"


def test_retire_a_cycle(project: Project) -> None:
    """A cycle that is no longer listed goes with its folders, and the commits say so."""
    text = project.read("versions.yaml")
    project.write("versions.yaml", text[: text.index('  "2.0":')])
    project.write("library/2.0/bookworm/notes.txt", "a person's")
    project.repo.git("add", "library/2.0/bookworm/notes.txt")
    project.repo.git("commit", "--quiet", "--message=notes")
    done = project.generate("--commit").ok()
    assert "5 deleted" in done.out
    assert project.subjects()[:2] == ["library/sample: remove 2.0", "Remove 2.0"]
    assert [
        str(path.relative_to(project.root)) for path in (project.root / "library/2.0").rglob("*")
    ] == [
        "library/2.0/bookworm",
        "library/2.0/bookworm/notes.txt",
    ]
    assert "library/2.0/trixie/Dockerfile" in project.changed("HEAD~1")
    assert project.status() == []
    check = project.generate("--check")
    assert check.code == 3
    assert check.out == (
        "library/2.0/bookworm/notes.txt: in a folder of no image, and not from tagmatrix: move it, "
        "or remove it\n"
    )


def test_commit_takes_nothing_else(project: Project) -> None:
    """What else is changed, staged, deleted or new stays exactly so, out of the commits."""
    for name in ("dirty", "staged", "gone", "library/2.1/trixie/notes", "renamed"):
        project.write(name, "one\n")
    project.repo.commit("Add more")
    project.generate("--commit").ok()
    project.write("dirty", "two\n")
    project.write("staged", "two\n")
    project.write("added", "two\n")
    project.repo.git("add", "staged", "added")
    project.write("staged", "three\n")
    project.repo.git("mv", "renamed", "moved")
    (project.root / "gone").unlink()
    project.write("new", "two\n")
    project.write("library/2.1/trixie/notes", "two\n")
    project.write("library/2.1/new/Dockerfile", "FROM scratch\n")
    before = project.status()
    project.bump("2.1.3", "2.1.4")
    project.generate("--commit").ok()
    assert project.status() == before
    assert project.subjects()[:2] == ["library/sample: update 2.1 to 2.1.4", "Update 2.1 to 2.1.4"]
    swept = {"dirty", "staged", "gone", "new", "added", "moved"}
    assert not (project.changed("HEAD") | project.changed("HEAD~1")) & swept
    check = project.generate("--check")
    assert check.code == 3
    assert [line.partition(": ")[0] for line in check.out.splitlines()] == [
        "library/2.1/new/Dockerfile",
        "library/2.1/trixie/notes",
    ]


def test_commit_what_is_staged_in_part(project: Project) -> None:
    """Dockerfiles that git only knows by name, or that moved, are committed like others."""
    project.edit("versions.yaml", "name: slim-{suite}", "name: thin-{suite}")
    project.generate().ok()
    project.repo.git("add", "--intent-to-add", "library")
    project.generate("--commit").ok()
    assert project.status() == []
    assert project.generate("--check").code == 0
    assert not (project.root / "library/2.1/slim-trixie").exists()


def hook(project: Project, name: str, script: str) -> None:
    """Put a hook into the repository."""
    file = project.write(f".git/hooks/{name}", f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_hooks_run(project: Project) -> None:
    """Hooks see the commits, and may word their messages."""
    hook(project, "commit-msg", 'echo "Signed-off-by: Me <me@example.org>" >> "$1"')
    hook(project, "pre-commit", "git diff --cached --name-only >> ../seen")
    project.bump("2.1.3", "2.1.4")
    project.generate("--commit").ok()
    messages = project.repo.git("log", "-2", "--format=%B")
    assert messages.count("Signed-off-by: Me") == 2
    seen = (project.root.parent / "seen").read_text().splitlines()
    assert {"versions.yaml", TRIXIE, MANIFEST} <= {*seen}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_failing_hook(project: Project, name: str) -> None:
    """A hook that refuses is obeyed, in its own words; nothing else is lost."""
    hook(project, name, "echo 'the moon is wrong'; echo >&2 \"don't\"; exit 1")
    project.write("staged", "x")
    project.repo.git("add", "staged")
    project.bump("2.1.3", "2.1.4")
    done = project.generate("--commit")
    assert (done.code, done.out) == (2, "")
    lines = done.err.splitlines()
    assert lines[0].startswith("error: git could not commit: ")
    assert all(line.startswith("error: ") for line in lines)
    assert "the moon is wrong" in done.err
    assert "don't" in done.err
    assert "Traceback" not in done.err
    assert project.subjects()[0] == "Publish it"
    assert "A  staged" in project.status()
    (project.root / ".git/hooks" / name).unlink()
    project.generate("--commit").ok()
    assert "A  staged" in project.status()
    assert project.subjects()[1] == "Update 2.1 to 2.1.4"


@pytest.mark.slow
def test_second_commit_refused(project: Project) -> None:
    """If only the second commit fails, the next run makes it, and it alone."""
    hook(project, "commit-msg", 'if grep -q ^library/ "$1"; then exit 1; fi')
    project.bump("2.1.3", "2.1.4")
    done = project.generate("--commit")
    assert done.code == 2
    first = project.repo.head()[:12]
    assert f"committed {first} Update 2.1 to 2.1.4, but not the manifest\n" in done.err
    assert project.subjects()[:2] == ["Update 2.1 to 2.1.4", "Publish it"]
    (project.root / ".git/hooks/commit-msg").unlink()
    project.generate("--commit").ok()
    assert project.subjects()[:3] == [
        "library/sample: update 2.1 to 2.1.4",
        "Update 2.1 to 2.1.4",
        "Publish it",
    ]
    is_published(project)


def test_commit_without_identity(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """If git knows no author for the commit, its own message says what to do."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{role}_NAME")
        monkeypatch.delenv(f"GIT_{role}_EMAIL")
    monkeypatch.delenv("EMAIL", raising=False)
    project.repo.git("config", "user.useConfigOnly", "true")
    project.bump("2.1.3", "2.1.4")
    done = project.generate("--commit")
    assert done.code == 2
    assert "git config" in done.err


def test_commit_during_a_merge(project: Project) -> None:
    """In the middle of a merge git refuses to commit a part, and so does this."""
    project.repo.git("checkout", "--quiet", "-b", "side")
    project.write("other", "x")
    project.repo.commit("Side")
    project.repo.git("checkout", "--quiet", "main")
    project.repo.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    project.bump("2.1.3", "2.1.4")
    done = project.generate("--commit")
    assert done.code == 2
    assert "merge" in done.err
    assert project.subjects()[0] == "Publish it"
    assert (project.root / ".git/MERGE_HEAD").exists()


def test_locked_index(project: Project) -> None:
    """While another git holds the index, the commit is refused with git's words."""
    project.write(".git/index.lock", "")
    project.bump("2.1.3", "2.1.4")
    done = project.generate("--commit")
    assert done.code == 2
    assert "index.lock" in done.err


def test_ignored_dockerfiles(project: Project) -> None:
    """A Dockerfile that .gitignore hides can't be committed, and the message says why."""
    project.write(".gitignore", "library/2.2/\n")
    project.repo.commit("Ignore")
    project.edit("versions.yaml", "releases:\n", NEW_CYCLE)
    done = project.generate("--commit")
    assert done.code == 2
    assert "library/2.2/trixie/Dockerfile" in done.err
    assert "ignore" in done.err


@pytest.mark.slow
@pytest.mark.parametrize("extra", [{"folder": "edge"}, {"version": "2.1.4-rc.1"}], ids=str)
def test_manifest_message_speaks_of_changes_only(project: Project, extra: dict[str, str]) -> None:
    """A cycle in a folder of another name, or a version with a dash, is not a change by itself."""
    if "folder" in extra:
        project.edit("versions.yaml", 'version: "2.0.9"', 'version: "2.0.9"\n    folder: edge')
    else:
        project.bump("2.0.9", "2.0.9-rc.1")
        accepted = 'accept: [{tag: "2.0*", goes_back_to: "2.0.9-rc.1", why: It was never out.}]'
        project.edit("versions.yaml", "\nsettings:\n", f"\n{accepted}\n\nsettings:\n")
        declared = 'also_versions: [{version: "2.0", why: It was announced.}]'
        project.edit(
            "versions.yaml", 'version: "2.0.9-rc.1"', f'version: "2.0.9-rc.1"\n    {declared}'
        )
    project.generate("--commit").ok()
    project.edit(LINUX, "set -eux", "set -ex")
    project.generate("--commit").ok()
    assert project.subjects()[0] == "Renew library/sample"


def test_a_moved_file_is_pruned_and_committed(project: Project) -> None:
    """A generated file under another name is deleted, waited for, and committed as deleted."""
    project.repo.git("mv", TRIXIE, f"{TRIXIE}.old")
    project.repo.commit("Move it")
    project.generate("--commit").ok()
    assert project.status() == []
    assert project.generate("--check").code == 0


def test_a_persons_dockerfile_is_theirs(project: Project) -> None:
    """It may be there, missing or committed."""
    project.write("library/custom/Dockerfile", "FROM scratch\n")
    project.repo.git("add", "library/custom")
    project.repo.commit("Add my own")
    (project.root / "library/custom/Dockerfile").unlink()
    assert project.generate("--check").code == 0
    project.generate("--commit").ok()
    assert project.status() == [" D library/custom/Dockerfile"]


def test_commit_of_a_renamed_image(project: Project) -> None:
    """The commit of a renamed image compares with the manifest of the old name: no tag moves."""
    project.edit("versions.yaml", "image: sample", "image: other")
    project.generate("--commit").ok()
    subjects = project.repo.git("log", "-2", "--format=%s").splitlines()
    assert subjects[0] == "Renew library/other"
