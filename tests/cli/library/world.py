"""A folder of manifests whose images are built from each other, with their git repository."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagmatrix.cli import main
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repos import TestRepo

DIGEST = "sha256:" + "ab" * 32
HEAD = """\
Maintainers: Ada Lovelace <ada@example.org> (@ada)
GitRepo: https://github.com/example/images.git
GitFetch: refs/heads/main
GitCommit: {commit}
"""
OS = """
Tags: trixie, latest
Architectures: amd64, arm64v8
Directory: os
"""
ENGINE = """
Tags: 1.2-trixie, 1-trixie
SharedTags: 1.2, 1, latest
Architectures: amd64, arm64v8
Directory: engine

Tags: 1.2-windowsservercore-ltsc2025
SharedTags: 1.2, 1
Architectures: windows-amd64
Directory: windows
Constraints: windowsservercore-ltsc2025

Tags: 1.2-app
Directory: app
"""


@dataclass(frozen=True)
class Run:
    """The output of a command, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - it is JSON
        """The result as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class World:
    """The folder and its repository."""

    repo: TestRepo

    @property
    def path(self) -> Path:
        """The folder."""
        return self.repo.path

    def library(self, *arguments: str) -> Run:
        """Run `tagmatrix library` in the folder."""
        out, err = io.TextIOWrapper(io.BytesIO(), "ascii"), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["-C", str(self.path), "library", *arguments])
            out.flush()
        return Run(code, out.buffer.getvalue().decode("utf-8", "surrogateescape"), err.getvalue())


def make_world(path: Path) -> World:
    """Create the folder; library/ has the manifests and other files."""
    repo = make_repo(path)
    repo.write("os/Dockerfile", "FROM scratch\n")
    repo.write("engine/Dockerfile", "FROM os:trixie\n")
    repo.write("windows/Dockerfile", "FROM mcr.microsoft.com/windows/servercore:ltsc2025\n")
    repo.write("app/Dockerfile", f"FROM engine:1\nCOPY --from=quay.io/x/y:1@{DIGEST} / /\n")
    head = HEAD.format(commit=repo.commit())
    repo.write("library/engine", head + ENGINE)
    repo.write("library/os", head + OS)
    repo.write("library/README.md", "# Images\n")
    repo.commit()
    return World(repo)
