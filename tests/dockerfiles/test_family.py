"""The images of this repository keep every rule for all images, and every rule can be broken."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from tests.dockerfiles.family import read
from tests.dockerfiles.rules import family
from tests.e2e.mutants import REFUSED, Mutation, checks, problems_later
from tests.e2e.place import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

ours = functools.cache(read)

BROKEN = [
    ("bases", "versions.yaml", "base: alpine:{suite}", "base: alpine:3.24"),
    ("bases", "versions.yaml", "base: debian:{suite}-slim", "base: debian:trixie-slim"),
    (
        "versions",
        "templates/partials/release.j2",
        "PYTHON_VERSION={{ release.version }}",
        "PYTHON_VERSION=3.14.6",
    ),
    ("known_checksums", "versions.yaml", "source: c08bc65a", "source: c08bc65b"),
    ("known_checksums", "versions.yaml", 'version: "3.12.13"', 'version: "3.12.14"'),
    (
        "signers",
        "versions.yaml",
        "Wouters: {openpgp_key: 7169605F62C751356D054A26A821E680E5FA6305}",
        "Wouters: {openpgp_key: A035C8C19219BA821ECEA86B64E628F8D684696D}",
    ),
    (
        "signers",
        "versions.yaml",
        "Hugo van Kemenade\n    end_of_life: 2030",
        "Thomas Wouters\n    end_of_life: 2030",
    ),
    ("cycles_end", "versions.yaml", "2029-10-31", "2029-10-01"),
    (
        "complete",
        "versions.yaml",
        "bookworm: {flavors: [default, slim]",
        "bookworm: {flavors: [slim]",
    ),
    (
        "architectures",
        "versions.yaml",
        "riscv64, s390x], end_of_life: 2027-11-01}",
        "s390x], end_of_life: 2027-11-01}",
    ),
    ("tags", "versions.yaml", 'alpine: "3.24"', 'alpine: "3.23"'),
    ("tags", "versions.yaml", "{tags: [slim]}", "{shared_tags: [slim]}"),
    ("builders", "versions.yaml", "    builder: classic\n", ""),
    (
        "in_order",
        "versions.yaml",
        '  "3.10":\n    version: "3.10.20"',
        '  "3.16-rc":\n    version: "3.16.0a1"',
    ),
    ("links", "versions.yaml", "https://discuss.python.org", "http://discuss.python.org"),
    ("links", "versions.yaml", "https://forums.docker.com/", "https://discuss.python.org/c/help/7"),
    (
        "links",
        "versions.yaml",
        "https://www.debian.org/legal/licenses/",
        "https://pkgs.alpinelinux.org/packages",
    ),
    ("links", "versions.yaml", "pep-0831", "pep-0784"),
    ("identity", "versions.yaml", "title: Python", "title: Pyhton"),
    ("identity", "versions.yaml", "https://github.com/example", "https://github.com/exampel"),
    ("suites_end", "versions.yaml", "2030-06-30", "2040-06-30"),
    ("suites_end", "versions.yaml", "2028-06-30", "2026-06-10"),
    ("suites_end", "versions.yaml", ", end_of_life: 2027-11-01", ""),
    (
        "suites_end",
        "versions.yaml",
        "riscv64, s390x]}",
        "riscv64, s390x], end_of_life: 2027-05-01}",
    ),
    (
        "supported",
        "versions.yaml",
        "  ltsc2022: {flavors: [windowsservercore], architectures: [windows-amd64]}\n",
        "",
    ),
    ("supported", "versions.yaml", '  "3.23": {', '  "3.22": {'),
    ("versions", "versions.yaml", '"3.14.6"', '"3.14.5"'),
    (
        "signers",
        "versions.yaml",
        "  Hugo van Kemenade: {}\n",
        "  Hugo van Kemenade: {}\n  Łukasz Langa: {}\n",
    ),
    ("identity", "versions.yaml", "description: Python", "description: Ruby"),
    ("deprecated", "versions.yaml", '  "3.14":\n', '  "3.14":\n    deprecated: It is old.\n'),
    ("deprecated", "versions.yaml", "2030-06-30}", "2030-06-30, deprecated: It is old.}"),
    ("examples", "templates/readme/use.j2", "USER app\n\nCMD", "CMD"),
    ("examples", "templates/readme/use.j2", "RUN pip install --no", "RUN pip instal --no"),
    ("examples", "templates/readme/use.j2", "-slim-{{ newest_suites.slim }}", "-slim-bookworm"),
    ("examples", "templates/readme/use.j2", "docker run --rm --init", "docker run --init"),
    ("needs", "versions.yaml", "needs: [source]\n    follows", "needs: []\n    follows"),
    ("identity", "versions.yaml", "\nbranch: main\n", "\nbranch: master\n"),
    ("identity", "versions.yaml", "tagmatrix.git", "tagmatrix"),
    (
        "reasons",
        "versions.yaml",
        "link: https://peps.python.org/pep-0011/",
        "link: http://peps.python.org/pep-0011/",
    ),
]
"""By rule: a file, a text in it, and a replacement that breaks the rule."""


@pytest.mark.parametrize("rule", family.RULES, ids=lambda rule: rule.__name__)
def test_kept(rule: family.FamilyRule) -> None:
    """The images of this repository keep the rule."""
    found = ours(REPOSITORY)
    assert len(found.files) == len(found.matrix.images) > 0
    assert [f"{place}: {said}" for place, said in rule(found)] == []


@pytest.mark.slow
def test_kept_later(tmp_path: Path) -> None:
    """The templates keep every rule also for the next cycle and on the next suite."""
    later = tmp_path / "later"
    assert list(problems_later(REPOSITORY, later)) == []
    folders = {file.parent.name for file in later.glob("library/3.16-rc/**/Dockerfile")}
    assert {"forky", "slim-forky", "bookworm", "alpine3.24"} <= folders


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "file", "old", "new"), BROKEN)
def test_broken(tmp_path: Path, rule: str, file: str, old: str, new: str) -> None:
    """The rule finds a project that breaks it."""
    assert rule in checks(Mutation(rule, file, old, new), tmp_path / "mutant")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("templates/alpine.Dockerfile.j2", "mpdecimal-dev", "mpdecimal"),
        ("versions.yaml", '">=3.15,<3.16"', '">=3.15"'),
        ("versions.yaml", "    unless: {suites: [bookworm]}\n    why: 3.16", "    why: 3.16"),
        (
            "versions.yaml",
            'zstd:\n    when: {cycles: ">=3.14"}',
            'zstd:\n    when: {cycles: ">=3.14,<3.16"}',
        ),
        (
            "versions.yaml",
            "unless: {suites: [bookworm]}\n    why: apt-get",
            "when: {suites: [trixie]}\n    why: apt-get",
        ),
    ],
)
def test_broken_later(tmp_path: Path, file: str, old: str, new: str) -> None:
    """The rules find a mistake that only the next cycle or suite has."""
    folder = tmp_path / "mutant"
    assert next(checks(Mutation("later", file, old, new), folder), "") not in {"", REFUSED}
    assert (tmp_path / "mutant-later" / "library").is_dir()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "639e43243c620a308f968213df9e00f2f8f62332f7adbaa7a7eeb9783057c690",
            "143b1dddefaec3bd2e21e3b839b34a2b7fb9842272883c576420d605e9f30c63",
        ),
        (
            "c54d9b9bbb8a36e6489363ddd01139707fd781d72f1f9e90c7ec65d0061368e0",
            "639e43243c620a308f968213df9e00f2f8f62332f7adbaa7a7eeb9783057c690",
        ),
    ],
    ids=["two cycles", "two artifacts"],
)
def test_twin_checksums(tmp_path: Path, old: str, new: str) -> None:
    """`tagmatrix generate` itself refuses one checksum of two files."""
    twins = Mutation("twins", "versions.yaml", old, new)
    assert list(checks(twins, tmp_path / "mutant")) == [REFUSED]


def test_all_can_be_broken() -> None:
    """Every rule has a case that breaks it."""
    assert {rule for rule, *_ in BROKEN} == {rule.__name__ for rule in family.RULES}
