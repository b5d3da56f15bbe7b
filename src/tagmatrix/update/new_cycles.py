"""Release cycles that upstream lists and versions.yaml lacks: report them, or add them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix.config.artifacts import each_sum
from tagmatrix.errors import GuardError, InputError, UpstreamError
from tagmatrix.matrix.needs import needs
from tagmatrix.update.outcome import CycleOutcome
from tagmatrix.update.policy import accepted_checksums, old_checksums
from tagmatrix.update.steps import download
from tagmatrix.update.steps.add import NewCycle, add, like
from tagmatrix.update.steps.checksums import VersionChecksums
from tagmatrix.upstream.release_order import is_for_prereleases, is_newer
from tagmatrix.versions import cycle_numbers, is_final, leading_version, parse
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.config import Config, Release
    from tagmatrix.config.model import Upstream
    from tagmatrix.update.steps.state import StepPlan
    from tagmatrix.upstream.sources import Source
    from tagmatrix.versions import Style


def outcomes(config: Config, upstream: Upstream, source: Source) -> list[CycleOutcome]:
    """Return the outcome for each new cycle; only newer ones than all in versions.yaml.

    With `add: true` a cycle without a final version becomes a pre-release cycle.
    """
    listed = source.listed_versions()
    if upstream.add is False or not isinstance(listed, Found):
        return []  # a failure of the list is one of each cycle already
    cycles = [release.cycle for release in config.releases]
    found = newer_cycles(cycles, listed.value.versions, config.version_style)
    return [_outcome(config, upstream, source, *each) for each in found.items()]


def add_step(config: Config, cycle: str, version: str) -> str:
    """Return the command that adds a new cycle, whose newest version is `version`."""
    needed = needs(config, like(config, cycle)).artifacts
    return f"tagmatrix add {cycle} {'--download' if needed else version}"


def newer_cycles(cycles: Iterable[str], versions: Iterable[str], style: Style) -> dict[str, str]:
    """Return the newest version of each newer cycle; a cycle without a final one ends with -rc.

    A text that only begins with a version counts too: an entry that can't be read.

    >>> newer_cycles(["3.15-rc", "3.14"], ["3.16.0a2", "3.16.0a1", "3.14.9", "2.7"], "pep440")
    {'3.16-rc': '3.16.0a2'}
    >>> newer_cycles(["24", "22"], ["26.1.0", "26.2.0-rc.1", "25.0.0", "nightly"], "loose")
    {'26': '26.1.0', '25': '25.0.0'}
    >>> newer_cycles(["24"], ["25.0.0 (security)"], "loose")
    {'25': '25.0.0'}
    """
    every = [(numbers, cycle) for cycle in cycles if (numbers := cycle_numbers(cycle))]
    if not every:
        return {}
    newest, named = max(every)
    suffix = "-rc"
    for cycle in (each for _, each in every if is_for_prereleases(each)):
        suffix = cycle[len(cycle.rstrip("abcdefghijklmnopqrstuvwxyz-")) :] or suffix
    best: dict[str, str] = {}
    for text in versions:
        read = parse(text, style) or leading_version(text, style)
        version = str(read)
        name = read.first_numbers(len(newest)) if read else ""
        if read is None or not name or read.scheme != "numbers":
            continue
        if read.numbers[: len(newest)] <= newest:
            continue
        known = best.get(name, version)
        best[name] = version if _is_better(version, known, style) else known
    order = sorted(best.items(), key=lambda each: cycle_numbers(each[0]), reverse=True)
    prefix = "v" if named.startswith("v") else ""
    return {
        f"{prefix}{name.removeprefix('v')}{'' if is_final(version, style) else suffix}": version
        for name, version in order
    }


def _is_better(version: str, than: str, style: Style) -> bool:
    """Return whether a version is newer; a final one is better than any pre-release."""
    one, other = is_final(version, style), is_final(than, style)
    return one if one != other else is_newer(version, than, style)


def _outcome(
    config: Config, upstream: Upstream, source: Source, cycle: str, version: str
) -> CycleOutcome:
    listed = source.published(cycle)
    if isinstance(listed, FetchFailed):
        return CycleOutcome(cycle=cycle, ours="").failed(listed)
    model, step = like(config, cycle), add_step(config, cycle, version)
    found = CycleOutcome(cycle=cycle, ours="", upstream=version)
    if not upstream.add or is_final(version, config.version_style):
        what = f"upstream lists {version}, and versions.yaml has no cycle {cycle}: {step}"
        return replace(found, waits=(what,), step=step)
    try:
        plan = _plan(config, model, NewCycle(cycle, version), source, step)
    except UpstreamError as error:
        return replace(found, failures=(str(error),))
    except GuardError as error:
        return replace(found, alarms=(str(error),))
    except InputError as error:
        return replace(found, waits=(f"{cycle} is new upstream: {error}",))
    news = (f"adds {cycle} at {version}", *plan.notes)
    return replace(found, edits=plan.edits, news=news, step="tagmatrix update")


def _plan(config: Config, model: Release, new: NewCycle, source: Source, step: str) -> StepPlan:
    """Return the step that adds a cycle; its errors are those of `add` and `complete`."""
    given = VersionChecksums()
    _, checksums = download.complete(config, model, new.version, given, source, command=step)
    taken = {name: digest for _, name, digest in each_sum(checksums.sums)}
    if old := old_checksums(taken, config.releases, accepted_checksums(config)):
        raise InputError(f"{new.version} is not complete: {old}")
    return add(config, new, checksums)
