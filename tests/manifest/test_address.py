"""Manifests over HTTP, from a real server."""

from __future__ import annotations

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix.errors import InputError, UpstreamError
from tagmatrix.manifest import locate
from tagmatrix.manifest.locate import Finder
from tests.manifest.samples import ENTRY, manifest
from tests.web import certificates
from tests.web.site import serve as serve_upstream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.site import Site

TEXT = manifest(ENTRY).encode()
LOCATIONS = {
    "moved": "/engine",
    "endless": "/engine",
    "round": "round",
    "malformed": "http://[bad",
    "elsewhere": "ftp://example.org/engine",
}


class Handler(BaseHTTPRequestHandler):
    """Answers according to the path."""

    def do_GET(self) -> None:
        """Answer."""
        name = self.path.rpartition("/")[2].partition("?")[0]
        status = {"gone": 404, "broken": 503}.get(name, 302 if name in LOCATIONS else 200)
        self.send_response(status)
        if name in LOCATIONS:
            self.send_header("Location", LOCATIONS[name])
        if name == "packed":
            self.send_header("Content-Encoding", "gzip")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for number in range(50 if name == "dripping" else 0):
                self.send_header(f"X-{number}", "drip")
                self.flush_headers()
                time.sleep(0.02)
        self.end_headers()
        with contextlib.suppress(
            BrokenPipeError, ConnectionResetError
        ):  # a test closes the connection
            for _ in range(50 if name == "slow" else 0):
                self.wfile.write(b"#")
                time.sleep(0.02)
            while name == "endless":
                self.wfile.write(b"#" * 65536)
            self.wfile.write(TEXT)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """Run a server and yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Yield the address of a server."""
    with serve() as address:
        yield address


def test_manifest_is_fetched(address: str, tmp_path: Path) -> None:
    """An address is fetched, redirections are followed, the name is the last part of the path."""
    where = Finder(tmp_path, tmp_path)
    found = where.find(f"{address}/library/engine?ref=main")
    assert (found.name, found.content) == ("engine", TEXT)
    assert where.find(f"{address}/moved").content == TEXT
    assert where.find_tag(f"{address}/library/engine:3.1").tag == "3.1"
    assert where.find_tag(f"{address}/library/engine").tag == ""


def test_port_is_not_a_tag(address: str, tmp_path: Path) -> None:
    """The text after the last colon of an address without a path is its port, not a tag."""
    assert Finder(tmp_path, tmp_path).find_tag(address).tag == ""


def fetch(address: str) -> bytes:
    """Return the content of an address."""
    nowhere = Path("/nonexistent")
    return Finder(nowhere, nowhere).find(address).content


def test_nothing_there(address: str) -> None:
    """A 404 is an error in the argument."""
    with pytest.raises(InputError, match=r"gone is not there \(404\)"):
        fetch(f"{address}/gone")


@pytest.mark.parametrize("status", [400, 401, 403, 405, 410, 451])
def test_refused(site: Site, status: int) -> None:
    """An address that the server refuses is an error in the argument."""
    site.faults["/"] = site.status(status)
    with pytest.raises(InputError, match=str(status)):
        fetch(f"{site.base}/engine")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("broken", "broken: answered 503 Service Unavailable$"),
        ("packed", "packed: sent a body that can't be decompressed"),
    ],
)
def test_server_fails(address: str, path: str, message: str) -> None:
    """A failure of the server is not an error in the argument."""
    with pytest.raises(UpstreamError, match=message):
        fetch(f"{address}/{path}")


def test_too_much(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A larger body than the limit is an error."""
    monkeypatch.setattr(locate, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="engine: is larger than 10 bytes"):
        fetch(f"{address}/engine")


@pytest.mark.slow
@pytest.mark.parametrize("path", ["slow", "dripping"])
def test_too_late(address: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that sends its answer very slowly is a failure after the time limit."""
    monkeypatch.setattr(locate, "ADDRESS_SECONDS", 0.2)
    with pytest.raises(UpstreamError, match=r"no complete answer within 0\.2 seconds"):
        fetch(f"{address}/{path}")


def test_body_of_a_redirection_is_not_read(address: str) -> None:
    """A redirection with an endless body is followed at once."""
    assert fetch(f"{address}/endless") == TEXT


def test_redirections_end(address: str) -> None:
    """Endless redirections and redirections to invalid addresses are errors."""
    with pytest.raises(UpstreamError, match="round: redirects more than 5 times"):
        fetch(f"{address}/round")
    with pytest.raises(InputError, match="malformed: invalid address, or it redirects to one"):
        fetch(f"{address}/malformed")
    with pytest.raises(InputError, match=r"elsewhere: redirects to ftp.*neither https nor http"):
        fetch(f"{address}/elsewhere")


def test_passwords_are_not_shown(address: str, tmp_path: Path) -> None:
    """No message contains the password of an address."""
    secret = address.replace("://", "://ada:sec@ret@")
    assert "ret" not in Finder(tmp_path, tmp_path).find(f"{secret}/engine").origin
    with pytest.raises(InputError) as caught:
        fetch(f"{secret}/gone")
    assert "ret" not in str(caught.value)


def test_no_connection() -> None:
    """A closed port gives a short message."""
    with serve() as address:
        pass
    with pytest.raises(UpstreamError, match=r"engine: no connection: Connection refused"):
        fetch(f"{address}/engine")


@pytest.mark.parametrize("address", ["http://", "http://[::1", "https://a b/c", "http://x:y/z"])
def test_no_address(address: str) -> None:
    """A malformed address is an error in the argument."""
    with pytest.raises(InputError):
        fetch(address)


def test_redirection_from_https_to_http_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A redirection from https to http is an error."""
    certificate = certificates.make(tmp_path, "20200101000000Z", "20991231235959Z")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve_upstream(certificate) as site, serve_upstream() as plain:
        plain.upstream.library["engine"] = TEXT.decode()
        site.faults["/engine"] = site.redirect_to(f"{plain.base}/library/engine")
        with pytest.raises(UpstreamError, match="a redirect from https to http is not followed"):
            fetch(f"{site.base}/engine")
        assert not plain.asked
