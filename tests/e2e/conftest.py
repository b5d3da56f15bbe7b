"""Fixtures for builds: one folder, one server that replaces the internet, the builders."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e import debian
from tests.e2e.bases import TOOLS, Bases
from tests.e2e.buildah import Buildah
from tests.e2e.certificates import make_authority
from tests.e2e.commands import UnavailableError
from tests.e2e.engine import start_engine
from tests.e2e.images import Images
from tests.e2e.place import find_place, locked
from tests.e2e.real import KINDS, Real
from tests.e2e.registry import crane_registry, find_crane, registry
from tests.e2e.sources import find_looking_for_cxx, find_source
from tests.e2e.standin import HOSTS, Site, serve
from tests.registry.fixtures import log_in
from tests.registry.standin import PASSWORD, USER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.certificates import Authority
    from tests.e2e.engine import Engine
    from tests.e2e.place import Place
    from tests.e2e.sources import Source

HERE = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip this folder unless the command line names it: it installs packages and builds."""
    paths = [config.invocation_params.dir / word.partition("::")[0] for word in config.args]
    named = any(HERE in (path, *path.parents) for path in paths)
    return None if named or HERE not in collection_path.parents else True


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    """Return the folder for all results, locked, on a machine that can build."""
    try:
        debian.need_root_on_debian()
    except UnavailableError as error:
        pytest.skip(str(error))
    debian.install(*TOOLS, "binutils", "openssl")
    found = find_place()
    with locked(found):
        yield found


@pytest.fixture(scope="session")
def authority(place: Place) -> Authority:
    """Return the certificates of the server."""
    return make_authority(place.folder("tls"), *HOSTS)


@pytest.fixture(scope="session")
def source(place: Place) -> Source:
    """Return a release of 3.13; every build needs it, so a missing one is an error."""
    return find_source(place, "3.13")


@pytest.fixture(scope="session")
def newer(place: Place) -> Source:
    """Return a release of 3.14, from a suite whose packages change."""
    try:
        return find_source(place, "3.14")
    except UnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def looking_for_cxx(place: Place) -> Source:
    """Return a release of 3.13 whose configure looks for g++ as that of 3.14.6."""
    return find_looking_for_cxx(place)


@pytest.fixture(scope="session")
def _site(authority: Authority) -> Iterator[Site]:
    site = Site()
    with serve(site, authority):
        yield site


@pytest.fixture
def site(_site: Site) -> Site:
    """Return the server's content: nothing yet."""
    for published in (_site.files, _site.keys, _site.asked):
        published.clear()
    return _site


@pytest.fixture(scope="session")
def bases(place: Place, authority: Authority) -> Bases:
    """Return the maker of base images."""
    return Bases(place, authority.certificate.parent)


@pytest.fixture(scope="session")
def buildah(place: Place, authority: Authority) -> Buildah:
    """Return the builder that is always available."""
    return Buildah(place, authority.certificate.parent)


@pytest.fixture(scope="session")
def engine(place: Place) -> Iterator[Engine]:
    """Return a Docker engine, if one is available."""
    try:
        with start_engine(place) as started:
            yield started
    except UnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def other_engine(place: Place) -> Iterator[Engine]:
    """Return a second Docker engine, if one is available."""
    try:
        with start_engine(place, "other-engine") as started:
            yield started
    except UnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def images(site: Site, bases: Bases, buildah: Buildah, tmp_path: Path) -> Images:
    """Return the object that renders, builds and tests images."""
    return Images(site, bases, buildah, tmp_path)


@pytest.fixture(scope="session")
def crane(place: Place) -> Path:
    """Return crane, if a newer suite has it."""
    try:
        return find_crane(place.root)
    except UnavailableError as error:
        pytest.skip(str(error))


@contextmanager
def _serve(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if kind == "crane":
        with crane_registry(folder, request.getfixturevalue("crane")) as host:
            yield host
    elif kind == "docker-registry":
        with registry(folder) as host:
            yield host
    else:
        with registry(folder, user=USER, password=PASSWORD, deletes=True) as host:
            yield host


@pytest.fixture
def real(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Real]:
    """Return a running registry, of the kind that the test names."""
    kind = getattr(request, "param", KINDS[0])
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with _serve(kind, tmp_path / "registry", request) as host:
        log_in(tmp_path / "docker", host)
        yield Real(kind, host, tmp_path, capsys)
