"""Whether the files of a component without checksums are there, before it moves to a version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix.config.document_lookup import by_architecture
from tagmatrix.upstream.described import Described
from tagmatrix.util.wording import join_names
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tagmatrix.config.model import Component, Upstream
    from tagmatrix.update.outcome import CycleOutcome
    from tagmatrix.upstream.sources import Source
    from tagmatrix.web.answers import Answer


def waits_for_files(
    found: CycleOutcome, component: Component, source: Source, architectures: Collection[str]
) -> CycleOutcome:
    """Return the outcome of a component; it waits for files that versions.yaml describes.

    A file that the description does not find in our version, of which it finds others, is not one
    of the component.

    Args:
        found: the outcome by the list of versions.
        component: the component.
        source: its source.
        architectures: those of images, for a source that has no words for architectures.
    """
    if not found.edits or component.sums:
        return found
    new = presence(found.cycle, component, source, found.upstream, architectures)
    missing = {name: each for name, each in new.items() if not isinstance(each, Found)}
    ours: dict[str, Answer[bool]] = {}
    if missing:
        ours = presence(found.cycle, component, source, component.version, architectures)
    stays = replace(found, edits=(), news=())
    for failure in (*missing.values(), *(ours[name] for name in missing)):
        if isinstance(failure, FetchFailed) and not failure.absent:
            return stays.failed(failure)
    known = any(isinstance(each, Found) for each in ours.values())
    if missing and len(missing) == len(new) and not known:
        (first, *_) = missing.values()
        why = f"{first.reason}, and so it is for {component.version}: correct `artifacts`"
        return stays.failed(FetchFailed(why))
    # without any file of our version, upstream may have deleted its folder
    late = [
        each.reason for name, each in missing.items() if isinstance(ours[name], Found) or not known
    ]
    if late:
        why = f"{found.upstream} is not complete: {join_names(late)}"
        return replace(stays, waits=(*found.waits, why))
    return found


def presence(
    name: str,
    component: Component,
    source: Source,
    version: str,
    architectures: Collection[str],
) -> dict[str, Answer[bool]]:
    """Return whether each described file of a version is there; none if nothing is described.

    `name` is the name of the component in results; for the rest see `waits_for_files`.
    """
    if component.upstream is None or not isinstance(source, Described):
        return {}
    listed = source.published(name)
    releases = listed.value if isinstance(listed, Found) else ()
    entry = next((each for each in releases if each.version == version), None)
    files = _names(component.upstream, architectures)
    return {file: source.artifacts.has(version, file, entry) for file in files}


def _names(upstream: Upstream, architectures: Collection[str]) -> Iterator[str]:
    """Yield the artifacts that versions.yaml describes, those of each architecture one by one."""
    words = upstream.architectures or architectures
    for name, lookups in upstream.artifacts.items():
        if any(map(by_architecture, lookups)):
            yield from (f"{name}/{each}" for each in words)
        else:
            yield name
