"""Publish the images of a plan: make each index, push it, and then push its tags.

The command reads and checks everything before it pushes. The guard protects the registry's tags
like those of the manifest. Unless versions.yaml accepts it, no tag may lose an architecture, go
back, become a pre-release, or become Windows only.

With --dry-run the command prints what it would push or refuse, and exits with 3 if it would push
anything. Then --digests is optional. A plan alone is only judged: 0 if nothing would be refused.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.cli import option_types, request_options
from tagmatrix.cli.foreign_files import refuse_file
from tagmatrix.cli.output import note, say, say_json, summary, warn
from tagmatrix.cli.registry import arguments
from tagmatrix.cli.table import say_table
from tagmatrix.errors import DifferenceError, GuardError, InputError
from tagmatrix.registry import built_digests, commands, current_tags, planned_indexes, pushing
from tagmatrix.registry.index_pushes import PUSHED, THERE, PlannedIndexes
from tagmatrix.registry.joins import read_joins
from tagmatrix.registry.left_out import without_required
from tagmatrix.registry.members import Patience
from tagmatrix.registry.publishing_problems import PublishingProblems
from tagmatrix.util.files import input_errors, read_bounded
from tagmatrix.util.wording import counted, few

if TYPE_CHECKING:
    import argparse

    from tagmatrix.config import Config
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.joins import PlanJoins

_LARGEST: Final = 200_000_000
_TITLES: Final = ("REPOSITORY", "TAG", "STATE", "OLD", "NEW")
_WAIT: Final = 600
_SHORT: Final = 19


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    option_types.add_folders(parser)
    parser.add_argument(
        "--plan", metavar="FILE", type=Path, required=True, help="the plan, as JSON"
    )
    parser.add_argument(
        "--digests",
        metavar="DIR",
        type=Path,
        help="the folder with the files of the builds: ID.json",
    )
    option_types.add_dry_run(
        parser,
        "push nothing; show what would be pushed or refused, and exit with 3 if anything would be",
    )
    parser.add_argument(
        "--untested",
        action="store_true",
        help="also publish builds whose test failed or was not run",
    )
    parser.add_argument(
        "--wait",
        metavar="SECONDS",
        type=request_options.number(float, 0, request_options.DAY),
        default=_WAIT,
        help="how long to wait until the registry shows a pushed digest (default: %(default)d)",
    )
    parser.add_argument(
        "--result", metavar="FILE", type=Path, help="write each tag with its digests to this file"
    )
    parser.add_argument(
        "--sign",
        choices=(*commands.SIGNERS, "none"),
        help="print the commands of this program that sign what was published (default: cosign, if "
        "a tag was pushed)",
    )
    option_types.add_format(
        parser,
        "table",
        "json",
        "commands",
        text="commands: push nothing; print the commands of docker buildx that do the same",
    )
    request_options.add_limits(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Publish, and return the exit code."""
    if args.result is not None:  # before anything is pushed
        refuse_file("--result", args.result)
    plan = _plan(args.plan)
    if not args.dry_run and args.format != "commands":
        _write_result(args, PlannedIndexes(plan=plan.id))  # that of an earlier run would mislead
    if args.digests is None and not args.dry_run:
        raise InputError("--digests is missing; a plan alone can only be tried with --dry-run")
    configs = _configs(args.folders or [root])
    registry = arguments.connect(args, *configs.values())
    findings = PublishingProblems()
    _check_tags(plan, args.plan)
    if args.digests is None:
        accepted = current_tags.foresee(registry, plan.joins, configs, findings)
        findings.check()
        _print_accepted(accepted)
        note("nothing would be refused")
        return 0
    built = built_digests.read_folder(args.digests)
    unknown = built_digests.compare(plan, built, findings, untested=args.untested)
    if unknown:
        number = counted(len(unknown), "file")
        warn(f"{args.digests}: the plan has no build for {number}: {few(unknown)}")
    planned = planned_indexes.prepare(registry, plan, built, configs, findings, Patience(args.wait))
    _print_accepted(planned.accepted)
    _print_changes(planned)
    if not args.dry_run and args.format != "commands":
        _push(registry, planned, args)
    _print(planned, args)
    differs = args.dry_run and not all(index.is_there for index in planned.indexes)
    return DifferenceError.exit_code if differs else 0


def _push(registry: Registry, planned: PlannedIndexes, args: argparse.Namespace) -> None:
    progress = request_options.progress("pushing")
    pushing.push(
        registry,
        planned,
        lambda: _write_result(args, planned),
        Patience(args.wait),
        progress,
    )


def _write_result(args: argparse.Namespace, planned: PlannedIndexes) -> None:
    """Write the file of --result; without tags before it is known what is pushed."""
    if args.result is not None:
        arguments.write_json("--result", args.result, planned.to_json())


def _configs(folders: list[Path]) -> dict[str, Config]:
    """Return the versions.yaml of each family that has one, by the family's name."""
    found = [arguments.config_of(folder) for folder in dict.fromkeys(folders)]
    return {config.image: config for config in found if config is not None}


def _plan(path: Path) -> PlanJoins:
    with input_errors(f"--plan {path}"):
        data = read_bounded(path, _LARGEST)
    return read_joins(data, str(path))


def _check_tags(plan: PlanJoins, path: Path) -> None:
    """Check that a plan with builds has tags. Raises GuardError."""
    if not plan.builds or plan.joins:
        return
    why = without_required(plan.left_out)
    if all(build.repository is None for build in plan.builds):
        why = "its builds push nothing; plan without --no-push, and name `publish.registries`"
    number = counted(len(plan.builds), "build")
    whole = f"{path}: the plan has {number} and 0 tags"
    raise GuardError(f"{whole}: {why}" if why else f"{whole}: see its `left_out`")


def _print_accepted(lines: list[str]) -> None:
    for line in lines:
        note(line)


def _print_changes(planned: PlannedIndexes) -> None:
    """Print which indexes get lost images again, and which fixed tags get another digest."""
    for name, lost in planned.incomplete.items():
        note(f"{name}: the registry has lost {counted(lost, 'image')} of its index")
    for target, tags in planned.replaced.items():
        number = counted(len(tags), "fixed tag")
        verb = "gets" if len(tags) == 1 else "get"
        note(f"{target}: {number} {verb} another image of the same version: {few(tags)}")


def _print(planned: PlannedIndexes, args: argparse.Namespace) -> None:
    if args.format == "commands":
        for line in commands.publishing(planned):
            say(line)
        return
    signing = [] if args.sign == "none" else commands.signing(planned, args.sign or "cosign")
    value: dict[str, Any] = planned.to_json()
    if args.format == "json":
        say_json({**value, "sign": signing})
        return
    rows = [
        (
            each["repository"],
            each["tag"],
            each["state"],
            (each["old"] or "-")[:_SHORT],
            each["new"][:_SHORT],
        )
        for each in value["tags"]
    ]
    if rows:
        say_table(_TITLES, rows)
    states = Counter(each["state"] for each in value["tags"])
    summary(_numbers(states, dry_run=args.dry_run))
    if args.dry_run:
        return
    if signing and (args.sign or states[PUSHED]):
        summary("to sign what was published:")
        for line in signing:
            say(line)


def _numbers(states: Counter[str], *, dry_run: bool) -> str:
    """Return how many tags were pushed, or would be, and how many were there."""
    if not states:
        return "0 tags: the plan has no builds"
    number = counted(states.total() - states[THERE], "tag")
    there = states[THERE]
    if dry_run:
        pushed, present = f"{number} would be pushed", "is" if there == 1 else "are"
    else:
        pushed, present = f"{number} pushed", "was" if there == 1 else "were"
    return f"{pushed}, {there:,} {present} there" if there else pushed
