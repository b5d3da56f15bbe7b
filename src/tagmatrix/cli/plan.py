"""Print what to build, where, and in which order: for people, for programs, for build engines.

The plan is made from versions.yaml, or with --manifest from any official-images manifest. It
has a build for each image and architecture, jobs for machines, and joins: the indexes that
become tags. `tagmatrix plan` builds nothing itself.

Run the engines from the top of the repository: folders in the plan are relative to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagmatrix.cli import option_types, plan_input, plan_record, plan_table, request_options
from tagmatrix.cli.foreign_files import refuse_folder
from tagmatrix.cli.output import complain, say, say_json_text, say_large_json, warn
from tagmatrix.errors import GuardError, InputError, UpstreamError
from tagmatrix.manifest.architecture_names import named
from tagmatrix.plan import planfile
from tagmatrix.plan.jobs import BY, MAX_JOBS
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from tagmatrix.plan.records import Plan

FORMATS = ("table", "json", "bake", "github", "gitlab", "commands")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("cycles", metavar="CYCLE", nargs="*", help="only images of these cycles")
    option_types.add_folders(parser)
    parser.add_argument(
        "--variant",
        metavar="NAME",
        action="append",
        default=[],
        help="only this variant (slim-trixie) or flavor (slim); may be repeated",
    )
    parser.add_argument(
        "--arch",
        metavar="ARCH",
        type=named,
        action="append",
        default=[],
        help="only this architecture; may be repeated",
    )
    parser.add_argument(
        "--tag",
        metavar="TAG",
        action="append",
        default=[],
        help="only the images of this tag; may be repeated",
    )
    parser.add_argument(
        "--changed-since",
        metavar="REV",
        help="only images whose files, parents, architectures or tags changed since this revision",
    )
    parser.add_argument(
        "--manifest",
        metavar="FILE",
        help="plan the images of a manifest, not of versions.yaml: a name, path or address",
    )
    parser.add_argument(
        "--stale",
        action="store_true",
        help="only images whose base has moved since they were pushed, with their children; "
        "requests digests of bases and images from registries",
    )
    request_options.add_limits(parser)
    parser.add_argument("--by", choices=BY, help=f"what a job is for (default: {BY[0]})")
    parser.add_argument(
        "--max-jobs",
        metavar="N",
        type=int,
        help=f"fail if a stage has more jobs (default for --format github: {MAX_JOBS})",
    )
    parser.add_argument(
        "--registry",
        metavar="REPOSITORY",
        default="",
        help="publish to this repository only; it may contain {image}",
    )
    parser.add_argument(
        "--no-push", action="store_true", help="build and push nothing, as for pull requests"
    )
    parser.add_argument(
        "--simple",
        action="store_true",
        help="for one builder: build all platforms of an image at once, and push its tags",
    )
    parser.add_argument(
        "--cache",
        metavar="SPEC",
        help="buildx's cache for each build; {id} is the build's id: type=gha,scope={id}",
    )
    option_types.add_as_of(parser, "the date for `publish.stamp`: YYYY-MM-DD")
    parser.add_argument(
        "--base-digests",
        metavar="FILE",
        type=Path,
        help="JSON with the digests of base images; builds are pinned to them and get keys",
    )
    parser.add_argument(
        "--durations",
        metavar="DIR",
        type=Path,
        help="the files of earlier builds (ID.json), to estimate the minutes",
    )
    parser.add_argument(
        "--from",
        dest="plan",
        metavar="PLAN",
        type=Path,
        help="read a plan (--format json) instead of making one",
    )
    parser.add_argument(
        "--digests",
        metavar="DIR",
        type=Path,
        help="with --from: plan the next stage, with its parents pinned to what DIR/ID.json have",
    )
    parser.add_argument(
        "--record",
        metavar="DIR",
        type=Path,
        help="with --from and --digests: write DIGESTS/ID.json for each DIR/ID.json (metadata of "
        "buildx) and each DIR/ID.digest (the digest alone)",
    )
    option_types.add_format(parser, *FORMATS, text="docs/publishing.md lists the formats")


def run(root: Path, args: argparse.Namespace) -> int:
    """Print the plan, and return the exit code."""
    if (args.digests or args.record) and not args.plan:
        raise InputError("--digests and --record need the plan: give --from PLAN")
    if args.record:
        if not args.digests:
            raise InputError("--record needs the folder to write to: give --digests DIR")
        refuse_folder("--digests", args.digests)
        failed = plan_record.record(args.plan, args.record, args.digests)
        if failed:
            raise GuardError("\n".join(f"{name}: its test failed" for name in failed))
        return 0
    plan, warnings, failures = plan_input.find(root, args)
    for text in warnings:
        warn(text)
    for text in failures:
        complain(text)
    if not args.plan:
        plan_input.check_jobs(plan, args)
    _print(plan, args)
    return UpstreamError.exit_code if failures else 0


def _print(plan: Plan, args: argparse.Namespace) -> None:
    if args.format == "table":
        plan_table.show(plan)
        return
    for item in _not_pushed(plan, args):
        warn(item)
    if args.format == "json":
        say_json_text(planfile.to_text(plan).removesuffix("\n"))
    elif args.format == "commands":
        from tagmatrix.plan.shell import script  # noqa: PLC0415 (as below)

        say(script(plan, simple=args.simple).removesuffix("\n"))
    else:
        say_large_json(_document(plan, args))


def _document(plan: Plan, args: argparse.Namespace) -> dict[str, Any]:
    """Return the plan for an engine."""
    if args.format == "bake":
        from tagmatrix.plan.bake import bake  # noqa: PLC0415 (other formats do not need it)

        return bake(plan, simple=args.simple)
    if args.format == "github":
        from tagmatrix.plan.github import github  # noqa: PLC0415 (as above)

        return github(planfile.sealed(plan))
    from tagmatrix.plan.gitlab import gitlab  # noqa: PLC0415 (as above)

    return gitlab(planfile.sealed(plan))


def _not_pushed(plan: Plan, args: argparse.Namespace) -> Iterator[str]:
    """Yield what an engine leaves out: builds that bake cannot make, tests, tags."""
    if args.format == "bake":
        from tagmatrix.plan.bake import not_baked  # noqa: PLC0415 (only for bake)

        yield from (f"{item.what}: not built: {item.why}" for item in not_baked(plan))
    tested = dict.fromkeys(build.name for build in plan.builds if build.test)
    if tested and args.format != "json" and (args.simple or not plan.push):
        option = "--simple" if plan.push else "a plan that pushes nothing"
        yield f"{few(tested)}: not tested: tests run on what was pushed, and not with {option}"
    if args.simple and plan.push:
        from tagmatrix.plan.simple import not_pushed  # noqa: PLC0415 (only for --simple)

        yield from (f"{item.what}: not pushed: {item.why}" for item in not_pushed(plan))
