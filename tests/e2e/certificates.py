"""A throwaway certificate authority, and its certificate for the hosts in a Dockerfile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e import debian
from tests.e2e.commands import run

if TYPE_CHECKING:
    from pathlib import Path

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
DAYS = ("-days", "3650")


@dataclass(frozen=True, slots=True)
class Authority:
    """The files of certificates and keys."""

    certificate: Path
    server_certificate: Path
    server_key: Path


def make_authority(folder: Path, *hosts: str) -> Authority:
    """Make the authority and its server's certificate, once for a folder."""
    trusted = folder / "trusted"  # only the files that go into an image
    trusted.mkdir(parents=True, exist_ok=True)
    made = Authority(trusted / "throwaway.crt", folder / "server.crt", folder / "server.key")
    if made.server_certificate.exists():
        return made
    debian.install("openssl")
    key, request, extensions = folder / "ca.key", folder / "server.csr", folder / "extensions"
    root = (
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-addext",
        "keyUsage=critical,keyCertSign",
    )
    subject = ("-subj", "/CN=Throwaway authority of a test")
    out = ("-keyout", key, "-out", made.certificate)
    run("openssl", "req", "-x509", *CURVE, *DAYS, *subject, *root, *out).ok()
    out = ("-keyout", made.server_key, "-out", request)
    run("openssl", "req", *CURVE, "-subj", "/CN=Stand-in", *out).ok()
    names = ",".join(f"DNS:{host}" for host in hosts)
    extensions.write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n")
    signing = ("-CA", made.certificate, "-CAkey", key, "-CAcreateserial", "-extfile", extensions)
    out = ("-in", request, "-out", made.server_certificate)
    run("openssl", "x509", "-req", *DAYS, *signing, *out).ok()
    return made
