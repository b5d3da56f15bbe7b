"""Certificates, made by the openssl command."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
[ca]
default_ca = own
[own]
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = {names}
basicConstraints = CA:TRUE
"""


def make(folder: Path, start: str, end: str, names: str = "IP:127.0.0.1") -> Path:
    """Make a self-signed certificate and its key in one file; skip where openssl is absent."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, so https is NOT tested")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("01\n")
    config = folder / "openssl.cnf"
    config.write_text(CONFIG.format(folder=folder, names=names))
    key, request, made = folder / "key.pem", folder / "request.pem", folder / "certificate.pem"
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    _openssl("req", "-new", *curve, "-keyout", key, "-out", request, "-subj", "/CN=127.0.0.1")
    signing = ("-batch", "-notext", "-selfsign", "-keyfile", key, "-in", request, "-out", made)
    _openssl("ca", "-config", config, *signing, "-startdate", start, "-enddate", end)
    both = folder / "both.pem"
    both.write_text(key.read_text() + made.read_text())
    return both


def _openssl(*args: str | Path) -> None:
    subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)
