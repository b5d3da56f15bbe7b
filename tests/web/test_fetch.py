"""Requests and their limits, against a real server that fails on request."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError
from tagmatrix.web.cache import Cache
from tagmatrix.web.cached_bodies import Download
from tagmatrix.web.client import Client, Exchange
from tagmatrix.web.fetch import Web
from tagmatrix.web.limits import Limits
from tagmatrix.web.results import Request, Retry
from tests.web.fixtures import IMPATIENT
from tests.web.site import digest, serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.site import Handler, Site

PATH = "/ftp/python/a"


def read(body: bytes) -> object:
    """Read JSON as a reader of documents does."""
    try:
        return json.loads(body)
    except ValueError:
        raise UnreadableError("no JSON") from None


@pytest.fixture(autouse=True)
def _something(site: Site) -> None:
    site.upstream.tree[PATH] = '{"a": 1}'


def test_found(site: Site, client: Client) -> None:
    """A body is requested once, with tagmatrix's User-Agent and without cookies."""
    assert client.get(f"{site.base}{PATH}", read) == Found({"a": 1})
    ((_, headers),) = site.asked
    assert headers["User-Agent"].startswith("tagmatrix/")
    assert "Cookie" not in headers


@pytest.mark.parametrize("value", ["s3cret\n", " s3cret", "s3cret…", "s3\ncret"])
def test_no_message_has_the_value_of_a_header(site: Site, client: Client, value: str) -> None:
    """A header that can't be sent is a failure whose reason does not have its value."""
    url = f"{site.base}{PATH}"
    answers = [
        client.get(url, read, headers={"Authorization": value}),
        client.send(Request(url=url, headers={"Authorization": value})),
    ]
    why = "a header of the request, such as its credentials, has a character that is not allowed"
    assert answers == [FetchFailed(f"{url}: {why}", permanent=True)] * 2
    assert not site.asked


@pytest.mark.parametrize("status", [404, 410])
def test_not_published(site: Site, client: Client, status: int) -> None:
    """404 and 410 are answers, not failures; there is no retry."""
    site.faults["/"] = site.status(status)
    answer = client.get(f"{site.base}{PATH}", read)
    assert answer == NotPublished(f"{site.base}{PATH} is not there ({status})")
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 405, 418, 451, 204, 206])
def test_no_other_status_is_tried_again(site: Site, client: Client, status: int) -> None:
    """There is no retry after other 4xx statuses, nor after a partial answer."""
    site.faults["/"] = site.status(status)
    answer = client.get(f"{site.base}{PATH}", read)
    assert isinstance(answer, FetchFailed)
    assert f"answered {status}" in answer.reason
    assert len(site.asked) == 1


@pytest.mark.parametrize("words", ["x" * 60_000, "a\x1b[31m\x9b" * 50, "a:\u202eb" * 90])
def test_words_of_a_server_are_bounded(site: Site, client: Client, words: str) -> None:
    """The reason of a server is shown up to 200 characters, without control characters."""

    def answer(handler: Handler, _: bytes | None) -> None:
        line = f"HTTP/1.1 418 {words}\r\nContent-Length: 0\r\n\r\n"
        handler.wfile.write(line.encode())

    site.faults["/"] = answer
    found = client.get(f"{site.base}{PATH}", read)
    assert isinstance(found, FetchFailed)
    assert found.reason.isprintable()
    shown = found.reason.partition("418 ")[2]
    assert len(shown) <= 200 or "\\" in shown


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_twice_bad_then_well(site: Site, client: Client, status: int) -> None:
    """A temporary failure is retried."""
    site.faults["/"] = site.first(2, site.status(status))
    assert client.get(f"{site.base}{PATH}", read) == Found({"a": 1})
    assert len(site.asked) == 3


def test_attempts_end(site: Site, client: Client) -> None:
    """After the last attempt the failure is reported, with the number of attempts."""
    site.faults["/"] = site.status(500)
    answer = client.get(f"{site.base}{PATH}", read)
    assert answer == FetchFailed(
        f"{site.base}{PATH}: answered 500 Internal Server Error (3 attempts)"
    )
    assert len(site.asked) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "why", "times"),
    [
        ("hang", "sent nothing for 0.3 seconds", 2),
        ("drip", "no complete answer within 0.5 seconds", 2),
        ("drip_headers", "no complete answer within 0.5 seconds", 2),
        ("cut", "broke off", 2),
        ("redirect_loop", "redirects more than 5 times", 6),
    ],
)
def test_it_ends(site: Site, fault: str, why: str, times: int) -> None:
    """A request ends soon, with a reason, even if a server never finishes its answer."""
    site.faults["/"] = getattr(site, fault)
    client = Client(allow_http=True, limits=replace(IMPATIENT, attempts=2))
    answer = client.get(f"{site.base}{PATH}", read)
    assert isinstance(answer, FetchFailed)
    assert why in answer.reason
    assert len(site.asked) == times


@pytest.mark.slow
def test_a_drip_ends_where_it_is_read(site: Site) -> None:
    """The reader itself ends a body that drips: no thread continues to read it."""
    site.faults["/"] = site.drip
    web = Web(allow_http=True)
    assert web.exchange(f"{site.base}{PATH}", IMPATIENT, {}, whole="", trail=[]) == Retry(
        "no complete answer within 0.5 seconds"
    )


def test_a_redirect_to_a_server_that_hangs(site: Site) -> None:
    """The message names the address, and the one that it was redirected to."""
    to = f"{site.base}/there"
    site.faults |= {"/there": site.hang, "/": site.redirect_to(to)}
    client = Client(allow_http=True, limits=replace(IMPATIENT, attempts=1))
    answer = client.get(f"{site.base}{PATH}", read)
    assert answer == FetchFailed(
        f"{site.base}{PATH} (redirected to {to}): sent nothing for 0.3 seconds"
    )


def test_an_answer_after_a_redirect(site: Site) -> None:
    """Each message about an answer names the address, and the one that it was redirected to."""
    to = f"{site.base}/there"
    site.faults["/data"] = site.redirect_to(to)
    both = f"{site.base}/data (redirected to {to})"
    client = Client(allow_http=True, limits=replace(IMPATIENT, attempts=1))
    asked = f"{site.base}/data"
    assert client.get(asked, read) == NotPublished(f"{both} is not there (404)")
    site.faults["/there"] = site.status(403)
    failed = client.get(asked, read)
    assert isinstance(failed, FetchFailed)
    assert failed.reason.startswith(f"{both}: answered 403")
    del site.faults["/there"]
    site.upstream.tree["/there"] = "<html>"
    for answer in (client.get(asked, read), client.digest(asked, b"PK")):
        assert isinstance(answer, FetchFailed)
        assert answer.reason.startswith(f"{both}: no")


def test_cut_then_well(site: Site, client: Client) -> None:
    """A body that broke off is requested again, and never accepted as complete."""
    site.faults["/"] = site.first(1, site.cut)
    assert client.get(f"{site.base}{PATH}", read) == Found({"a": 1})


def test_size(site: Site) -> None:
    """An endless body ends at the limit."""
    site.faults["/"] = site.endless
    client = Client(allow_http=True, limits=Limits(size=3_000_000))
    answer = client.get(f"{site.base}{PATH}", read)
    assert answer == FetchFailed(
        f"{site.base}{PATH}: is larger than 3,000,000 bytes", permanent=True
    )
    assert len(site.asked) == 1


@pytest.mark.parametrize("form", ["seconds", "date", "past", "nonsense"])
def test_retry_after(site: Site, form: str) -> None:
    """A Retry-After is obeyed in both formats, and ignored if it is invalid."""
    now = 1_800_000_000
    wish = {
        "seconds": "2",
        "date": format_datetime(dt.datetime.fromtimestamp(now + 2, dt.UTC), usegmt=True),
        "past": format_datetime(dt.datetime.fromtimestamp(now - 99, dt.UTC), usegmt=True),
        "nonsense": "soon",
    }[form]
    slept: list[float] = []
    site.faults["/"] = site.first(1, site.status(429, Retry_After=wish))
    client = Client(allow_http=True, limits=IMPATIENT, sleep=slept.append, clock=lambda: now)
    assert client.get(f"{site.base}{PATH}", read) == Found({"a": 1})
    if form == "nonsense":
        assert 0.0075 <= slept[0] <= 0.0125
    else:
        assert slept == [0.0 if form == "past" else 2.0]


def test_retry_after_too_long(site: Site) -> None:
    """A Retry-After above the limit ends the request, with a message."""
    slept: list[float] = []
    site.faults["/"] = site.status(503, Retry_After="3600")
    client = Client(allow_http=True, limits=IMPATIENT, sleep=slept.append)
    answer = client.get(f"{site.base}{PATH}", read)
    assert isinstance(answer, FetchFailed)
    assert answer.reason.endswith("asks to wait 3600 seconds; tagmatrix waits at most 2")
    assert (len(site.asked), slept) == (1, [])


def test_backoff(site: Site) -> None:
    """Pauses double, with jitter."""
    slept: list[float] = []
    site.faults["/"] = site.status(500)
    limits = Limits(attempts=4, backoff=1)
    Client(allow_http=True, limits=limits, sleep=slept.append).get(f"{site.base}{PATH}", read)
    assert len(slept) == 3
    for pause, usual in zip(slept, (1, 2, 4), strict=True):
        assert usual * 0.75 <= pause <= usual * 1.25
    assert slept != [1, 2, 4]


def test_connection_refused() -> None:
    """A refused connection is retried, then reported."""
    with serve() as site:
        url = f"{site.base}{PATH}"
    slept: list[float] = []
    client = Client(allow_http=True, limits=IMPATIENT, sleep=slept.append)
    assert client.get(url, read) == FetchFailed(
        f"{url}: no connection: Connection refused (3 attempts)"
    )
    assert len(slept) == 2


def test_http_needs_a_setting(site: Site) -> None:
    """Http is used only if the settings allow it; the message names the setting."""
    answer = Client().get(f"{site.base}{PATH}", read)
    assert isinstance(answer, FetchFailed)
    assert "is not https; to allow http, set `allow_http: true`" in answer.reason
    assert site.asked == []


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("ftp://127.0.0.1/x", "is neither https nor http"),
        ("file:///etc/passwd", "is neither https nor http"),
        ("", "redirects without a Location"),
        ("http://[::1/", "it redirects to one: "),
    ],
)
def test_redirects_elsewhere(site: Site, client: Client, where: str, why: str) -> None:
    """A redirect to another scheme, or without an address, is not followed."""
    site.faults["/"] = site.redirect_to(where)
    answer = client.get(f"{site.base}{PATH}", read)
    assert isinstance(answer, FetchFailed)
    assert why in answer.reason
    assert len(site.asked) == 1


def test_body_of_a_redirect_is_not_read(site: Site) -> None:
    """A redirect whose body never ends is followed at once."""

    def redirect(handler: Handler, _: bytes | None) -> None:
        handler.start(302, Location=PATH)
        with contextlib.suppress(OSError):
            while True:
                handler.wfile.write(bytes(65536))

    site.faults["/old"] = redirect
    client = Client(allow_http=True, limits=IMPATIENT)
    assert client.get(f"{site.base}/old", read) == Found({"a": 1})


def test_redirect(site: Site, client: Client) -> None:
    """A plain redirect is followed, also a relative one."""
    site.faults["/old"] = site.redirect_to(PATH)
    assert client.get(f"{site.base}/old", read) == Found({"a": 1})


def test_https(valid: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect from https to http is not followed, even if http is allowed."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(valid))
    with serve(valid) as secure:
        secure.upstream.tree[PATH] = "[]"
        client = Client(allow_http=True, limits=IMPATIENT)
        assert client.get(f"{secure.base}{PATH}", read) == Found([])
        secure.faults["/old"] = secure.redirect_to(f"{site.base}{PATH}")
        answer = client.get(f"{secure.base}/old", read)
    end = f"redirects to {site.base}{PATH}: a redirect from https to http is not followed"
    assert answer == FetchFailed(f"{secure.base}/old: {end}")
    assert site.asked == []


def test_https_on_the_way(valid: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect from http to https and back to http is not followed either."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(valid))
    with serve(valid) as secure:
        secure.faults["/old"] = secure.redirect_to(f"{site.base}{PATH}")
        site.faults["/older"] = site.redirect_to(f"{secure.base}/old")
        answer = Client(allow_http=True, limits=IMPATIENT).get(f"{site.base}/older", read)
    assert isinstance(answer, FetchFailed)
    assert "from https to http" in answer.reason
    assert len(site.asked) == 1


def test_expired_certificate(expired: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An expired certificate is a failure without a retry."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(expired))
    slept: list[float] = []
    with serve(expired) as secure:
        client = Client(limits=IMPATIENT, sleep=slept.append)
        url = f"{secure.base}{PATH}"
        answer = client.get(url, read)
    assert answer == FetchFailed(f"{url}: its certificate is not valid: certificate has expired")
    assert slept == []


def test_unknown_certificate(valid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A self-signed certificate is not trusted."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with serve(valid) as secure:
        limits = replace(IMPATIENT, total=30)  # a busy machine reads the known ones slowly
        answer = Client(limits=limits).get(f"{secure.base}{PATH}", read)
    assert isinstance(answer, FetchFailed)
    assert "its certificate is not valid: self-signed certificate" in answer.reason


def test_unreadable(site: Site, client: Client) -> None:
    """HTML instead of JSON is a failure, even with status 200."""
    site.upstream.tree[PATH] = "<html>Please log in</html>"
    assert client.get(f"{site.base}{PATH}", read) == FetchFailed(f"{site.base}{PATH}: no JSON")


@pytest.mark.parametrize("error", [ValueError("x"), OverflowError("x"), RecursionError("x")])
def test_a_reader_that_trips(site: Site, client: Client, error: Exception) -> None:
    """An unexpected exception of a reader is reported as upstream's failure."""

    def trip(_: bytes) -> object:
        raise error

    url = f"{site.base}{PATH}"
    assert client.get(url, trip) == FetchFailed(f"{url}: can't be read: x")


@pytest.mark.parametrize(
    "when", ["Mon, 01 Jan 0001 00:00:00 -0000", "Fri, 31 Dec 9999 23:59:59 -1400", "²", "soon"]
)
def test_retry_after_nonsense(site: Site, client: Client, when: str) -> None:
    """A Retry-After outside of the clock's range never causes a traceback."""
    site.faults[PATH] = site.first(1, site.status(503, Retry_After=when))
    answer = client.get(f"{site.base}{PATH}", read)
    assert answer == Found({"a": 1}) or isinstance(answer, FetchFailed)


def test_conditional(site: Site, tmp_path: Path) -> None:
    """Requests are conditional: only changed bodies are sent. Unreadable ones are not kept."""
    client = Client(allow_http=True, limits=IMPATIENT, cache=Cache(tmp_path / "cache"))
    url = f"{site.base}{PATH}"
    assert client.get(url, read) == Found({"a": 1})
    assert client.get(url, read) == Found({"a": 1})
    assert "If-None-Match" not in site.asked[0][1]
    assert "If-None-Match" in site.asked[1][1]
    site.upstream.tree[PATH] = "<html>"
    assert isinstance(client.get(url, read), FetchFailed)
    assert isinstance(client.get(url, read), FetchFailed)
    kept = [headers.get("If-None-Match") for _, headers in site.asked]
    assert kept[1:] == [kept[1]] * 3
    site.upstream.tree[PATH] = '{"a": 2}'
    assert client.get(url, read) == Found({"a": 2})


def test_failures_are_not_answered_from_the_cache(site: Site, tmp_path: Path) -> None:
    """A failed request is a failure, even if the cache has an older body."""
    client = Client(allow_http=True, limits=IMPATIENT, cache=Cache(tmp_path))
    client.get(f"{site.base}{PATH}", read)
    site.faults["/"] = site.status(500)
    assert isinstance(client.get(f"{site.base}{PATH}", read), FetchFailed)


def test_unexpected_304(site: Site, client: Client) -> None:
    """A 304 to an unconditional request is a failure."""
    site.faults["/"] = lambda handler, _: handler.start(304)
    answer = client.get(f"{site.base}{PATH}", read)
    assert isinstance(answer, FetchFailed)
    assert "answered 304 to an unconditional request" in answer.reason


def test_offline(site: Site, tmp_path: Path) -> None:
    """Offline, the cache answers; an address that is not in the cache is a failure."""
    cache = Cache(tmp_path)
    Client(allow_http=True, cache=cache).get(f"{site.base}{PATH}", read)
    offline = Client(allow_http=True, cache=cache, offline=True)
    assert offline.get(f"{site.base}{PATH}", read) == Found({"a": 1})
    answer = offline.get(f"{site.base}/other", read)
    assert answer == FetchFailed(
        f"{site.base}/other: not in the cache, and --offline allows no request"
    )
    assert isinstance(offline.digest(f"{site.base}{PATH}"), FetchFailed)
    assert len(site.asked) == 1


def test_download(site: Site, client: Client) -> None:
    """A download is hashed while it is read; one that breaks off has no SHA-256."""
    url = f"{site.base}{PATH}"
    assert client.digest(url) == Found(Download(digest('{"a": 1}'), 8))
    site.faults["/"] = site.cut
    assert isinstance(client.digest(url), FetchFailed)


def test_a_file_that_comes_in_small_pieces(site: Site, client: Client) -> None:
    """The beginning of a file is checked, however small its first piece is."""
    url = f"{site.base}{PATH}"

    def pieces(handler: Handler, body: bytes | None) -> None:
        handler.start(200, Transfer_Encoding="chunked")
        for byte in body or b"":
            handler.wfile.write(b"1\r\n%c\r\n" % byte)
        handler.wfile.write(b"0\r\n\r\n")

    site.faults["/"] = pieces
    found = Download(digest('{"a": 1}'), 8, measured=False)
    assert client.digest(url, b'{"a": ') == Found(found)
    assert isinstance(client.digest(url, b'{"b": '), FetchFailed)


def test_no_password_is_shown(client: Client) -> None:
    """A message never shows the user and the password of an address."""
    answer = client.get("ftp://me:secret@example.org/x", read)
    assert answer == FetchFailed("ftp://example.org/x: is neither https nor http", permanent=True)


def test_each_request_is_reported(site: Site, tmp_path: Path) -> None:
    """`report` gets each request: address, attempts, answer, and whether the cache answered."""
    reported: list[Exchange] = []
    cache = Cache(tmp_path)
    client = Client(allow_http=True, limits=IMPATIENT, cache=cache, report=reported.append)
    url, gone = f"{site.base}{PATH}", f"{site.base}/nothing"
    site.faults[PATH] = site.first(2, site.status(500))
    for _ in range(2):
        client.get(url, read)
    client.get(gone, read)
    client.digest(url)
    Client(offline=True, cache=cache, report=reported.append).get(url, read)
    assert reported == [
        Exchange(url=url, answer=Found({"a": 1}), tries=3),
        Exchange(url=url, answer=Found({"a": 1}), tries=1, cached=True),
        Exchange(url=gone, answer=NotPublished(f"{gone} is not there (404)"), tries=1),
        Exchange(url=url, answer=Found(Download(digest('{"a": 1}'), 8)), tries=1),
        Exchange(url=url, answer=Found({"a": 1}), tries=0, cached=True),
    ]
