"""Images in other places than `library/CYCLE/VARIANT`, and images like those of the world."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.manifest import parse as parse_manifest
from tests.fixtures import publish_fixture
from tests.projects import Project
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.manifest import Entry

TOOL = """\
image: tool
repository: https://github.com/example/tool.git
branch: main
maintainers: ["Example (@example)"]
layout: .
flavors:
  debian: {name: "", base: "debian:{suite}-slim", template: tool, files: [run.sh]}
  alpine:
    name: alpine
    base: alpine:{suite}
    template: tool
    files: [run.sh]
    dockerfile: Dockerfile.alpine
suites:
  trixie: {flavors: [debian], architectures: [amd64]}
  "3.24": {flavors: [alpine], architectures: [amd64]}
releases:
  "1.2": {version: "1.2.3"}
"""
UP_TO_DATE = "everything is up to date"
MANIFESTS = {
    "jdk": "library/jdk",
    "blog": "library/blog",
    "broker": "library/broker",
    "company": "manifests/gateway",
}
BUMPS = {
    "jdk": ("25.0.4_7", "25.0.5_8"),
    "blog": ("7.1.0", "7.1.1"),
    "broker": ("4.3.5", "4.3.6"),
    "company": ("2.4.1", "2.4.2"),
}


def entries(project: Project, path: str) -> dict[str, Entry]:
    """Return the entries of a manifest by the path of their Dockerfile."""
    manifest = parse_manifest((project.root / path).read_bytes())
    return {f"{entry.directory}/{entry.file}": entry for entry in manifest.entries}


@pytest.fixture
def tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return an image in the folder of versions.yaml, published."""
    root = tmp_path / "tool"
    project = Project(make_repo(root), root, capsys)
    project.write("versions.yaml", TOOL)
    project.write("main.c", "int main() { return 0; }\n")
    project.write("templates/tool.Dockerfile.j2", "FROM {{ image.base }}\nCOPY run.sh main.c /\n")
    project.write("templates/files/run.sh", "exec tool\n")
    project.repo.commit("Add the tool")
    project.generate("--commit").ok()
    return project


@pytest.mark.slow
@pytest.mark.parametrize("name", MANIFESTS)
def test_families(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each image like one of the world is generated, guarded and bumped."""
    project = publish_fixture(name, tmp_path / name, capsys)
    path, entry = next(iter(entries(project, MANIFESTS[name]).items()))
    folder = path.rpartition("/")[0]
    assert entry.git_commit == project.repo.git("log", "-1", "--format=%H", "--", folder)
    old, new = BUMPS[name]
    project.bump(old, new)
    assert new in project.generate("--commit").ok().out
    assert UP_TO_DATE in project.generate("--check").ok().out
    newest = [entry for entry in entries(project, MANIFESTS[name]).values() if new in entry.tags[0]]
    assert len(newest) >= 2
    project.edit("versions.yaml", f'    version: "{new}"', f'    version: "{old}"')
    refused = project.generate("--check")
    assert refused.code == 5, refused
    assert "go back" in refused.err or "goes back" in refused.err


def test_company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two Dockerfiles are in one folder, with one commit and one copy of their files."""
    project = publish_fixture("company", tmp_path / "company", capsys)
    found = entries(project, "manifests/gateway")
    assert [*found] == [
        *("images/2.4/Dockerfile", "images/2.4/Dockerfile.ubi10"),
        *("images/2.3/Dockerfile", "images/2.3/Dockerfile.ubi10"),
    ]
    debian, ubi = [*found.values()][:2]
    assert debian.git_commit == ubi.git_commit
    assert debian.tags[-5:] == ("2.4.1", "2.4", "2", "latest", "2.4-20261128")
    assert ubi.tags[-2:] == ("2.4-ubi", "ubi")
    shown = project.run("show", "2.4-ubi").ok().out
    assert "Dockerfile     images/2.4/Dockerfile.ubi10" in shown
    project.edit("versions.yaml", '  "10": {flavors: [ubi]', '  "9": {flavors: [ubi]')
    project.generate("--commit").ok()
    assert not (project.root / "images/2.4/Dockerfile.ubi10").exists()
    assert (project.root / "images/2.4/start.sh").exists()
    assert UP_TO_DATE in project.generate("--check").ok().out


def test_other_contents_of_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two images of one folder cannot need different files of one name."""
    project = publish_fixture("company", tmp_path / "company", capsys)
    project.write("templates/files/start.sh.j2", "exec {{ image.flavor }}\n")
    project.edit("versions.yaml", "files: [start.sh]", "files: [{template: start.sh.j2}]")
    refused = project.generate()
    assert refused.code == 2
    assert "images/2.4/start.sh: two images in this folder need this file" in refused.err


@pytest.mark.slow
def test_only_folders_of_the_layout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Foreign files count only in folders that the layout can make; orphans end there too."""
    project = publish_fixture("blog", tmp_path / "blog", capsys)
    assert "| php | 8.4, 8.3 | 8.3 |" in project.read("library/README.md")
    assert '"axes": {"php": "8.3"}' in project.read("library/blog.json")
    shown = project.run("show", "7.1-fpm").ok().out
    assert "axes           php 8.3" in shown
    assert '"axes": {' in project.run("show", "7.1-fpm", "--format", "json").ok().out
    project.write(".github/workflows/ci.yml", "on: push\n")
    project.write("docs/7.1/php8.4/notes.md", "notes\n")
    project.write("7.1/notes.md", "notes\n")
    assert UP_TO_DATE in project.generate("--check").ok().out
    project.write("7.1/php8.4/fpm/notes.md", "notes\n")
    project.write("5.0/php8.0/fpm/notes.md", "notes\n")
    found = project.generate("--check")
    assert found.code == 3
    assert "7.1/php8.4/fpm/notes.md: not from tagmatrix, and git does not track it" in found.out
    assert "5.0/php8.0/fpm/notes.md: in a folder of no image" in found.out
    for path in ("7.1/php8.4/fpm/notes.md", "5.0/php8.0/fpm/notes.md"):
        (project.root / path).unlink()
    project.run("retire", "6.9").ok()
    assert "delete 6.9/php8.3/apache/Dockerfile" in project.generate("--commit").ok().out
    assert not (project.root / "6.9").exists()


def test_a_value_of_an_axis_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tags of a value end with it, which the guard expects; the short ones are refused."""
    project = publish_fixture("blog", tmp_path / "blog", capsys)
    text = project.read("versions.yaml")
    less = text.replace('php: ["8.4", "8.3"]', 'php: ["8.3"]').replace(
        '    default_axes: {php: "8.4"}\n', ""
    )
    start, end = less.index("exclude:"), less.index("releases:")
    project.write("versions.yaml", less[:start] + less[end:])
    for template in ("blog", "cli"):
        path = f"templates/{template}.Dockerfile.j2"
        kept = (
            project.read(path).partition("{% if")[0] + project.read(path).rpartition("endif %}")[2]
        )
        project.write(path, kept)
    done = project.generate("--commit").ok()
    assert "notable: php8.4-fpm is retired: php8.4-fpm, 7-php8.4-fpm, 7.1-php8.4-fpm" in done.out
    assert "notable: cli, cli-2, cli-2.12 and cli-2.12.0 move from php8.4 to php8.3" in done.out
    assert "breaking" not in done.out
    project.edit("versions.yaml", 'php: ["8.3"]', 'php: ["8.5"]')
    project.edit("versions.yaml", '  php: "8.3"', "  php: null")
    refused = project.generate()
    assert refused.code == 5
    assert "7.1-fpm" in refused.err


def test_some_cycles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Orphans of a selected cycle are found in its folder, and only there."""
    project = publish_fixture("blog", tmp_path / "blog", capsys)
    generated = project.read("6.9/php8.3/fpm/Dockerfile")
    for path in ("7.1/php8.2/fpm/Dockerfile", "6.9/php8.2/fpm/Dockerfile"):
        project.write(path, generated)
    assert "delete 7.1/php8.2/fpm/Dockerfile" in project.generate("7.1").ok().out
    assert (project.root / "6.9/php8.2/fpm/Dockerfile").exists()


def test_links_on_the_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A link in the place of a folder is never followed, in no layout."""
    project = publish_fixture("blog", tmp_path / "blog", capsys)
    elsewhere = tmp_path / "elsewhere"
    (project.root / "7.1").rename(elsewhere)
    (project.root / "7.1").symlink_to(elsewhere)
    refused = project.generate()
    assert refused.code == 2
    assert "7.1 is a symbolic link" in refused.err


def test_the_folder_of_versions_yaml(tool: Project) -> None:
    """With `layout: .` the commit is that of the Dockerfiles and their files."""
    assert UP_TO_DATE in tool.generate("--check").ok().out
    found = entries(tool, "library/tool")
    assert [*found] == ["./Dockerfile", "./Dockerfile.alpine"]
    commits = {entry.git_commit for entry in found.values()}
    assert commits == {tool.repo.git("log", "-1", "--format=%H", "--", "Dockerfile")}
    tool.write("main.c", "int main() { return 1; }\n")
    tool.repo.commit("Change the code")
    assert UP_TO_DATE in tool.generate("--check").ok().out


def test_a_plan_there(tool: Project) -> None:
    """A plan builds both Dockerfiles in that folder; any file of the repository may change them."""
    found = json.loads(tool.run("plan", "--format", "json").ok().out)["builds"]
    assert [(build["folder"], build["file"]) for build in found] == [
        (".", "Dockerfile"),
        (".", "Dockerfile.alpine"),
    ]
    assert "0 images" in tool.run("plan", "--changed-since", "HEAD").ok().err
    tool.write("main.c", "int main() { return 1; }\n")
    assert "its folder is not committed" in tool.run("plan", "--changed-since", "HEAD").ok().out
    tool.repo.commit("Change the code")
    assert "main.c changed since HEAD~1" in tool.run("plan", "--changed-since", "HEAD~1").ok().out


def test_orphans_there(tool: Project) -> None:
    """There too, an old Dockerfile is deleted, and a user's file is not."""
    tool.write("Dockerfile.dev", "FROM scratch\n")
    tool.edit("versions.yaml", "dockerfile: Dockerfile.alpine", "dockerfile: alpine.Dockerfile")
    done = tool.generate("--commit").ok()
    assert "delete Dockerfile.alpine" in done.out
    assert (tool.root / "Dockerfile.dev").exists()
    assert (tool.root / "README.md").exists() is False
    assert "./alpine.Dockerfile" in entries(tool, "library/tool")


@pytest.mark.slow
def test_files_of_users_there(tool: Project) -> None:
    """There too, untracked files are reported, ignored and changed ones only if they are copied."""
    template = "templates/tool.Dockerfile.j2"
    tool.write(".gitignore", "built\n.venv/\nout/\n")
    tool.repo.commit("Ignore what is built")
    for path in ("stray", "doc/stray", "built", ".venv/x", "out/a/b", "templates/new.j2"):
        tool.write(path, "x")
    tool.write("main.c", "int main() { return 2; }\n")
    check = tool.generate("--check", "--only", "dockerfiles")
    paths = [line.partition(": ")[0] for line in check.out.splitlines()]
    assert (check.code, paths) == (3, ["doc/stray", "stray"])
    (tool.root / "stray").unlink()
    (tool.root / "doc/stray").unlink()
    text = (tool.root / template).read_text()
    tool.write(template, f"{text}COPY built main.c /x/\nCOPY out/a/ /out/\n")
    tool.generate("--commit").ok()
    check = tool.generate("--check")
    found = dict(line.split(": ")[:2] for line in check.out.splitlines())
    assert check.code == 3
    assert {*found} == {"built", "main.c", "out/"}
    assert [path for path, text in found.items() if "git ignores it" in text] == ["built", "out/"]
    assert "differs from HEAD" in found["main.c"]
    assert "main.c" not in tool.generate("--check", "--only", "dockerfiles").out
    tool.write(template, text.replace("COPY", "COPY . /all\nCOPY", 1))
    tool.write(".dockerignore", "out\n.venv\n")
    tool.repo.commit("Copy all")
    tool.generate("--commit").ok()
    check = tool.generate("--check")
    assert [line.partition(":")[0] for line in check.out.splitlines()] == ["built"]


def test_the_dockerfile_there_is_a_link(tool: Project) -> None:
    """A link in the place of a Dockerfile is refused there as well."""
    (tool.root / "Dockerfile").unlink()
    (tool.root / "Dockerfile").symlink_to("main.c")
    refused = tool.generate()
    assert refused.code == 2
    assert "Dockerfile is a symbolic link or a device" in refused.err


def test_copies_there_must_exist(tool: Project) -> None:
    """A COPY of what the whole repository does not have is an error."""
    tool.edit("templates/tool.Dockerfile.j2", "main.c", "other.c")
    refused = tool.generate()
    assert refused.code == 2
    assert "other.c" in refused.err


@pytest.mark.parametrize("file", [False, True])
def test_copies_from_a_repository_inside(tool: Project, file: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """A COPY from a repository inside this one is an error: no commit has its files."""
    tool.write("inner/main.c", "int main() { return 2; }\n")
    tool.edit("templates/tool.Dockerfile.j2", "main.c", "inner/main.c")
    assert tool.generate("--check").code == 3
    if file:
        tool.write("inner/.git", "gitdir: ../../elsewhere\n")
    else:
        make_repo(tool.root / "inner")
    refused = tool.generate()
    assert refused.code == 2
    assert "COPY of inner/main.c: the folder will not have it" in refused.err


def test_output_elsewhere(tool: Project, tmp_path: Path) -> None:
    """Into another folder too, a Dockerfile may copy what the repository has."""
    tool.write(".dockerignore", "docs\n")
    tool.generate("--output", str(tmp_path / "elsewhere")).ok()
    assert (tmp_path / "elsewhere/Dockerfile").read_text() == tool.read("Dockerfile")
    tool.write(".dockerignore", "main.c\n")
    assert "main.c" in tool.generate("--output", str(tmp_path / "elsewhere")).err


def test_no_releases(tool: Project) -> None:
    """Without releases the manifest is empty, with a warning, and the guard knows why tags end."""
    text = tool.read("versions.yaml")
    tool.write("versions.yaml", text[: text.index("releases:")] + "releases: {}\n")
    done = tool.generate("--commit").ok()
    assert "there is no release, so the image is no longer published" in done.err
    assert entries(tool, "library/tool") == {}
    assert "no longer published" in tool.read("library/README.md")
    assert UP_TO_DATE in tool.generate("--check").ok().out


def test_another_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When the manifest moves, the old one is deleted, and the guard compares with it."""
    project = publish_fixture("blog", tmp_path / "blog", capsys)
    project.edit("versions.yaml", "layout:", "manifest: manifests/blog\nlayout:")
    done = project.generate("--commit").ok()
    assert "delete library/blog" in done.out
    assert "tagmatrix compares with library/blog" in done.err
    assert UP_TO_DATE in project.generate("--check").ok().out
