"""Copies of the project with one mistake each."""

from __future__ import annotations

import contextlib
import io
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
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return main(["-C", str(folder), "generate", "--quiet"])


def checks(mutation: Mutation, folder: Path) -> Iterator[str]:
    """Yield every check that finds the mistake: rules of files and families, or a refusal."""
    if _generate(mutation, folder) != 0:
        yield REFUSED
        return
    yield from (line.split(": ")[1] for line in family.check(read(folder)))
    yield from breaches(sorted((folder / "library").rglob("Dockerfile")))


def broken_rules(files: list[Path]) -> set[str]:
    """Return the rules that some of the files break."""
    return set(breaches(files))


def breaches(files: list[Path]) -> Iterator[str]:
    """Yield the rule of each breach, as soon as it is found."""
    for file in files:
        for line in check(parse(file.read_text())):
            yield line.split(": ")[1]
