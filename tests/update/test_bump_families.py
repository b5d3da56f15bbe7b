"""Each image like one of the world is bumped by command: releases, components, values of axes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

GLIBC: Final = ("amd64", "arm64v8", "ppc64le", "s390x")


class Bump(NamedTuple):
    """The words of `bump`, the artifacts with new checksums, and a tag with what it has then."""

    words: tuple[str, ...]
    artifacts: tuple[str, ...]
    tag: str
    line: str
    option: str = "--sha256"


NODE = tuple(f"glibc/{name}" for name in GLIBC)
BUMPS: Final = {
    "golang": Bump(
        ("1.26", "1.26.8"),
        tuple(
            f"linux/{name}" for name in ("amd64", "arm32v7", "arm64v8", "i386", "ppc64le", "s390x")
        ),
        "1.26.8-alpine",
        "GOLANG_VERSION=1.26.8",
    ),
    "node": Bump(
        ("24", "24.20.0"),
        (*NODE, "musl/amd64", "musl/arm64v8"),
        "krypton-slim",
        "NODE_VERSION=24.20.0",
    ),
    "jdk": Bump(("25", "25.0.5_9"), ("jdk", "jre", "windows"), "25-noble", "25.0.5_9"),
    "postgres": Bump(("19", "19beta4"), ("source",), "19beta4-alpine", "19beta4"),
    "blog": Bump(("2.12", "2.12.1"), ("phar",), "cli-2-php8.3", "2.12.1"),
    "broker": Bump(("4.3", "4.3.6"), ("source",), "management-alpine", "broker:4.3.6-alpine"),
    "company": Bump(("2.4", "2.4.2"), (), "2.4-ubi", "2.4.2"),
}
FAST = "broker"


def digest(text: str, algorithm: str = "sha256") -> str:
    """Return the checksum of a text."""
    return hashlib.new(algorithm, text.encode()).hexdigest()


def is_published(project: Project, bump: Bump) -> None:
    """Bump, generate and commit; the tag has the new line, and nothing is left to do."""
    sums = [word for name in bump.artifacts for word in (bump.option, f"{name}={digest(name)}")]
    done = project.run("bump", *bump.words, *sums).ok()
    assert "what it moves" in done.out
    project.generate("--commit").ok()
    assert "everything is up to date" in project.generate("--check").ok().out
    shown = project.run("show", bump.tag).ok().out
    path = shown.partition("Dockerfile ")[2].split()[0]
    assert bump.line in project.read(path)
    assert project.run("bump", bump.words[0], "0.1", *sums).code != 0


def test_a_family(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A family whose images are built from each other moves as a whole."""
    is_published(publish_fixture(FAST, tmp_path / FAST, capsys), BUMPS[FAST])


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*BUMPS} - {FAST}))
def test_all_families(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So does each other family."""
    is_published(publish_fixture(name, tmp_path / name, capsys), BUMPS[name])


@pytest.mark.slow
def test_a_component(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Yarn moves in the releases that have it, and the others keep their commits."""
    node = publish_fixture("node", tmp_path / "node", capsys)
    other = node.repo.git("log", "-1", "--format=%H", "--", "library/26")
    sha512 = f"components.yarn={digest('yarn', 'sha512')}"
    node.run("bump", "24", "--component", "yarn=1.22.23", "--sha512", sha512).ok()
    node.generate("--commit").ok()
    assert "1.22.23" in node.read("library/24/trixie/Dockerfile")
    assert node.repo.git("log", "-1", "--format=%H", "--", "library/26") == other


def test_an_alias_with_a_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bump names an alias that is of a day, which would move with the others."""
    company = publish_fixture("company", tmp_path / "company", capsys)
    done = company.run("bump", "2.4", "2.4.2").ok()
    assert "the alias 2.4-20261128 of 2.4 has a date, and moves to 2.4.2 as it is" in done.err
