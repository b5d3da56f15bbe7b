"""Thirty faults of a server, for the documents of every source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.site import Handler, Site

HTML = b"<!doctype html><html><body><h1>Come back later</h1></body></html>"


def coded(handler: Handler, body: bytes | None) -> None:
    """Send a body that is not compressed as its headers say."""
    handler.send(body, Content_Encoding="gzip")


def unasked(handler: Handler, _: bytes | None) -> None:
    """Answer 304 to a request without a condition."""
    handler.start(304)


def faults(site: Site) -> dict[str, object]:
    """Return the faults of a server, by name."""
    return {
        "hang": site.hang,
        "drip": site.drip,
        "drip headers": site.drip_headers,
        "404": site.status(404),
        "403": site.status(403),
        "410": site.status(410),
        "429": site.status(429, Retry_After="9999"),
        "500": site.status(500),
        "503": site.status(503),
        "cut": site.cut,
        "cut chunks": site.cut_chunks,
        "endless": site.endless,
        "loop": site.redirect_loop,
        "elsewhere": site.redirect_to("ftp://example.org/"),
        "html": site.body(lambda _: HTML),
        "empty": site.body(lambda _: b""),
        "blank": site.body(lambda _: b"\n\n"),
        "null": site.body(lambda _: b"null"),
        "list": site.body(lambda _: b"[]"),
        "mapping": site.body(lambda _: b"{}"),
        "zeros": site.body(lambda _: b"\0" * 100),
        "deep": site.body(lambda _: b"[" * 100_000),
        "half": site.body(lambda body: body[: len(body) // 2]),
        "error": site.body(lambda _: b'{"message": "rate limit exceeded"}'),
        "coded": coded,
        "304": unasked,
        "limited": site.status(403, X_RateLimit_Remaining="0", X_RateLimit_Reset="3600"),
        "secondary limit": site.status(403, Retry_After="60"),
        "not a text": site.body(lambda body: body[:-1] + b"\xff" + body[-1:]),
        "twice": site.body(lambda body: body + body),
    }


LATE = ("hang", "drip", "drip headers")
"""Faults that are seen only after a time limit: tests/web has each of them as a fast test."""
NAMES = [
    *LATE,
    *("404", "403", "410", "429", "500", "503", "cut", "cut chunks", "endless", "loop"),
    *("elsewhere", "html", "empty", "blank", "null", "list", "mapping", "zeros", "deep", "half"),
    *("error", "coded", "304", "limited", "secondary limit", "not a text", "twice"),
]
EACH = [pytest.param(name, marks=pytest.mark.slow if name in LATE else ()) for name in NAMES]
PAUSES = ("429", "limited", "secondary limit")
"""Faults after which the host gets no request for some time."""
PARTS = ("half", "twice", "not a text")
"""Faults that leave some documents readable: a text has no end that could be missing."""
