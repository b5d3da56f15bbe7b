"""Docker itself has nothing to say about the files of the sample applications."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli import main
from tests.apps import samples
from tests.e2e import debian
from tests.e2e.commands import UnavailableError, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.engine import Engine
    from tests.e2e.place import Place

pytestmark = pytest.mark.timeout(1200)

SUITES = ("trixie", "forky", "sid")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of all samples, on all variants."""
    root = tmp_path_factory.mktemp("written")
    for variant in ("slim", "alpine", "default"):
        for name in samples.NAMES:
            folder = samples.write(name, root / variant / name)
            command = ["app", "write", "--quiet", "--variant", variant, "--with", "compose"]
            main(["-C", str(folder), *command])
    return root


@pytest.fixture(scope="module")
def compose(place: Place) -> Path:
    """Return the path of Docker's compose, which is unpacked and not installed."""
    folder = place.folder("compose")
    program = folder / "root/usr/libexec/docker/cli-plugins/docker-compose"
    failures = []
    for suite in () if program.exists() else SUITES:
        try:
            debian.fetch_packages(folder, suite, "docker-compose")
        except UnavailableError as error:
            failures.append(str(error))
            continue
        run("dpkg", "-x", *folder.glob("*.deb"), folder / "root").ok()
        break
    if not program.exists():
        pytest.skip("no docker-compose available:\n" + "\n".join(failures))
    return program


def test_check(written: Path, engine: Engine) -> None:
    """BuildKit's checks find nothing in the Dockerfiles."""
    texts = {file.read_bytes(): file for file in written.rglob("Dockerfile")}
    assert len(texts) > 3 * 14
    for text, file in texts.items():
        base = re.findall(r"^FROM (python:\S+) AS base$", text.decode(), re.MULTILINE)
        assert len(base) == 1
        done = engine.check(file.parent, base[0]).ok()
        assert "no warnings found" in done.text


def test_compose(written: Path, compose: Path) -> None:
    """Compose reads the files, and warns of nothing."""
    texts = {file.read_bytes(): file for file in written.rglob("compose.yaml")}
    assert len(texts) > 10
    for file in texts.values():
        assert run(compose, "--file", file, "config", "--quiet").ok().text == ""
