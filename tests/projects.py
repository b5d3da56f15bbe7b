"""A small image in a real repository, for tests of whole commands."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.cli import main
from tagmatrix.manifest import parse as parse_manifest
from tests.repos import TestRepo, environment, make_repo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

MAIN = ("library/sample.json", "library/README.md", "library/sample")
"""The three files that name commits, in the order of writing."""

MANIFEST = MAIN[-1]
LINUX = "templates/linux.Dockerfile.j2"
TRIXIE = "library/2.1/trixie/Dockerfile"
SIZE = "sample: 2 cycles, 11 images, 23 builds\n"
PAGE = (
    "page: 2,273 of 25,000 bytes; "
    "tier 1 of 5, a link for each image, and what differs between them\n"
)

VERSIONS = """\
image: sample
repository: https://github.com/example/sample.git
branch: main
maintainers:
  - A U Thor <author@example.org> (@author)
builder: buildkit

default_suites:
  default: trixie
  alpine: "3.24"

flavors:
  default:
    name: "{suite}"
    base: debian:{suite}
    template: linux
    needs: [source]
    on_default_suite: {shared_tags: [""]}
  slim:
    name: slim-{suite}
    base: debian:{suite}-slim
    template: linux
    needs: [source]
    follows: default
    on_default_suite: {tags: [slim]}
  alpine:
    name: alpine{suite}
    base: alpine:{suite}
    template: linux
    needs: [source]
    on_default_suite: {tags: [alpine]}
  windowsservercore:
    name: windowsservercore-{suite}
    folder: windows/{name}
    base: mcr.microsoft.com/windows/servercore:{suite}
    template: windows
    needs: [windows]
    shared_tags: [windowsservercore, ""]
    constraints: ["{name}"]
    builder: classic

suites:
  trixie: {flavors: [default, slim], architectures: [amd64, arm64v8, riscv64]}
  bookworm: {flavors: [default, slim], architectures: [amd64, arm64v8, mips64le]}
  "3.24": {flavors: [alpine], architectures: [amd64]}
  ltsc2025: {flavors: [windowsservercore], architectures: [windows-amd64]}

exclude:
  - architectures: [mips64le]
    why: No user has such a machine.

settings:
  lto:
    when: {cycles: ">=2.1"}
    why: From 2.1 on it works.
  flags:
    value: -O2
    why: Two is enough.

releases:
  "2.1":
    version: "2.1.3"
    sha256:
      source: "1111111111111111111111111111111111111111111111111111111111111111"
      windows: "2222222222222222222222222222222222222222222222222222222222222222"
  "2.0":
    version: "2.0.9"
    sha256:
      source: "3333333333333333333333333333333333333333333333333333333333333333"
    artifacts: [source]
"""

NEW_CYCLE = """\
releases:
  "2.2":
    version: "2.2.0"
    sha256:
      source: "4444444444444444444444444444444444444444444444444444444444444444"
      windows: "5555555555555555555555555555555555555555555555555555555555555555"
"""
"""The replacement of `releases:` in VERSIONS that adds a cycle."""

NO_ALPINE = """\
alpine: null
accept: [{tag: "*alpine", vanishes: true, why: It is intended.}]
"""
"""The replacement of alpine's default suite in VERSIONS that leaves its tag without an owner."""

TEMPLATES = {
    "linux.Dockerfile.j2": """\
FROM {{ image.base }}

{% include "partials/release.j2" %}
RUN set -eux; \\
	echo "{{ release.sha256.source }}"{% if settings.lto %} --with-lto{% endif %}; \\
	make CFLAGS={{ settings.flags }}
""",
    "windows.Dockerfile.j2": """\
# escape=`
FROM {{ image.base }}

{% include "partials/release.j2" %}
RUN Get-FileHash {{ release.sha256.windows }}
""",
    "partials/release.j2": "ENV VERSION={{ release.version }}\n",
    "README.md.j2": """\
# {{ image }}

{% for section in sections %}
## {{ section.cycle }} ({{ section.version }})

{% for row in section.rows %}
- {{ row.tags | map("code") | join(", ") }}: {{ row.link }}
{% endfor %}

{% endfor %}
""",
}

FOLDERS = (
    *("2.1/trixie", "2.1/slim-trixie", "2.1/bookworm", "2.1/slim-bookworm", "2.1/alpine3.24"),
    "2.1/windows/windowsservercore-ltsc2025",
    *("2.0/trixie", "2.0/slim-trixie", "2.0/bookworm", "2.0/slim-bookworm", "2.0/alpine3.24"),
)
"""The folder of each image, in the order of the manifest."""

DOCKERFILES = tuple(f"library/{folder}/Dockerfile" for folder in FOLDERS)

Snapshot = dict[str, tuple[str, int, bytes]]
"""By path: type and mode, time of the last change (in ns), and content."""


def with_version(text: str, old: str, new: str) -> str:
    """Return a versions.yaml in which a release has another version, and other checksums."""
    head, line, rest = text.partition(f'    version: "{old}"\n')
    assert line, f"no release has the version {old}"
    block, following, tail = rest.partition('\n  "')
    block = re.sub(
        r"\b[0-9a-f]{64}\b",
        lambda match: hashlib.sha256(f"{new} {match[0]}".encode()).hexdigest(),
        block,
    )
    return "".join([head, line.replace(old, new), block, following, tail])


@dataclass(frozen=True)
class Result:
    """The result of a run of the command."""

    code: int
    out: str
    err: str

    def ok(self) -> Result:
        """Return the result; assert that the run succeeded."""
        assert self.code == 0, self
        return self


@dataclass(frozen=True)
class Project:
    """The folder of an image.

    `repo` is its repository, `root` the folder with versions.yaml.
    """

    repo: TestRepo
    root: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *args: str) -> Result:
        """Run `tagmatrix -C ROOT ARGS` in this process."""
        self.capsys.readouterr()
        code: object
        try:
            code = main(["-C", str(self.root), *args])
        except SystemExit as end:  # argparse
            code = end.code
        captured = self.capsys.readouterr()
        assert isinstance(code, int)
        return Result(code, captured.out, captured.err)

    def generate(self, *args: str) -> Result:
        """Run `tagmatrix -C ROOT generate ARGS` in this process."""
        return self.run("generate", *args)

    def process(
        self, *args: str, cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> Result:
        """Run `tagmatrix ARGS` as a separate process, by default in ROOT."""
        done = subprocess.run(
            command(*args),
            cwd=cwd or self.root,
            env=environment() if env is None else env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def read(self, path: str) -> str:
        """Return the text of a file."""
        return (self.root / path).read_bytes().decode()

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file, with the folders above it."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file."""
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def bump(self, old: str, new: str) -> None:
        """Give a release of versions.yaml another version, with other checksums."""
        self.write("versions.yaml", with_version(self.read("versions.yaml"), old, new))

    def snapshot(self, path: str = "library") -> Snapshot:
        """Return everything at a path and below it, without following links."""
        return snapshot(self.root / path)

    def status(self) -> list[str]:
        """Return the lines of `git status`, for the whole repository."""
        return self.repo.git("status", "--porcelain", "--untracked-files=all").splitlines()

    def subjects(self, *args: str) -> list[str]:
        """Return the subjects of the commits, newest first."""
        return self.repo.git("log", "--format=%s", *args).splitlines()

    def changed(self, commit: str = "HEAD") -> set[str]:
        """Return the paths that a commit changed, from the top of the repository."""
        listing = self.repo.git("show", "--format=", "--name-only", "--no-renames", commit)
        return set(listing.splitlines())

    def at(self, root: Path, repo: TestRepo | None = None) -> Project:
        """Return the project in another folder."""
        return Project(repo or TestRepo(root), root, self.capsys)


def is_published(project: Project, *, prefix: str = "") -> None:
    """Assert that everything is committed and that the manifest agrees with `git log`."""
    manifest = parse_manifest((project.root / MANIFEST).read_bytes())
    found = {entry.directory: entry.git_commit for entry in manifest.entries}
    assert list(found) == [f"{prefix}library/{folder}" for folder in FOLDERS]
    for directory, commit in found.items():
        path = directory.removeprefix(prefix)
        last = subprocess.run(
            ["git", "log", "-1", "--format=%H", "--", path],
            cwd=project.root,
            env=environment(),
            check=True,
            capture_output=True,
        )
        assert last.stdout.decode().strip() == commit
    assert project.status() == []


def stays_as_it_is(project: Project, repo: TestRepo | None = None) -> None:
    """Assert that generating changes no byte and no time, and that a check finds nothing."""
    before = project.snapshot()
    done = project.generate().ok()
    assert "nothing changed" in done.out
    assert project.snapshot() == before
    assert "everything is up to date" in project.generate("--check").ok().out
    if repo is not None:
        assert repo.git("status", "--porcelain") == ""


def command(*args: str) -> list[str]:
    """Return the command line that runs tagmatrix in a separate process."""
    return [sys.executable, "-m", "tagmatrix", *args]


def write_sources(root: Path) -> None:
    """Write versions.yaml and templates/."""
    sources = {f"templates/{name}": text for name, text in TEMPLATES.items()}
    for path, text in {"versions.yaml": VERSIONS, **sources}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())


def make_published(path: Path, *, inside: str = "", object_format: str = "sha1") -> TestRepo:
    """Make a repository with the sample, generated and committed in two commits."""
    repo = make_repo(path, object_format=object_format)
    root = path / inside
    write_sources(root)
    for message in ("Add the sample", "Publish it"):
        subprocess.run([*command(), "generate", "--quiet"], cwd=root, env=environment(), check=True)
        repo.commit(message)
    repo.git("repack", "-a", "-d", "--quiet")  # few files: it is copied for hundreds of tests
    return repo


def copy(source: Path, target: Path) -> Path:
    """Copy a folder with its links and times."""
    return shutil.copytree(source, target, symlinks=True)


def snapshot(path: Path) -> Snapshot:
    """Return everything at a path and below it, without following links."""
    found: Snapshot = {}
    for file in (path, *sorted(path.rglob("*"))):
        if not file.is_symlink() and not file.exists():
            continue
        status = file.lstat()
        mode = f"{status.st_mode:o}"
        name = str(file.relative_to(path))
        if file.is_symlink():
            found[name] = (mode, status.st_mtime_ns, os.fsencode(file.readlink()))
        elif file.is_file():
            found[name] = (mode, status.st_mtime_ns, file.read_bytes())
        else:
            found[name] = (mode, 0, b"")
    return found


def contents(root: Path, paths: Sequence[str]) -> dict[str, bytes | None]:
    """Return the bytes of each file; None for a missing file."""
    files = {path: root / path for path in paths}
    return {path: file.read_bytes() if file.exists() else None for path, file in files.items()}
