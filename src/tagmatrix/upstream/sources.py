"""The sources of releases: what a source answers, and how its name becomes one.

A new source is a file in `presets/` with the keys of `upstream`, and its name in SOURCES of
`config/format/upstream.py`. A source that needs code is a package here with a module `source`, and
has addresses in SOURCES: python.org, whose documents contradict each other in their own ways.
"""

from __future__ import annotations

import dataclasses
import pkgutil
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from msgspec.structs import replace

from tagmatrix.config.format.upstream import LOOKUPS, read_preset
from tagmatrix.web.request_budget import RequestBudget

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from tagmatrix.config.model import Upstream
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.upstream.release_order import ListedVersions, UpstreamRelease
    from tagmatrix.versions import Style
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client

    MakeSource: TypeAlias = "Callable[[Client, Upstream, SourceOptions], Source]"

_OFTEN: Final = 8
"""How much more often than settled versions those are asked about that wait for a file."""

_LISTS: Final = 60
"""The part of `recheck` in which a list of releases is requested once."""


class Source(Protocol):
    """A source of releases; safe to use from several threads."""

    @property
    def claimed_by(self) -> Mapping[str, tuple[str, ...]]:
        """Return the documents that claim a checksum, by the checksum."""

    def published(self, cycle: str) -> Answer[tuple[UpstreamRelease, ...]]:
        """Return the published releases of a cycle, newest first: at least one."""

    def listed_versions(self) -> Answer[ListedVersions]:
        """Return the versions of all cycles; NotPublished if each cycle has its own list."""

    def checksum(self, version: str, artifact: str, release: UpstreamRelease | None) -> Answer[str]:
        """Return the checksum of an artifact of a version: SHA-256, else SHA-512, else SHA-1.

        `release` is the version's entry among the published releases, if it has one.
        """

    def phase(self, cycle: str) -> Answer[Phase]:
        """Return the phase and the end of life of a cycle."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """The options of a source.

    Attributes:
        as_of: the reference date for phases.
        download: download artifacts and hash them as well.
        settled: versions that upstream is not expected to change.
        recheck: the age in seconds at which the documents of settled versions are requested
            again.
        commands: the folder in which a command runs; None if no command may run.
        style: the style of the versions in versions.yaml.
    """

    as_of: dt.date
    download: bool = False
    settled: Collection[str] = ()
    recheck: float = 0
    commands: Path | None = None
    style: Style = "pep440"

    def fresh(self, version: str) -> float:
        """Return the age of documents about a version that need no request.

        What waits is asked about more often than what is settled, but not in each run: hosts
        limit requests, python.org to 100 a day.
        """
        return self.recheck / (1 if version in self.settled else _OFTEN)

    @property
    def fresh_list(self) -> float:
        """Return the age of a list of releases that needs no request.

        24 minutes in a day: runs each half hour always request it, and more frequent runs
        request it not much more often.
        """
        return self.recheck / _LISTS


def with_budget(client: Client, recheck: float) -> Client:
    """Return a client that counts its requests, if it has a cache; see SourceOptions."""
    if client.cache is None:
        return client
    budget = RequestBudget(client.cache, client.clock, settled=recheck, waiting=recheck / _OFTEN)
    return dataclasses.replace(client, budget=budget)


def make_source(client: Client, upstream: Upstream, options: SourceOptions) -> Source:
    """Return the source that versions.yaml names or describes; only its module is imported."""
    if upstream.addresses:
        package = upstream.name.replace(".", "_").replace("-", "_")
        make: MakeSource = pkgutil.resolve_name(f"{__package__}.{package}.source:SOURCE")
        return make(client, upstream, options)
    if upstream.command:
        from tagmatrix.upstream.command import CommandSource  # noqa: PLC0415 (only if it is needed)

        return CommandSource(client, upstream, options)
    from tagmatrix.upstream.described import Described  # noqa: PLC0415 (only if it is needed)

    return Described(client, with_preset(upstream), options)


def with_preset(upstream: Upstream) -> Upstream:
    """Return a source with what its preset says, where versions.yaml says nothing."""
    if not upstream.name:
        return upstream
    file = f"{upstream.name}.yaml"
    data = (files(__package__) / "presets" / file).read_bytes()
    preset = read_preset(data, file)
    given = {key: value for key in LOOKUPS if (value := getattr(upstream, key))}
    for key in ("artifacts", "architectures"):
        given[key] = {**getattr(preset, key), **getattr(upstream, key)}
    return replace(
        preset,
        name=upstream.name,
        manifests=upstream.manifests,
        allow_http=upstream.allow_http,
        add=upstream.add,
        **given,
    )
