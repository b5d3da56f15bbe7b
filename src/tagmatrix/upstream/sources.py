"""The sources of releases: what a source answers, and how its name becomes one.

A new source is a file in `presets/` with the keys of `upstream`, and its name in SOURCES of
`config/format/upstream.py`. A source that needs code is a package here with a module `source`, and
has addresses in SOURCES: python.org, whose documents contradict each other in their own ways.
"""

from __future__ import annotations

import dataclasses
import pkgutil
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec.structs import replace

from tagmatrix.config.format.upstream import LOOKUPS, read_preset
from tagmatrix.upstream.source_options import OFTEN
from tagmatrix.web.request_budget import RequestBudget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.config.model import Upstream
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.upstream.release_order import ListedVersions, UpstreamRelease
    from tagmatrix.upstream.source_options import SourceOptions
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client

    MakeSource: TypeAlias = "Callable[[Client, Upstream, SourceOptions], Source]"


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


def with_budget(client: Client, recheck: float) -> Client:
    """Return a client that counts its requests, if it has a cache; see SourceOptions."""
    if client.cache is None:
        return client
    budget = RequestBudget(client.cache, client.clock, settled=recheck, waiting=recheck / OFTEN)
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
