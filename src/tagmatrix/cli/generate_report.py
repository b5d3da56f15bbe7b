"""The report of `generate`: as text for users, and as JSON for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tagmatrix.cli.generate_differences import first_lines
from tagmatrix.problems import printable
from tagmatrix.publish import outputs
from tagmatrix.publish.file_changes import FileAction
from tagmatrix.publish.pinned_outputs import PinnedOutputs
from tagmatrix.util.wording import counted, join_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.cli.generate_differences import Difference
    from tagmatrix.publish.committing import MadeCommit
    from tagmatrix.publish.generation import Generation


def run_text(generation: Generation, commits: Sequence[MadeCommit], *, committing: bool) -> str:
    """Return what a run did, and what remains to be done, as text for users."""
    changes = generation.changes
    lines = _size(generation)
    lines += _list(f"{change.action} {change.path}" for change in changes)
    counts = Counter(change.action for change in changes)
    counted = (f"{counts[action]} {action.done}" for action in FileAction if counts[action])
    lines.append(", ".join(counted) or "nothing changed")
    lines += _moves(generation)
    lines += [f"committed {done.id[:12]} {done.subject}" for done in commits]
    if committing and not commits:
        lines.append("nothing to commit")
    return "\n".join([*lines, *_remaining(generation)])


def run_to_json(generation: Generation, commits: Sequence[MadeCommit]) -> dict[str, Any]:
    """Return what a run did as JSON for programs."""
    return _facts(generation) | {
        "changes": [
            {"path": change.path, "kind": change.action.value} for change in generation.changes
        ],
        "commits": [done._asdict() for done in commits],
        "warnings": [*generation.warnings, *strangers(generation)],
    }


def strangers(generation: Generation) -> list[str]:
    """Return a warning for each file that tagmatrix did not write and that needs attention."""
    return [f"{printable(each.path)}: {each.trouble}" for each in generation.strangers]


def check_text(generation: Generation, found: list[Difference]) -> str:
    """Return the result of `--check` as text for users."""
    if found:
        kinds: dict[str, list[str]] = {}
        for difference in found:
            kinds.setdefault(difference.what, []).append(difference.path)
        lines = [
            line
            for what, paths in kinds.items()
            for line in first_lines(f"{printable(path)}: {what}" for path in paths)
        ]
        return "\n".join([*lines, *_moves(generation)])
    verdict = generation.verdict
    refused = verdict is not None and verdict.refused
    fine = "the files are up to date" if refused else "everything is up to date"
    lines = [*_size(generation), fine, *_moves(generation)]
    if generation.pinned.kept:
        lines.append(f"the commits in the manifest were not checked: {generation.pinned.kept}")
    return "\n".join(lines)


def check_to_json(generation: Generation, found: list[Difference]) -> dict[str, Any]:
    """Return the result of `--check` as JSON for programs."""
    return _facts(generation) | {"differences": [difference._asdict() for difference in found]}


def advice(generation: Generation, found: list[Difference], options: str = "") -> str:
    """Return the command to run after `--check` found differences; empty if none helps.

    None helps if the guard refuses the result: its error says what to do.
    `options` are those that the user gave together with `--dry-run`.
    """
    paths = {difference.path for difference in found}
    if generation.verdict is not None and generation.verdict.refused:
        return ""
    if any(change.path in paths for change in generation.changes):
        return f"run: tagmatrix generate{options}"
    pinned = generation.pinned if generation.config.layout.manifest in paths else PinnedOutputs()
    if pinned.behind:
        return "run: tagmatrix generate, in a clone with the complete history"
    if not (pinned.waiting or paths.intersection(generation.untracked) or options):
        return ""  # only a maintainer knows what to do with a file that tagmatrix did not write
    return "run: tagmatrix generate --commit"


def _facts(generation: Generation) -> dict[str, Any]:
    found = generation.pinned
    rendered = {
        output.facts: generation.rendered.get(output.path(generation.config))
        for output in outputs.OUTPUTS
        if output.facts
    }
    return {
        "images": len(generation.matrix.images),
        "builds": _builds(generation),
        "waiting": list(found.waiting),
        "kept": found.kept,
        "left_out": [
            {"cycle": cell.cycle, "variant": cell.variant, "why": cell.why}
            for cell in generation.matrix.left_out
        ],
        **{key: each and each.facts for key, each in rendered.items()},
        "warnings": list(generation.warnings),
        "moves": _moves_to_json(generation),
    }


def _moves(generation: Generation) -> list[str]:
    """Return what users of the images will notice, in short."""
    if generation.verdict is None:
        return []
    from tagmatrix.diff import text  # noqa: PLC0415 (most runs change nothing)

    lines = text.short(generation.verdict.changes)
    lines += [each.line() for each in generation.verdict.lowered]
    base = (
        f"the manifest of {generation.base[:12]}" if generation.base else "the committed manifest"
    )
    return [f"what moves, compared with {base}:", *_list(lines)] if lines else []


def moves_markdown(generation: Generation) -> str:
    """Return what moves compared with the committed manifest, for a pull request."""
    from tagmatrix.diff import Changes  # noqa: PLC0415 (as above)
    from tagmatrix.diff.markdown import markdown  # noqa: PLC0415 (as above)

    changes = generation.verdict.changes if generation.verdict else Changes(())
    return markdown(changes, generation.config.image).rstrip("\n")


def _moves_to_json(generation: Generation) -> dict[str, Any] | None:
    if generation.verdict is None:
        return None
    from tagmatrix.diff import jsonform  # noqa: PLC0415 (as above)

    return jsonform.to_json(generation.verdict.changes)


def _size(generation: Generation) -> list[str]:
    """Return the numbers of cycles, images and builds, and the notes of the outputs."""
    config = generation.config
    numbers = (
        counted(len(config.releases), "cycle"),
        counted(len(generation.matrix.images), "image"),
        counted(_builds(generation), "build"),
    )
    size = f"{config.image}: {', '.join(numbers)}"
    return [size, *(each.note for each in generation.rendered.values() if each.note)]


def _builds(generation: Generation) -> int:
    return sum(len(image.architectures) for image in generation.matrix.images)


def _remaining(generation: Generation) -> list[str]:
    """Return which files stay unchanged, why, and what to do."""
    found = generation.pinned
    if not found.kept:
        return []
    paths = join_names(outputs.paths(generation.config)[::-1])
    kept = f"{paths} stay unchanged: {found.kept}"
    if found.waiting:
        folders = _list(found.waiting)
        return [kept, *folders, "commit them and run this again, or: tagmatrix generate --commit"]
    advice = "behind versions.yaml; run: tagmatrix generate, in a clone with the complete history"
    return [kept, advice] if found.behind else [kept]


def _list(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in first_lines(lines)]
