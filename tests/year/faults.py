"""Faults of requests, and their meaning for the client.

A fault is drawn from the run and the address, so that the order of requests does not matter.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tests.web.site import CYCLES, FILE, FINAL, TREE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.site import Handler, Site

    Fault: TypeAlias = Callable[[Handler, bytes | None], None]


class Kind(enum.StrEnum):
    """The kind of a requested document."""

    LIST = "list"
    FILES = "files"
    FOLDER = "folder"
    BESIDE = "beside"
    PHASES = "phases"


class Effect(enum.Enum):
    """The meaning of a fault for the client."""

    NONE = "the client gets all facts nevertheless"
    FAILS = "the client gets no facts, and notices it"
    MISLEADS = "the client gets wrong facts"


LISTS: Final = frozenset({Kind.LIST, Kind.FILES})
JSON: Final = LISTS | {Kind.PHASES}
TREES: Final = frozenset({Kind.FOLDER, Kind.BESIDE})
ALL: Final = JSON | TREES


def kind_of(path: str) -> Kind:
    """Return the kind of the document at an address."""
    if path.startswith(TREE):
        return Kind.FOLDER if path.endswith("/") else Kind.BESIDE
    for beginning, kind in ((FINAL, Kind.LIST), (FILE, Kind.FILES), (CYCLES, Kind.PHASES)):
        if path.startswith(beginning):
            return kind
    raise ValueError(path)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Other servers and old content besides the site.

    Attributes:
        expired: the address of a server whose certificate has expired.
        plain: the address of a server without TLS.
        old: the content of the site at an address some days ago.
    """

    expired: str
    plain: str
    old: Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """A sort of fault: it affects the connection, or sends another body.

    Attributes:
        effect: its meaning for the client.
        kinds: the kinds of documents that it may affect.
        suffer: makes the fault, for a site.
        change: makes the other body from the true one, for an address.
    """

    effect: Effect
    kinds: frozenset[Kind] = ALL
    suffer: Callable[[Site, Elsewhere], Fault] | None = None
    change: Callable[[bytes, str, Elsewhere], bytes] | None = None


def _status(status: int, **headers: str) -> Callable[[Site, Elsewhere], Fault]:
    return lambda site, _: site.status(status, **headers)


def _there(base: str, site: Site) -> Fault:
    """Return a fault that redirects to the same address at another server."""
    return lambda handler, body: site.redirect_to(f"{base}{handler.path}")(handler, body)


def _newest_without(name: str, body: bytes, _: str, __: Elsewhere) -> bytes:
    """Remove a field from the last entry of a list."""
    value = json.loads(body)
    if not value:
        return body
    value[-1].pop(name)
    return json.dumps(value).encode()


def _with_more(body: bytes, _: str, __: Elsewhere) -> bytes:
    value: list[dict[str, Any]] = json.loads(body)
    return json.dumps([{"colour": {"of": ["the", "sky"]}, **entry} for entry in value]).encode()


def _old(body: bytes, path: str, elsewhere: Elsewhere) -> bytes:
    return elsewhere.old(path) or body


FAILS, NONE, MISLEADS = Effect.FAILS, Effect.NONE, Effect.MISLEADS
SORTS: Final = {
    "time-out": Sort(effect=FAILS, suffer=lambda site, _: site.hang),
    "drip": Sort(effect=FAILS, suffer=lambda site, _: site.drip),
    "dripping headers": Sort(effect=FAILS, suffer=lambda site, _: site.drip_headers),
    "cut body": Sort(effect=FAILS, suffer=lambda site, _: site.cut),
    "cut body, then well": Sort(effect=NONE, suffer=lambda site, _: site.first(1, site.cut)),
    "endless body": Sort(effect=FAILS, suffer=lambda site, _: site.endless),
    "500": Sort(effect=FAILS, suffer=_status(500)),
    "503, then well": Sort(effect=NONE, suffer=lambda site, _: site.first(1, site.status(503))),
    "403": Sort(effect=FAILS, suffer=_status(403)),
    "404": Sort(effect=FAILS, kinds=JSON | {Kind.FOLDER}, suffer=_status(404)),
    "404 of a document": Sort(effect=MISLEADS, kinds=frozenset({Kind.BESIDE}), suffer=_status(404)),
    "429, then well": Sort(
        effect=NONE, suffer=lambda site, _: site.first(1, site.status(429, Retry_After="0"))
    ),
    # without Retry-After: with it no request is sent for so long, and the simulated days are short
    "429": Sort(effect=FAILS, suffer=_status(429)),
    "redirect loop": Sort(effect=FAILS, suffer=lambda site, _: site.redirect_loop),
    "redirect to http": Sort(effect=FAILS, suffer=lambda site, other: _there(other.plain, site)),
    "expired certificate": Sort(
        effect=FAILS, suffer=lambda site, other: _there(other.expired, site)
    ),
    "HTML": Sort(effect=FAILS, change=lambda *_: b"<!doctype html><p>Sorry"),
    "no list": Sort(effect=FAILS, kinds=JSON, change=lambda *_: b"null"),
    "field missing: name": Sort(
        effect=FAILS, kinds=frozenset({Kind.LIST}), change=partial(_newest_without, "name")
    ),
    "field missing: date": Sort(
        effect=FAILS, kinds=frozenset({Kind.LIST}), change=partial(_newest_without, "release_date")
    ),
    "field missing: url": Sort(
        effect=FAILS, kinds=frozenset({Kind.FILES}), change=partial(_newest_without, "url")
    ),
    "unknown field": Sort(effect=NONE, kinds=LISTS, change=_with_more),
    "old list": Sort(effect=MISLEADS, kinds=frozenset({Kind.LIST}), change=_old),
}


def _dice(name: str) -> Random:
    return Random(name)  # noqa: S311 (a test's dice)


class Weather:
    """The number and kinds of faults in a run."""

    def __init__(self, name: str) -> None:
        """Draw the weather from the name of the run."""
        self._name = name
        shares = (0.0, 0.08, 0.3, 0.9)
        self.share = _dice(name).choices(shares, (70, 19, 9, 2))[0]

    def fault(self, path: str) -> str:
        """Return the fault of an address; empty for no fault."""
        dice = _dice(f"{self._name} {path}")
        if dice.random() >= self.share:
            return ""
        kind = kind_of(path)
        return dice.choice([name for name, sort in SORTS.items() if kind in sort.kinds])


CLEAR: Final = Weather("")
CLEAR.share = 0
