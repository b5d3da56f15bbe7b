"""Decide what upstream's answers change for components: by the rules for releases.

A component becomes a release without a cycle, so that its versions and checksums have no rules
of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix.config.artifacts import path_of
from tagmatrix.config.model import Release
from tagmatrix.manifest.architecture_names import ARCHITECTURES
from tagmatrix.matrix.needs import Need, Needs
from tagmatrix.update import gather
from tagmatrix.update.component_files import waits_for_files
from tagmatrix.upstream.sources import with_preset

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tagmatrix.config import Config
    from tagmatrix.config.model import Component, Upstream
    from tagmatrix.editing import Edit
    from tagmatrix.problems import ValuePath
    from tagmatrix.update.outcome import CycleOutcome
    from tagmatrix.upstream.sources import Source

PREFIX = "components."
"""The beginning of the name of a component's outcome."""


class FollowedComponent(NamedTuple):
    """A component that a source moves, and its path: that of a release's own has the cycle."""

    path: ValuePath
    component: Component


def followed(config: Config) -> dict[str, FollowedComponent]:
    """Return the components that a source moves, by their names in results.

    A release's own component is `components.gosu of 18`.
    """
    found: dict[str, FollowedComponent] = {}
    for path, name, component in config.listed_components():
        if component.upstream is not None:
            of = f" of {path[1]}" if path[0] == "releases" else ""
            found[f"{PREFIX}{name}{of}"] = FollowedComponent(path, component)
    return found


def outcome(
    name: str,
    followed_component: FollowedComponent,
    source: Source,
    artifacts: Collection[str],
    *,
    as_of: dt.date,
    accepted: Collection[str],
    architectures: Collection[str] = (),
) -> CycleOutcome:
    """Return the outcome for a component, by its name in results.

    `artifacts` are those of its source, and `architectures` those of the images.
    """
    path, component = followed_component
    files = {_artifact(file, artifacts): file for sums in component.sums.values() for file in sums}
    release = as_release(name, component, artifacts)
    # without images: a version of which a file is late is not taken
    needed = Needs({artifact: Need((), None) for artifact in files}, (), ())
    found = gather.outcome(release, gather.DecisionRules(needed, as_of, accepted), source)
    found = waits_for_files(found, component, source, architectures)
    edits = tuple(_of_component(edit, path, files) for edit in found.edits)
    return replace(found, edits=edits, step="tagmatrix update" if edits else "")


def as_release(name: str, component: Component, artifacts: Collection[str]) -> Release:
    """Return a component as a release whose artifacts have upstream's names.

    `name` is its name in results.
    """
    sums = {
        algorithm: {_artifact(file, artifacts): digest for file, digest in digests.items()}
        for algorithm, digests in component.sums.items()
    }
    return Release(
        cycle=name,
        version=component.version,
        folder="",
        style="loose",
        sha256=sums.get("sha256", {}),
        sha512=sums.get("sha512", {}),
        sha1=sums.get("sha1", {}),
    )


def architectures(config: Config) -> tuple[str, ...]:
    """Return the architectures of all suites."""
    every = (names for suite in config.suites.values() for names in suite.architectures.values())
    return tuple(dict.fromkeys(name for names in every for name in names))


def source_artifacts(upstream: Upstream) -> tuple[str, ...]:
    """Return the names of the artifacts that a source describes."""
    return tuple(with_preset(upstream).artifacts)


def _artifact(file: str, artifacts: Collection[str]) -> str:
    """Return upstream's artifact that a component's file is: the only one if it has no name."""
    if len(artifacts) == 1 and file in {"", *ARCHITECTURES}:
        return "/".join(filter(None, (*artifacts, file)))
    return file or "file"


def _of_component(edit: Edit, path: ValuePath, files: dict[str, str]) -> Edit:
    """Return the edit of a component that an edit of its release is for."""
    _, _, key, *rest = edit.path
    artifact = "/".join(map(str, rest))
    file = path_of(files[artifact]) if rest else ()
    return replace(edit, path=(*path, key, *file))
