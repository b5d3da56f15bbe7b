"""The HTTP client: retries and the cache; `fetch` sends each request."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from tagmatrix.web.addresses import places, shown
from tagmatrix.web.answers import FetchFailed, Found
from tagmatrix.web.cache import CacheEntry
from tagmatrix.web.cached_bodies import (
    GONE,
    Download,
    conditions,
    keep_gone,
    kept_download,
    kept_gone,
    read_body,
)
from tagmatrix.web.limits import Limits
from tagmatrix.web.pauses import Pauses
from tagmatrix.web.results import Body, without
from tagmatrix.web.retries import retried

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.web.answers import Answer, NotPublished
    from tagmatrix.web.cache import Cache
    from tagmatrix.web.fetch import Web
    from tagmatrix.web.request_budget import RequestBudget
    from tagmatrix.web.results import Attempt, Reply, Request
    from tagmatrix.web.tape import Tape

T = TypeVar("T")
_SHOWN: Final = 8
_WHOLE: Final = "#whole file"
"""The end of the cache's key for the SHA-256 of a file."""


class Exchange(Struct, frozen=True, kw_only=True):
    """A request with all its attempts, and its result.

    Attributes:
        url: the address for messages: without a password.
        answer: the answer that the caller got.
        tries: the number of attempts; 0 if the cache answered.
        cached: whether the body is from the cache.
    """

    url: str
    answer: Answer[object]
    tries: int
    cached: bool = False


@dataclass(frozen=True, kw_only=True)
class Client:
    """Requests addresses; safe to use from several threads.

    Attributes:
        allow_http: whether addresses may be http.
        plain: returns whether the addresses of a host may be http, instead of `allow_http`.
        advice: how to allow http, for a message; None for that about upstream.
        offline: answer from the cache only.
        cache: where bodies are kept; None to keep none.
        limits: the limits.
        sleep: waits between attempts.
        clock: the time of day, for a Retry-After that is a date
            (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3).
        budget: the requests that each host gets in a day; None for no budget.
        tape: where answers are recorded, or come from; None for neither.
        report: called with each finished request, in the thread of the caller.
    """

    allow_http: bool = False
    plain: Callable[[str], bool] | None = None
    advice: str = ""
    offline: bool = False
    cache: Cache | None = None
    limits: Limits = field(default_factory=Limits)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    budget: RequestBudget | None = None
    tape: Tape | None = None
    report: Callable[[Exchange], None] | None = None

    def get(
        self,
        url: str,
        read: Callable[[bytes], T],
        *,
        fresh: float = 0,
        headers: Mapping[str, str] | None = None,
        pages: list[str] | None = None,
    ) -> Answer[T]:
        """Return the result of `read` for the body at an address.

        `read` raises UnreadableError if the body does not have the expected content: the
        result is a FetchFailed, and the body is not kept. 404 and 410 give NotPublished.
        The cache answers if upstream confirmed the body less than `fresh` seconds ago; it keeps
        NotPublished too, and no longer than the budget says for versions that wait.
        `headers` are more headers of the request; another host never gets a token in them.
        `pages` gets the address of the next page, if the answer names one
        (https://www.rfc-editor.org/rfc/rfc8288).
        """

        def take(body: Body) -> tuple[Answer[T], CacheEntry]:
            entry = CacheEntry(body.content, body.etag, body.last_modified, body.following)
            return read_body(places(url, body.led), body.content, read), entry

        return self._answer(
            url, read, take, fresh=fresh, headers=headers, pages=[] if pages is None else pages
        )

    def digest(self, url: str, begins: bytes = b"", algorithm: str = "sha256") -> Answer[Download]:
        """Download the file at an address; return its checksum and its size.

        The result is a FetchFailed if the file does not begin with `begins`: it may be a web
        page instead of a tarball. The cache keeps the result with the file's ETag, so that the
        file is downloaded only once.
        """

        def take(body: Body) -> tuple[Answer[Download], CacheEntry | None]:
            if not body.content.startswith(begins):
                kind = urlsplit(url).path.rpartition(".")[2]
                why = f"not a .{kind} file: it begins with {body.content[:_SHOWN]!r}"
                return FetchFailed(f"{places(url, body.led)}: {why}"), None
            found = Found(Download(body.digest, body.size, measured=body.measured))
            # a weak ETag does not identify bytes (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.1);
            # without a Content-Length the body may be incomplete
            keep = body.measured and body.etag.startswith('"')
            entry = CacheEntry(f"{body.digest} {body.size}".encode(), body.etag)
            return found, entry if keep else None

        return self._answer(url, kept_download, take, whole=algorithm, pages=[])

    def has_hashed(self, url: str) -> bool:
        """Return whether the cache has the SHA-256 of a file, which `digest` confirms cheaply."""
        return bool(self.cache and self.cache.get(f"{url}{_WHOLE}"))

    def has(
        self, url: str, *, fresh: float = 0, headers: Mapping[str, str] | None = None
    ) -> Answer[bool]:
        """Return whether a file is at an address, without its body; see `get`."""

        def take(_: Body) -> tuple[Answer[bool], CacheEntry]:
            return Found(value=True), CacheEntry(b"")

        return self._answer(
            url, lambda _: True, take, fresh=fresh, headers=headers, method="HEAD", pages=[]
        )

    def _answer(
        self,
        url: str,
        read: Callable[[bytes], T],
        take: Callable[[Body], tuple[Answer[T], CacheEntry | None]],
        *,
        fresh: float = 0,
        whole: str = "",
        headers: Mapping[str, str] | None = None,
        pages: list[str],
        method: str = "GET",
    ) -> Answer[T]:
        """Return the answer of the cache or of upstream, and report it.

        Args:
            url: the address.
            read: reads the body of a cache entry.
            take: returns the answer that a new body gives, and the entry to keep.
            fresh: see `get`.
            whole: the algorithm of the checksum of a whole release, of which only that is kept.
            headers: more headers of the request.
            pages: see `get`.
            method: GET, or HEAD for an answer without a body.
        """
        key = name = url if method == "GET" else f"{method} {url}"
        limits = self.limits
        if whole:
            key = f"{url}{_WHOLE}" + whole.removeprefix("sha256")
            limits = replace(limits, total=limits.file_total, size=limits.file_size)
        entry = self.cache.get(key) if self.cache else None
        answer: Answer[T]
        tries, cached, following = 0, False, ""
        if kept := self._kept(url, key, entry, read, fresh):
            answer, cached = kept, True
        elif self.offline:
            answer = FetchFailed(f"{shown(url)}: not in the cache, and --offline allows no request")
        elif rest := self._pauses.left(url):
            why = f"the host asked to wait, {rest:.0f} seconds from now; no request was sent"
            answer = FetchFailed(f"{shown(url)}: {why}")
        else:
            sent = {**conditions(entry), **(headers or {})}
            result, tries = self._ask(url, limits, sent, whole=whole, method=method, name=name)
            if not isinstance(result, Body):
                answer = result
                keep_gone(self.cache, key, result, fresh)
            elif not result.unchanged:
                answer, new = take(result)
                following = result.following
                if self.cache and new and isinstance(answer, Found):
                    self.cache.put(key, new)
            elif self.cache and entry:
                self.cache.confirm(key)
                answer, cached = read_body(shown(url), entry.body, read), True
            else:
                answer = FetchFailed(f"{shown(url)}: answered 304 to an unconditional request")
        following = entry.following if cached and entry else following
        pages += [following] if following else []
        if self.report:
            self.report(Exchange(url=shown(url), answer=answer, tries=tries, cached=cached))
        return answer

    def _kept(
        self,
        url: str,
        key: str,
        entry: CacheEntry | None,
        read: Callable[[bytes], T],
        fresh: float,
    ) -> Answer[T] | None:
        """Return the answer of the cache, if it needs no request; for the rest see `_answer`."""
        gone = kept_gone(self.cache, key) if self.cache and fresh and not self.offline else None
        age = min(fresh, self.budget.waiting) if gone and self.budget else fresh
        name = f"{key}{GONE}" if gone else key
        if not (gone or entry):
            return None
        if not (self.offline or self.is_fresh(name, age) or self.is_spent(url, fresh)):
            return None
        return gone or (read_body(shown(url), entry.body, read) if entry else None)

    def is_fresh(self, key: str, seconds: float) -> bool:
        """Return whether upstream confirmed the entry recently; a future time is not recent."""
        if not seconds or self.cache is None:
            return False
        return 0 <= self.clock() - self.cache.confirmed(key) < seconds

    def is_spent(self, url: str, fresh: float) -> bool:
        """Return whether the host's budget is for more important documents than this one."""
        return self.budget is not None and not self.budget.allows(url, fresh)

    def send(self, request: Request, *, file: bool = False) -> Reply | FetchFailed:
        """Send a request and return the answer, also one of 404; the cache is not used.

        `file`: whether the body may be as large as a whole release.
        """
        limits, web = self.limits, self._web
        if file:
            limits = replace(limits, total=limits.file_total, size=limits.file_size)
        trail: list[str] = []
        sent: tuple[Reply | FetchFailed, int] = retried(
            request.url,
            limits,
            lambda: web.send(request, limits, trail),
            self.sleep,
            self.clock,
            trail,
        )
        result, tries = sent
        if self.report:
            answer = result if isinstance(result, FetchFailed) else Found(result.status)
            self.report(Exchange(url=shown(request.url), answer=answer, tries=tries))
        return result

    def _ask(
        self,
        url: str,
        limits: Limits,
        headers: Mapping[str, str],
        *,
        whole: str,
        method: str,
        name: str,
    ) -> tuple[Body | NotPublished | FetchFailed, int]:
        """Request an address, again after temporary failures; return the number of attempts too.

        `name` is that of the answer in a recording.
        """
        if self.tape and not self.tape.records:
            return self.tape.answer(name), 0
        web = self._web
        trail: list[str] = []

        def attempt() -> Attempt:
            if self.budget:
                self.budget.note(url)
            result = web.exchange(url, limits, headers, whole=whole, trail=trail, method=method)
            if not trail:  # another host than the one of the address has limits of its own
                self._pauses.note(url, result)
            return result

        asked: tuple[Body | NotPublished | FetchFailed, int] = retried(
            url, limits, attempt, self.sleep, self.clock, trail
        )
        # the server may send the token back, and bodies are quoted, cached and recorded
        result = without(headers.get("Authorization", "").rpartition(" ")[2], asked[0])
        if self.tape:
            self.tape.keep(name, result)
        return result, asked[1]

    @cached_property
    def _pauses(self) -> Pauses:
        return Pauses(self.cache, self.clock, self.limits.longest_pause)

    @cached_property
    def _web(self) -> Web:
        from tagmatrix.web.fetch import Web  # noqa: PLC0415 (imports requests, slow)

        return Web(allow_http=self.allow_http, plain=self.plain, advice=self.advice)
