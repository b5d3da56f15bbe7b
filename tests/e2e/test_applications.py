"""Sample applications are built, run, stopped, built again and pushed, by real engines."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING, Final

import pytest

from tests.app.test_docs import follow
from tests.apps import samples
from tests.e2e.applications import BASES, CERTIFICATES, Client, Sample, podman
from tests.e2e.commands import run
from tests.e2e.images import Variant
from tests.e2e.index import private_index
from tests.e2e.registry import registry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.applications import Image
    from tests.e2e.engine import Engine
    from tests.e2e.images import Images
    from tests.e2e.sources import Source

pytestmark = [pytest.mark.build, pytest.mark.timeout(3600)]
full = pytest.mark.full

SAMPLES: Final = (
    Sample("uv-flask", "/healthz", "ok"),
    Sample("native-sdist", "/", "3 "),
    Sample("seed-procfile", "/hello/you", "Hello you"),
    Sample("seed-flask", "/", "Hello, Docker!"),
    Sample("poetry-src", "/", "now"),
    Sample("pdm-django", "/", "Hello, shop!"),
    Sample("pipenv-flask", "/", "Hello, Docker!"),
    Sample("pip-fastapi", "/health", "ok"),
)
FEW: Final = 2
"""The number of samples that `make verify` builds."""
MORE: Final = (
    Sample("monorepo", "/", "Hello"),
    Sample("pip-hashes", "/healthz", "ok"),
    Sample("django-asgi", "/", "Hello, shop!"),
    Sample("procfile-three", "/up", "Hello, Docker!"),
    Sample("streamlit", "/_stcore/health", "ok"),
    Sample("gradio", "/", "gradio"),
    Sample("celery-web", "/openapi.json", "FastAPI"),
)
"""Samples that `make verify-full` builds once, with Docker."""
MINUTE: Final = 61
TOKEN: Final = "password-of-the-private-index"  # noqa: S105 (the test looks for it)
TOOLS: Final = "gcc cc make pip pip3 uv poetry pdm pipenv git"
PRIVATE: Final = """\
import http.server
import signal
import sys

import greeting


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(greeting.TEXT.encode())


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.HTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""
TAGMATRIX: Final = """\
#!/bin/sh
case "$2" in
  build) exec {python} -m tagmatrix "$@" --network host --secret id=ca,src={ca} ;;
  *) exec {python} -m tagmatrix "$@" ;;
esac
"""
RUNNER: Final = """\
#!/bin/sh
case "$1" in
  run) shift; exec {client} run --network=host "$@" ;;
  *) exec {client} "$@" ;;
esac
"""


@pytest.fixture(scope="session")
def python() -> dict[str, Client]:
    """Return the clients whose engine has the base already."""
    return {}


@pytest.fixture
def buildah_client(images: Images, source: Source, python: dict[str, Client]) -> Client:
    """Return buildah, with podman, which have our own image of Python as the base."""
    if "buildah" not in python:
        variant = Variant("slim-trixie", source)
        images.build(variant)
        environment = images.buildah.place.environment
        for name in BASES:
            run("buildah", "tag", variant.tag, f"docker.io/library/{name}", env=environment).ok()
        python["buildah"] = Client("buildah", podman(), environment)
    return python["buildah"]


@pytest.fixture
def docker(buildah_client: Client, engine: Engine, python: dict[str, Client]) -> Client:
    """Return a Docker engine that has the same base."""
    del buildah_client
    if "docker" not in python:
        for name in BASES:
            engine.copy(f"docker.io/library/{name}", f"docker.io/library/{name}")
        path = os.pathsep.join((str(engine.folder / "root/usr/bin"), os.environ["PATH"]))
        environment = {**engine.environment, "PATH": path}
        python["docker"] = Client("docker", (engine.client,), environment)
    return python["docker"]


def check(sample: Sample, client: Client, folder: Path) -> None:
    """Build a sample; it runs hardened, answers, stops on SIGTERM, and has no tools."""
    application = samples.write(sample.name, folder / sample.name)
    image = f"{sample.name}:test"
    built = client.build(application, image).ok()
    assert not (application / "Dockerfile").exists()
    port = next(
        (int(word.rpartition(":")[2]) for word in built.text.split() if "--publish" in word), 8000
    )
    with client.container(image) as name:
        assert sample.answer in client.ask(name, port, sample.path)
        assert client.is_healthy(name)
        assert client.stop(name) == "0", client.run("logs", name).text
    script = (
        "id -u; id -g; find / -xdev -user 10001 2>/dev/null; "
        f"for tool in {TOOLS}; do command -v $tool; done; true"
    )
    assert client.inside(image, script).split() == ["10001", "10001"]


@pytest.mark.parametrize(
    "sample",
    [*SAMPLES[:FEW], *(pytest.param(one, marks=full) for one in (*SAMPLES[FEW:], *MORE))],
    ids=lambda sample: sample.name,
)
def test_docker(sample: Sample, docker: Client, tmp_path: Path) -> None:
    """Docker builds a sample, and it runs as it must."""
    check(sample, docker, tmp_path)


@full
@pytest.mark.parametrize("engine_name", ["docker", "buildah_client"])
def test_program(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A console script of a package with a lock reads its input, and ends."""
    client: Client = request.getfixturevalue(engine_name)
    client.build(samples.write("pylock-src", tmp_path / "app"), "program:test").ok()
    assert client.inside("program:test", "echo one two three | word-count") == "3\n"
    assert client.inside("program:test", "id -u") == "10001\n"


@full
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_buildah(sample: Sample, buildah_client: Client, tmp_path: Path) -> None:
    """Buildah builds a sample, and podman runs it as it must."""
    check(sample, buildah_client, tmp_path)


@full
@pytest.mark.parametrize("engine_name", ["docker", "buildah_client"])
def test_twice(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Two copies with other times, built a minute apart without a cache, give one image."""
    client: Client = request.getfixturevalue(engine_name)
    environment = {**client.environment, "SOURCE_DATE_EPOCH": "1780000000"}
    client = Client(client.engine, client.runner, environment)
    first = build_all(client, tmp_path / "1")
    time.sleep(MINUTE)
    assert build_all(client, tmp_path / "2") == first


def build_all(client: Client, folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Build copies of all samples, and return the digests of configurations and layers."""
    folder.mkdir()
    found = {}
    for sample in SAMPLES:
        application = samples.write(sample.name, folder / sample.name)
        for path in application.rglob("*"):
            time_ = 1_000_000_000 * int(folder.name)
            os.utime(path, (time_, time_))
        image = f"{sample.name}:twice"
        client.build(application, image, "--no-cache").ok()
        saved = client.saved(image, folder)
        found[sample.name] = (saved.config_digest, saved.layers)
        saved.archive.unlink()
    return found


def test_sources_alone(docker: Client, tmp_path: Path) -> None:
    """After a change of the sources all layers but theirs are the same, from the cache."""
    before, after = change_sources(docker, tmp_path)
    same = [old == new for old, new in zip(before.layers, after.layers, strict=True)]
    assert same.count(False) == 1, same


@full
def test_sources_alone_with_buildah(buildah_client: Client, tmp_path: Path) -> None:
    """Buildah gives each layer the date of the build, but installs nothing again."""
    change_sources(buildah_client, tmp_path)


@full
@pytest.mark.parametrize("engine_name", ["docker", "buildah_client"])
def test_new_dependency(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A dependency that is added after a build is in the image of the next, cached or not."""
    client: Client = request.getfixturevalue(engine_name)
    application = samples.write("seed-flask", tmp_path / "app")
    client.build(application, "added:1").ok()
    requirements = application / "requirements.txt"
    requirements.write_text(requirements.read_text() + "idna==3.10\n")
    client.build(application, "added:1").ok()
    assert client.inside("added:1", "python3 -c 'import idna; print(idna.__version__)'") == "3.10\n"


def change_sources(client: Client, folder: Path) -> tuple[Image, Image]:
    """Build a sample before and after a change of its sources; return both images."""
    application = samples.write("seed-flask", folder / "app")
    built = client.build(application, "sources:1", "--no-cache").ok()
    assert "Successfully installed" in built.text
    before = client.saved("sources:1", folder)
    client.build(application, "sources:1").ok()  # buildah keeps no layers of the first build
    file = application / "app.py"
    file.write_text(file.read_text().replace("Hello", "Goodbye"))
    built = client.build(application, "sources:2").ok()
    assert "Successfully installed" not in built.text
    return before, client.saved("sources:2", folder)


@pytest.mark.parametrize("engine_name", ["docker", pytest.param("buildah_client", marks=full)])
def test_private_index(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The password of an index comes from a build secret, and is nowhere in the image."""
    client: Client = request.getfixturevalue(engine_name)
    folder = tmp_path / "app"
    folder.mkdir()
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login reader password {TOKEN}\n")
    (folder / "main.py").write_text(PRIVATE)
    with private_index("reader", TOKEN) as port:
        index = f"--index-url http://127.0.0.1:{port}/simple/"
        (folder / "requirements.txt").write_text(f"{index}\ngreeting==1.0\n")
        assert client.build(folder, "private:1", "--no-cache").code == 2
        client.build(folder, "private:1", "--secret", f"id=netrc,src={netrc}").ok()
    with client.container("private:1") as name:
        assert "private index" in client.ask(name, 8000, "/")
        assert client.stop(name) == "0"
    image = client.saved("private:1", tmp_path)
    assert image.has("Hello from the private index")
    assert not image.has(TOKEN)


def test_push(docker: Client, tmp_path: Path) -> None:
    """`--push` brings the image to a registry, and it is the same image there."""
    application = samples.write("no-dependencies", tmp_path / "app")
    with registry(tmp_path / "registry") as address:
        name = f"{address}/team/hello:1.0"
        docker.build(application, name, "--push").ok()
        pushed = run("skopeo", "inspect", "--tls-verify=false", "--raw", f"docker://{name}").ok()
        assert docker.saved(name, tmp_path).config_digest in pushed.text
        refused = docker.build(application, f"{address.replace('127', '128')}/a:1", "--push")
        assert refused.code == 2
        assert "docker failed with exit code" in refused.text


def test_page(docker: Client, tmp_path: Path) -> None:
    """The blocks of docs/app.md that build and run an image do what the page shows.

    Wrappers add what this machine needs: the host's network, and its certificates.
    """
    programs = tmp_path / "bin"
    programs.mkdir()
    client = shutil.which("docker", path=docker.environment["PATH"])
    texts = {
        "tagmatrix": TAGMATRIX.format(python=sys.executable, ca=CERTIFICATES),
        "docker": RUNNER.format(client=client),
    }
    for name, text in texts.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    (tmp_path / ".netrc").touch()
    path = os.pathsep.join((str(programs), docker.environment["PATH"]))
    variables = {**docker.environment, "PATH": path, "HOME": str(tmp_path)}
    follow(["application", "write", "build", "run", "names", "secrets"], tmp_path, variables)
