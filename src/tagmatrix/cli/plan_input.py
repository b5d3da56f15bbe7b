"""Read what `plan` needs: families or a plan, digests, durations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.config import FILE, read_file
from tagmatrix.errors import InputError
from tagmatrix.matrix.load import parse, warnings as matrix_warnings
from tagmatrix.plan import base_digests, handover, planfile
from tagmatrix.plan.changed_images import ChangesSince, changes_since
from tagmatrix.plan.families import read as read_family
from tagmatrix.plan.graph import Graph
from tagmatrix.plan.jobs import BY, MAX_JOBS, check_number
from tagmatrix.plan.planning import PlanOptions, make
from tagmatrix.plan.selection import Choice
from tagmatrix.registry.joins import check_repository, read_built
from tagmatrix.registry.left_out import without_required
from tagmatrix.util import files
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.plan.families import Read
    from tagmatrix.plan.images import PlanFamily, PlanImage
    from tagmatrix.plan.records import Plan
    from tagmatrix.registry.joins import BuiltImage

_MOST = 1 << 28
"""The most bytes of a plan."""
_MAKING = {
    "cycles": "CYCLE",
    **{
        name.removeprefix("--").replace("-", "_"): name
        for name in (
            *("--variant", "--arch", "--tag", "--changed-since", "--manifest", "--registry"),
            *("--by", "--no-push", "--cache", "--as-of", "--base-digests", "--durations"),
        )
    },
}
"""The arguments that only a new plan uses, by their names in messages."""


_SIMPLE = "--simple builds all stages at once, each platform on its own parent"


def find(root: Path, args: argparse.Namespace) -> tuple[Plan, list[str], list[str]]:
    """Return the plan of the arguments, warnings, and what registries did not answer.

    Raises InputError.
    """
    _check_arguments(args)
    if args.plan:
        plan = read_plan(args.plan)
        check_jobs(plan, args)
        if args.simple and any(each.digest for build in plan.builds for each in build.parents):
            raise InputError(
                f"{args.plan}: it has digests of parents, but {_SIMPLE}; give the plan"
            )
        if args.digests:
            plan = handover.next_stage(plan, _built(plan, args.digests))
        return plan, [], []
    if args.registry:
        check_repository(args.registry.replace("{image}", "image"), "--registry")
    if args.manifest:
        family = _from_manifest(root, args.manifest, args.registry)
        plan = make([family], Graph([family]), _options(args, None))
        return plan, [*_incomplete(plan, args)], []
    configs, reads, warnings = _read_all(root, args)
    families = [each.family for each in reads]
    _check_names(families)
    graph = Graph(families)
    changed = None
    if args.changed_since is not None:
        changed, more = _changes(reads, args.changed_since)
        warnings += more
    if not args.stale:
        plan = make(families, graph, _options(args, changed))
        return plan, [*warnings, *_without_stamps(configs, plan), *_incomplete(plan, args)], []
    from tagmatrix.cli import plan_stale  # noqa: PLC0415 (only for --stale)

    stale = plan_stale.find(list(zip(configs, reads, strict=True)), args)
    changed = changed or ChangesSince({}, {})
    options = _options(args, ChangesSince({**changed.why, **stale.why}, changed.indexes))
    choice = replace(options.choice, cells=stale.cells, unchanged=stale.others)
    options = replace(options, published=stale.published, choice=choice)
    if not args.base_digests:
        options = replace(options, digests=stale.digests)
    plan = make(families, graph, options)
    warnings += [*_without_stamps(configs, plan), *_incomplete(plan, args)]
    return plan, [*warnings, *plan_stale.same_keys(plan, stale)], stale.failures


def check_jobs(plan: Plan, args: argparse.Namespace) -> None:
    """Check that no stage of the whole plan has too many jobs. Raises InputError."""
    most = MAX_JOBS if args.max_jobs is None and args.format == "github" else args.max_jobs
    if most is not None:
        check_number(plan, most)


def _check_arguments(args: argparse.Namespace) -> None:
    """Check that no argument would be ignored. Raises InputError."""
    if args.stale and (args.plan or args.manifest):
        raise InputError("--stale needs versions.yaml: leave --from and --manifest out")
    if args.changed_since is not None and args.manifest:
        raise InputError("--changed-since needs versions.yaml: leave --manifest out")
    given = [name for key, name in _MAKING.items() if getattr(args, key)]
    if args.plan and given:
        raise InputError(f"--from reads a plan that is made: leave {join_names(given)} out")
    if args.simple and args.digests:
        raise InputError(f"--digests: {_SIMPLE}: leave --digests out")


def _without_stamps(configs: Sequence[Config], plan: Plan) -> Iterator[str]:
    """Yield a warning for each family whose stamp has a key that is not known."""
    for config in configs:
        stamp = config.publish.stamp or ""
        own = [join for join in plan.joins if join.family == config.image]
        lacking = sum(1 for join in own if not join.stamped)
        if "{key}" in stamp and lacking:
            path = ("publish", "stamp")
            yield (
                f"{config.where(path)}: publish.stamp: {lacking:,} of {len(own):,} indexes get no "
                "stamp, because the digest of a base is not known; use --base-digests"
            )


def _incomplete(plan: Plan, args: argparse.Namespace) -> Iterator[str]:
    """Yield a warning of tags that are left out, and one of builds that get no key."""
    if text := without_required(plan.left_out):
        yield text
    if args.base_digests and (
        text := base_digests.without_digests(plan.builds, str(args.base_digests))
    ):
        yield text


def _read_all(root: Path, args: argparse.Namespace) -> tuple[list[Config], list[Read], list[str]]:
    configs: list[Config] = []
    reads: list[Read] = []
    warnings: list[str] = []
    folders = dict.fromkeys(args.folders or [root])
    for folder in folders:
        file = FILE if len(folders) == 1 else str(folder / FILE)
        config, matrix = parse(read_file(folder), file)
        warnings += matrix_warnings(config, matrix)
        read = read_family(folder, config, matrix, registry=args.registry)
        warnings += read.warnings
        configs.append(config)
        reads.append(read)
    return configs, reads, warnings


def _check_names(families: Sequence[PlanFamily]) -> None:
    seen: set[str] = set()
    for family in families:
        if family.name in seen:
            raise InputError(f"two families are called {family.name}; give each -C once")
        seen.add(family.name)


def _from_manifest(root: Path, argument: str, registry: str) -> PlanFamily:
    from tagmatrix.layout import TOP  # noqa: PLC0415 (only for manifests)
    from tagmatrix.manifest.locate import Finder  # noqa: PLC0415 (as above)
    from tagmatrix.plan.foreign import read_manifest  # noqa: PLC0415 (as above)

    source = Finder(root, root / TOP).find(argument)
    return read_manifest(source.manifest(), source.name, root, registry=registry)


def _changes(reads: Sequence[Read], rev: str) -> tuple[ChangesSince | None, list[str]]:
    """Return what changed in all families; None, with a warning, if the revision is unknown."""
    why: dict[PlanImage, str] = {}
    indexes: dict[PlanImage, str] = {}
    for read in reads:
        try:
            changes = changes_since(read, rev)
        except git.GitError as error:
            return None, [f"--changed-since {rev}: {error}; the plan has all images"]
        why |= changes.why
        indexes |= changes.indexes
    return ChangesSince(why, indexes), []


def _options(args: argparse.Namespace, changed: ChangesSince | None) -> PlanOptions:
    digests = base_digests.NONE
    if args.base_digests:
        digests = base_digests.read(read_bytes(args.base_digests), str(args.base_digests))
    choice = Choice(
        cycles=tuple(args.cycles),
        variants=tuple(args.variant),
        architectures=tuple(args.arch),
        tags=tuple(args.tag),
        changed=changed.why if changed else None,
        indexes=changed.indexes if changed else {},
    )
    return PlanOptions(
        by=args.by or BY[0],
        as_of=str(args.as_of) if args.as_of else None,
        push=not args.no_push,
        cache=args.cache,
        digests=digests,
        durations=_durations(args.durations) if args.durations else None,
        choice=choice,
    )


def read_plan(path: Path) -> Plan:
    """Return the plan of a file. Raises InputError."""
    return planfile.read(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """Return the content of a file. Raises InputError."""
    with files.input_errors(path):
        return files.read_bounded(path, _MOST)


def _built(plan: Plan, folder: Path) -> dict[str, BuiltImage]:
    """Return what the plan's builds left in a folder. Raises InputError."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    found: dict[str, BuiltImage] = {}
    for build in plan.builds:
        path = folder / f"{build.id}.json"
        if path.exists():
            built = read_built(read_bytes(path), str(path))
            handover.check(plan, build, built, str(path))
            found[build.id] = built
    return found


def _durations(folder: Path) -> dict[str, int]:
    """Return the seconds of earlier builds by id."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    every = [read_built(read_bytes(path), str(path)) for path in sorted(folder.glob("*.json"))]
    return {built.build: built.seconds for built in every if built.seconds is not None}
