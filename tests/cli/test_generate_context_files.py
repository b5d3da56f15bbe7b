"""`tagmatrix generate` and the files beside Dockerfiles, in two images that need them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tagmatrix.header import named_files
from tagmatrix.manifest import parse as parse_manifest
from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.projects import Project

ENTRYPOINT = "templates/files/docker-entrypoint.sh"
HOW = "change .gitignore, and commit it"
COMPANIONS = """\
    files:
      - docker-entrypoint.sh
      - docker-ensure-initdb.sh
      - {template: database.conf.j2, to: conf/database.conf}
      - {file: collation.bin, to: share/collation.bin}
"""


@pytest.fixture
def database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return the database, published."""
    return publish_fixture("database", tmp_path / "database", capsys)


@pytest.fixture
def runtime(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return the runtime, published."""
    return publish_fixture("runtime", tmp_path / "runtime", capsys)


def commits(project: Project, name: str) -> dict[str, str]:
    """Return the commit of each folder, as the manifest has it."""
    manifest = parse_manifest((project.root / "library" / name).read_bytes())
    return {
        entry.directory.removeprefix("library/"): entry.git_commit for entry in manifest.entries
    }


def is_whole(project: Project, name: str) -> None:
    """Assert that everything is committed, and that each folder has its own files only."""
    assert "everything is up to date" in project.generate("--check").ok().out
    assert project.status() == []
    found = {str(path.parent) for path in (project.root / "library").rglob("Dockerfile")}
    folders = commits(project, name)
    assert {str(project.root / "library" / folder) for folder in folders} == found
    for folder, commit in folders.items():
        newest = project.repo.git("log", "-1", "--format=%H", "--", f"library/{folder}")
        assert commit == newest
        top = project.root / "library" / folder
        files = {str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()}
        named = named_files((top / "Dockerfile").read_bytes())
        assert files == {"Dockerfile", *named}


def republish(project: Project, name: str) -> tuple[set[str], set[str]]:
    """Generate and commit; return the folders whose commit moved, and those whose did not."""
    before = commits(project, name)
    project.generate("--commit").ok()
    is_whole(project, name)
    after = commits(project, name)
    same = {folder for folder in after if before.get(folder) == after[folder]}
    return after.keys() - same, same


def test_files_are_as_their_sources(database: Project) -> None:
    """Bytes and run bits are those of the sources, and a configuration is rendered."""
    is_whole(database, "database")
    folder = database.root / "library/17/bookworm"
    sources = database.root / "templates/files"
    for name in ("docker-entrypoint.sh", "docker-ensure-initdb.sh"):
        assert (folder / name).read_bytes() == (sources / name).read_bytes()
        assert (folder / name).stat().st_mode & 0o111 == 0o111
    binary = folder / "share/collation.bin"
    assert binary.read_bytes() == (sources / "collation.bin").read_bytes()
    assert not binary.stat().st_mode & 0o111
    assert (folder / "conf/database.conf").read_text() == "# for 17 on bookworm\nport=5417\n"
    listing = database.repo.git("ls-tree", "-r", "HEAD", "library/17/bookworm")
    assert listing.count("100755 blob") == 2


def move_the_binary_file(project: Project) -> None:
    """Give a file the path that is now its folder's."""
    project.edit("versions.yaml", "to: share/collation.bin", "to: share")
    project.edit("templates/database.Dockerfile.j2", "share/collation.bin", "share")


EDITS: dict[str, tuple[Callable[[Project], object], set[str]]] = {
    "a bump": (
        lambda project: project.run("bump", "17", "17.3").ok(),
        {"17/trixie", "17/bookworm"},
    ),
    "an entrypoint": (
        lambda project: project.edit(ENTRYPOINT, "set -eu", "set -e"),
        {"17/trixie", "17/bookworm", "18-rc/trixie", "18-rc/bookworm"},
    ),
    "a run bit": (
        lambda project: (project.root / ENTRYPOINT).chmod(0o644),
        {"17/trixie", "17/bookworm", "18-rc/trixie", "18-rc/bookworm"},
    ),
    "a binary file": (
        lambda project: project.write("templates/files/collation.bin", b"\0\xff"),
        {"17/trixie", "17/bookworm", "18-rc/trixie", "18-rc/bookworm"},
    ),
    "a configuration of one suite": (
        lambda project: project.edit(
            "templates/files/database.conf.j2",
            "port",
            "{% if image.suite == 'trixie' %}\nnew=1\n{% endif %}\nport",
        ),
        {"17/trixie", "18-rc/trixie"},
    ),
    "a promotion": (
        lambda project: project.run("promote", "18-rc", "18.0").ok(),
        {"18/trixie", "18/bookworm"},
    ),
    "a retirement": (lambda project: project.run("retire", "17").ok(), set()),
    "another name of a cycle": (
        lambda project: project.edit("versions.yaml", '"18-rc":', '"18-beta":'),
        {"18-beta/trixie", "18-beta/bookworm"},
    ),
    "another path": (
        move_the_binary_file,
        {"17/trixie", "17/bookworm", "18-rc/trixie", "18-rc/bookworm"},
    ),
}


FAST = ("a bump", "a run bit", "a configuration of one suite", "a retirement")
CASES = [
    pytest.param(*case, id=name, marks=() if name in FAST else pytest.mark.slow)
    for name, case in EDITS.items()
]


@pytest.mark.slow
@pytest.mark.parametrize(("edit", "moved"), CASES)
def test_edits(database: Project, edit: Callable[[Project], object], moved: set[str]) -> None:
    """After each kind of change the folders that changed have a new commit, and nothing is left."""
    edit(database)
    assert republish(database, "database")[0] == moved


def test_another_owner_of_a_file(runtime: Project) -> None:
    """A bump moves the commits of one cycle only, also of the image that is built from it."""
    runtime.run("bump", "24", "24.10.0").ok()
    moved, same = republish(runtime, "runtime")
    assert moved == {"24/bookworm", "24/alpine3.24"}
    assert same == {
        "24/onbuild-bookworm",
        "26/bookworm",
        "26/alpine3.24",
        "26/onbuild-bookworm",
    }


@pytest.mark.slow
def test_no_files_any_more(database: Project) -> None:
    """Files that no flavor lists are removed, also those that were never committed."""
    database.edit("versions.yaml", COMPANIONS, "    files: [collation.bin]\n")
    database.write("templates/database.Dockerfile.j2", "FROM {{ image.base }}\n")
    database.generate().ok()
    database.edit("versions.yaml", "    files: [collation.bin]\n", "")
    assert republish(database, "database")[0]
    assert "The files beside it" not in database.read("library/17/trixie/Dockerfile")
    assert [path.name for path in (database.root / "library/17/trixie").iterdir()] == ["Dockerfile"]


@pytest.mark.slow
def test_a_changed_file_is_kept_and_reported_by_a_commit(database: Project) -> None:
    """A file that a user changed and committed is reported by the run that commits the change."""
    database.write("library/17/trixie/share/collation.bin", "precious")
    database.repo.commit("Change a file")
    database.edit("versions.yaml", "      - {file: collation.bin, to: share/collation.bin}\n", "")
    database.edit("templates/database.Dockerfile.j2", "COPY share/collation.bin", "#")
    done = database.generate("--commit").ok()
    line = "library/17/trixie/share/collation.bin: no longer needed, but changed since"
    assert line in done.err
    assert database.read("library/17/trixie/share/collation.bin") == "precious"


def test_a_changed_file_is_kept(database: Project) -> None:
    """A file that a user changed is kept and reported when the matrix no longer wants it."""
    database.write("library/17/trixie/share/collation.bin", "precious")
    database.edit("versions.yaml", "      - {file: collation.bin, to: share/collation.bin}\n", "")
    database.edit("templates/database.Dockerfile.j2", "COPY share/collation.bin", "#")
    done = database.generate().ok()
    line = "library/17/trixie/share/collation.bin: no longer needed, but changed since"
    assert line in done.err
    assert database.read("library/17/trixie/share/collation.bin") == "precious"
    assert not (database.root / "library/17/bookworm/share").exists()
    check = database.generate("--check", "--only", "dockerfiles")
    assert check.code == 3
    assert check.out.startswith(line)


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        ("--commit",),
        pytest.param(("--commit", "--only", "dockerfiles"), marks=pytest.mark.slow),
    ],
)
def test_a_changed_file_that_is_restored(database: Project, options: tuple[str, ...]) -> None:
    """An unlisted file is reported when git restores it, until a user commits it."""
    binary = "library/17/trixie/share/collation.bin"
    database.write(binary, "precious")
    database.edit("versions.yaml", "      - {file: collation.bin, to: share/collation.bin}\n", "")
    database.edit("templates/database.Dockerfile.j2", "COPY share/collation.bin", "#")
    database.generate(*options).ok()
    database.repo.git("checkout", ".")
    database.generate("--commit").ok()
    check = database.generate("--check")
    assert check.code == 3
    assert check.out.startswith(f"{binary}: no longer needed, but HEAD still has it")
    database.write(binary, "precious")
    database.repo.git("add", binary)
    database.repo.git("commit", "--quiet", "--message=Keep it")
    database.generate("--commit").ok()
    database.generate("--check").ok()


def test_an_edited_file_is_a_difference(database: Project) -> None:
    """A wanted file that a user edited is a difference, as a Dockerfile is, and is restored."""
    path = "library/17/trixie/docker-entrypoint.sh"
    wanted = database.read(path)
    database.write(path, "edited\n")
    (database.root / "library/17/bookworm/docker-entrypoint.sh").chmod(0o644)
    check = database.generate("--check")
    assert check.code == 3
    assert f"{path}: differs from the result of versions.yaml and templates/\n" in check.out
    mode = "library/17/bookworm/docker-entrypoint.sh: not executable, but its source"
    assert mode in check.out
    diff = database.generate("--diff").out
    assert "-edited\n" in diff
    assert "old mode 100644\nnew mode 100755\n" in diff
    warning = f"warning: {path}: changed since tagmatrix wrote it, so `generate` overwrites"
    assert warning in check.err
    assert database.generate().ok().err.count("changed since") == 1
    assert database.read(path) == wanted
    is_whole(database, "database")


@pytest.mark.slow
@pytest.mark.parametrize("is_committed", [False, True])
def test_an_edited_file_is_overwritten(database: Project, is_committed: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """A commit reports the edit that it overwrites, and not a file of an earlier run."""
    path = "library/17/trixie/docker-entrypoint.sh"
    warning = f"{path}: changed since tagmatrix wrote it"
    database.write(path, "edited\n")
    if is_committed:
        database.repo.commit("Edit it")
    assert database.generate("--commit").ok().err.count(warning) == 1
    is_whole(database, "database")
    for text in ("#!/bin/sh\n# one\n", "#!/bin/sh\n# two\n"):
        database.write(ENTRYPOINT, text)
        assert "changed since" not in database.generate().ok().err


def test_a_users_file_is_not_overwritten(database: Project) -> None:
    """A file that only the disk has is not lost when the matrix begins to want its path."""
    database.write("library/17/trixie/run.sh", "precious\n")
    database.write("templates/files/run.sh", "#!/bin/sh\n")
    database.edit("versions.yaml", "    files:\n", "    files:\n      - run.sh\n")
    before = database.snapshot()
    done = database.generate()
    assert done.code == 2
    assert "library/17/trixie/run.sh: tagmatrix did not write this file" in done.err
    assert database.snapshot() == before
    database.repo.commit("Keep it")
    done = database.generate().ok()
    assert "templates/files/run.sh begins with #!, but it is not executable" in done.err
    assert "library/17/trixie/run.sh: tagmatrix did not write this file, and `generate`" in done.err
    assert "tagmatrix did not write" not in database.generate().ok().err
    assert database.read("library/17/trixie/run.sh") == "#!/bin/sh\n"


@pytest.mark.slow
@pytest.mark.parametrize("ignored", [False, True])
def test_files_that_git_does_not_have(database: Project, ignored: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """A file in an image's folder that git does not have is reported, before any commit too."""
    if ignored:
        database.write(".gitignore", "run.sh\n")
        database.repo.commit("Ignore it")
    path = "library/17/trixie/conf/run.sh"
    database.write(path, "x\n")
    check = database.generate("--check", "--only", "dockerfiles")
    assert check.code == 3
    what = "git ignores it" if ignored else "git does not track it"
    assert check.out.startswith(f"{path}: not from tagmatrix, and {what}, so the commit of its")
    assert f"warning: {path}: not from tagmatrix" in database.generate("--commit").ok().err
    assert database.repo.git("ls-files", path) == ""
    database.repo.git("add", "--force", path)
    assert database.generate("--check", "--only", "dockerfiles").code == 0
    assert (
        f"{path}: not from tagmatrix, and it differs from HEAD" in database.generate("--check").out
    )
    database.repo.git("commit", "--quiet", "-m", "Add it")
    database.generate("--commit").ok()
    assert database.generate("--check").code == 0
    assert commits(database, "database")["17/trixie"] == database.repo.git(
        "log", "-1", "--format=%H", "--", "library/17/trixie"
    )


def test_a_source_that_git_ignores(database: Project) -> None:
    """A source that git ignores is reported, and no file is written for a commit."""
    path = "templates/files/new.bin"
    database.write(path, "new")
    database.edit("versions.yaml", "    files:\n", "    files:\n      - new.bin\n")
    database.write(".gitignore", "*.bin\n!library/**\n")
    before = database.snapshot()
    refused = database.generate("--commit")
    assert refused.code == 2
    assert f"{path} can't be committed: git ignores it (.gitignore)" in refused.err
    assert database.snapshot() == before
    database.generate().ok()
    difference = f"{path}: git ignores it, so a clone lacks it: {HOW}\n"
    assert difference in database.generate("--check").out


def test_an_output_that_git_ignores(database: Project) -> None:
    """A file that git ignores can't be committed: --check does not advise to add it."""
    database.write(".gitignore", "library/17/**/*.bin\n")
    database.repo.git("rm", "-r", "--cached", "--quiet", "library/17")
    database.repo.commit("Forget it")
    check = database.generate("--check")
    paths = [line for line in check.out.splitlines() if ".bin: " in line]
    assert paths
    assert all(": git ignores it, so a clone lacks it: " in line for line in paths)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["files/collation.bin", "files/database.conf.j2", "part.j2"])
def test_sources_that_git_does_not_have(database: Project, name: str, tmp_path: Path) -> None:
    """A source that git ignores is an error of a commit, because a clone would lack it."""
    database.write("templates/part.j2", "# a comment\n")
    template = "templates/database.Dockerfile.j2"
    database.edit(template, "\nRUN", "\n{% include 'part.j2' %}\nRUN")
    database.generate("--commit").ok()
    path = f"templates/{name}"
    database.repo.git("rm", "--cached", "--quiet", path)
    database.repo.git("commit", "--quiet", "--message=Forget it")
    for options in ((), ("--only", "dockerfiles")):
        check = database.generate("--check", *options)
        assert check.code == 3
        assert check.out == (
            f"{path}: not tracked by git: add and commit it\nrun: tagmatrix generate --commit\n"
        )
    assert database.generate("--check", "--only", "manifest").code == 0
    database.write(".gitignore", f"{path}\n")
    database.repo.commit("Ignore it")
    check = database.generate("--check")
    assert check.code == 3
    assert check.out == f"{path}: git ignores it, so a clone lacks it: {HOW}\n"
    refused = database.generate("--commit")
    assert refused.code == 2
    assert f"{path} can't be committed: git ignores it (.gitignore)" in refused.err
    database.write(".gitignore", "")
    database.generate("--commit").ok()
    database.repo.git("clone", "--quiet", ".", str(tmp_path / "clone"))
    database.at(tmp_path / "clone").generate("--check").ok()


@pytest.mark.slow
def test_advice(database: Project) -> None:
    """The command at the end is about the differences that `--only` selects."""
    database.write("library/17/trixie/Dockerfile.dev", "FROM scratch\n")
    database.repo.commit("A Dockerfile for developers")
    check = database.generate("--check", "--only", "dockerfiles")
    assert check.code == 3
    assert "Dockerfile.dev: a Dockerfile that tagmatrix did not write" in check.out
    assert "run:" not in check.out
    assert database.generate("--check").out.endswith("run: tagmatrix generate\n")


def test_a_deleted_file_of_a_user(database: Project) -> None:
    """A user's file that HEAD has and the disk lacks concerns the manifest only."""
    path = "library/17/trixie/notes"
    database.write(path, "x\n")
    database.repo.commit("Add notes")
    database.generate("--commit").ok()
    (database.root / path).unlink()
    assert database.generate("--check", "--only", "dockerfiles").code == 0
    check = database.generate("--check")
    assert check.code == 3
    assert check.out == (
        f"{path}: not from tagmatrix, and it differs from HEAD: commit it, or restore it\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "where"),
    [
        (("retire", "17"), "elsewhere"),
        (("promote", "18-rc", "18.0"), "to library/18/trixie/more/ yourself"),
    ],
)
def test_steps_report_files_of_users(database: Project, step: tuple[str, ...], where: str) -> None:
    """`retire` and `promote` say what happens to a file that a user put into a folder."""
    folder = f"library/{step[1]}/trixie"
    path = f"{folder}/more/run.sh"
    database.write(path, "x\n")
    database.write(f"{folder}/docker-entrypoint.sh", "#!/bin/sh\n# changed\n")
    database.repo.commit("Add one, and change one")
    done = database.run(*step).ok()
    assert f"warning: {path} stays, because tagmatrix did not write it: move it {where}" in done.err
    assert (
        f"warning: {folder}/docker-entrypoint.sh stays, because it changed since tagmatrix wrote "
        "it: move the change into templates/files/, and remove the file" in done.err
    )
    assert done.err.count("stays, because") == 2
    database.generate("--commit").ok()
    check = database.generate("--check")
    assert check.code == 3
    assert f"{path}: in a folder of no image, and not from tagmatrix" in check.out


COPIES = {
    "a file that nothing makes": ("COPY run.sh /\n", "COPY of run.sh: the folder will not have it"),
    "a pattern": ("COPY *.py /\n", "COPY of *.py: the folder will not have it"),
    "an ignored file": (
        "COPY docs/ /usr/share/\n",
        "COPY of docs/: the folder has it, but its .dockerignore leaves it out",
    ),
    "a folder with nothing left": (
        'ADD ["docs/logo.bin", "/"]\n',
        "ADD of docs/logo.bin: the folder has it, but its .dockerignore leaves it out",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "message"), COPIES.values(), ids=COPIES)
def test_copies_of_nothing(runtime: Project, text: str, message: str) -> None:
    """A COPY or ADD of what the folder will not have is refused with its line."""
    name = "templates/runtime.Dockerfile.j2"
    source = runtime.read(name)
    line = source.count("\n") + 1
    runtime.write(name, source + "{% if image.flavor == 'default' %}\n" + text + "{% endif %}\n")
    before = runtime.snapshot()
    done = runtime.generate()
    assert done.code == 2
    assert f"{name}:{line + 1}: {message}" in done.err
    assert "(line " in done.err
    assert runtime.snapshot() == before


@pytest.mark.slow
def test_copies_of_what_is_there(runtime: Project) -> None:
    """Folders, patterns, files of users and everything but the context are fine."""
    runtime.write("library/24/bookworm/by-hand", "x\n")
    (runtime.root / "library/26/bookworm/by-hand").symlink_to("Dockerfile")
    runtime.repo.commit("Add them")
    runtime.edit(
        "templates/runtime.Dockerfile.j2",
        "ENTRYPOINT",
        "COPY . /srv/\nCOPY ./docker-*.sh missing* /srv/\nADD https://example.org/x /srv/\n"
        "{% if image.flavor == 'default' %}\nCOPY by-hand /srv/\n{% endif %}\n"
        "COPY --from=busybox:1 /bin/sh /srv/\nENTRYPOINT",
    )
    runtime.generate("--commit").ok()


def test_a_copy_of_a_file_that_goes(database: Project) -> None:
    """A file that this run deletes is not there, although the disk still has it."""
    database.edit("versions.yaml", "      - docker-ensure-initdb.sh\n", "")
    done = database.generate()
    assert done.code == 2
    assert "COPY of docker-ensure-initdb.sh: the folder will not have it" in done.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("collation.bin", "templates/files/collation.bin: no such file"),
        ("", "templates/files/docker-entrypoint.sh: no such file"),
    ],
)
def test_missing_sources(database: Project, path: str, message: str) -> None:
    """A source that does not exist is named with its path, and nothing is written."""
    (database.root / "templates/files" / path).rename(database.root / "away")
    refused(database, message)


def test_all_missing_sources(database: Project) -> None:
    """All sources that can't be used are reported in one run."""
    for name in ("collation.bin", "docker-entrypoint.sh", "database.conf.j2"):
        (database.root / "templates/files" / name).unlink()
    lines = database.generate().err.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "templates/files/docker-entrypoint.sh",
        "templates/files/database.conf.j2",
        "templates/files/collation.bin",
    ]


def test_a_missing_source_hides_no_error(database: Project) -> None:
    """Sources, templates and Dockerfiles are all read, and each error is reported once."""
    (database.root / "templates/files/collation.bin").unlink()
    database.write("templates/files/database.conf.j2", "{{ nothing }}\n")
    database.write("templates/files/docker-ensure-initdb.sh", "{{ nothing }}\n")
    database.edit("versions.yaml", "- docker-ens", "- template: docker-ens")
    template = "templates/database.Dockerfile.j2"
    text = database.read(template)
    database.write(template, f"{text}INSTALL x\nCOPY share/collation.bin no.sh /\n")
    lines = database.generate().err.splitlines()
    parts = (
        "templates/files/collation.bin: no such file",
        "templates/files/docker-ensure-initdb.sh:1: 'nothing' is undefined",
        "templates/files/database.conf.j2:1: 'nothing' is undefined",
        "unknown instruction: INSTALL",
        "COPY of no.sh: the folder will not have it",
    )
    assert len(lines) == len(parts)
    assert all(part in line for line, part in zip(lines, parts, strict=True)), lines
    database.write(template, "{{ nothing }}\n")
    lines = database.generate().err.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "templates/files/collation.bin",
        f"{template}:1",
        "templates/files/docker-ensure-initdb.sh:1",
        "templates/files/database.conf.j2:1",
    ]


@pytest.mark.parametrize("path", ["files/collation.bin", "files"])
def test_sources_behind_links(database: Project, path: str) -> None:
    """No source is read through a link, even inside templates/."""
    source = database.root / "templates" / path
    moved = source.rename(source.with_name("moved"))
    source.symlink_to(moved.name)
    refused(database, f"templates/{path} is a symbolic link; replace it with a copy")


def test_a_folder_as_source(database: Project) -> None:
    """A folder is refused, because each file is listed."""
    database.edit("versions.yaml", "{file: collation.bin, to: share", "{file: all, to: share")
    (database.root / "templates/files/all").mkdir()
    refused(database, "templates/files/all is a folder; list each of its files under `files`")


def test_a_mistake_in_a_template(database: Project) -> None:
    """A mistake in a template for a file has its place."""
    database.write("templates/files/database.conf.j2", "{{ image.sweet }}")
    refused(database, 'templates/files/database.conf.j2:1: there is no value image.* "sweet"')


def refused(project: Project, message: str) -> None:
    """Assert that generate fails with a message, and writes nothing."""
    before = project.snapshot()
    done = project.generate()
    assert done.code == 2
    assert f"error: {message}" in done.err
    assert project.snapshot() == before


def test_one_cycle(database: Project) -> None:
    """With a cycle, only its folders are written, pruned and checked for other files."""
    database.write("library/18-rc/trixie/run.sh", "x\n")
    database.edit("versions.yaml", "      - {file: collation.bin, to: share/collation.bin}\n", "")
    database.edit("templates/database.Dockerfile.j2", "COPY share/collation.bin", "#")
    done = database.generate("17").ok()
    assert "run.sh" not in done.err
    assert not (database.root / "library/17/trixie/share").exists()
    assert (database.root / "library/18-rc/trixie/share/collation.bin").exists()
    assert "run.sh" in database.generate("18-rc").ok().err


def test_elsewhere(database: Project, tmp_path: Path) -> None:
    """A tree in another folder has the files too, with their run bits."""
    target = tmp_path / "target"
    database.generate("--output", str(target)).ok()
    for path in sorted((database.root / "library/17").rglob("*")):
        if path.is_file():
            copied = target / path.relative_to(database.root)
            assert copied.read_bytes() == path.read_bytes()
            assert copied.stat().st_mode == path.stat().st_mode


@pytest.mark.slow
def test_files_of_a_variant(database: Project) -> None:
    """A listed variant has its own files instead of those of its flavor."""
    database.edit(
        "versions.yaml",
        '    version: "17.2"\n',
        '    version: "17.2"\n    variants:\n      - bookworm\n      - name: trixie\n'
        "        template: plain\n"
        '        files: [{file: collation.bin, to: "{suite}-{version}.bin"}]\n',
    )
    database.write("templates/plain.Dockerfile.j2", "FROM {{ image.base }}\nCOPY *.bin /\n")
    database.generate("--commit").ok()
    is_whole(database, "database")
    assert [*named_files(database.read("library/17/trixie/Dockerfile").encode())] == [
        "trixie-17.2.bin"
    ]


def test_a_dockerignore_of_a_user(database: Project) -> None:
    """A .dockerignore that a user put into the folder counts too."""
    database.write("library/17/trixie/.dockerignore", "conf/*.conf\n")
    database.repo.commit("Ignore the configuration")
    done = database.generate()
    assert done.code == 2
    assert (
        "COPY of conf/: the folder has it, but its .dockerignore leaves it out (line 18 of "
        "17/trixie/Dockerfile)"
    ) in done.err
    database.write("library/17/trixie/Dockerfile.dockerignore", "share/other\n")
    database.generate().ok()


@pytest.mark.slow
def test_build_order(runtime: Project) -> None:
    """An image that is built from another of its family comes after it, whatever the order is."""
    runtime.edit("versions.yaml", "[default, onbuild]", "[onbuild, default]")
    runtime.generate("--commit").ok()
    path = "library/runtime"
    listed = runtime.run("library", "list", "--uniq", path).ok().out.split()
    assert listed[0] == "runtime:26.1.0-onbuild"
    ordered = runtime.run("library", "list", "--uniq", "--build-order", path).ok().out.split()
    assert sorted(ordered) == sorted(listed)
    for version in ("26.1.0", "24.9.1"):
        base, child = f"runtime:{version}-bookworm", f"runtime:{version}-onbuild"
        assert ordered.index(base) < ordered.index(child)


def modes(project: Project) -> set[str]:
    """Return the modes that HEAD has of the entrypoint and of its copies."""
    lines = project.repo.git("ls-tree", "-r", "HEAD").splitlines()
    return {line[:6] for line in lines if line.endswith("/docker-entrypoint.sh")}


@pytest.mark.slow
def test_git_ignores_the_run_bits_of_the_disk(database: Project) -> None:
    """Where git ignores them, the run bit of the source in git is that of its copies."""
    database.repo.git("config", "core.fileMode", "false")
    for path in database.root.rglob("*.sh"):
        path.chmod(0o644)
    assert database.generate("--check").code == 0
    database.repo.git("update-index", "--chmod=-x", ENTRYPOINT)
    check = database.generate("--check")
    assert check.code == 3
    assert "library/database: waits until these folders are committed" in check.out
    assert f"git update-index --add --chmod=+x {ENTRYPOINT}\n" in check.err
    for sign, mode in (("-x", "100644"), ("+x", "100755")):
        database.repo.git("update-index", f"--chmod={sign}", ENTRYPOINT)
        database.generate("--commit").ok()
        assert modes(database) == {mode}
        is_whole(database, "database")


@pytest.mark.slow
def test_new_files_where_git_ignores_run_bits(database: Project) -> None:
    """A source that git does not track has the run bit of the disk, in the commit too."""
    database.repo.git("config", "core.fileMode", "false")
    database.write("templates/files/new/docker-entrypoint.sh", "#!/bin/sh\n").chmod(0o755)
    database.edit("versions.yaml", "    files:\n", "    files:\n      - new/docker-entrypoint.sh\n")
    database.generate("--commit").ok()
    assert modes(database) == {"100755"}
    is_whole(database, "database")


def test_a_lost_run_bit_without_git(database: Project) -> None:
    """Run bits are checked and fixed also where there is no repository."""
    shutil.rmtree(database.root / ".git")
    copy = database.root / "library/17/trixie/docker-entrypoint.sh"
    copy.chmod(0o644)
    check = database.generate("--check", "--only", "dockerfiles")
    assert check.code == 3
    assert "docker-entrypoint.sh: not executable, but its source" in check.out
    database.generate().ok()
    assert copy.stat().st_mode & 0o111
    assert database.generate("--check", "--only", "dockerfiles").code == 0


@pytest.mark.slow
def test_a_source_loses_its_run_bit(database: Project) -> None:
    """Only the mode of its copies changes, and the folders move."""
    (database.root / ENTRYPOINT).chmod(0o644)
    check = database.generate("--check", "--only", "dockerfiles")
    assert check.code == 3
    what = "executable, but its source in templates/files/ is not"
    assert f"library/17/trixie/docker-entrypoint.sh: {what}\n" in check.out
    moved, same = republish(database, "database")
    assert moved
    assert not same
    assert modes(database) == {"100644"}
    assert database.subjects()[:2] == [
        "Renew library/database",
        "Change the run bits of files",
    ]


ATTRIBUTES = (
    "* text=auto\n",
    "* text=auto eol=lf\n",
    "* text eol=crlf\n",
    "*.sh eol=crlf\n",
    "* -text\n",
    "templates/** -text\n",
    "library/** text\n",
    "",
)


@pytest.mark.parametrize("source", [ENTRYPOINT, "templates/files/database.conf.j2"])
@pytest.mark.parametrize("autocrlf", ["true", "input", "false"])
@pytest.mark.parametrize("attributes", ATTRIBUTES)
@pytest.mark.slow
def test_line_endings(
    database: Project, tmp_path: Path, attributes: str, autocrlf: str, source: str
) -> None:
    """A source with CRLF is published once, or it is refused with advice that helps."""
    converges(database, tmp_path, attributes, autocrlf, source)


@pytest.mark.slow
@pytest.mark.parametrize("attributes", ["* text=auto\n", "library/** text\n"])
def test_a_source_with_crlf(database: Project, tmp_path: Path, attributes: str) -> None:
    """A source with CRLF is read as git stores it; it is refused if git stores copies otherwise."""
    converges(database, tmp_path, attributes, "false", ENTRYPOINT)


def converges(
    project: Project, tmp_path: Path, attributes: str, autocrlf: str, source: str
) -> None:
    """Assert that a source with CRLF is published for good, here and in a clone."""
    project.repo.git("config", "core.autocrlf", autocrlf)
    project.write(".gitattributes", attributes)
    project.repo.git("add", ".gitattributes")
    project.repo.git("commit", "--quiet", "--allow-empty", "--message=Attributes")
    text = (project.root / source).read_bytes()
    project.write(source, b"# new\n".join(text.partition(b"\n")[::2]).replace(b"\n", b"\r\n"))
    before = project.status()
    done = project.generate("--commit")
    if "-text" not in done.err:
        done.ok()
    else:
        assert done.code == 2
        assert project.status() == before
        advice = [line.partition("write `")[2].partition("`")[0] for line in done.err.splitlines()]
        project.write(".gitattributes", attributes + "".join(f"{line}\n" for line in advice))
        project.repo.git("add", ".gitattributes")
        project.repo.git("commit", "--quiet", "--message=Advice")
        project.generate("--commit").ok()
    is_whole(project, "database")
    assert "nothing to commit" in project.generate("--commit").ok().out
    clone = tmp_path / "clone"
    options = ("--quiet", f"--config=core.autocrlf={autocrlf}")
    project.repo.git("clone", *options, str(project.root), str(clone))
    there = project.at(clone)
    there.generate("--commit").ok()
    is_whole(there, "database")


def test_a_checkout_with_crlf(database: Project, tmp_path: Path) -> None:
    """A checkout with CRLF is up to date; a file with another change is not."""
    clone = tmp_path / "clone"
    database.repo.git(
        "clone", "--quiet", "--config=core.autocrlf=true", str(database.root), str(clone)
    )
    there = database.at(clone)
    script = clone / "library/17/trixie/docker-entrypoint.sh"
    assert b"\r\n" in script.read_bytes()
    assert "everything is up to date" in there.generate("--check").ok().out
    script.write_bytes(script.read_bytes() + b"# more\r\n")
    check = there.generate("--check")
    assert check.code == 3
    assert check.out.count("differs from the result of versions.yaml and templates/") == 1
    there.generate().ok()
    assert script.read_bytes() == (database.root / script.relative_to(clone)).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("autocrlf", ["true", "input"])
def test_a_checkout_of_committed_crlf(database: Project, tmp_path: Path, autocrlf: str) -> None:
    """A clone whose settings would convert a source with CRLF has the same images."""
    text = (database.root / ENTRYPOINT).read_bytes()
    database.write(ENTRYPOINT, text.replace(b"\n", b"\r\n", 2))
    database.generate("--commit").ok()
    clone = tmp_path / "clone"
    options = ("--quiet", f"--config=core.autocrlf={autocrlf}")
    database.repo.git("clone", *options, str(database.root), str(clone))
    there = database.at(clone)
    assert "everything is up to date" in there.generate("--check").ok().out
    assert "nothing to commit" in there.generate("--commit").ok().out
    assert "everything is up to date" in there.generate("--check").ok().out


def test_retired_in_a_checkout_with_crlf(database: Project, tmp_path: Path) -> None:
    """A checkout with CRLF has files of tagmatrix, so `retire` and `generate` remove them."""
    clone = tmp_path / "clone"
    database.repo.git(
        "clone", "--quiet", "--config=core.autocrlf=true", str(database.root), str(clone)
    )
    there = database.at(clone)
    assert b"\r\n" in (clone / "library/17/trixie/docker-entrypoint.sh").read_bytes()
    there.run("retire", "17").ok()
    there.generate("--commit").ok()
    assert not (clone / "library/17").exists()
    is_whole(there, "database")
