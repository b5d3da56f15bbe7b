#!/usr/bin/env python3
"""Make a release: version, changelog, commit, tag, wheel and source archive.

Usage: release.py VERSION DATE, on the main branch with nothing to commit; `make release` calls
it. valgrind counts the instructions of commands, for `benchmarks/instructions.json`. The archives
are built in dist/ and checked. Nothing is pushed or uploaded.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).parents[1]
CODE: Final = "src/tagmatrix/__init__.py"
CHANGELOG: Final = "CHANGELOG.md"
IMAGE: Final = "image/versions.yaml"
FIGURES: Final = "benchmarks/instructions.json"
_VERSION: Final = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_RELEASE: Final = re.compile(r'^  "[^"]+":\n    version: "[^"]+"$', re.MULTILINE)
_UNRELEASED: Final = re.compile(r"^## Unreleased\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


class ReleaseError(Exception):
    """Why there can be no release."""


def main(arguments: Sequence[str]) -> int:
    """Make the release, and return the exit code."""
    if len(arguments) != 2:  # noqa: PLR2004 (VERSION, DATE)
        print("usage: make release VERSION=1.2.3 DATE=2026-12-31", file=sys.stderr)
        return 2
    try:
        release(ROOT, *arguments)
    except ReleaseError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def release(root: Path, version: str, date: str) -> None:
    """Write, commit and tag a version, and build its archives. Raises ReleaseError."""
    check_tree(root)
    if git(root, "tag", "--list", f"v{version}"):
        raise ReleaseError(f"there is a tag v{version} already")
    if not shutil.which("valgrind"):
        raise ReleaseError(
            "valgrind is not installed, so the instructions of this release can't be counted: "
            "apt-get install valgrind"
        )
    files = {path: (root / path).read_text(encoding="utf-8") for path in (CODE, CHANGELOG, IMAGE)}
    files[CODE] = with_version(files[CODE], version)
    files[CHANGELOG] = with_release(files[CHANGELOG], version, date)
    release_of_image = f'  "{Version(version).major}":\n    version: "{version}"'
    files[IMAGE] = _RELEASE.sub(release_of_image, files[IMAGE])
    record_figures(root)
    for path, text in files.items():
        (root / path).write_text(text, encoding="utf-8")
    generate_image(root)
    git(root, "add", "image")
    git(
        root, "commit", "--quiet", "--message", f"Release {version}", "--", *files, FIGURES, "image"
    )
    generate_image(root, "--commit", "--only", "manifest")
    git(root, "tag", "--annotate", "--message", f"tagmatrix {version}", f"v{version}")
    for kind in ("sdist", "wheel"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", f"dist/{version}"]
        subprocess.run(command, cwd=root, check=True)
    print(f"tagged v{version}; built dist/{version}; next: git push --follow-tags")


def record_figures(root: Path) -> None:
    """Count the instructions of commands, and write them for the next release to compare with.

    It is the last step that may fail before something is written. Raises ReleaseError.
    """
    command = [sys.executable, "benchmarks/table.py", "--instructions", "--record", "42"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"the instructions could not be counted: {done.stderr.strip()}")
    print(done.stdout)


def generate_image(root: Path, *options: str) -> None:
    """Generate the files of tagmatrix's own image. Raises ReleaseError if that fails."""
    command = [sys.executable, "-m", "tagmatrix", "-C", "image", "generate", "--quiet", *options]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"image: {done.stderr.strip()}")


def check_tree(root: Path) -> None:
    """Raise ReleaseError unless main is checked out and there is nothing to commit."""
    if git(root, "rev-parse", "--abbrev-ref", "HEAD") != "main":
        raise ReleaseError("main is not checked out: git switch main")
    if git(root, "status", "--porcelain"):
        raise ReleaseError("there are changes: commit them, or stash them")


def with_version(code: str, version: str) -> str:
    """Return the code with a new version. Raises ReleaseError if it is a lower one."""
    found = _VERSION.search(code)
    if found is None:
        raise ReleaseError(f"{CODE} has no __version__")
    try:
        if str(Version(version)) != version:
            raise ReleaseError(f"write the version as {Version(version)}")
    except InvalidVersion:
        raise ReleaseError(f"invalid version {version!r}: expected one such as 1.2.3") from None
    if Version(version) < Version(found[1]):
        raise ReleaseError(f"{version} is lower than {found[1]}")
    return code[: found.start(1)] + version + code[found.end(1) :]


def with_release(changelog: str, version: str, date: str) -> str:
    """Return the changelog with what is unreleased under a version. Raises ReleaseError."""
    try:
        dt.date.fromisoformat(date)
    except ValueError:
        raise ReleaseError(f"invalid date {date!r}: expected YYYY-MM-DD") from None
    found = _UNRELEASED.search(changelog)
    if found is None or not found[1].strip():
        raise ReleaseError(f"{CHANGELOG} has nothing under `## Unreleased`")
    return changelog.replace("## Unreleased\n", f"## Unreleased\n\n## {version} - {date}\n", 1)


def git(root: Path, *args: str) -> str:
    """Return the output of git. Raises ReleaseError if it fails."""
    done = subprocess.run(
        ["git", "-C", str(root), *args], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ReleaseError(done.stderr.strip())
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
