"""Ask upstream for new releases, and show what changes in versions.yaml.

Writes nothing unless --write is given. What could not be learned stays as it is
and is reported; the other cycles are updated all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix import config as configuration, manifest
from tagmatrix.cli import upstream_options, versions_file
from tagmatrix.cli.output import complain, say, say_json, warn
from tagmatrix.diff import text as diff_text
from tagmatrix.errors import GuardError, UpstreamError
from tagmatrix.update import proposal as planning
from tagmatrix.update.outcome import CycleVerdict
from tagmatrix.util.diffs import unified_diff

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.cli.github_actions import At
    from tagmatrix.config import Config
    from tagmatrix.update.outcome import CycleOutcome
    from tagmatrix.update.proposal import Proposal

NEWS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "cycles", metavar="CYCLE", nargs="*", help="ask about these release cycles only"
    )
    parser.add_argument(
        "--bases",
        action="store_true",
        help="also ask official-images what the bases are published for",
    )
    parser.add_argument("--write", action="store_true", help="write versions.yaml")
    parser.add_argument(
        "--download",
        action="store_true",
        help="download the files and hash them, besides what upstream says of them; each once",
    )
    upstream_options.add_recheck(parser)
    upstream_options.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Update; returns the exit code."""
    data = versions_file.read(root)
    text, config = planning.load(data)
    plan = _plan(root, args, text, config)
    if args.write and plan.changed:
        versions_file.write(root, data, plan.after)
    if args.format == "json":
        say_json(_to_json(plan, args))
    else:
        _say(plan, written=args.write)
    _report(plan, config)
    if plan.alarmed:
        return GuardError.exit_code
    if plan.failed:
        return UpstreamError.exit_code
    return NEWS if plan.changed and not args.write else 0


def _plan(root: Path, args: argparse.Namespace, text: str, config: Config) -> Proposal:
    query = upstream_options.query(args)
    found = query.cycles(config, on_done=upstream_options.progress("asking upstream"))
    suites = query.suites(config)
    try:
        return planning.plan(text, found, suites, upstream_options.committed_manifest(root, config))
    except manifest.ManifestError as error:
        raise upstream_options.unguarded(config, error) from None


def _diff(plan: Proposal) -> str:
    return unified_diff(plan.before, plan.after, configuration.FILE)


def _say(plan: Proposal, *, written: bool) -> None:
    """Print the result for a person: the diff, what it moves, and a line for each cycle."""
    if plan.changed:
        say(_diff(plan).rstrip("\n"))
        say()
    for outcome in plan.cycles:
        for line in _lines(outcome):
            say(f"{outcome.cycle}: {line}")
    for suite in plan.suites:
        for line in suite.news if f"suite {suite.suite}" not in plan.refused else ():
            say(f"{suite.suite}: {line}")
    if plan.changed and plan.verdict is not None and plan.verdict.changes:
        say()
        say("what it moves:" if written else "what it would move:")
        say(diff_text.text(plan.verdict.changes))
    if not plan.changed:
        say("nothing to write")
    elif written:
        say(f"wrote {configuration.FILE}; next: tagmatrix generate")
    else:
        say("nothing is written yet: tagmatrix update --write")


def _lines(outcome: CycleOutcome) -> list[str]:
    lines = [*(outcome.news if outcome.verdict is CycleVerdict.UPDATE else ()), *outcome.waits]
    if outcome.verdict is CycleVerdict.CURRENT:
        lines.append(f"{outcome.ours} is upstream's newest")
    if outcome.verdict in {CycleVerdict.ALARM, CycleVerdict.FAILED}:
        lines.append(f"{outcome.ours} is kept as it is, see the messages")
    return lines


def _report(plan: Proposal, config: Config) -> None:
    """Print what went wrong, each cause once with the cycles that it is about."""
    failures: dict[str, list[str]] = {}
    for outcome in plan.cycles:
        for line in outcome.alarms:
            complain(f"{outcome.cycle}: {line}", _place(config, "releases", outcome.cycle))
        for line in outcome.failures:
            failures.setdefault(line, []).append(outcome.cycle)
    for suite in plan.suites:
        for line in suite.warnings:
            warn(f"{suite.suite}: {line}")
        for line in suite.failures:
            failures.setdefault(line, []).append(suite.suite)
        if why := plan.refused.get(f"suite {suite.suite}"):
            text = f"{suite.suite}: {'; '.join(suite.news)}; not taken over: {why}"
            complain(text, _place(config, "suites", suite.suite))
    for line, names in failures.items():
        warn(f"{', '.join(names)}: kept as it is: {line}")


def _place(config: Config, kind: str, name: str) -> At | None:
    """Return where a cycle or a suite stands, for annotations."""
    place = config.places.get((kind, name))
    return (config.file, place.line, place.column) if place else None


def _to_json(plan: Proposal, args: argparse.Namespace) -> dict[str, Any]:
    return {
        "as_of": args.as_of.isoformat(),
        "written": bool(args.write and plan.changed),
        "changed": plan.changed,
        "cycles": [
            {
                "cycle": outcome.cycle,
                "ours": outcome.ours,
                "upstream": outcome.upstream or None,
                "verdict": outcome.verdict.value,
                "news": list(outcome.news),
                "waits": list(outcome.waits),
                "alarms": list(outcome.alarms),
                "failures": list(outcome.failures),
                "step": outcome.step or None,
            }
            for outcome in plan.cycles
        ],
        "suites": [
            {
                "suite": suite.suite,
                "news": list(suite.news),
                "warnings": list(suite.warnings),
                "failures": list(suite.failures),
                "refused": plan.refused.get(f"suite {suite.suite}"),
            }
            for suite in plan.suites
        ],
        "diff": _diff(plan),
        "moves": diff_text.lines(plan.verdict.changes) if plan.verdict else [],
    }
