"""The documents of a described source: each is requested once, and read as its kind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from tagmatrix.config.artifacts import ALGORITHMS
from tagmatrix.config.document_lookup import fill, holes
from tagmatrix.git.errors import GitError
from tagmatrix.git.remote_tags import remote_tags
from tagmatrix.upstream.formats import READERS
from tagmatrix.upstream.formats.listings import listing_reader
from tagmatrix.upstream.formats.rpm import read_primary, read_repomd
from tagmatrix.upstream.once import Once
from tagmatrix.upstream.rows import rows
from tagmatrix.upstream.tokens import Token
from tagmatrix.web.addresses import led_to, origin, shown
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError
from tagmatrix.web.cache import CacheEntry
from tagmatrix.web.client import Exchange
from tagmatrix.web.results import Body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config.document_lookup import Lookup
    from tagmatrix.config.model import Upstream
    from tagmatrix.upstream.rows import Rows
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client

_REQUESTS_OF_GIT: Final = 2
"""Git first requests the protocols of a server, then the tags:
https://git-scm.com/docs/protocol-v2
"""
_MOST_PAGES: Final = 50
"""The most pages of a document: 5,000 releases of GitHub."""


class Documents:
    """Requests documents; safe to use from several threads."""

    def __init__(self, client: Client, upstream: Upstream) -> None:
        """Store the settings; requests follow later. Raises InputError for a wrong token."""
        self._client, self._upstream = client, upstream
        self._token = Token(upstream)
        self._once = Once()

    def rows(self, lookup: Lookup, values: Mapping[str, str], fresh: float = 0) -> Answer[Rows]:
        """Return the rows of a lookup's document; for `fresh` see `Client.get`."""
        quoted = {name: quote(value, safe="/") for name, value in values.items()}
        address = fill(lookup.address, quoted)
        if missing := [name for name in holes(address) if name not in values]:
            return FetchFailed(f"{shown(address)}: {{{missing[0]}}} has no value here")
        document = self._document(lookup.kind, address, fresh)
        if not isinstance(document, Found):
            return document
        try:
            return Found(rows(lookup, document.value, values))
        except UnreadableError as error:
            return FetchFailed(f"{shown(address)}: {error}")
        except ValueError as error:  # such as half of a character in a text of JSON
            return FetchFailed(f"{shown(address)}: can't be read: {shown(str(error))}")

    @property
    def missing_token(self) -> str:
        """Return a note if the variable of the token is not set; else ""."""
        return self._token.missing

    def has_other_architecture(
        self, lookup: Lookup, values: Mapping[str, str], fresh: float
    ) -> bool:
        """Return whether a document that is not there is so for another architecture."""
        if "architecture" not in holes(lookup.address):
            return False
        words = dict.fromkeys(self._upstream.architectures.values())
        return any(
            isinstance(self.rows(lookup, {**values, "architecture": word}, fresh), Found)
            for word in words
            if word != values.get("architecture")
        )

    def artifact(
        self, lookup: Lookup, values: Mapping[str, str], fresh: float
    ) -> Answer[bool] | None:
        """Return whether an artifact itself is there; None if the description has no address."""
        address = _artifact(lookup, values)
        if not address:
            return None
        headers = self._token.headers(address)
        there = self._client.has(address, fresh=fresh, headers=headers)
        return self._token.noted(address, there)

    def _document(self, kind: str, address: str, fresh: float) -> Answer[Any]:
        """Return the data of a document; it is requested only once."""
        found: Answer[Any] = self._once.answer(
            f"{kind} {address}", partial(self._requested, kind, address, fresh)
        )
        return found

    def _requested(self, kind: str, address: str, fresh: float) -> Answer[Any]:
        if kind == "tags":
            return self._tags(address, fresh)
        if kind == "listing":
            return self._client.get(address, partial(_listing, address), fresh=fresh)
        headers = self._token.headers(address)
        if kind == "packages" and urlsplit(address).path.endswith("repodata/repomd.xml"):
            return self._token.noted(address, self._rpm(address, headers, fresh))
        return self._token.noted(address, self._pages(kind, address, fresh, headers))

    def _pages(self, kind: str, address: str, fresh: float, headers: dict[str, str]) -> Answer[Any]:
        """Return the data of a document; a list may continue on pages, and is whole or fails."""
        entries: list[Any] = []
        page = address
        for _ in range(_MOST_PAGES):
            following: list[str] = []
            answer = self._client.get(
                page, READERS[kind], fresh=fresh, headers=headers, pages=following
            )
            if isinstance(answer, NotPublished) and page != address:
                return FetchFailed(f"{answer.what}, although the page before names it")
            if not isinstance(answer, Found) or (page == address and not following):
                return answer
            if not isinstance(answer.value, list):
                return FetchFailed(f"{shown(page)}: has a next page, and is not a list")
            entries += answer.value
            if not following:
                return Found(entries)
            try:
                page = led_to(page, following[0])
                same = origin(page) == origin(address)
            except ValueError:
                same = False
            if not same:
                return FetchFailed(f"{shown(address)}: the next page is not at the same host")
        return FetchFailed(f"{shown(address)}: has more than {_MOST_PAGES} pages")

    def _rpm(
        self, address: str, headers: dict[str, str], fresh: float
    ) -> Answer[list[dict[str, str]]]:
        """Return the packages of an rpm repository, whose repomd.xml names their index."""
        named = self._client.get(
            address, partial(read_repomd, address), fresh=fresh, headers=headers
        )
        if not isinstance(named, Found):
            return named
        at, digest = named.value
        answer = self._client.get(
            at, partial(read_primary, digest), headers=self._token.headers(at)
        )
        if isinstance(answer, NotPublished):
            return FetchFailed(f"{answer.what}, although {shown(address)} names it")
        return answer

    def _tags(self, address: str, fresh: float) -> Answer[list[dict[str, str]]]:
        """Return the tags of a repository: from it, from the cache, or from a recording."""
        client, key = self._client, f"tags of {address}"
        kept = client.cache.get(key) if client.cache else None
        lines: Body | CacheEntry | NotPublished | FetchFailed
        tries = 0
        if client.tape and not client.tape.records:
            lines = client.tape.answer(key)
        elif kept and (client.is_fresh(key, fresh) or client.is_spent(address, fresh)):
            lines = kept
        elif client.offline:
            why = "not in the cache, and --offline allows no request"
            lines = kept or FetchFailed(f"{shown(address)}: {why}")
        else:
            lines, tries = self._asked_tags(address), 1
            if client.tape:
                client.tape.keep(key, lines)
            if client.cache and isinstance(lines, Body):
                client.cache.put(key, CacheEntry(lines.content))
        answer: Answer[list[dict[str, str]]]
        if isinstance(lines, NotPublished | FetchFailed):
            answer = lines
        else:
            body = lines.content if isinstance(lines, Body) else lines.body
            answer = Found(_of_lines(body.decode(errors="replace")))
        if client.report:
            cached = isinstance(lines, CacheEntry)
            client.report(Exchange(url=shown(address), answer=answer, tries=tries, cached=cached))
        return answer

    def _asked_tags(self, address: str) -> Body | FetchFailed:
        """Return a line for each tag, with its commit."""
        limits = self._client.limits
        protocols = ("https", "http", "git", "file") if self._upstream.allow_http else ("https",)
        if self._client.budget:
            self._client.budget.note(address, _REQUESTS_OF_GIT)
        try:
            tags = remote_tags(address, seconds=limits.total, most=limits.size, protocols=protocols)
        except GitError as error:
            reason = "; ".join(str(error).partition("\n\n")[0].splitlines())  # then follows advice
            said = reason.removeprefix("git ls-remote: ").removeprefix("fatal: ")
            return FetchFailed(f"{shown(address)}: git can't list the tags: {shown(said)}")
        if not tags:
            return FetchFailed(f"{shown(address)}: the repository has no tags")
        lines = "".join(f"{commit} {tag}\n" for tag, commit in tags.items())
        return Body(lines.encode(errors="surrogateescape"))


def _artifact(lookup: Lookup, values: Mapping[str, str]) -> str:
    """Return the address of an artifact: `url`, or that without the end of its checksum's file."""
    quoted = {name: quote(value, safe="/") for name, value in values.items()}
    if lookup.url:
        return fill(lookup.url, {**quoted, "file": quote(fill(lookup.file, values))})
    address, dot, end = fill(lookup.address, quoted).rpartition(".")
    return address if dot and end.removesuffix("sum") in ALGORITHMS else ""


def _of_lines(text: str) -> list[dict[str, str]]:
    """Return tags of lines with a commit and a name; a name has no space."""
    pairs = (line.partition(" ") for line in text.split("\n") if line)
    return [{"version": tag, "commit": commit} for commit, _, tag in pairs]


def _listing(address: str, body: bytes) -> list[dict[str, str]]:
    return [{"file": name} for name in sorted(listing_reader(address)(body))]
