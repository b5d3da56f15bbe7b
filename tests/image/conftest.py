"""Options that name the image; without --image, pytest collects nothing here."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from tests.image.runner import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.image.runner import Container

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options that describe the image."""
    group = parser.getgroup("image", "the image to test")
    group.addoption("--image", metavar="TAG", help="the image")
    group.addoption("--base", metavar="TAG", help="its base, to compare packages")
    group.addoption("--again", metavar="TAG", help="a second build of it, to compare files")
    group.addoption("--client", help="podman or docker, with the options that it needs")
    group.addoption("--flavor", choices=("slim", "default"), default="slim")
    group.addoption("--python-version", metavar="X.Y.Z", help="the expected version and variant")
    group.addoption("--optimized", choices=("yes", "no"), default="yes", help="with PGO and LTO")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a run of these tests without an image."""
    paths = [config.invocation_params.dir / word.partition("::")[0] for word in config.args]
    named = any(HERE in (path, *path.parents) for path in paths)
    if named and config.getoption("--image", None) is None:
        raise pytest.UsageError("name the image to test: --image TAG")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip these tests in a run without an image."""
    named = config.getoption("--image", None)
    return True if named is None and collection_path.suffix == ".py" else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The expected properties of the image."""

    version: str
    slim: bool
    optimized: bool

    def since(self, version: str) -> bool:
        """Return whether the image has at least this version of Python."""
        return Version(self.version) >= Version(version)


@pytest.fixture(scope="session")
def client(pytestconfig: pytest.Config) -> tuple[str, ...]:
    """Return the command that runs containers."""
    given = pytestconfig.getoption("--client")
    found = given or next((name for name in ("docker", "podman") if shutil.which(name)), None)
    if found is None:
        pytest.exit("neither docker nor podman is available; name one with --client", returncode=2)
    return tuple(shlex.split(found))


@pytest.fixture(scope="session")
def image(pytestconfig: pytest.Config, client: tuple[str, ...]) -> Image:
    """Return the image."""
    return Image(client, pytestconfig.getoption("--image"))


@pytest.fixture(scope="session")
def base(pytestconfig: pytest.Config, client: tuple[str, ...]) -> Image:
    """Return the base of the image."""
    tag = pytestconfig.getoption("--base")
    if tag is None:
        pytest.skip("without --base there is no comparison with the base")
    return Image(client, tag)


@pytest.fixture(scope="session")
def inherited(pytestconfig: pytest.Config, client: tuple[str, ...]) -> str:
    """Return the base's part of the history; empty without --base."""
    tag = pytestconfig.getoption("--base")
    return "" if tag is None else Image(client, tag).history


@pytest.fixture(scope="session")
def again(pytestconfig: pytest.Config, client: tuple[str, ...]) -> Image:
    """Return the second build of the same image."""
    tag = pytestconfig.getoption("--again")
    if tag is None:
        pytest.skip("without --again there is no comparison of two builds")
    return Image(client, tag)


@pytest.fixture(scope="session")
def asked(pytestconfig: pytest.Config, image: Image) -> Asked:
    """Return the expected properties of the image."""
    option = pytestconfig.getoption
    version = option("--python-version") or image.environment["PYTHON_VERSION"]
    return Asked(version, option("--flavor") == "slim", option("--optimized") == "yes")


@pytest.fixture(scope="session")
def container(image: Image) -> Iterator[Container]:
    """Return a container of the image that all tests share."""
    started = image.start()
    try:
        yield started
    finally:
        started.stop()
