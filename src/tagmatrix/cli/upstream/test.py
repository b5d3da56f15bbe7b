"""Ask upstream about cycles, components and axes; show requests, answers, and what is taken.

It changes no file of the image. The exit code is 4 if something could not be fetched.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec.structs import replace

from tagmatrix.cli import upstream_options, versions_file
from tagmatrix.cli.output import say
from tagmatrix.config.artifacts import each_sum
from tagmatrix.errors import UpstreamError
from tagmatrix.matrix.needs import Need, Needs, needs
from tagmatrix.problems import shown
from tagmatrix.update import axes, components, verdicts
from tagmatrix.update.component_files import files
from tagmatrix.update.components import as_release
from tagmatrix.update.gather import checksums_of, current, is_absent, late_files
from tagmatrix.update.late_artifacts import lacking
from tagmatrix.update.proposal import load
from tagmatrix.upstream.described import Described
from tagmatrix.util.wording import few
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from tagmatrix.config import Config, Release
    from tagmatrix.config.model import AxisSource, Component
    from tagmatrix.update.upstream_query import Query
    from tagmatrix.upstream.sources import Source
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Exchange

_MOST: Final = 5
"""How many releases, and how many ignored entries, are shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("cycles", metavar="CYCLE", nargs="*", help="ask about these cycles only")
    tape = parser.add_mutually_exclusive_group()
    tape.add_argument(
        "--record", metavar="DIR", type=Path, help="write the answers into this new folder"
    )
    tape.add_argument(
        "--replay",
        metavar="DIR",
        type=Path,
        help="take the answers from this folder, which --record made; do not use the network",
    )
    upstream_options.add_client_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Ask; returns the exit code."""
    _, config = load(versions_file.read(root))
    exchanges: list[Exchange] = []
    query = upstream_options.query(args, exchanges.append)
    failed = False
    for name, answers in _subjects(config, query):
        say(f"{name}:")
        for line, answer in answers:
            failed = failed or isinstance(answer, FetchFailed)
            for each in exchanges:
                say(f"  asked {shown(each.url)}{' (unchanged)' if each.cached else ''}")
            exchanges.clear()
            say(f"  {line}")
    if lines := _of_no_cycle(config, query, args.cycles):
        say("other cycles:")
        for line in lines:
            say(f"  {line}")
    return UpstreamError.exit_code if failed else 0


_Answers: TypeAlias = "Iterator[tuple[str, Answer[object]]]"
"""Answers with their descriptions."""


def _subjects(config: Config, query: Query) -> Iterator[tuple[str, _Answers]]:
    """Yield the releases, the components and the axes that have a source, with what it answers."""
    parts = query.component_sources(config)
    values = query.axis_sources(config)
    seen: set[str] = set()
    releases = query.followed(config)
    if not (releases or parts or values):
        query.source(config)  # raises InputError
    for release in releases:
        if release.version:
            source = query.source(config, release)
            yield (
                release.cycle,
                _answers(release, source, partial(_of_images, config, release), seen),
            )
    for name, source, names in parts:
        component = components.followed(config)[name].component
        release = as_release(name, component, names)
        answers = _answers(release, source, partial(_own, release), seen)
        yield name, chain(answers, _of_files(config, name, component, source))
    for name, source in values:
        yield f"{axes.PREFIX}{name}", _of_axis(config.axis_sources[name], source, seen)


def _of_no_cycle(config: Config, query: Query, cycles: Sequence[str]) -> list[str]:
    """Return lines about the rest of the global source: other versions, and wrong ends."""
    if cycles or config.upstream is None:
        return []
    source = query.source(config)
    listed = source.listed_versions()  # a failure is one of each cycle already
    lines = verdicts.of_no_cycle(config, listed.value.versions) if isinstance(listed, Found) else []
    return [*lines, *(source.wrong_ends() if isinstance(source, Described) else ())]


def _of_images(config: Config, release: Release, version: str) -> Needs:
    return needs(config, replace(release, version=version))


def _own(release: Release, _: str) -> Needs:
    return Needs({name: Need((), None) for _, name, _ in each_sum(release.sums)}, (), ())


def _of_axis(axis: AxisSource, source: Source, seen: set[str]) -> _Answers:
    """Yield the answers about an axis; for `seen` see `_ignored`."""
    listed, values = source.listed_versions(), axes.listed_values(axis, source)
    yield from _without_token(source)
    if not isinstance(listed, Found) or not isinstance(values, Found):
        yield _text("releases", listed), listed
    else:
        yield f"releases: {few(map(shown, listed.value.versions), _MOST)}", listed
        for line in verdicts.of_axis(axis, listed.value.versions, values.value):
            yield line, listed
        for value, failure in values.value.blocked.items():
            yield _text(value, failure), failure
    yield from _ignored("", source, seen)


def _answers(
    release: Release, source: Source, needs_of: Callable[[str], Needs], seen: set[str]
) -> _Answers:
    """Yield the answers about a release or a component; `needs_of` returns those of a version.

    For `seen` see `_ignored`.
    """
    published = source.published(release.cycle)
    yield from _without_token(source)
    if not isinstance(published, Found):
        yield _text("releases", published), published
        yield from _ignored(release.cycle, source, seen)
        return
    names = [f"{each.version} ({each.day or 'no date'})" for each in published.value]
    yield f"releases: {few(map(shown, names), _MOST)}", published
    for line in verdicts.of_release(release, published.value):
        yield line, published
    yield from _ignored(release.cycle, source, seen)
    newest = published.value[0]
    needed = needs_of(newest.version)
    checksums = checksums_of(source, needed, newest.version, newest)
    if newest.version != release.version and any(map(is_absent, checksums.values())):
        ours = current(release, published.value)
        known = [name for _, name, _ in each_sum(release.sums)]
        own = {name: source.checksum(release.version, name, ours) for name in known}
        checksums = late_files(checksums, own)
    for artifact, answer in checksums.items():
        yield _text(f"{artifact} of {newest.version}", answer), answer
    phase = source.phase(release.cycle)
    if isinstance(phase, Found):
        end, name = phase.value.end_of_life, phase.value.name
        yield f"end of life: {end or 'no date'} ({shown(name)})", phase
    else:
        yield _text("end of life", phase), phase


def _of_files(config: Config, name: str, component: Component, source: Source) -> _Answers:
    """Yield whether the files of the newest version of a component without checksums are there."""
    published = source.published(name)
    if component.sums or not isinstance(published, Found):
        return
    newest, built = published.value[0].version, components.architectures(config)
    for file, answer in files(name, component, source, newest, built).there.items():
        what = f"{file} of {newest}"
        yield f"{what}: it is there" if isinstance(answer, Found) else _text(what, answer), answer


def _without_token(source: Source) -> _Answers:
    """Yield a note if the variable of the token is not set."""
    if isinstance(source, Described) and source.missing_token:
        yield source.missing_token, NotPublished(source.missing_token)


def _ignored(cycle: str, source: Source, seen: set[str]) -> _Answers:
    """Yield the entries of a described list that are ignored.

    `seen` are the lists that were shown before: several cycles may have the same.
    """
    listed = source.listed(cycle) if isinstance(source, Described) else None
    if not isinstance(listed, Found):
        return
    lines = [f"ignored {shown(name)}: {shown(why)}" for name, why in listed.value.ignored[:_MOST]]
    if (left := len(listed.value.ignored) - _MOST) > 0:
        lines.append(f"ignored {left} more")
    this = "\n".join((str(id(source)), *lines))
    if this not in seen:
        seen.add(this)
        yield from ((line, listed) for line in lines)


def _text(what: str, answer: Answer[object]) -> str:
    if isinstance(answer, Found):
        return f"{what}: {shown(str(answer.value))}"
    if isinstance(answer, FetchFailed):
        return f"{what}: failed: {answer.reason}"
    return f"{what}: not published: {lacking(answer)}"
