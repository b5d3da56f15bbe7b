"""A server on this machine that replaces the hosts in a Dockerfile.

It answers like them, with files of python.org's download area and keys of an OpenPGP key server.
"""

from __future__ import annotations

import http.server
import shutil
import socketserver
import ssl
import threading
import urllib.parse
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.e2e.commands import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.certificates import Authority

ADDRESS = "127.77.0.1"
DOWNLOADS = "www.python.org"
KEYS = "keys.openpgp.org"
EXAMPLE = "dl.example.org"
HOSTS = (DOWNLOADS, KEYS, EXAMPLE)


@dataclass(slots=True)
class Site:
    """The published content: files by their path, keys by their fingerprint.

    >>> from pathlib import Path
    >>> site = Site()
    >>> site.keys["ABC"] = Path("key.asc")
    >>> site.find("keys.openpgp.org", "/pks/lookup?op=get&options=mr&search=0xabc")
    PosixPath('key.asc')
    >>> site.find("www.python.org", "/ftp/python/3.13.5/Python-3.13.5.tar.xz") is None
    True
    """

    files: dict[str, Path] = field(default_factory=dict)
    keys: dict[str, Path] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def find(self, host: str, target: str) -> Path | None:
        """Return the file for a request, or None."""
        self.asked.append(f"{host}{target}")
        url = urllib.parse.urlsplit(target)
        if host in {DOWNLOADS, EXAMPLE}:
            return self.files.get(url.path)
        if host == KEYS and url.path == "/pks/lookup":
            query = urllib.parse.parse_qs(url.query)
            return self.keys.get(query.get("search", [""])[0].upper().removeprefix("0X"))
        return None


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    site: Site

    def server_bind(self) -> None:
        """Bind without looking up this address's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]  # the address is IPv4

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: a client that disconnects early is a build that stops."""


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = 120
    server: _Server

    def do_GET(self) -> None:
        """Send the file, or 404."""
        host = (self.headers.get("Host") or "").partition(":")[0].lower()
        path = self.server.site.find(host, self.path)
        if path is None:
            self.send_error(404)
            return
        with path.open("rb") as file:
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(path.stat().st_size))
            self.end_headers()
            shutil.copyfileobj(file, self.wfile)

    def log_message(self, *_: object) -> None:
        """Print nothing; `Site.asked` has the requests."""


@contextmanager
def serve(site: Site, authority: Authority) -> Iterator[None]:
    """Answer over https while the context is open."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server_certificate, authority.server_key)
    try:
        server = _Server((ADDRESS, 443), _Handler)
    except OSError as error:
        raise UnavailableError(
            f"{ADDRESS}:443 can't be had ({error}), so NOTHING is built"
        ) from None
    with server:
        server.site = site
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
