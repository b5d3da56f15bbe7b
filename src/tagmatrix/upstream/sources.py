"""The sources of releases: what a source answers, and how its name becomes one.

A new source is a package here, with the source's name (`python_org` for python.org) and a
`SOURCE` in its module `source`, and a line in the table SOURCES of `config/format/upstream.py`.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Mapping

    from tagmatrix.config.model import Upstream
    from tagmatrix.upstream.candidates import UpstreamRelease
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client

    MakeSource: TypeAlias = "Callable[[Client, Upstream, SourceOptions], Source]"


class Source(Protocol):
    """A source of releases; safe to use from several threads."""

    @property
    def claimed_by(self) -> Mapping[str, tuple[str, ...]]:
        """Return the documents that claim a SHA-256, by the SHA-256."""

    def published(self, cycle: str) -> Answer[tuple[UpstreamRelease, ...]]:
        """Return the published releases of a cycle, newest first."""

    def checksum(self, version: str, artifact: str, release: UpstreamRelease | None) -> Answer[str]:
        """Return the SHA-256 of an artifact of a version.

        `release` is the version's entry among the published releases, if it has one.
        """

    def phase(self, cycle: str) -> Answer[Phase]:
        """Return the phase and the end of life of a cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """The options of a source.

    Attributes:
        as_of: the reference date for phases.
        download: download artifacts and hash them as well.
        settled: versions that upstream is not expected to change.
        recheck: the age in seconds at which the documents of settled versions are requested
            again.
    """

    as_of: dt.date
    download: bool = False
    settled: Collection[str] = ()
    recheck: float = 0


def make_source(client: Client, upstream: Upstream, options: SourceOptions) -> Source:
    """Return the source that versions.yaml names; only its module is imported."""
    package = upstream.name.replace(".", "_").replace("-", "_")
    make: MakeSource = pkgutil.resolve_name(f"{__package__}.{package}.source:SOURCE")
    return make(client, upstream, options)
