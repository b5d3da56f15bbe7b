"""Whether the files of a component without checksums are there, before it moves to a version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix.config.document_lookup import by_architecture, placeholders
from tagmatrix.upstream.described import Described
from tagmatrix.upstream.sources import with_preset
from tagmatrix.util.wording import join_names
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tagmatrix.config.document_lookup import Lookup
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
        architectures: those of images, for a source that names no architectures itself.
    """
    if not found.edits or component.sums:
        return found
    new, undescribed = files(found.cycle, component, source, found.upstream, architectures)
    missing = {name: each for name, each in new.items() if not isinstance(each, Found)}
    late = [each.reason for name, each in missing.items() if name not in undescribed]
    stays = replace(found, edits=(), news=())
    for failure in missing.values():
        if isinstance(failure, FetchFailed):
            return stays.failed(failure)
    if late:
        why = f"{found.upstream} is not complete: {join_names(late)}"
        return replace(stays, waits=(*found.waits, why))
    return found


class _Files(NamedTuple):
    """The described files of a version, and the names of those that are not the component's."""

    there: Mapping[str, Answer[bool]]
    undescribed: Collection[str] = ()


def files(
    name: str,
    component: Component,
    source: Source,
    version: str,
    architectures: Collection[str],
) -> _Files:
    """Return whether each described file of a newer version is there.

    What the description does not find in our version either, is not late.

    For the parameters see `presence`.
    """
    new = presence(name, component, source, version, architectures)
    missing = {file: each for file, each in new.items() if not isinstance(each, Found)}
    if not missing or version == component.version or any(map(_fails, missing.values())):
        return _Files(new)
    ours = presence(name, component, source, component.version, architectures)
    if failed := {file: ours[file] for file in missing if file in ours and _fails(ours[file])}:
        return _Files({**new, **failed})
    known = any(isinstance(each, Found) for each in ours.values())
    if len(missing) == len(new) and missing.keys() <= ours.keys() and not known:
        why = f"and so it is for {component.version}: correct `artifacts`"
        wrong = {file: FetchFailed(f"{each.reason}, {why}") for file, each in missing.items()}
        return _Files(wrong)
    # without any file of our version, upstream may have deleted its folder
    others = [file for file in missing if file in ours and not isinstance(ours[file], Found)]
    absent = {file: NotPublished(each.reason) for file, each in missing.items()}
    return _Files({**new, **absent}, others if known else ())


def _fails(answer: Answer[bool]) -> bool:
    """Return whether it is unknown if a file is there; a document without it is an answer."""
    return isinstance(answer, FetchFailed) and not answer.absent


def presence(
    name: str,
    component: Component,
    source: Source,
    version: str,
    architectures: Collection[str],
) -> dict[str, Answer[bool]]:
    """Return whether each described file of a version is there; none if nothing is described.

    Files with `{listed}` are left out if the version is not in the list: upstream may write it in
    another way. `name` is the name of the component in results; for the rest see `waits_for_files`.
    """
    if component.upstream is None or not isinstance(source, Described):
        return {}
    whole = with_preset(component.upstream)
    preset = [each for each in whole.architectures if each in architectures]
    words = component.upstream.architectures or preset or architectures
    listed = source.published(name)
    releases = listed.value if isinstance(listed, Found) else ()
    entry = next((each for each in releases if each.version == version), None)
    return {
        file: source.artifacts.has(version, file, entry)
        for file, lookups in _described(whole, words)
        if entry or not any("listed" in placeholders(each) for each in lookups)
    }


def _described(
    upstream: Upstream, architectures: Collection[str]
) -> Iterator[tuple[str, Sequence[Lookup]]]:
    """Yield the artifacts that a source describes, those of each architecture one by one."""
    for name, lookups in upstream.artifacts.items():
        if any(map(by_architecture, lookups)):
            yield from ((f"{name}/{each}", lookups) for each in architectures)
        else:
            yield name, lookups
