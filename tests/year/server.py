"""The world over https: a real server, its faults, and a record of the answers."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.web import certificates
from tests.web.site import serve
from tests.year.documents import documents
from tests.year.faults import CLEAR, SORTS, Elsewhere, Kind, kind_of
from tests.year.releases import DAY

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.site import Handler, Site
    from tests.year.faults import Effect, Fault, Weather
    from tests.year.world import World

OLD: Final = 6 * DAY
_VERSION: Final = re.compile(r"(\d+\.\d+)\.")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault that happened.

    Attributes:
        path, name, effect: the address, the fault, and its meaning for the client.
        kind: the kind of the requested document.
        about: the numbers of the affected cycles; empty for all.
    """

    path: str
    name: str
    effect: Effect
    kind: Kind
    about: frozenset[str] = frozenset()


@dataclass
class Service:
    """The servers, and their current content."""

    world: World
    site: Site
    elsewhere: Elsewhere
    certificate: Path
    weather: Weather = CLEAR
    now: dt.datetime | None = None
    troubles: dict[str, Trouble] = field(default_factory=dict)
    _made: dict[str, Fault] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base(self) -> str:
        """Return the site's address."""
        return self.site.base

    def begin(self, now: dt.datetime, weather: Weather = CLEAR) -> None:
        """Serve the content of a moment from now on, with a weather; forget earlier requests."""
        self.site.over.set()  # release the requests that still hang
        with self._lock:
            self.site.over = threading.Event()
            self.now, self.weather = now, weather
            self.site.upstream = documents(self.world, self.base, now)
            self.site.asked.clear()
            self.troubles.clear()
            self._made.clear()

    def requests(self) -> int:
        """Return the number of requests since then."""
        return len(self.site.asked)

    def handle(self, handler: Handler, body: bytes | None) -> None:
        """Answer a request."""
        path = handler.path
        name = self.weather.fault(path) if body is not None else ""
        if not name or body is None:
            handler.send(body)
            return
        sort = SORTS[name]
        if sort.change:
            changed = sort.change(body, path, self.elsewhere)
            if changed != body:
                self._note(path, name, _about(path, body, changed))
            handler.send(changed)
        elif sort.suffer:
            self._note(path, name, frozenset())
            with self._lock:
                if path not in self._made:
                    self._made[path] = sort.suffer(self.site, self.elsewhere)
            self._made[path](handler, body)

    def _note(self, path: str, name: str, about: frozenset[str]) -> None:
        kind = kind_of(path)
        if kind is Kind.FILES:
            number = path.rpartition("=")[2]
            entry = next(
                each
                for each in self.site.upstream.releases
                if each["resource_uri"].endswith(f"/{number}/")
            )
            about = _cycles(entry["name"])
        elif kind in {Kind.FOLDER, Kind.BESIDE}:
            about = _cycles(path)
        with self._lock:
            self.troubles[path] = Trouble(path, name, SORTS[name].effect, kind, about)


def _cycles(text: str) -> frozenset[str]:
    match = _VERSION.search(text)
    return frozenset({match[1]} if match else ())


def _about(path: str, body: bytes, changed: bytes) -> frozenset[str]:
    """Return the cycles for which a list of releases has wrong data."""
    if kind_of(path) is not Kind.LIST:
        return frozenset()
    try:
        old, new = json.loads(body), json.loads(changed)
        known = {entry["name"]: entry for entry in new}
    except (ValueError, TypeError, KeyError):
        return frozenset()
    about = (_cycles(entry["name"]) for entry in old if known.get(entry["name"]) != entry)
    return frozenset().union(*about)


@contextlib.contextmanager
def run(world: World, folder: Path) -> Iterator[Service]:
    """Run the servers, with certificates in a folder."""
    valid = certificates.make(folder / "valid", "20200101000000Z", "20991231235959Z")
    expired = certificates.make(folder / "expired", "20200101000000Z", "20200102000000Z")
    trusted = folder / "trusted.pem"
    trusted.write_text(valid.read_text() + expired.read_text())
    with serve(valid) as site, serve(expired) as other, serve() as plain:

        def old(path: str) -> bytes | None:
            assert service.now is not None
            upstream = documents(world, site.base, service.now - OLD)
            return upstream.answer(path.partition("?")[0], {})

        service = Service(world, site, Elsewhere(other.base, plain.base, old), trusted)
        site.faults["/"] = service.handle
        yield service
