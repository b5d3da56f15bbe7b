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


def find_looking_for_cxx(place: Place) -> Source:
    """Return the source of 3.13 with the change of 3.14.6: configure looks for g++ in PATH.

    No one has signed it. https://github.com/python/cpython/pull/148298
    """
    source = find_source(place, "3.13")
    folder = place.folder("source-cxx")
    tarball = folder / f"Python-{source.version}.tar.xz"
    if not tarball.exists():
        with tempfile.TemporaryDirectory(dir=folder) as name:
            run("tar", "-xJf", source.tarball, "-C", name).ok()
            (unpacked,) = Path(name).iterdir()
            configure = unpacked / "configure"
            configure.write_text(_looking_for_cxx(configure.read_text()))
            run("tar", "-cJf", f"{name}.tar.xz", "-C", name, unpacked.name).ok()
            shutil.move(f"{name}.tar.xz", tarball)
    sha256 = hashlib.sha256(tarball.read_bytes()).hexdigest()
    return Source("3.13", source.version, tarball, sha256, None, {})


def _looking_for_cxx(configure: str) -> str:
    begin = configure.index("gcc)", configure.index('preset_cxx="$CXX"'))
    end = configure.index("By default, distutils will build C++", begin)
    text = configure[begin:end]
    assert "for as_dir in notfound" in text
    text = text.replace("for as_dir in notfound", "for as_dir in $PATH")
    text = re.sub(r'CXX="[a-z]+\+\+|CXX="ic\w+', 'CXX="notfound', text)
    return configure[:begin] + text + configure[end:]


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
