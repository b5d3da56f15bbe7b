"""The common part of bump, add, promote and retire: options, writing, the report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tagmatrix import config as configuration
from tagmatrix.cli import option_types, versions_file
from tagmatrix.cli.output import note, say, say_json, summary, warn
from tagmatrix.errors import DifferenceError
from tagmatrix.layout import folder_of, image_folder, inside
from tagmatrix.util.unified_diffs import unified_diff
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from tagmatrix.update.steps.state import StepPlan, StepResult, VersionsFile

SHOWN = 12
"""The number of tags that are shown of a long list."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of all steps."""
    option_types.add_dry_run(parser)
    option_types.add_format(parser)


def run(root: Path, args: argparse.Namespace, make_plan: Callable[[VersionsFile], StepPlan]) -> int:
    """Make a step: read versions.yaml, plan, show, write. Returns the exit code.

    Raises InputError, GuardError before anything is written.
    """
    from tagmatrix.git import baseline  # noqa: PLC0415 (slow, and --help does not need it)
    from tagmatrix.update.steps import state  # noqa: PLC0415 (as above)

    data = versions_file.read(root)
    before = state.read(data)
    plan = make_plan(before)
    layout = before.config.layout
    committed, warning = baseline.find(root, layout, versions_file=configuration.FILE)
    if warning:
        warn(warning)
    step = state.take(before, plan, committed)
    changed = step.after.text != before.text
    written = changed and not args.dry_run
    if written:
        versions_file.write(root, data, step.after.text)
    step = replace(step, notes=(*step.notes, *_left_behind(root, step)))
    for line in step.notes:
        warn(line)
    if args.format == "json":
        say_json(_to_json(step, written=written))
    else:
        _say(step, dry_run=args.dry_run)
    return DifferenceError.exit_code if changed and args.dry_run else 0


def _left_behind(root: Path, step: StepResult) -> list[str]:
    """Return a note for each file that stays in the folder of an image that ends or moves."""
    from tagmatrix.git.folders import look_up  # noqa: PLC0415 (as in run)
    from tagmatrix.publish.strangers import left_behind  # noqa: PLC0415 (as in run)

    before, after = (
        {image.directory: image.name for image in state.matrix.own}
        for state in (step.before, step.after)
    )
    gone = before.keys() - after.keys()
    if not gone:
        return []
    moved = {name: folder for folder, name in after.items() if folder not in before}
    listed = {
        inside(image.directory, file.name)
        for image in step.before.matrix.own
        for file in image.files
    }
    notes = []
    for path in left_behind(root, look_up(root, (), step.before.config.layout), gone, after.keys()):
        if path in listed:
            advice = "move the change into templates/files/, and remove the file"
            notes.append(f"{path} stays, because it changed since tagmatrix wrote it: {advice}")
            continue
        folder = image_folder(path, gone)
        new = moved.get(before[folder])
        below = folder_of(path).removeprefix(folder)
        where = f"to {new}{below}/ yourself" if new else "elsewhere"
        notes.append(
            f"{path} stays, because tagmatrix did not write it: move it {where}, or remove it"
        )
    return notes


def _diff(step: StepResult) -> str:
    return unified_diff(step.before.text, step.after.text, configuration.FILE)


def _say(step: StepResult, *, dry_run: bool) -> None:
    """Print the result as text: the diff, what it moves, and a summary."""
    diff = _diff(step)
    if not diff:
        summary("nothing changed: versions.yaml is up to date")
        return
    lines = [diff.rstrip("\n"), ""]
    if moves := step.moves.text():
        lines += ["what it would move:" if dry_run else "what it moves:", moves]
    else:
        lines += step.changes
    if step.ends and not moves:
        lines.append(f"These tags end: {few(sorted(step.ends, key=len), SHOWN)}")
    say("\n".join(lines))
    if waits := step.waits.text():
        note(f"the next generate also moves, not because of this step:\n{waits}")
    summary("nothing was written" if dry_run else "wrote versions.yaml; next: tagmatrix generate")


def _to_json(step: StepResult, *, written: bool) -> dict[str, Any]:
    """Return the result as JSON values."""
    return {
        "written": written,
        "changes": list(step.changes),
        "ends": list(step.ends),
        "notes": list(step.notes),
        "moves": step.moves.lines(),
        "waits": step.waits.lines(),
        "diff": _diff(step),
        "next": ["tagmatrix generate"] if written else [],
    }
