"""Changes since a revision, on histories of random commits, against a full render of both sides."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING

import pytest

from tagmatrix import api
from tagmatrix.cli import main
from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repos import TestRepo

VERSIONS = """\
image: sample
repository: https://git.example/sample.git
branch: main
maintainers: ["A U Thor <author@example.org> (@author)"]
builder: buildkit
default_suites: {base: one}
flavors:
  base: {name: "{suite}", base: "os:{suite}", template: base, on_default_suite: {tags: [base]}}
  tool: {name: "tool-{suite}", base: "{image}:{cycle}-{suite}", template: tool}
  deep: {name: "deep-{suite}", base: "{image}:{cycle}-tool-{suite}", template: tool}
  files: {name: "files-{suite}", base: "os:{suite}", template: files, files: [run.sh]}
suites:
  one: {flavors: [base, tool, deep, files], architectures: [amd64]}
  two: {flavors: [base, tool, files], architectures: [amd64, arm64v8]}
settings:
  flag: {value: "0", when: {flavors: [tool, deep]}, why: It is a test.}
releases:
  "1.2": {version: "1.2.0"}
  "1.1": {version: "1.1.0"}
"""
TEMPLATES = {
    "base": "FROM {{ image.base }}\nENV V={{ release.version }}\n",
    "tool": "FROM {{ image.base }}\nENV F={{ settings.flag }}\n",
    "files": "FROM {{ image.base }}\nCOPY run.sh /run.sh\n",
}
Rendered = dict[str, dict[str, bytes]]


class History:
    """A repository with random commits, and what is rendered in each."""

    def __init__(self, repo: TestRepo, chance: random.Random) -> None:
        self.repo = repo
        self.chance = chance
        self.number = 0
        repo.write("versions.yaml", VERSIONS)
        for name, text in TEMPLATES.items():
            repo.write(f"templates/{name}.Dockerfile.j2", text)
        repo.write("templates/files/run.sh", "#!/bin/sh\n")
        repo.write("README.md", "A sample.\n")
        self.commits: list[tuple[str, Rendered]] = []
        self._commit()

    def step(self) -> None:
        """Make a random change and commit it."""
        kinds: tuple[Callable[[], None], ...] = (
            self._template,
            self._setting,
            self._version,
            self._file,
            self._docs,
        )
        self.number += 1
        self.chance.choice(kinds)()
        self._commit()

    def _append(self, path: str, line: str) -> None:
        self.repo.write(path, (self.repo.path / path).read_text() + line)

    def _template(self) -> None:
        name = self.chance.choice([*TEMPLATES])
        self._append(f"templates/{name}.Dockerfile.j2", f"ENV N={self.number}\n")

    def _setting(self) -> None:
        self._edit(r'value: "\d+"', f'value: "{self.number}"')

    def _version(self) -> None:
        cycle = self.chance.choice(("1.1", "1.2"))
        self._edit(rf'version: "{cycle}\.\d+"', f'version: "{cycle}.{self.number}"')

    def _file(self) -> None:
        self._append("templates/files/run.sh", f"echo {self.number}\n")

    def _docs(self) -> None:
        self._append("README.md", f"Line {self.number}.\n")

    def _edit(self, pattern: str, text: str) -> None:
        file = self.repo.path / "versions.yaml"
        file.write_text(re.sub(pattern, text, file.read_text(), count=1))

    def _commit(self) -> None:
        self.repo.commit("A change of sources")
        assert main(["-C", str(self.repo.path), "--quiet", "generate", "--commit"]) == 0
        self.commits.append((self.repo.head(), rendered(self.repo.path)))

    def expected(self, since: int) -> set[str]:
        """Return the images whose bytes, or whose parents' bytes, differ from a commit's."""
        before, now = self.commits[since][1], self.commits[-1][1]
        changed = {folder for folder, files in now.items() if before.get(folder) != files}
        names = {folder.removeprefix("library/") for folder in changed}
        for _ in range(2):  # a child, and its child
            names |= {folder for folder in map(_short, now) if _parent(folder) in names}
        return names


def _short(folder: str) -> str:
    return folder.removeprefix("library/")


def _parent(name: str) -> str:
    cycle, _, variant = name.partition("/")
    flavor, _, suite = variant.partition("-")
    return {"tool": f"{cycle}/{suite}", "deep": f"{cycle}/tool-{suite}"}.get(flavor, "")


def rendered(root: Path) -> Rendered:
    """Return the files of each image's folder, from a full render."""
    found: Rendered = {}
    for path, content in api.generate(root).items():
        folder, _, name = path.rpartition("/")
        if folder.count("/") > 1:
            found.setdefault(folder, {})[name] = content
    return found


def _compare(path: Path, seed: int, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Compare plans with renders after each of some random commits."""
    chance = random.Random(seed)  # noqa: S311 (a test)
    history = History(make_repo(path), chance)
    for _ in range(count):
        history.step()
        since = max(0, len(history.commits) - 1 - chance.randint(1, 3))
        rev = history.commits[since][0]
        capsys.readouterr()
        words = ("plan", "--changed-since", rev, "--format", "json", "--registry", "h.example/x")
        assert main(["-C", str(path), *words]) == 0
        found = json.loads(capsys.readouterr().out)
        whys = {build["name"]: build["why"] for build in found["builds"]}
        others = ("is built on it", f"its tags changed since {rev}")
        assert {n for n, why in whys.items() if not why.endswith(others)} == history.expected(since)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commit as the tests do."""
    for name, text in environment().items():
        monkeypatch.setenv(name, text)


@pytest.mark.slow
def test_a_short_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After some random commits, exactly what changed is planned."""
    _compare(tmp_path / "r", 1, 5, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_200_commits(tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int) -> None:
    """After each of 200 random commits, exactly what changed is planned."""
    _compare(tmp_path / "r", seed, 50, capsys)
