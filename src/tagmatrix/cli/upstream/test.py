"""Ask upstream about cycles, components and axes; show requests, answers, and what is taken.

It changes no file of the image. The exit code is 4 if something could not be fetched.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from tagmatrix.cli import upstream_options, versions_file
from tagmatrix.cli.output import say
from tagmatrix.config.artifacts import each_sum
from tagmatrix.errors import UpstreamError
from tagmatrix.matrix.needs import needs
from tagmatrix.problems import shown
from tagmatrix.update import axes, components, verdicts
from tagmatrix.update.components import as_release
from tagmatrix.update.proposal import load
from tagmatrix.upstream.described import Described
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from tagmatrix.config import Config, Release
    from tagmatrix.update.upstream_query import Query
    from tagmatrix.upstream.release_order import UpstreamRelease
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
    for subject in _subjects(config, query):
        say(f"{subject.release.cycle}:")
        for line, answer in _answers(subject):
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


class _Subject(NamedTuple):
    """A cycle, a component or an axis; `artifacts` returns those of a version.

    `verdicts` says what is taken, and why not the rest.
    """

    release: Release
    source: Source
    artifacts: Callable[[str], Sequence[str]]
    verdicts: Callable[[Sequence[UpstreamRelease]], Sequence[str]]


def _subjects(config: Config, query: Query) -> Iterator[_Subject]:
    """Yield the releases, the components and the axes that have a source."""
    parts = query.component_sources(config)
    values = query.axis_sources(config)
    releases = query.followed(config)
    if not (releases or parts or values):
        query.source(config)  # raises InputError
    for release in releases:
        if release.version:
            source = query.source(config, release)
            possible = partial(_possible, config, release)
            yield _Subject(release, source, possible, partial(verdicts.of_release, release))
    for name, source, names in parts:
        release = as_release(name, components.followed(config)[name].component, names)
        own = partial(_own, release)
        yield _Subject(release, source, own, partial(verdicts.of_release, release))
    for name, source in values:
        axis = config.axis_sources[name]
        release = axes.as_release(name, axis.values)
        yield _Subject(release, source, partial(_own, release), partial(verdicts.of_axis, axis))


def _of_no_cycle(config: Config, query: Query, cycles: Sequence[str]) -> list[str]:
    """Return lines about the rest of the global source: other versions, and wrong ends."""
    if cycles or config.upstream is None:
        return []
    source = query.source(config)
    listed = source.listed_versions()  # a failure is one of each cycle already
    lines = verdicts.of_no_cycle(config, listed.value) if isinstance(listed, Found) else []
    return [*lines, *(source.wrong_ends() if isinstance(source, Described) else ())]


def _possible(config: Config, release: Release, version: str) -> tuple[str, ...]:
    return needs(config, replace(release, version=version)).possible


def _own(release: Release, _: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, name, _ in each_sum(release.sums)))


def _answers(subject: _Subject) -> Iterator[tuple[str, Answer[object]]]:
    """Yield each answer about a subject, with its description."""
    release, source = subject.release, subject.source
    published = source.published(release.cycle)
    if isinstance(source, Described) and source.missing_token:
        yield source.missing_token, NotPublished(source.missing_token)
    if not isinstance(published, Found):
        yield _text("releases", published), published
        yield from _ignored(release, source)
        return
    names = [f"{each.version} ({each.day or 'no date'})" for each in published.value[:_MOST]]
    more = f", and {len(published.value) - _MOST} more" if len(published.value) > _MOST else ""
    yield f"releases: {', '.join(names)}{more}", published
    for line in subject.verdicts(published.value):
        yield line, published
    yield from _ignored(release, source)
    newest = published.value[0]
    for artifact in subject.artifacts(newest.version):
        answer = source.checksum(newest.version, artifact, newest)
        yield _text(f"{artifact} of {newest.version}", answer), answer
    if release.cycle.startswith(axes.PREFIX):
        return
    phase = source.phase(release.cycle)
    if isinstance(phase, Found):
        end, name = phase.value.end_of_life, phase.value.name
        yield f"end of life: {end or 'no date'} ({shown(name)})", phase
    else:
        yield _text("end of life", phase), phase


def _ignored(release: Release, source: Source) -> Iterator[tuple[str, Answer[object]]]:
    """Yield the entries of a described list that are ignored."""
    listed = source.listed(release.cycle) if isinstance(source, Described) else None
    if isinstance(listed, Found):
        for entry, why in listed.value.ignored[:_MOST]:
            yield f"ignored {shown(repr(entry)[:_LONGEST])}: {shown(why)}", listed
        if (left := len(listed.value.ignored) - _MOST) > 0:
            yield f"ignored {left} more", listed


_LONGEST: Final = 80


def _text(what: str, answer: Answer[object]) -> str:
    if isinstance(answer, Found):
        return f"{what}: {shown(str(answer.value))}"
    if isinstance(answer, FetchFailed):
        return f"{what}: failed: {answer.reason}"
    return f"{what}: not published: {answer.what}"
