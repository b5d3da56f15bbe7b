"""Check the schemes of addresses in described sources, which git and the web client limit."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.document_lookup import Lookup
    from tagmatrix.config.model import Config, Upstream
    from tagmatrix.problems import ValuePath


def source_addresses(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that only tags come from git:// and file://, and from no unsafe address unasked."""
    for path, upstream in _sources(config):
        for key in ("releases", "cycles"):
            yield from _of_lookup(getattr(upstream, key), (*path, key), upstream)
        for name, lookups in upstream.artifacts.items():
            here = (*path, "artifacts", name)
            for number, lookup in enumerate(lookups):
                listed = (*here, number, lookup.kind) in config.places
                yield from _of_lookup(lookup, (*here, number) if listed else here, upstream)


def _sources(config: Config) -> Iterator[tuple[ValuePath, Upstream]]:
    """Yield the sources in versions.yaml, with the path of each."""
    every: chain[tuple[ValuePath, Upstream | None]] = chain(
        [(("upstream",), config.upstream)],
        ((("releases", one.cycle, "upstream"), one.upstream) for one in config.releases),
        (((*path, "upstream"), one.upstream) for path, _, one in config.listed_components()),
        ((("axes", name, "from"), axis.upstream) for name, axis in config.axis_sources.items()),
    )
    for path, upstream in every:
        if upstream is not None:
            yield path, upstream


def _of_lookup(lookup: Lookup | None, path: ValuePath, upstream: Upstream) -> Iterator[Finding]:
    if lookup is None:
        return
    for key, address in ((lookup.kind, lookup.address), ("url", lookup.url)):
        scheme = address.partition(":")[0]
        where = (*path, key)
        if key == "tags":
            if scheme != "https" and not upstream.allow_http:
                yield (
                    where,
                    (
                        f'"{shown(address)}" is not https: nothing protects it against changes on '
                        "the way; use https, or set `allow_http: true` in this source"
                    ),
                )
        elif scheme in {"git", "file"}:
            what = f'"{shown(address)}": only `tags` may be at {scheme}://'
            yield where, f"{what}; use https://, or the kind `tags` for a git repository"
