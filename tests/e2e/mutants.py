"""Copies of the project with one mistake each."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from tagmatrix.cli import main
from tests.dockerfiles.family import read
from tests.dockerfiles.parse import parse
from tests.dockerfiles.rules import check, family
from tests.e2e.place import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator

MUTATIONS = Path(__file__).with_name("mutations.yaml")
REFUSED = "refused"
"""The check that finds a mistake which `tagmatrix generate` refuses."""

LATER = (
    (
        r"(?m)^suites:\n(?:  .*\n)+",
        "  forky: {flavors: [default, slim], architectures: [amd64, arm64v8, i386, riscv64]}\n",
    ),
    (
        r"(?m)^releases:\n",
        """  "3.16-rc":
    version: "3.16.0a1"
    sha256:
      source: "3160000000000000000000000000000000000000000000000000000000000001"
      windows: "3160000000000000000000000000000000000000000000000000000000000002"
    release_manager: Hugo van Kemenade
    end_of_life: 2032-10-31

""",
    ),
)
"""The next suite and the next cycle, each with the text that it is added to."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A text of a file, its wrong replacement, and the check that finds it, if only one may."""

    name: str
    file: str
    old: str
    new: str
    caught_by: str = ""

    def write(self, folder: Path) -> None:
        """Write versions.yaml and all templates into a folder, with the mistake."""
        shutil.copytree(REPOSITORY / "templates", folder / "templates")
        shutil.copy(REPOSITORY / "versions.yaml", folder)
        file = folder / self.file
        text = file.read_text()
        assert text.count(self.old) == 1, f"{self.name}: {self.old!r} is not there once"
        file.write_text(text.replace(self.old, self.new))


def read_mutations(file: Path = MUTATIONS) -> list[Mutation]:
    """Return all mutations of a file."""
    return [Mutation(**fields) for fields in yaml.safe_load(file.read_text())]


def render(mutation: Mutation, folder: Path) -> list[Path]:
    """Render every image with the mistake; return the files that differ from the correct ones."""
    code = _generate(mutation, folder)
    assert code == 0, f"{mutation.name}: tagmatrix generate ends with {code}"
    files = sorted((folder / "library").rglob("Dockerfile"))
    ours = REPOSITORY / "library"
    return [
        one
        for one in files
        if one.read_bytes() != (ours / one.relative_to(folder / "library")).read_bytes()
    ]


def _generate(mutation: Mutation, folder: Path) -> int:
    folder.mkdir()
    mutation.write(folder)
    return _generate_in(folder)


def _generate_in(folder: Path) -> int:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return main(["-C", str(folder), "generate", "--quiet"])


def checks(mutation: Mutation, folder: Path) -> Iterator[str]:
    """Yield every check that finds the mistake: rules of files and families, or a refusal.

    The mistake may be one of the next cycle or suite, which versions.yaml has not yet.
    """
    if _generate(mutation, folder) != 0:
        yield REFUSED
        return
    yield from (line.split(": ")[1] for line in problems(folder))
    later = folder.with_name(f"{folder.name}-later")
    yield from (line.split(": ")[1] for line in problems_later(folder, later))


def problems_later(project: Path, folder: Path) -> Iterator[str]:
    """Yield the problems of a project in a copy that also has the next cycle and suite."""
    shutil.copytree(project / "templates", folder / "templates")
    text = (project / "versions.yaml").read_text()
    for pattern, block in LATER:
        found = re.search(pattern, text)
        assert found is not None, pattern
        text = f"{text[: found.end()]}{block}{text[found.end() :]}"
    (folder / "versions.yaml").write_text(text)
    if _generate_in(folder) == 0:
        yield from problems(folder)
    else:
        yield f"versions.yaml: {REFUSED}: the next cycle and suite can't be added"


def problems(folder: Path) -> Iterator[str]:
    """Yield the problems of a project's images, as soon as each is found."""
    yield from family.check(read(folder))
    for file in sorted((folder / "library").rglob("Dockerfile")):
        yield from check(parse(file.read_text()))


def broken_rules(files: list[Path]) -> set[str]:
    """Return the rules that some of the files break."""
    return set(breaches(files))


def breaches(files: list[Path]) -> Iterator[str]:
    """Yield the rule of each breach, as soon as it is found."""
    for file in files:
        for line in check(parse(file.read_text())):
            yield line.split(": ")[1]
