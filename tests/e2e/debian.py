"""Packages and sources from the mirror that this machine's own apt uses."""

from __future__ import annotations

import functools
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.commands import CommandError, UnavailableError, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

DEB822 = """\
Types: {types}
URIs: {uri}
Suites: {suites}
Components: main
Signed-By: {keyring}
"""


@dataclass(frozen=True, slots=True)
class Mirror:
    """The addresses of Debian's packages and of its security updates."""

    main: str
    security: str

    def sources(self, suite: str) -> str:
        """Return the content of an image's /etc/apt/sources.list.d/debian.sources."""
        main = self.paragraph("deb", f"{suite} {suite}-updates")
        security = Mirror(self.security, "").paragraph("deb", f"{suite}-security")
        return f"{main}\n{security}"

    def paragraph(self, types: str, suites: str) -> str:
        """Return one paragraph of apt's sources."""
        return DEB822.format(types=types, uri=self.main, suites=suites, keyring=KEYRING)


def need_root_on_debian() -> None:
    """Raise unless this machine can make images from Debian's packages."""
    if os.geteuid() != 0:
        raise UnavailableError("only root can build images, so these tests do NOT build")
    if shutil.which("apt-get") is None or not KEYRING.exists():
        raise UnavailableError("this is not Debian, so these tests do NOT build")


@functools.cache
def find_mirror() -> Mirror:
    """Return this machine's mirror of Debian; update apt's lists if there are none."""
    need_root_on_debian()
    for attempt in range(2):
        listing = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL)").ok().text
        uris = {label: uri for uri, _, label in map(_split, listing.splitlines())}
        if "Debian" in uris:
            return Mirror(uris["Debian"], uris.get("Debian-Security", uris["Debian"]))
        if attempt == 0:
            run("apt-get", "update", "-qq")
    raise UnavailableError("apt has no mirror of Debian, so these tests do NOT build")


def _split(line: str) -> tuple[str, str, str]:
    return line.partition(" ")


def install(*packages: str) -> None:
    """Install the missing ones of some packages."""
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    need_root_on_debian()
    run("apt-get", "update", "-qq").ok()
    options = ("-y", "-qq", "--no-install-recommends")
    run("apt-get", "install", *options, *missing, env={"DEBIAN_FRONTEND": "noninteractive"}).ok()


def _installed(package: str) -> bool:
    return "ok installed" in run("dpkg-query", "--show", "-f", "${Status}", package).text


def fetch_source(folder: Path, suite: str, package: str) -> None:
    """Download a source package of any suite."""
    _apt_get(folder, suite, "deb-src", "source", "--download-only", package)


def fetch_packages(folder: Path, suite: str, *packages: str) -> None:
    """Download packages of any suite, to unpack them without installing."""
    _apt_get(folder, suite, "deb", "download", *packages)


def _apt_get(folder: Path, suite: str, types: str, *command: str) -> None:
    """Run apt-get with separate lists: this machine's apt does not see the suite."""
    lists = folder / f"apt-{suite}"
    for name in ("lists/partial", "cache/archives/partial"):
        (lists / name).mkdir(parents=True, exist_ok=True)
    sources = lists / "debian.sources"
    sources.write_text(find_mirror().paragraph(types, suite))
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": lists / "lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": lists / "cache",
        "APT::Sandbox::User": "root",
    }
    options = [f"-o{name}={value}" for name, value in settings.items()]
    try:
        run("apt-get", *options, "-qq", "update").ok()
        run("apt-get", *options, "-qq", *command, cwd=folder).ok()
    except CommandError as error:
        raise UnavailableError(
            f"{' '.join(command)} is not available from {suite}: {error}"
        ) from None
