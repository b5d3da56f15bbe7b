"""The changes of cycles and suites on the branch, as edits of the base's versions.yaml. Pure.

The job decides on top of the commits of earlier runs. So nothing is lost while upstream is
unavailable, and the job notices if a checksum changed or a version vanished since then.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

from tagmatrix.config.artifacts import ALGORITHMS, each_sum, path_of
from tagmatrix.editing import Put, Remove
from tagmatrix.update import axes, bases
from tagmatrix.update.apply import EditGroup
from tagmatrix.update.components import followed
from tagmatrix.update.steps.add import NewCycle, put
from tagmatrix.update.steps.checksums import VersionChecksums
from tagmatrix.upstream.release_order import is_newer
from tagmatrix.versions import cycle_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config import Config, Release
    from tagmatrix.editing import Edit


_written: Final = attrgetter("version", *ALGORITHMS, "artifacts", "held_back")
"""The values of a release that `update` writes."""


def earlier_steps(base: Config, fork: Config, branch: Config) -> list[EditGroup]:
    """Return the changes that the branch has and the base does not have.

    A change of the base since the fork takes precedence, unless the branch has a newer
    version.

    Args:
        base: versions.yaml of the base, which the edits change.
        fork: versions.yaml of the commit where the branch began.
        branch: versions.yaml of the branch.
    """
    return [
        *_suites(base, fork, branch),
        *_components(base, fork, branch),
        *_axes(base, fork, branch),
        *_cycles(base, fork, branch),
        *_new_cycles(base, fork, branch),
    ]


def _suites(base: Config, fork: Config, branch: Config) -> Iterator[EditGroup]:
    for name, suite in base.suites.items():
        ours, theirs = fork.suites.get(name), branch.suites.get(name)
        if ours is None or theirs is None or suite.flavors != theirs.flavors:
            continue
        if suite.architectures not in (ours.architectures, theirs.architectures):
            continue
        if theirs.architectures != suite.architectures:
            edit = bases.edit(name, suite.flavors, theirs.architectures)
            yield EditGroup(name=f"suite {name}", edits=(edit,), tidy=True)


def _components(base: Config, fork: Config, branch: Config) -> Iterator[EditGroup]:
    began, there = followed(fork), followed(branch)
    for name, (here, ours) in followed(base).items():
        if name not in there or began.get(name) != (here, ours):
            continue
        theirs = there[name].component
        if (theirs.version, theirs.sums) != (ours.version, ours.sums):
            edits: list[Edit] = [Put((*here, "version"), theirs.version)]
            edits += [
                Put((*here, algorithm, *path_of(file)), digest, after=("version",))
                for algorithm, file, digest in each_sum(theirs.sums)
            ]
            edits += [
                Remove((*here, algorithm, *path_of(file)), prune=True)
                for algorithm, file, _ in each_sum(ours.sums)
                if file not in theirs.sums.get(algorithm, ())
            ]
            yield EditGroup(name=name, edits=tuple(edits))


def _axes(base: Config, fork: Config, branch: Config) -> Iterator[EditGroup]:
    for name, ours in base.axis_sources.items():
        theirs = branch.axis_sources.get(name)
        if theirs and fork.axis_sources.get(name) == ours and theirs.values != ours.values:
            edit = Put(("axes", name, "values"), list(theirs.values))
            yield EditGroup(name=f"{axes.PREFIX}{name}", edits=(edit,))


def _cycles(base: Config, fork: Config, branch: Config) -> Iterator[EditGroup]:
    began, there = ({each.cycle: each for each in config.releases} for config in (fork, branch))
    for release in base.releases:
        theirs = there.get(release.cycle)
        if theirs is None or _written(theirs) == _written(release):
            continue
        untouched = release.cycle in began and _written(began[release.cycle]) == _written(release)
        newer = is_newer(theirs.version, release.version, release.style)
        if newer or (untouched and not is_newer(release.version, theirs.version, release.style)):
            edits = tuple(_edits(release, theirs))
            yield EditGroup(name=release.cycle, edits=edits, why=_why(release.cycle, base, branch))


def _new_cycles(base: Config, fork: Config, branch: Config) -> Iterator[EditGroup]:
    """Yield the cycles that earlier runs added; see `new_cycles`."""
    known = {cycle for config in (base, fork) for cycle in _numbers(config)}
    for theirs in branch.releases:
        if cycle_numbers(theirs.cycle) not in known:
            new = NewCycle(theirs.cycle, theirs.version, theirs.release_manager, theirs.end_of_life)
            sums = VersionChecksums(**theirs.sums, late=[*theirs.held_back])
            yield EditGroup(name=theirs.cycle, edits=(put(base, theirs, new, sums),))


def _numbers(config: Config) -> list[tuple[int, ...]]:
    return [cycle_numbers(release.cycle) for release in config.releases]


def _edits(ours: Release, theirs: Release) -> Iterator[Edit]:
    """Yield the edits that `update` would make, in its order."""
    here = ("releases", ours.cycle)
    if ours.version != theirs.version:
        yield Put((*here, "version"), theirs.version)
    for algorithm, artifact, digest in each_sum(theirs.sums):
        yield Put((*here, algorithm, *path_of(artifact)), digest, after=("version",))
    for algorithm, artifact, _ in each_sum(ours.sums):
        if artifact not in theirs.sums.get(algorithm, ()):
            prune = algorithm != "sha256" or "/" in artifact
            yield Remove((*here, algorithm, *path_of(artifact)), prune=prune)
    for artifact in ours.held_back.keys() - theirs.held_back.keys():
        yield Remove((*here, "held_back", artifact), prune=True)
    if theirs.artifacts is None:
        yield Remove((*here, "artifacts"))
    else:
        yield Put((*here, "artifacts"), list(theirs.artifacts), after=("version", "sha256"))
    for artifact, reason in theirs.held_back.items():
        after = ("version", "sha256", "artifacts")
        yield Put((*here, "held_back", artifact), reason, after=after)


def _why(cycle: str, base: Config, branch: Config) -> str:
    """Return why the branch accepts the end of artifacts; see `CycleOutcome.ends`."""
    begins = f"{cycle} is in its "
    new = (each.why for each in branch.accept if each not in base.accept)
    return next((why for why in new if why.startswith(begins)), "")
