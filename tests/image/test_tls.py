"""The ssl module trusts the authorities that the image trusts, and no others."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.image.runner import Container

TALK = """
import socket, ssl, threading
server = socket.create_server(("127.0.0.1", 0))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/tmp/tls.pem")

def answer():
    try:
        with context.wrap_socket(server.accept()[0], server_side=True) as connection:
            connection.sendall(b"hello")
    except OSError:
        pass  # the other side refused

threading.Thread(target=answer, daemon=True).start()
client = ssl.create_default_context()
plain = socket.create_connection(server.getsockname())
try:
    with client.wrap_socket(plain, server_hostname="localhost") as connection:
        print(connection.recv(5).decode())
except ssl.SSLCertVerificationError as error:
    print("refused:", error.verify_message)
"""


def test_verifies(container: Container, tmp_path: Path) -> None:
    """A server is trusted only when its authority is in the image's CA store."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing, so TLS is NOT tested")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    made = ("-keyout", str(key), "-out", str(certificate))
    command = ["openssl", "req", "-x509", *kind, *names, *made]
    subprocess.run(command, check=True, capture_output=True)
    container.write("/tmp/tls.pem", key.read_bytes() + certificate.read_bytes())  # noqa: S108 (a path in the container)
    assert container.python(TALK).ok().startswith("refused: self")
    container.write("/usr/local/share/ca-certificates/test.crt", certificate.read_bytes())
    container.run("update-ca-certificates").ok()
    assert container.python(TALK).ok() == "hello\n"


def test_store(container: Container) -> None:
    """The CA store is not empty."""
    code = "import ssl; print(len(ssl.create_default_context().get_ca_certs()))"
    assert int(container.run("python3", "-c", code).ok()) > 50
