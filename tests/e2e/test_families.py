"""Build an image of three fixtures: what versions.yaml says of their files is what is verified."""

from __future__ import annotations

import hashlib
import io
import shutil
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.e2e.commands import run
from tests.e2e.images import PODMAN
from tests.image.runner import LIMITS

if TYPE_CHECKING:
    from tests.e2e.bases import Bases
    from tests.e2e.buildah import Buildah
    from tests.e2e.commands import Done
    from tests.e2e.standin import Site

FIXTURES: Final = Path(__file__).parents[1] / "fixtures"
SUITE: Final = "trixie"
GOSU: Final = b'#!/bin/sh\n[ "$1" != --version ] || exec echo 1.19\nshift\nexec "$@"\n'
pytestmark = [pytest.mark.build, pytest.mark.timeout(7200)]


class Family:
    """A fixture whose files are published on the server, and whose images are built."""

    def __init__(self, name: str, folder: Path, site: Site, buildah: Buildah) -> None:
        """Copy the fixture."""
        self.name = name
        self.root = shutil.copytree(FIXTURES / name, folder / name)
        self._folder, self._site, self._buildah = folder, site, buildah

    def publish(self, path: str, content: bytes) -> bytes:
        """Publish a file at a path of the server, and return it."""
        file = self._folder / path.replace("/", "-")
        file.write_bytes(content)
        self._site.files[path] = file
        return content

    def replace(self, old: str, new: str, path: str = "versions.yaml") -> None:
        """Replace a text of a file that occurs once."""
        file = self.root / path
        text = file.read_text()
        assert text.count(old) == 1
        file.write_text(text.replace(old, new))

    def bump(self, cycle: str, *words: str) -> None:
        """Move a cycle to another version with `tagmatrix bump`."""
        run(sys.executable, "-m", "tagmatrix", "-C", self.root, "bump", cycle, *words).ok()

    def build(self, image: str) -> Done:
        """Generate everything, and build an image."""
        run(sys.executable, "-m", "tagmatrix", "-C", self.root, "generate", "--quiet").ok()
        return self._buildah.build(self.root / "library" / image, self._tag(image))

    def start(self, image: str, *command: str) -> str:
        """Return what a command in a container of an image prints."""
        start = (*PODMAN.split(), "run", "--rm", "--network=none", *LIMITS, self._tag(image))
        return run(*start, *command, env=self._buildah.place.environment).ok().text

    def _tag(self, image: str) -> str:
        return f"localhost/{self.name}:{image.replace('/', '-')}"


def archive(**scripts: str) -> bytes:
    """Return an archive with scripts at paths whose `/` is `__`."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as tar:
        for name, script in scripts.items():
            content = f"#!/bin/sh\n{script}\n".encode()
            member = tarfile.TarInfo(name.replace("__", "/"))
            member.size, member.mode = len(content), 0o755
            tar.addfile(member, io.BytesIO(content))
    return sink.getvalue()


def sha256(content: bytes) -> str:
    """Return a SHA-256."""
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def _base(bases: Bases) -> None:
    bases.debian(SUITE)


@pytest.mark.usefixtures("_base")
def test_golang(site: Site, buildah: Buildah, tmp_path: Path) -> None:
    """The archive of the builder's architecture is verified, and another one is refused."""
    golang = Family("golang", tmp_path, site, buildah)
    content = archive(go__bin__go="echo go version go1.27.2")
    path = "/go/go1.27.2.linux-amd64.tar.gz"
    golang.publish(path, content)
    names = ("arm32v7", "arm64v8", "i386", "ppc64le", "riscv64", "s390x")
    words = [f"--sha256=linux/{name}={sha256(name.encode())}" for name in names]
    golang.bump("1.27", "1.27.2", f"--sha256=linux/amd64={sha256(content)}", *words)
    golang.build("1.27/trixie").ok()
    assert golang.start("1.27/trixie", "go", "version") == "go version go1.27.2\n"
    golang.publish(path, archive(go__bin__go="echo something else"))
    golang.replace("ENV GOLANG_VERSION", "ENV A=1 GOLANG_VERSION", "templates/golang.Dockerfile.j2")
    replaced = golang.build("1.27/trixie")
    assert replaced.code != 0
    assert "go.tgz: FAILED" in replaced.text


@pytest.mark.usefixtures("_base")
def test_node(site: Site, buildah: Buildah, tmp_path: Path) -> None:
    """A component is in the image beside the product, both verified."""
    node = Family("node", tmp_path, site, buildah)
    content = archive(node__bin__node="echo v24.20.0")
    node.publish("/node/node-v24.20.0-linux-x64.tar.gz", content)
    yarn = node.publish("/yarn/yarn-v1.22.23.tar.gz", archive(yarn__bin__yarn="echo 1.22.23"))
    files = ("glibc/arm64v8", "glibc/ppc64le", "glibc/s390x", "musl/amd64", "musl/arm64v8")
    words = [f"--sha256={name}={sha256(name.encode())}" for name in files]
    words += [
        f"--sha256=glibc/amd64={sha256(content)}",
        "--component=yarn=1.22.23",
        f"--sha512=components.yarn={hashlib.sha512(yarn).hexdigest()}",
    ]
    node.bump("24", "24.20.0", *words)
    node.build("24/trixie-slim").ok()
    assert node.start("24/trixie-slim", "node", "--version") == "v24.20.0\n"
    assert node.start("24/trixie-slim", "yarn", "--version") == "1.22.23\n"


@pytest.mark.usefixtures("_base")
def test_postgres(site: Site, buildah: Buildah, tmp_path: Path) -> None:
    """The package has the version of the suite, and the entrypoint runs with the component."""
    postgres = Family("postgres", tmp_path, site, buildah)
    postgres.publish("/gosu/1.20/gosu-amd64", GOSU)
    words = (f"amd64={sha256(GOSU)}", f"arm64v8={sha256(b'arm64v8')}")
    component = [f"--sha256=components.gosu/{word}" for word in words]
    postgres.bump("17", "--component=gosu=1.20", *component)
    version = _version("postgresql-client-common", buildah)
    postgres.replace("trixie: 17.7-3.pgdg13+1", f"trixie: {version}")
    postgres.build("17/trixie").ok()
    assert postgres.start("17/trixie") == f"postgres {version}\n"
    assert "de_DE.utf8" in postgres.start("17/trixie", "locale", "--all-locales")


def _version(package: str, buildah: Buildah) -> str:
    """Return the version of a package in the suite."""
    script = f"apt-get update >/dev/null; apt-cache show --no-all-versions {package}"
    start = (*PODMAN.split(), "run", "--rm", "--network=host", *LIMITS)
    base = f"debian:{SUITE}-slim"
    shown = run(*start, base, "sh", "-c", script, env=buildah.place.environment).ok().text
    (line,) = (line for line in shown.splitlines() if line.startswith("Version: "))
    return line.removeprefix("Version: ")
