"""Check the components of releases, and their checksums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config.artifacts import NAMES, each_sum
from tagmatrix.config.checks.defined import unknown
from tagmatrix.config.checks.without_cycle import of_no_cycle
from tagmatrix.config.model import Key
from tagmatrix.problems import format_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config
    from tagmatrix.problems import ValuePath


def components(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that the components of releases are declared, and that checksums have versions."""
    for release in config.releases:
        for name in release.components:
            if names.components is not None and name not in names.components:
                at = ("releases", release.cycle, "components", Key(name))
                yield at, unknown("component", name, names.components)
    for path, _, component in config.listed_components():
        if component.sums and not component.version:
            yield path, "a checksum belongs to a version; add `version`, or remove the checksum"
        if component.upstream and not component.version:
            yield path, "`upstream` follows a version; add `version`, or remove `upstream`"
        if component.upstream:
            yield from of_no_cycle(component.upstream, (*path, "upstream"), "a component")


def tied(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that `with` names components and cycles that a source moves."""
    for at, name, component in config.listed_components():
        path = (*at, "with")
        beside = {
            each: other for here, each, other in config.listed_components() if here[:-1] == at[:-1]
        }
        sources = {**config.components, **beside}
        if component.together and component.upstream is None:
            yield path, f"no source moves {name}; add `upstream`, or remove `with`"
        for number, other in enumerate(component.together):
            known = [*(names.components or ()), *names.cycles]
            if names.components is not None and other not in known:
                yield (*path, number), unknown("component or cycle", other, known)
            elif other == name:
                yield (*path, number), "this is the component itself; name another one"
            elif other in sources and sources[other].upstream is None:
                yield (*path, number), f"no source moves {other}; give it an `upstream`"


def same_checksums(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that a version of a component has the same checksum in each place."""
    known: dict[tuple[str, str, str, str], tuple[ValuePath, str]] = {}
    for path, name, component in config.listed_components():
        for algorithm, file, digest in each_sum(component.sums):
            key = (name, component.version, algorithm, file)
            first, other = known.setdefault(key, (path, digest))
            if other != digest:
                yield (
                    path,
                    (
                        f"{name} {component.version} has another {NAMES[algorithm]} here than at "
                        f"{format_path(first)}; correct one of the two"
                    ),
                )
