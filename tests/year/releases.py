"""A release of the simulated year: its files, and upstream's data about them at a moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from packaging.version import Version

from tests.web.site import content, digest

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
NEVER: Final = dt.datetime.max.replace(tzinfo=dt.UTC)


def moment(day: dt.date, hour: float = 0) -> dt.datetime:
    """Return a moment of a day."""
    return dt.datetime.combine(day, dt.time(), dt.UTC) + hour * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a release.

    Attributes:
        name, content: its name and its content.
        uploaded: the time from which the download tree has it and the documents next to it.
        listed: the time from which the API lists it.
        summed: the time from which the API has its SHA-256.
        beside: the documents next to it that have its SHA-256: sigstore, spdx.
        replaced: the time from which it is another file; `beside` follows `lag` later.
    """

    name: str
    uploaded: dt.datetime
    listed: dt.datetime
    summed: dt.datetime
    beside: tuple[str, ...]
    replaced: dt.datetime = NEVER
    lag: dt.timedelta = dt.timedelta()

    def content(self, now: dt.datetime) -> str:
        """Return the content at a moment."""
        return content(self.name) + ", again" * (now >= self.replaced)

    def claims(self, now: dt.datetime) -> set[str]:
        """Return each SHA-256 that upstream publishes for the file."""
        found = set()
        if self.summed <= now:
            found.add(digest(self.content(now)))
        if self.uploaded <= now and self.beside:
            found.add(digest(self.content(now - self.lag)))
        return found

    def genuine(self, sha256: str, now: dt.datetime) -> bool:
        """Return whether the file has, or once had, this SHA-256."""
        known = {digest(self.content(now)), digest(content(self.name))}
        return self.uploaded <= now and sha256 in known


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release: the time of its listing, and its files by artifact.

    The list does not have it from `withdrawn` to `back`.
    """

    version: str
    published: dt.datetime
    files: dict[str, File]
    withdrawn: dt.datetime = NEVER
    back: dt.datetime = NEVER

    @property
    def cycle(self) -> str:
        """Return the numbers of the release's cycle."""
        return ".".join(self.version.split(".")[:2])

    @property
    def final(self) -> bool:
        """Return whether the version is final."""
        return not Version(self.version).is_prerelease

    def listed(self, now: dt.datetime) -> bool:
        """Return whether the list has the release."""
        return self.published <= now and not self.withdrawn <= now < self.back

    def claims(self, artifact: str, now: dt.datetime) -> set[str]:
        """Return each SHA-256 that upstream publishes for one of the artifacts."""
        return self.files[artifact].claims(now) if artifact in self.files else set()

    def has(self, artifact: str, now: dt.datetime) -> bool:
        """Return whether a file exists, with a SHA-256 or without."""
        return artifact in self.files and self.files[artifact].uploaded <= now
