"""Real git repositories for tests, the same on every machine."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

DATE = "2026-01-02T03:04:05+00:00"
CONFIG = Path(__file__).with_name("gitconfig")


def environment(**variables: str) -> dict[str, str]:
    """Return variables for git: no configuration of the machine, one author, one date."""
    # on GitHub Actions messages are annotations as well
    kept = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith("GIT_") and name != "GITHUB_ACTIONS"
    }
    people = {
        f"GIT_{role}_{field}": text
        for role in ("AUTHOR", "COMMITTER")
        for field, text in (("NAME", "A U Thor"), ("EMAIL", "author@example.org"), ("DATE", DATE))
    }
    settings = {"GIT_CONFIG_GLOBAL": str(CONFIG), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
    return kept | people | settings | variables


@dataclass(frozen=True)
class TestRepo:
    """A repository with a work tree."""

    __test__: ClassVar[bool] = False  # not a test class, despite its name

    path: Path

    def git(self, *args: str, stdin: str = "", **variables: str) -> str:
        """Run git in the work tree; return its output without the last line break."""
        done = subprocess.run(
            ["git", "-C", str(self.path), *args],
            input=stdin.encode(),
            stdout=subprocess.PIPE,
            env=environment(**variables),
            check=True,
        )
        return done.stdout.decode().removesuffix("\n")

    def write(self, path: str, text: str) -> Path:
        """Write a file, with the folders above it."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def commit(self, message: str = "A change", **variables: str) -> str:
        """Commit all files, even if nothing changed; return the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message, **variables)
        return self.head()

    def head(self) -> str:
        """Return the id of the checked-out commit."""
        branch = self.path / ".git/HEAD"
        if branch.is_file():  # the same without a process: each commit of a test asks for it
            file = self.path / ".git" / branch.read_text().strip().removeprefix("ref: ")
            if file.is_file():
                return file.read_text().strip()
        return self.git("rev-parse", "HEAD")


def make_repo(path: Path, *, object_format: str = "sha1") -> TestRepo:
    """Make an empty repository with the branch main."""
    path.mkdir(parents=True, exist_ok=True)
    repo = TestRepo(path)
    options = ("--quiet", "--initial-branch=main", f"--object-format={object_format}")
    repo.git("init", *options, "--template=")
    return repo
