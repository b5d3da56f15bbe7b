"""A real HTTP server that serves documents in upstream's format, and fails on request.

The format of the API is that of python.org's v2: plain lists, written by Django REST
framework: https://github.com/python/pythondotorg/blob/main/apps/downloads/serializers.py
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socket
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

FINAL = "/api/v2/downloads/release/"
FILE = "/api/v2/downloads/release_file/"
TREE = "/ftp/python/"
CYCLES = "/api/release-cycle.json"
LIBRARY = "/library/"


def digest(text: str) -> str:
    """Return the SHA-256 of a file with this content, one byte for each character."""
    return hashlib.sha256(text.encode("latin-1")).hexdigest()


def content(name: str) -> str:
    """Return the content of a release's file, one byte for each character, with a magic number."""
    return {"xz": "\xfd7zXZ\0", "exe": "MZ"}.get(name.rpartition(".")[2], "") + name


@dataclass
class Upstream:
    """The documents of python.org, the PEPs and official-images; tests may change them."""

    base: str
    releases: list[dict[str, Any]] = field(default_factory=list)
    files: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    tree: dict[str, str] = field(default_factory=dict)
    cycles: dict[str, dict[str, Any]] = field(default_factory=dict)
    library: dict[str, str] = field(default_factory=dict)

    def publish(self, version: str, day: str, *, name: str = "", major: int = 0) -> int:
        """Add a release to the list; return its number."""
        number = 1000 + len(self.releases)
        name = name or f"Python {version}"
        self.releases.append(
            {
                "name": name,
                "slug": name.replace(" ", "-").replace(".", "").lower(),
                "version": major or int(version.partition(".")[0]),
                "is_published": True,
                "is_latest": False,
                "release_date": f"{day}T12:34:56Z",
                "pre_release": not version.replace(".", "").isdigit(),
                "release_page": None,
                "release_notes_url": "",
                "show_on_download_page": True,
                "resource_uri": f"{self.base}{FINAL}{number}/",
            }
        )
        self.files[number] = []
        return number

    def add_file(self, number: int, name: str, sha256: str, **claims: str) -> None:
        """Add a file of a release: `sigstore` and `spdx` are the SHA-256 in these documents."""
        version = name.removeprefix("Python-").removeprefix("python-")
        folder = f"{TREE}{_final(version)}/"
        # The real site's addresses name the site itself, even if a mirror serves them.
        url = f"https://www.python.org{folder}{name}"
        self.tree[f"{folder}{name}"] = content(name)
        entry = {
            "name": "XZ compressed source tarball",
            "slug": f"{number}-{name}",
            "os": f"{self.base}/api/v2/downloads/os/3/",
            "release": f"{self.base}{FINAL}{number}/",
            "description": "",
            "is_source": name.startswith("Python-"),
            "url": url,
            "gpg_signature_file": "",
            "md5_sum": "0" * 32,
            "sha256_sum": sha256,
            "filesize": len(content(name)),
            "download_button": True,
            "resource_uri": f"{self.base}{FILE}{number}0/",
            "sigstore_signature_file": "",
            "sigstore_cert_file": "",
            "sigstore_bundle_file": "",
            "sbom_spdx2_file": "",
        }
        if "sigstore" in claims:
            entry["sigstore_bundle_file"] = f"{url}.sigstore"
            self.tree[f"{folder}{name}.sigstore"] = bundle(claims["sigstore"])
        if "spdx" in claims:
            entry["sbom_spdx2_file"] = f"{url}.spdx.json"
            self.tree[f"{folder}{name}.spdx.json"] = sbom(name, claims["spdx"])
        self.files[number].append(entry)

    def answer(self, path: str, query: Mapping[str, list[str]]) -> bytes | None:
        """Return the body for an address; None if the address does not exist."""
        if path == FILE:
            listed = self.files.get(int(query["release"][0]))
            return None if listed is None else json.dumps(listed).encode()
        if path.startswith(LIBRARY):
            text = self.library.get(path.removeprefix(LIBRARY), "")
            return text.encode() or None
        whole = {FINAL: self.releases, CYCLES: self.cycles}
        if path in whole:
            return json.dumps(whole[path]).encode()
        if path in self.tree:
            return self.tree[path].encode("latin-1")
        names = [name.removeprefix(path) for name in self.tree if name.startswith(path)]
        if path.endswith("/") and names:
            links = "".join(f'<a href="{name}">{name}</a> 01-Jan-2026 00:00 1\n' for name in names)
            head = f"<html>\r\n<head><title>Index of {path}</title></head>\r\n<body>\r\n"
            start = f'<h1>Index of {path}</h1><hr><pre><a href="../">../</a>\r\n'
            return f"{head}{start}{links}</pre><hr></body>\r\n</html>\r\n".encode()
        return None


def _final(version: str) -> str:
    numbers = ""
    for character in version:
        if not (character.isdigit() or character == "."):
            break
        numbers += character
    return numbers.rstrip(".")


def bundle(sha256: str) -> str:
    """Return a sigstore bundle for a file of this SHA-256."""
    encoded = base64.b64encode(bytes.fromhex(sha256)).decode()
    return json.dumps(
        {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {"certificate": {"rawBytes": ""}, "tlogEntries": []},
            "messageSignature": {
                "messageDigest": {"algorithm": "SHA2_256", "digest": encoded},
                "signature": "",
            },
        }
    )


def sbom(name: str, sha256: str) -> str:
    """Return an SPDX document with a file of this SHA-256, and another package."""
    return json.dumps(
        {
            "SPDXID": "SPDXRef-DOCUMENT",
            "spdxVersion": "SPDX-2.3",
            "packages": [
                {"name": "pip", "checksums": [{"algorithm": "SHA256", "checksumValue": "1" * 64}]},
                {
                    "name": "CPython",
                    "packageFileName": name,
                    "checksums": [{"algorithm": "SHA256", "checksumValue": sha256}],
                },
            ],
        }
    )


Fault = "Callable[[Handler, bytes | None], None]"


class Handler(BaseHTTPRequestHandler):
    """Serves the site; the fault that is set for a path replaces the answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits 40 ms for the client
    site: ClassVar[Site]

    def do_HEAD(self) -> None:
        """Answer a request without the body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer a request."""
        site = self.server.site  # type: ignore[attr-defined]  # http.server has no place for it
        parts = urlsplit(self.path)
        site.asked.append((self.path, dict(self.headers)))
        body = site.upstream.answer(parts.path, parse_qs(parts.query))
        for prefix, fault in site.faults.items():
            if self.path.startswith(prefix):
                with contextlib.suppress(OSError):
                    fault(self, body)
                return
        self.send(body)

    def send(self, body: bytes | None, status: int = 200, **headers: str) -> None:
        """Send a complete answer with an ETag; 304 if the client has the same ETag."""
        if body is None:
            body, status = b"<h1>Not Found</h1>", 404
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            self.start(304, ETag=etag)
            return
        self.start(status, **{"Content-Length": str(len(body)), "ETag": etag, **headers})
        if self.command != "HEAD":
            self.wfile.write(body)

    def start(self, status: int, **headers: str) -> None:
        """Send the status line and the headers; `_` in names becomes `-`."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@dataclass
class Site:
    """A running server, and the requests that it got."""

    server: ThreadingHTTPServer
    upstream: Upstream
    faults: dict[str, Callable[[Handler, bytes | None], None]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def base(self) -> str:
        """Return its address, without a slash at the end."""
        return self.upstream.base

    def count(self, prefix: str) -> int:
        """Return the number of requests for an address."""
        return sum(path.startswith(prefix) for path, _ in self.asked)

    # The faults. Each takes the handler and the body of the normal answer.

    def hang(self, handler: Handler, _: bytes | None) -> None:
        """Never answer."""
        self.over.wait(30)
        handler.close_connection = True

    def drip(self, handler: Handler, _: bytes | None) -> None:
        """Send single bytes slowly, without an end."""
        handler.start(200, Content_Length="100000")
        while not self.over.wait(0.05):
            handler.wfile.write(b" ")

    def drip_headers(self, handler: Handler, _: bytes | None) -> None:
        """Send headers letter by letter, without an end."""
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not self.over.wait(0.05):
            handler.wfile.write(b"x")

    def cut(self, handler: Handler, body: bytes | None) -> None:
        """Close the connection in the middle of the body."""
        body = body or b""
        handler.start(200, Content_Length=str(len(body)))
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    def cut_unseen(self, handler: Handler, body: bytes | None) -> None:
        """Break off in the middle of a body without a Content-Length."""
        body = body or b""
        handler.start(200, Connection="close", ETag='"half"')
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    @staticmethod
    def without_length(handler: Handler, body: bytes | None) -> None:
        """Send a complete body with an ETag, but without a Content-Length."""
        handler.start(200, Connection="close", ETag='"1"')
        handler.wfile.write(body or b"")
        handler.close_connection = True

    def cut_chunks(self, handler: Handler, body: bytes | None) -> None:
        """Break off after the first piece of a chunked body."""
        body = (body or b"")[: len(body or b"") // 2]
        handler.start(200, Transfer_Encoding="chunked")
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
        handler.close_connection = True

    def endless(self, handler: Handler, _: bytes | None) -> None:
        """Send a body without an end."""
        handler.start(200, Connection="close")
        while not self.over.is_set():
            handler.wfile.write(b"[" * 1_000_000)

    def redirect_loop(self, handler: Handler, _: bytes | None) -> None:
        """Redirect to the same address."""
        handler.send(b"", 302, Location=handler.path)

    def redirect_to(self, where: str) -> Callable[[Handler, bytes | None], None]:
        """Return a fault that redirects to an address."""
        return lambda handler, _: handler.send(b"", 302, Location=where)

    @staticmethod
    def status(status: int, **headers: str) -> Callable[[Handler, bytes | None], None]:
        """Return a fault that answers with a status."""
        return lambda handler, _: handler.send(b"<h1>no</h1>", status, **headers)

    def first(
        self, times: int, fault: Callable[[Handler, bytes | None], None]
    ) -> Callable[[Handler, bytes | None], None]:
        """Return a fault that ends after a number of requests."""
        left = [times]

        def some(handler: Handler, body: bytes | None) -> None:
            if left[0]:
                left[0] -= 1
                fault(handler, body)
            else:
                handler.send(body)

        return some

    @staticmethod
    def throttle(limit: int, seconds: int = 3600) -> Callable[[Handler, bytes | None], None]:
        """Return a fault that answers so many requests, and refuses the others as python.org does.

        https://www.django-rest-framework.org/api-guide/throttling/
        """
        left = iter(range(limit))

        def throttled(handler: Handler, body: bytes | None) -> None:
            if next(left, None) is not None:
                handler.send(body)
                return
            said = f"Request was throttled. Expected available in {seconds} seconds."
            handler.send(
                json.dumps({"detail": said}).encode(),
                429,
                Server="nginx",
                Content_Type="application/json",
                Allow="GET, HEAD, OPTIONS",
                Vary="Accept, Cookie",
                Retry_After=str(seconds),
            )

        return throttled

    @staticmethod
    def body(
        change: Callable[[bytes], bytes],
    ) -> Callable[[Handler, bytes | None], None]:
        """Return a fault that sends another body."""
        return lambda handler, body: handler.send(change(body or b""))

    @staticmethod
    def entries(
        change: Callable[[dict[str, Any]], object],
    ) -> Callable[[Handler, bytes | None], None]:
        """Return a fault that changes each entry of a list."""

        def changed(handler: Handler, body: bytes | None) -> None:
            value = json.loads(body or b"[]")
            for entry in value:
                change(entry)
            handler.send(json.dumps(value).encode())

        return changed


class IPv6Server(ThreadingHTTPServer):
    """A server that listens at an address of IPv6 only."""

    address_family = socket.AF_INET6


@contextlib.contextmanager
def serve(certificate: Path | None = None, *, ipv6: bool = False) -> Iterator[Site]:
    """Run a server on the loopback; over https if there is a certificate (with its key)."""
    host, listening = ("[::1]", IPv6Server) if ipv6 else ("127.0.0.1", ThreadingHTTPServer)
    server = listening((host.strip("[]"), 0), Handler)
    server.daemon_threads = True
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    site = Site(server, Upstream(f"{scheme}://{host}:{server.server_port}"))
    server.site = site  # type: ignore[attr-defined]  # http.server has no place for it
    # the client reports TLS failures; the server must not print them
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # it would print
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002})
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
