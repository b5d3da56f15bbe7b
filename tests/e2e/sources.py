"""CPython's sources as upstream published them, taken from Debian's source packages.

Debian keeps upstream's tarball unchanged, with upstream's signature and the trusted keys.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e import debian
from tests.e2e.commands import UnavailableError, run

if TYPE_CHECKING:
    from tests.e2e.place import Place
    from tests.e2e.standin import Site

SUITES = {"3.13": ("trixie",), "3.14": ("forky", "sid")}
"""The places to search for the source of a cycle."""

ORIGINAL = re.compile(r"python3\.\d+_(3\.\d+\.\d+)\.orig\.tar\.xz")


@dataclass(frozen=True, slots=True)
class Source:
    """A tarball; with its signature, and keys by fingerprint, if upstream signed it."""

    cycle: str
    version: str
    tarball: Path
    sha256: str
    signature: Path | None
    keys: dict[str, Path]

    @property
    def path(self) -> str:
        """Return the path at which upstream publishes the tarball."""
        return f"/ftp/python/{self.version}/Python-{self.version}.tar.xz"

    def publish(self, site: Site) -> None:
        """Publish the source on the test server."""
        site.files[self.path] = self.tarball
        if self.signature is not None:
            site.files[f"{self.path}.asc"] = self.signature
        site.keys.update(self.keys)


def find_source(place: Place, cycle: str) -> Source:
    """Return the source of a cycle; download it once."""
    folder = place.folder(f"source-{cycle}")
    if not any(map(ORIGINAL.fullmatch, _names(folder))):
        _download(folder, cycle)
    tarball = next(file for file in sorted(folder.iterdir()) if ORIGINAL.fullmatch(file.name))
    match = ORIGINAL.fullmatch(tarball.name)
    assert match is not None
    signature = tarball.with_name(f"{tarball.name}.asc")
    sha256 = hashlib.sha256(tarball.read_bytes()).hexdigest()
    signed = signature.exists()
    keys = {file.stem: file for file in folder.glob("keys/*.asc")} if signed else {}
    return Source(cycle, match[1], tarball, sha256, signature if signed else None, keys)


def _names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def _download(folder: Path, cycle: str) -> None:
    debian.install("dpkg-dev", "gnupg", "xz-utils")
    failures: list[str] = []
    for suite in SUITES[cycle]:
        with tempfile.TemporaryDirectory(dir=folder, prefix="download.") as name:
            try:
                debian.fetch_source(Path(name), suite, f"python{cycle}")
            except UnavailableError as error:
                failures.append(str(error))
                continue
            _take(Path(name), folder)
            return
    raise UnavailableError(f"the source of {cycle} can't be had:\n" + "\n".join(failures))


def _take(download: Path, folder: Path) -> None:
    """Save the signature, the keys, and the tarball last: it shows that all are complete."""
    packaging = next(download.glob("*.debian.tar.xz"))
    member = "debian/upstream/signing-key.asc"
    ring = run("tar", "-xOJf", packaging, member)
    original = next(file for file in sorted(download.iterdir()) if ORIGINAL.fullmatch(file.name))
    signature = original.with_name(f"{original.name}.asc")
    if signature.exists():
        _export_keys(ring.ok().text, folder)
        shutil.move(signature, folder / signature.name)
    shutil.move(original, folder / original.name)


def _export_keys(ring: str, folder: Path) -> None:
    (folder / "keys").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        gpg = ("gpg", "--homedir", home, "--batch", "--quiet")
        run(*gpg, "--import", stdin=ring.encode()).ok()
        listing = run(*gpg, "--with-colons", "--list-keys").ok().text
        for fingerprint in re.findall(
            r"^pub:.*\n(?:.*\n)*?fpr:+([0-9A-F]+):", listing, re.MULTILINE
        ):
            key = run(*gpg, "--armor", "--export", fingerprint).ok().text
            (folder / "keys" / f"{fingerprint}.asc").write_text(key)
        run("gpgconf", "--homedir", home, "--kill", "all")
