"""Base images, made like the official ones: with debootstrap and debuerreotype's scripts."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e import debian
from tests.e2e.commands import run

if TYPE_CHECKING:
    from tests.e2e.place import Place

TOOLS = ("buildah", "podman", "runc", "skopeo", "debootstrap", "debuerreotype")

IMAGE = """\
FROM scratch
ADD rootfs.tar /
CMD ["bash"]
"""

# buildpack-deps without imagemagick and its dependencies: no module of Python needs them.
BUILDPACK = """\
FROM debian:{suite}
RUN set -eux; \\
	apt-get update; \\
	apt-get install -y --no-install-recommends ca-certificates curl gnupg netbase sq wget tzdata; \\
	apt-get install -y --no-install-recommends git mercurial openssh-client procps subversion; \\
	apt-get install -y --no-install-recommends \\
		autoconf automake bzip2 default-libmysqlclient-dev dpkg-dev file g++ gcc \\
		libbz2-dev libc6-dev libcurl4-openssl-dev libdb-dev libevent-dev libffi-dev \\
		libgdbm-dev libglib2.0-dev libgmp-dev libjpeg-dev libkrb5-dev liblzma-dev \\
		libmaxminddb-dev libncurses5-dev libncursesw5-dev libpng-dev libpq-dev \\
		libreadline-dev libsqlite3-dev libssl-dev libtool libwebp-dev libxml2-dev \\
		libxslt-dev libyaml-dev make patch unzip xz-utils zlib1g-dev; \\
	update-ca-certificates; \\
	rm -rf /var/lib/apt/lists/*
"""


@dataclass(frozen=True, slots=True)
class Bases:
    """Makes base images in the storage of buildah, each once."""

    place: Place
    certificates: Path

    def debian(self, suite: str) -> None:
        """Make debian:SUITE and debian:SUITE-slim."""
        if self.has(f"debian:{suite}-slim"):
            return
        debian.install(*TOOLS)
        with tempfile.TemporaryDirectory(dir=self.place.root, prefix="base.") as name:
            folder = Path(name)
            root = folder / "rootfs"
            self._bootstrap(suite, root)
            self._import(f"debian:{suite}", folder)
            run("debuerreotype-slimify", root).ok()
            self._import(f"debian:{suite}-slim", folder)

    def buildpack_deps(self, suite: str) -> None:
        """Make a replacement for buildpack-deps:SUITE."""
        tag = f"buildpack-deps:{suite}"
        if self.has(tag):
            return
        self.debian(suite)
        with tempfile.TemporaryDirectory(dir=self.place.root, prefix="base.") as name:
            file = Path(name, "Dockerfile")
            file.write_text(BUILDPACK.format(suite=suite))
            volume = f"--volume={self.certificates}:/usr/local/share/ca-certificates:ro"
            self._build(tag, Path(name), "--network=host", volume)

    def has(self, tag: str) -> bool:
        """Return whether an image exists."""
        if shutil.which("buildah") is None:
            return False
        name = f"docker.io/library/{tag}"
        return run("buildah", "images", "-q", name, env=self.place.environment).code == 0

    def _bootstrap(self, suite: str, root: Path) -> None:
        log = self.place.logs / f"debootstrap-{suite}.log"
        mirror = debian.find_mirror()
        run("debootstrap", "--variant=minbase", suite, root, mirror.main, log=log).ok()
        epoch = root / "debuerreotype-epoch"  # debuerreotype's scripts need it
        epoch.write_text("0\n")
        run("debuerreotype-minimizing-config", root).ok()
        (root / "etc/apt/sources.list").unlink(missing_ok=True)
        (root / "etc/apt/sources.list.d/debian.sources").write_text(mirror.sources(suite))
        run("chroot", root, "apt-get", "clean").ok()
        for pattern in ("var/lib/apt/lists/*", "var/cache/apt/*.bin", "var/log/*"):
            for path in root.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name in ("etc/resolv.conf", "etc/hostname"):
            (root / name).unlink(missing_ok=True)

    def _import(self, tag: str, folder: Path) -> None:
        options = ("--numeric-owner", "--sort=name", "--exclude=./debuerreotype-epoch")
        run("tar", "-C", folder / "rootfs", *options, "-cf", folder / "rootfs.tar", ".").ok()
        (folder / "Dockerfile").write_text(IMAGE)
        self._build(tag, folder, "--ignorefile=/dev/null")

    def _build(self, tag: str, folder: Path, *options: str) -> None:
        log = self.place.logs / f"base-{tag.replace(':', '-')}.log"
        fixed = ("--identity-label=false", "--isolation=chroot", "--pull=never", "--format=docker")
        name = f"docker.io/library/{tag}"
        command = ("buildah", "build", *fixed, *options, "-t", name, str(folder))
        run(*command, env=self.place.environment, log=log).ok()
