"""Get new releases from upstream: update versions.yaml and show what changed.

A cycle that can't be looked up stays unchanged and is reported; the other cycles are
updated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix import config as configuration
from tagmatrix.cli import option_types, request_options, upstream_options, versions_file
from tagmatrix.cli.output import complain, say, say_json, summary, warn
from tagmatrix.errors import DifferenceError, GuardError, UpstreamError
from tagmatrix.util.unified_diffs import unified_diff

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.cli.github_actions import At
    from tagmatrix.config import Config
    from tagmatrix.update.outcome import CycleOutcome
    from tagmatrix.update.proposal import Proposal

CYCLE = ("cycle", "ours", "upstream", "verdict", "news", "waits", "alarms", "failures", "step")
"""The attributes of a cycle's outcome that the JSON has."""
SUITE = ("suite", "news", "warnings", "failures")
"""The attributes of a suite's outcome that the JSON has."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "cycles", metavar="CYCLE", nargs="*", help="update only these release cycles"
    )
    option_types.add_dry_run(parser)
    upstream_options.add_update_arguments(parser)
    upstream_options.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Update; returns the exit code."""
    from tagmatrix.update.proposal import load  # noqa: PLC0415 (slow: it sends requests)

    data = versions_file.read(root)
    text, config = load(data)
    proposal = _propose(root, args, text, config)
    written = proposal.changed and not args.dry_run
    if written:
        versions_file.write(root, data, proposal.after)
    if args.format == "json":
        say_json(_to_json(proposal, args, written=written))
    else:
        _say(proposal, written=written)
    _report(proposal, config)
    if proposal.alarmed:
        return GuardError.exit_code
    if proposal.failures:
        return UpstreamError.exit_code
    return DifferenceError.exit_code if proposal.changed and args.dry_run else 0


def _propose(root: Path, args: argparse.Namespace, text: str, config: Config) -> Proposal:
    from tagmatrix.git import baseline  # noqa: PLC0415 (as in run)
    from tagmatrix.update import together  # noqa: PLC0415 (as in run)
    from tagmatrix.update.proposal import propose  # noqa: PLC0415 (as in run)

    query = upstream_options.query(args)
    progress = request_options.progress("asking upstream")
    found = together.hold(config, query.everything(config, on_done=progress))
    suites = query.suites(config)
    committed, warning = baseline.find(root, config.layout, versions_file=configuration.FILE)
    proposal = propose(text, found, suites, committed)
    if warning:
        warn(warning)
    return proposal


def _diff(proposal: Proposal) -> str:
    return unified_diff(proposal.before, proposal.after, configuration.FILE)


def _say(proposal: Proposal, *, written: bool) -> None:
    """Print the result as text: the diff, what it moves, and a summary of each cycle."""
    if proposal.changed:
        say(_diff(proposal).rstrip("\n"))
        summary("")
    for outcome in proposal.cycles:
        for line in _lines(outcome):
            summary(f"{outcome.cycle}: {line}")
    for suite in proposal.suites:
        for line in suite.news if f"suite {suite.suite}" not in proposal.refused else ():
            summary(f"{suite.suite}: {line}")
    if proposal.changed and proposal.verdict is not None and (moves := proposal.verdict.text()):
        summary("")
        say("what it moves:" if written else "what it would move:")
        say(moves)
    if not proposal.changed:
        summary("nothing to write")
    elif written:
        summary(f"wrote {configuration.FILE}; next: tagmatrix generate")
    else:
        summary("nothing was written")


def _place(config: Config, outcome: CycleOutcome) -> At | None:
    """Return the place of a cycle or a component."""
    from tagmatrix.update import axes  # noqa: PLC0415 (as in run)
    from tagmatrix.update.components import followed  # noqa: PLC0415 (as in run)

    if component := followed(config).get(outcome.cycle):
        return versions_file.place(config, *component.path)
    if outcome.cycle.startswith(axes.PREFIX):
        return versions_file.place(config, "axes", outcome.cycle.removeprefix(axes.PREFIX))
    return versions_file.place(config, "releases", outcome.cycle)


def _lines(outcome: CycleOutcome) -> list[str]:
    from tagmatrix.update.outcome import CycleVerdict  # noqa: PLC0415 (as in run)

    lines = [*(outcome.news if outcome.verdict is CycleVerdict.UPDATE else ()), *outcome.waits]
    if outcome.verdict is CycleVerdict.CURRENT:
        lines.append(f"{outcome.ours} is upstream's newest")
    if outcome.verdict in {CycleVerdict.ALARM, CycleVerdict.FAILED}:
        lines.append(f"{outcome.ours} does not change; an error or a warning has the reason")
    return lines


def _report(proposal: Proposal, config: Config) -> None:
    """Print each problem once, with the cycles and suites that it affects."""
    for outcome in proposal.cycles:
        for line in outcome.alarms:
            complain(f"{outcome.cycle}: {line}", _place(config, outcome))
    for suite in proposal.suites:
        for line in suite.warnings:
            warn(f"{suite.suite}: {line}")
        if why := proposal.refused.get(f"suite {suite.suite}"):
            text = f"{suite.suite}: {'; '.join(suite.news)}; not applied: {why}"
            complain(text, versions_file.place(config, "suites", suite.suite))
    for line in proposal.warnings:
        warn(line)
    for line, names in proposal.failures.items():
        warn(f"{', '.join(names)}: not changed: {line}")


def _to_json(proposal: Proposal, args: argparse.Namespace, *, written: bool) -> dict[str, Any]:
    return {
        "as_of": args.as_of.isoformat(),
        "written": written,
        "changed": proposal.changed,
        "cycles": [
            {name: None if (value := getattr(outcome, name)) == "" else value for name in CYCLE}
            for outcome in proposal.cycles
        ],
        "suites": [
            {
                **{name: getattr(suite, name) for name in SUITE},
                "refused": proposal.refused.get(f"suite {suite.suite}"),
            }
            for suite in proposal.suites
        ],
        "warnings": list(proposal.warnings),
        "diff": _diff(proposal),
        "moves": proposal.verdict.lines() if proposal.verdict else [],
    }
