"""Show the status of each release cycle: its versions, phase and end of life.

Columns: `ours` is the version in versions.yaml, `manifest` in the committed library/ file,
`published` in official-images. `?` is an unknown value, `-` a missing one.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tagmatrix import config as configuration
from tagmatrix.cli import request_options, upstream_options
from tagmatrix.cli.output import say, say_json, warn
from tagmatrix.cli.table import table
from tagmatrix.errors import UpstreamError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.update.status import StatusRow
    from tagmatrix.web.answers import Answer

COLUMNS = ("cycle", "ours", "upstream", "manifest", "published", "phase", "end of life", "next")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("cycles", metavar="CYCLE", nargs="*", help="show these release cycles only")
    upstream_options.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Show the status; returns the exit code."""
    from tagmatrix.update import status  # noqa: PLC0415 (slow: it sends requests)
    from tagmatrix.update.outcome import group_failures  # noqa: PLC0415 (as above)

    config = configuration.load(root)
    rows = _rows(root, args, config)
    suites = status.of_suites(config, args.as_of)
    if args.format == "json":
        each = [_to_json(row) for row in rows]
        say_json({"as_of": args.as_of.isoformat(), "cycles": each, "suites": suites})
    else:
        say(_table(rows, suites))
    failures = group_failures((row.cycle, row.failures) for row in rows)
    for line, cycles in failures.items():
        warn(f"{', '.join(cycles)}: {line}")
    return UpstreamError.exit_code if failures else 0


def _rows(root: Path, args: argparse.Namespace, config: Config) -> list[StatusRow]:
    from tagmatrix.config.known_cycles import find_releases  # noqa: PLC0415 (as in run)
    from tagmatrix.config.model import Release  # noqa: PLC0415 (as in run)
    from tagmatrix.update import status, together  # noqa: PLC0415 (as in run)
    from tagmatrix.update.components import as_release, followed  # noqa: PLC0415 (as in run)
    from tagmatrix.update.outcome import CycleOutcome  # noqa: PLC0415 (as in run)

    releases = [*find_releases(config, args.cycles)]
    own = _own_versions(root, config)
    outcomes = {each.cycle: CycleOutcome(cycle=each.cycle, ours=each.version) for each in releases}
    official: list[Answer[str] | None] = [None] * len(releases)
    query = upstream_options.query(args)
    if config.upstream or any(each.upstream for each in releases):
        manifests = query.manifests(config)
        progress = request_options.progress("asking upstream")
        found = query.cycles(config, every_phase=True, on_done=progress)
        outcomes |= {each.cycle: each for each in found}
        official = [manifests.version(config.image, each.cycle) for each in releases]
        for outcome in query.new_cycles(config):
            releases.append(Release(cycle=outcome.cycle, version="", folder=""))
            outcomes[outcome.cycle] = outcome
            official.append(None)
    components = query.components(config)
    for outcome in components:
        component = followed(config)[outcome.cycle].component
        releases.append(as_release(outcome.cycle, component, ()))
        official.append(None)
    of_axes = query.axes(config)
    for outcome in of_axes:
        releases.append(Release(cycle=outcome.cycle, version=outcome.ours, folder=""))
        official.append(None)
    found = together.hold(config, [*outcomes.values(), *components, *of_axes])
    return [
        status.status_row(release, outcome, version, own, as_of=args.as_of)
        for release, outcome, version in zip(releases, found, official, strict=True)
    ]


def _own_versions(root: Path, config: Config) -> dict[str, str]:
    """Return the version of each cycle in the committed manifest."""
    from tagmatrix import git, manifest  # noqa: PLC0415 (as in run)
    from tagmatrix.git import baseline  # noqa: PLC0415 (as in run)
    from tagmatrix.guard.committed_tags import committed_tags  # noqa: PLC0415 (as in run)
    from tagmatrix.guard.known_folders import Folders  # noqa: PLC0415 (as in run)

    try:
        found, warning = baseline.find(root, config.layout)
        if warning:
            warn(warning)
        if found is None:
            return {}
        committed = manifest.parse(found.manifest)
    except (manifest.ManifestError, git.GitError) as error:
        warn(f"the committed manifest can't be read: {error}")
        return {}
    was = committed_tags(committed, found.catalog, found.path, Folders(config)).snapshot
    return {cycle: str(images[0].version or "") for cycle, images in was.cycles.items()}


def _table(rows: list[StatusRow], suites: Mapping[str, list[str]]) -> str:
    """Return the rows as a table, and below it the notes on each row."""
    cells = [[getattr(row, name.replace(" ", "_")) for name in COLUMNS] for row in rows]
    below = [
        f"{row.cycle}: {line}"
        for row in rows
        for line in (
            *(
                f"{name} is held back: {why}"
                for name, why in row.held_back.items()
                if not any(line.startswith(f"{name} of ") for line in row.notes)
            ),
            *row.notes,
        )
    ]
    below += [f"{name}: {line}" for name, notes in suites.items() for line in notes]
    return "\n".join([*table(COLUMNS, cells, limit=None), *([""] if below else []), *below])


def _to_json(row: StatusRow) -> dict[str, Any]:
    from tagmatrix.update import status  # noqa: PLC0415 (as in run)

    absent = (status.UNKNOWN, status.NONE)
    return {name: None if value in absent else value for name, value in asdict(row).items()}
