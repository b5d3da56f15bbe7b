"""`tagmatrix init`: a new family, which generates without a change."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tagmatrix import starters
from tagmatrix.manifest import parse
from tests.cli.test_killed import files
from tests.imports.samples import HEAD, entry, product
from tests.projects import Project
from tests.repos import TestRepo, environment, make_repo

if TYPE_CHECKING:
    from pathlib import Path

CI = ".github/workflows/images.yml"


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return an empty folder, without git."""
    root = tmp_path / "demo"
    root.mkdir()
    return Project(repo=TestRepo(root), root=root, capsys=capsys)


@pytest.fixture
def repository(empty: Project) -> Project:
    """Return an empty folder that is a repository."""
    make_repo(empty.root)
    return empty


@pytest.mark.slow
@pytest.mark.parametrize("kind", starters.KINDS)
def test_a_family_generates_and_passes(repository: Project, kind: str) -> None:
    """Its commands make the Dockerfiles, the manifest and the table of README.md."""
    done = repository.run("init", "--like", kind).ok()
    assert "git init" not in done.err
    repository.repo.commit("Begin the family")
    made = repository.generate("--commit").ok()
    assert "demo: " in made.out
    assert repository.generate("--check").ok().out.endswith("everything is up to date\n")
    assert repository.repo.git("status", "--porcelain") == ""
    assert "| `" in repository.read("README.md")
    assert "latest" in repository.run("tags", "--format", "tsv").ok().out
    assert "@" not in repository.read("versions.yaml").replace("you@", "").replace("(@you)", "")
    assert "warning" not in made.err


@pytest.mark.parametrize("place", [".git", ".git/new", "link"])
def test_no_file_inside_git(repository: Project, place: str) -> None:
    """The folders of git are not a family's, also behind a link."""
    root = repository.root
    (root / ".git/new").mkdir()
    (root / "link").symlink_to(".git")
    done = repository.run("-C", str(root / place), "init", "demo")
    assert (done.code, "this is inside .git; choose another place" in done.err) == (2, True)
    assert not list((root / ".git").rglob("versions.yaml"))


def test_files_of_plans_are_ignored(repository: Project) -> None:
    """Git ignores what `plan` and builds leave, and a .gitignore that exists stays."""
    repository.run("init").ok()
    names = ("plan.json", "bake.json", "bases.json", "build.sh", "digests/a.json", "metadata/a")
    for name in names:
        repository.write(name, "x\n")
    assert repository.repo.git("check-ignore", *names).splitlines() == [*names]


def test_a_gitignore_that_exists_stays(empty: Project) -> None:
    """`init` says which lines to add to a .gitignore that is already there."""
    empty.write(".gitignore", "*.log\n")
    done = empty.run("init").ok()
    assert "wrote .gitignore" not in done.out
    assert "add to it: /bake.json" in done.err
    assert empty.read(".gitignore") == "*.log\n"


def test_a_gitignore_that_has_the_lines(empty: Project) -> None:
    """`init` names only lines that .gitignore lacks."""
    family = starters.NewFamily(image="x", repository="", branch="", maintainer="")
    lines = starters.common(family)[starters.IGNORED].decode().splitlines(keepends=True)
    empty.write(".gitignore", "".join(lines[:-1]))
    done = empty.run("init", "--dry-run")
    assert f"already there; add to it: {lines[-1]}" in done.err
    empty.write(".gitignore", "".join(lines))
    assert ".gitignore" not in empty.run("init", "--dry-run").err


def test_the_next_commands_are_printed(empty: Project) -> None:
    """Without a repository the first of them is `git init`."""
    done = empty.run("init").ok()
    assert "wrote versions.yaml\n" in done.out
    assert "git init --initial-branch main" in done.out + done.err


def test_the_name_is_that_of_the_folder(empty: Project) -> None:
    """NAME replaces it."""
    empty.run("init").ok()
    assert "image: demo\n" in empty.read("versions.yaml")
    other = empty.root / "other"
    other.mkdir()
    empty.run("-C", str(other), "init", "team.app").ok()
    assert "image: team.app\n" in empty.read("other/versions.yaml")
    assert "repository: https://github.com/example/team.app.git\n" in empty.read(
        "other/versions.yaml"
    )


@pytest.mark.parametrize("name", ["Demo", "a/b", "a b", "", "a..b", "ä", "a\n"])
def test_an_invalid_name(empty: Project, name: str) -> None:
    """Nothing is written, and the message says which names are possible."""
    done = empty.run("init", name)
    assert (done.code, "invalid image name" in done.err) == (2, True)
    assert not (empty.root / "versions.yaml").exists()


@pytest.mark.parametrize("path", ["versions.yaml", "README.md", CI])
def test_a_file_that_exists_stays(empty: Project, path: str) -> None:
    """No file is changed, and no other one is written."""
    empty.write(path, "mine")
    done = empty.run("init")
    advice = "init changes no file; begin in an empty folder: tagmatrix -C DIR init"
    assert (done.code, done.err) == (2, f"error: {path} already exists: {advice}\n")
    assert empty.read(path) == "mine"
    assert [each for each in empty.root.rglob("*") if each.is_file()] == [empty.root / path]


def test_a_run_that_did_not_end(empty: Project) -> None:
    """The same command writes what is missing, without leftovers; another file is still refused."""
    whole = empty.at(empty.root / "whole")
    whole.root.mkdir()
    whole.run("init", "demo").ok()
    empty.root.joinpath("half").mkdir()
    half = empty.at(empty.root / "half")
    written = {".gitattributes", ".gitignore", CI}
    for path in written:
        half.write(path, whole.read(path))
    half.write(".github/workflows/.tagmatrix-0123456789abcdef-images.yml", "half")
    half.write("README.md", "mine")
    refused = half.run("init", "demo")
    assert (refused.code, "error: README.md already exists" in refused.err) == (2, True)
    (half.root / "README.md").unlink()
    done = half.run("init", "demo", "--quiet").ok()
    assert ".gitignore is already there" not in done.err
    assert not [path for path in written if f"wrote {path}\n" in done.out]
    assert files(half) == files(whole)
    again = half.run("init", "demo")
    assert (again.code, "versions.yaml" in again.err) == (2, True)


def test_repository_and_branch_come_from_git(repository: Project) -> None:
    """The address of origin is taken if it is an https address without a password."""
    repository.repo.git("checkout", "--quiet", "-b", "trunk")
    repository.repo.git("remote", "add", "origin", "https://example.org/me/demo.git")
    repository.run("init").ok()
    text = repository.read("versions.yaml")
    assert "repository: https://example.org/me/demo.git\nbranch: trunk\n" in text
    assert 'branches: ["trunk"]\n' in repository.read(CI)


@pytest.mark.parametrize(
    "address", ["git@example.org:me/demo.git", "https://me:word@example.org/demo.git", "https://[x"]
)
def test_another_address_is_not_taken(repository: Project, address: str) -> None:
    """The manifest needs an https address, and never a password."""
    repository.repo.git("remote", "add", "origin", address)
    repository.run("init").ok()
    text = repository.read("versions.yaml")
    assert "repository: https://github.com/example/demo.git\n" in text
    assert "word" not in text


def test_a_folder_inside_a_repository(repository: Project) -> None:
    """The files for CI are left out: a host reads them at the repository's top only."""
    (repository.root / "images").mkdir()
    done = repository.run("-C", str(repository.root / "images"), "init").ok()
    assert "warning: this folder is images in its repository" in done.err
    assert (repository.root / "images/versions.yaml").exists()
    assert not (repository.root / "images" / CI).exists()


@pytest.mark.parametrize(
    ("ci", "there"), [("github", {CI}), ("gitlab", {".gitlab-ci.yml"}), ("none", set())]
)
def test_ci(empty: Project, ci: str, there: set[str]) -> None:
    """Each host of repositories has its own file."""
    empty.run("init", "--ci", ci).ok()
    paths = (CI, ".gitlab-ci.yml")
    assert {path for path in paths if (empty.root / path).exists()} == there
    assert (empty.root / ".pre-commit-config.yaml").exists()


def test_a_folder_that_can_not_be_written(empty: Project) -> None:
    """A file in the place of a folder is an error with the path."""
    empty.write("templates", "a file")
    done = empty.run("init")
    assert (done.code, "templates" in done.err) == (2, True)


def test_from_a_manifest(repository: Project) -> None:
    """versions.yaml makes the entries of the manifest, which also gives the name."""
    trixie = entry(product(["2.1.0", "2.1", "2", "latest"], ["trixie", ""]), "2.1/trixie")
    other = repository.root.parent / "engine"
    other.write_text(HEAD + trixie)
    done = repository.run("init", "--from", str(other)).ok()
    assert "wrote .github/workflows/images.yml\n" in done.out
    assert "1 of 1 entries come out exactly\n" in done.out
    repository.repo.commit("Begin the family")
    repository.generate("--commit").ok()
    made = parse((repository.root / "library/engine").read_bytes()).entries
    assert [each.tags for each in made] == [each.tags for each in parse(other.read_bytes()).entries]


def followed(folder: Path, said: str) -> str:
    """Run the commands that `init` printed; return them."""
    lines = [line.strip() for line in said.partition("then run\n")[2].splitlines()]
    tagmatrix = f"{sys.executable} -m tagmatrix"
    script = "\n".join(line.replace("tagmatrix ", f"{tagmatrix} ", 1) for line in lines)
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize("fetch", ["refs/tags/v2.1.0", "refs/heads/2.1"])
def test_from_a_manifest_with_other_refs(empty: Project, fetch: str) -> None:
    """The commands that are printed fetch the refs, and make the manifest."""
    there = empty.root.parent / "up stream"
    upstream = make_repo(there)
    (there / "debian").mkdir()
    (there / "debian/Dockerfile").write_text("FROM debian:trixie\n")
    upstream.commit("Begin")
    upstream.git("update-ref", fetch, "HEAD")
    head = HEAD.replace("heads/main", "heads/trunk")
    tags = product(["2.1.0", "2.1", "2", "latest"], ["trixie", ""])
    other = empty.root.parent / "engine"
    other.write_text(
        head
        + entry(product(["3.0.0", "3.0", "3"], ["trixie"]), "debian")
        + entry(tags, "debian", GitFetch=fetch, GitCommit=upstream.head())
    )
    done = empty.run("init", "--from", str(other)).ok()
    said = done.out
    address = "https://github.com/example/engine.git"
    assert f"  git remote add origin {address}\n  git fetch --tags origin\n" in said
    commands = followed(empty.root, said.replace(address, shlex.quote(str(there))))
    assert commands.startswith("git init --initial-branch trunk\n")
    assert 'branches: ["trunk"]\n' in empty.read(CI)
    made = parse((empty.root / "library/engine").read_bytes()).entries
    assert fetch in [each.git_fetch for each in made]


def test_from_a_manifest_with_other_refs_in_a_repository(repository: Project) -> None:
    """A remote that is already there is not added again."""
    other = repository.root.parent / "engine"
    other.write_text(HEAD + entry(["2.1.0", "2.1"], "debian", GitFetch="refs/tags/v2.1.0"))
    repository.repo.git("remote", "add", "origin", "git@example.org:me/engine.git")
    done = repository.run("init", "--from", str(other)).ok()
    assert "git remote add" not in done.out
    assert "  git fetch --tags origin\n" in done.out


def test_from_a_manifest_that_is_not_described(repository: Project) -> None:
    """An entry that versions.yaml can't describe is named, and the exit code is 3."""
    trixie = entry(["2.1.0"], "2.1/trixie")
    other = repository.root.parent / "engine"
    other.write_text(HEAD + trixie + entry("edge", "x86", arm64v8_Directory="arm"))
    done = repository.run("init", "mine", "--from", str(other))
    assert (done.code, "missing edge (x86): its fields differ" in done.out) == (3, True)
    assert "image: mine\n" in repository.read("versions.yaml")
    assert repository.run("init", "--from", "x", "--like", "multi").code == 2
    assert "x: no such" in repository.run("init", "--from", "./x").err


def test_dry_run(empty: Project) -> None:
    """It names the files that `init` then writes, writes none, and exits with 3."""
    assert empty.run("init", "-n").out.endswith("\nnothing was written\n")
    dry = empty.run("init", "-n", "--quiet")
    assert (dry.code, [*empty.root.iterdir()]) == (3, [])
    assert dry.out == empty.run("init", "--quiet").ok().out.replace("wrote", "would write")
    again = empty.run("init", "--dry-run")
    assert (again.code, "init changes no file" in again.err) == (2, True)
