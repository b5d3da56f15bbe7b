"""A Docker engine with BuildKit, on a separate socket.

Its packages come from a newer suite of Debian, which changes. They are unpacked, never installed.
If they are not available or do not run, the tests that need them are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.e2e import debian
from tests.e2e.commands import UnavailableError, run
from tests.e2e.standin import ADDRESS, HOSTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.commands import Done
    from tests.e2e.place import Place

SUITES: Final = ("forky", "sid")
PACKAGES: Final = ("docker.io", "docker-cli", "docker-buildx", "containerd")
ALONE: Final = (
    *("--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"),
    *("--ip-masq=false", "--userland-proxy=false", "--feature=containerd-snapshotter=true"),
)
"""The engine does not change this machine's network; containers have the host's or none."""

START: Final = 30.0
"""The engine must answer within this number of seconds."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A running engine."""

    place: Place
    folder: Path
    environment: dict[str, str]

    @property
    def client(self) -> str:
        """Return the path of the engine's client."""
        return str(self.folder / "root/usr/bin/docker")

    def check(self, folder: Path, base: str) -> Done:
        """Let BuildKit check FOLDER/Dockerfile, without a look-up of its base."""
        empty = self.place.folder("empty")
        context = f"--build-context={base}={empty}"
        return self._docker("build", "--check", context, folder)

    def build(self, folder: Path, tag: str) -> Done:
        """Build FOLDER/Dockerfile, on bases that are already loaded."""
        hosts = [f"--add-host={host}:{ADDRESS}" for host in HOSTS]
        options = ("--progress=plain", "--network=host", "--no-cache", *hosts)
        log = self.place.logs / f"engine-{tag.replace('/', '-').replace(':', '-')}.log"
        return self._docker("build", *options, "--tag", tag, folder, log=log)

    def outline(self, folder: Path) -> Done:
        """Let BuildKit read FOLDER/Dockerfile, without a build."""
        return self._docker("build", "--call=outline", folder)

    def export(self, folder: Path, to: Path) -> Done:
        """Build FOLDER/Dockerfile, which runs no command, and write its files to a folder."""
        return self._docker("build", "--progress=plain", f"--output=type=local,dest={to}", folder)

    def load(self, tag: str, certificate: Path) -> None:
        """Copy a base from buildah and add the throwaway authority: BuildKit can't mount it."""
        name = f"docker.io/library/{tag}"
        with tempfile.TemporaryDirectory(dir=self.place.root, prefix="load.") as temporary:
            folder = Path(temporary)
            shutil.copy(certificate, folder)
            lines = (f"FROM {name}", f"COPY {certificate.name} /usr/local/share/ca-certificates/")
            (folder / "Dockerfile").write_text("\n".join(lines) + "\n")
            own = f"localhost/with-authority/{tag}"
            options = ("--isolation=chroot", "--pull=never", "--format=docker", "--tag", own)
            run("buildah", "build", *options, folder, env=self.place.environment).ok()
        self.copy(own, name)

    def copy(self, tag: str, name: str) -> None:
        """Copy an image from buildah, under a name of its own."""
        with tempfile.TemporaryDirectory(dir=self.place.root, prefix="copy.") as temporary:
            archive = Path(temporary, "image.tar")
            names = (f"containers-storage:{tag}", f"docker-archive:{archive}:{name}")
            run("skopeo", "copy", "--quiet", *names, env=self.place.environment).ok()
            self._docker("load", "--quiet", "--input", archive).ok()

    def _docker(self, *words: str | Path, log: Path | None = None) -> Done:
        return run(self.client, *words, env=self.environment, log=log)


@contextmanager
def start_engine(place: Place, name: str = "engine") -> Iterator[Engine]:
    """Run an engine while the context is open; another name is another engine."""
    debian.need_root_on_debian()
    debian.install("runc")
    first, folder = place.folder("engine"), place.folder(name)
    if not (first / "root/usr/sbin/dockerd").exists():
        _unpack(first)
    if not (folder / "root").exists():
        (folder / "root").symlink_to(first / "root")
    plugins = folder / "config/cli-plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    buildx = plugins / "docker-buildx"
    if not buildx.exists():
        buildx.symlink_to(folder / "root/usr/libexec/docker/cli-plugins/docker-buildx")
    # A socket's path may have at most 107 bytes (unix(7)).
    with tempfile.TemporaryDirectory(prefix="engine.") as short:
        socket = Path(short, "s")
        environment = {"DOCKER_HOST": f"unix://{socket}", "DOCKER_CONFIG": str(folder / "config")}
        engine = Engine(place, folder, environment)
        with _daemon(folder, place.logs / f"dockerd-{name}.log", socket) as daemon:
            _wait(engine, daemon)
            yield engine


def _unpack(folder: Path) -> None:
    failures: list[str] = []
    for suite in SUITES:
        with tempfile.TemporaryDirectory(dir=folder, prefix="download.") as name:
            try:
                debian.fetch_packages(Path(name), suite, *PACKAGES)
            except UnavailableError as error:
                failures.append(str(error))
                continue
            new = Path(name, "root")
            for package in sorted(Path(name).glob("*.deb")):
                run("dpkg", "-x", package, new).ok()
            new.rename(folder / "root")
            return
    raise UnavailableError("no Docker engine available:\n" + "\n".join(failures))


@contextmanager
def _daemon(folder: Path, log: Path, socket: Path) -> Iterator[subprocess.Popen[bytes]]:
    binaries = f"{folder}/root/usr/sbin:{folder}/root/usr/bin"
    folders = (f"--data-root={folder}/data", f"--exec-root={folder}/exec")
    command = ["dockerd", *folders, f"--pidfile={folder}/pid", f"--host=unix://{socket}", *ALONE]
    path = f"{binaries}:/usr/sbin:/usr/bin:/sbin:/bin"
    program = f"{folder}/root/usr/sbin/dockerd"
    Path(folder, "pid").unlink(missing_ok=True)
    with log.open("wb") as sink:
        daemon = subprocess.Popen(
            [program, *command[1:], "--group=root"],
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield daemon
        finally:
            daemon.terminate()
            daemon.wait(timeout=60)


def _wait(engine: Engine, daemon: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and daemon.poll() is None:
        if run(engine.client, "version", env=engine.environment).code == 0:
            return
        time.sleep(0.2)
    log = (
        (engine.place.logs / f"dockerd-{engine.folder.name}.log")
        .read_text(errors="replace")
        .splitlines()[-3:]
    )
    raise UnavailableError("the Docker engine does not start here:\n" + "\n".join(log))
