"""Query upstream and official-images: the sources of releases, components, axes and bases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix.config import FILE
from tagmatrix.config.format import WITHOUT_UPSTREAM
from tagmatrix.config.format.upstream import SOURCES
from tagmatrix.config.known_cycles import find_releases
from tagmatrix.errors import InputError
from tagmatrix.update import axes, bases, components, gather, new_cycles, together
from tagmatrix.update.policy import accepted_checksums
from tagmatrix.upstream.official_images import Manifests
from tagmatrix.upstream.sources import make_source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from tagmatrix.config import Config, Release
    from tagmatrix.config.model import Upstream
    from tagmatrix.update.bases import SuiteOutcome
    from tagmatrix.update.outcome import CycleOutcome
    from tagmatrix.update.query_options import QueryOptions
    from tagmatrix.upstream.sources import Source
    from tagmatrix.versions import Style
    from tagmatrix.web.client import Client, Exchange


class Query:
    """The queries of one run; a source remembers its answers."""

    def __init__(
        self, options: QueryOptions, report: Callable[[Exchange], None] | None = None
    ) -> None:
        """Store the options; `report` is called with each request and its answer."""
        self._options = options
        self._report = report
        self._client: Client | None = None
        self._sources: dict[str, Source] = {}
        self._manifests: Manifests | None = None

    @property
    def claims(self) -> Mapping[str, tuple[str, ...]]:
        """Return the documents that claim a SHA-256, by the SHA-256."""
        found = [source.claimed_by for source in self._sources.values()]
        return {digest: who for claims in found for digest, who in claims.items()}

    def cycles(
        self,
        config: Config,
        *,
        every_phase: bool = False,
        on_done: Callable[[int, int], None] | None = None,
    ) -> list[CycleOutcome]:
        """Look the release cycles up, and decide; see `gather.outcomes`.

        Raises InputError if versions.yaml has no `upstream`, unless the query is for bases or
        components.
        """
        options = self._options
        releases = self.followed(config)
        sources = {each.cycle: self.source(config, each) for each in releases}
        others = bool(components.followed(config))
        alone = options.bases or others or bool(config.axis_sources)
        if not releases and not alone:
            self.source(config)  # raises InputError
        return gather.outcomes(
            config,
            releases,
            lambda release: sources[release.cycle],
            as_of=options.as_of,
            every_phase=every_phase,
            on_done=on_done,
        )

    def everything(
        self, config: Config, on_done: Callable[[int, int], None] | None = None
    ) -> list[CycleOutcome]:
        """Look up the cycles, the components and the axes, and decide. Raises InputError."""
        cycles = self.cycles(config, on_done=on_done)
        cycles += self.new_cycles(config)
        return [*cycles, *self.components(config), *self.axes(config)]

    def new_cycles(self, config: Config) -> list[CycleOutcome]:
        """Return the cycles that versions.yaml lacks; none if the query names cycles."""
        if config.upstream is None or self._options.cycles:
            return []
        return new_cycles.outcomes(config, config.upstream, self.source(config))

    def followed(self, config: Config) -> list[Release]:
        """Return the releases of the query that have a source, and those that it names."""
        named = self._options.cycles
        asked = {each.cycle for each in find_releases(config, named)}
        tied = self._tied(config)
        return [
            each
            for each in config.releases
            if (named and each.cycle in asked)
            or (each.cycle in asked | tied and (config.upstream or each.upstream))
        ]

    def _tied(self, config: Config) -> set[str]:
        """Return the cycles that the query names, and what `with` ties to them."""
        tied = together.ties(config)
        return {name for cycle in self._options.cycles for name in tied.get(cycle, (cycle,))}

    def components(self, config: Config) -> list[CycleOutcome]:
        """Look up the components that have a source, and decide.

        If the query names cycles, only the components that are tied to them.
        """
        accepted, as_of = accepted_checksums(config), self._options.as_of
        followed, built = components.followed(config), components.architectures(config)
        return [
            components.outcome(
                name,
                followed[name],
                source,
                names,
                as_of=as_of,
                accepted=accepted,
                architectures=built,
            )
            for name, source, names in self.component_sources(config)
        ]

    def axes(self, config: Config) -> list[CycleOutcome]:
        """Look up the axes that have a source, and decide; none if the query names cycles."""
        every = config.axis_sources
        return [
            outcome
            for name, source in self.axis_sources(config)
            for outcome in axes.outcomes(name, every[name], source)
        ]

    def axis_sources(self, config: Config) -> list[tuple[str, Source]]:
        """Return the name and the source of each axis that `axes` looks up."""
        if self._options.cycles:
            return []
        return [
            (name, self._source_of(axis.upstream, config, (), "loose", f"axis {name}"))
            for name, axis in config.axis_sources.items()
        ]

    def component_sources(self, config: Config) -> list[tuple[str, Source, tuple[str, ...]]]:
        """Return the name in results, source and source's artifacts of each, as `components`."""
        tied = self._tied(config)
        return [
            (
                name,
                self._source_of(each.upstream, config, {each.version}, "loose", name),
                components.source_artifacts(each.upstream),
            )
            for name, (_, each) in components.followed(config).items()
            if each.upstream is not None and (name in tied or not self._options.cycles)
        ]

    def suites(self, config: Config) -> list[SuiteOutcome]:
        """Look the bases up, and decide; return nothing if the options do not include bases."""
        if not self._options.bases:
            return []
        return bases.decide(config, bases.ask(config, self.manifests(config)))

    def source(self, config: Config, release: Release | None = None) -> Source:
        """Return the source of a release: its own, or that of versions.yaml.

        Raises InputError if there is none.
        """
        own = release.upstream if release else None
        upstream = own or config.upstream
        if upstream is None:
            raise InputError(
                f"{FILE} has no `upstream`, so tagmatrix can't look up releases; name a source "
                f"(`upstream: NAME`, one of: {', '.join(SOURCES)}), or update by hand: "
                "tagmatrix bump CYCLE VERSION --sha256 NAME=HEX"
            )
        settled = {each.version for each in config.releases if not each.held_back}
        name = release.cycle if release and own else ""
        return self._source_of(upstream, config, settled, config.version_style, name)

    def _source_of(
        self, upstream: Upstream, config: Config, settled: Collection[str], style: Style, name: str
    ) -> Source:
        """Return a source; `name` is its own among those of the query, which it makes once."""
        if name in self._sources:
            return self._sources[name]
        options = self._options.of_source(settled, style)
        client = replace(self._http(config), allow_http=upstream.allow_http)
        self._sources[name] = make_source(client, upstream, options)
        return self._sources[name]

    def manifests(self, config: Config) -> Manifests:
        """Return the reader of official-images' manifests. Raises InputError."""
        checkout = self._options.official_images
        if checkout and not (checkout / "library").is_dir():
            raise InputError(
                f"--official-images {checkout}: the folder library/ is missing; name a checkout "
                "of official-images"
            )
        if self._manifests is None:
            address = _any_upstream(config).manifests
            self._manifests = Manifests(self._http(config), address, checkout)
        return self._manifests

    def _http(self, config: Config) -> Client:
        if self._client is None:
            allow_http = _any_upstream(config).allow_http
            self._client = self._options.client(allow_http=allow_http, report=self._report)
        return self._client


def _any_upstream(config: Config) -> Upstream:
    """Return the global source, or else the first one of a release."""
    every = (config.upstream, *(release.upstream for release in config.releases))
    return next(filter(None, every), WITHOUT_UPSTREAM)
