"""A package index on this machine that asks for a password."""

from __future__ import annotations

import base64
import http.server
import io
import threading
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME: Final = "greeting-1.0-py3-none-any.whl"
INFO: Final = "greeting-1.0.dist-info"
METADATA: Final = "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n"
WHEEL: Final = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
RECORD: Final = f"greeting.py,,\n{INFO}/METADATA,,\n{INFO}/WHEEL,,\n{INFO}/RECORD,,\n"


@contextmanager
def private_index(user: str, password: str) -> Iterator[int]:
    """Serve one distribution, `greeting`; the value is the port."""
    expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    pages = {
        "/simple/greeting/": f'<a href="/files/{NAME}">{NAME}</a>'.encode(),
        f"/files/{NAME}": _wheel(),
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers.get("Authorization") == expected
            body = pages.get(self.path)
            self.send_response((200 if body else 404) if allowed else 401)
            if not allowed:
                self.send_header("WWW-Authenticate", 'Basic realm="private"')
            self.send_header("Content-Length", str(len(body or b"") if allowed else 0))
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            if allowed:
                self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def _wheel() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr("greeting.py", 'TEXT = "Hello from the private index"\n')
        wheel.writestr(f"{INFO}/METADATA", METADATA)
        wheel.writestr(f"{INFO}/WHEEL", WHEEL)
        wheel.writestr(f"{INFO}/RECORD", RECORD)
    return file.getvalue()
