"""The report of `generate`: as text for users, and as JSON for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from tagmatrix.manifest.raw import RawManifest
from tagmatrix.problems import printable
from tagmatrix.publish import outputs
from tagmatrix.publish.file_changes import FileAction
from tagmatrix.util.wording import counted, join_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.layout import Layout
    from tagmatrix.publish.committing import MadeCommit
    from tagmatrix.publish.file_changes import FileChange
    from tagmatrix.publish.generation import Generation

SHOWN = 12
"""How many paths or folders of a long list the text shows."""


class Difference(NamedTuple):
    """A file that is not up to date, and what is wrong with it."""

    path: str
    what: str


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


def is_selected(layout: Layout, path: str, only: str) -> bool:
    """Return whether `--only` (dockerfiles, manifest or all) selects a generated file.

    The table in README.md belongs to the manifest: two pull requests would conflict in it.
    """
    own = layout.is_of_an_image(path)
    return only in {"all", "dockerfiles" if own else "manifest"}


def differences(generation: Generation, only: str) -> list[Difference]:
    """Return the differences that `--check` finds in the files that `--only` selects."""
    names = {
        FileAction.CREATE: "missing",
        FileAction.UPDATE: "differs from the result of versions.yaml and templates/",
        FileAction.DELETE: "generated, but no longer needed",
    }

    def what(change: FileChange, names: dict[FileAction, str]) -> str:
        if change.other_mode and change.old == change.new:
            if change.executable:
                return "not executable, but its source in templates/files/ is"
            if change.path in generation.run_bits:
                return "executable, but its source in templates/files/ is not"
            return "executable; generated files must not be"
        return names[change.action]

    found: list[Difference] = []
    pinned = {change.path for change in generation.pinned_changes}
    if only != "manifest":
        found += [Difference(each.path, what(each, names)) for each in generation.dockerfiles]
    # Pull requests do not renew the other outputs: two pull requests would conflict in them.
    if only != "dockerfiles":
        found += [Difference(each.path, what(each, names)) for each in generation.independent]
        behind = {**names, FileAction.UPDATE: "behind versions.yaml or the history"}
        found += [
            Difference(change.path, what(change, behind)) for change in generation.pinned_changes
        ]
        found += _unpublished(generation)
        found += _lint(generation)
    if only != "manifest":
        other = "differs from the result of templates/; generate it on its branch"
        found += [Difference(place, other) for place in generation.elsewhere]
    found += [
        Difference(each.path, each.trouble)
        for each in generation.strangers
        if only != "dockerfiles" or not each.manifest_only
    ]
    found += [
        Difference(path, "not tracked by git: add and commit it")
        for path in generation.untracked
        if is_selected(generation.config.layout, path, only) and path not in pinned
    ]
    return found


def _unpublished(generation: Generation) -> list[Difference]:
    """Return why the manifest can't be renewed yet, or why it is outdated and stays so."""
    found = generation.pinned
    name = generation.config.layout.manifest
    if found.waiting:
        folders = ", ".join(_few(found.waiting))
        return [Difference(name, f"waits until these folders are committed: {folders}")]
    if found.behind:
        return [Difference(name, f"behind versions.yaml, and {found.kept}")]
    return []


def _lint(generation: Generation) -> list[Difference]:
    """Return what `library check` finds in the new manifest, without its notes.

    It reads the names of cycles from tags, where versions.yaml knows them: `18-next` may be the
    cycle of a pre-release. So the rule about such names is left to the laws.
    """
    from tagmatrix.manifest.checks import NOTES, Document, check_document  # noqa: PLC0415 (only `--check` needs it)

    if not generation.pinned.files:
        return []
    *_, (path, content) = generation.pinned.files.items()
    raw = RawManifest(name=generation.config.image, origin=path, content=content)
    return [
        Difference(path, f"{finding.subject}: {finding.problem} [{finding.rule}]")
        for finding in check_document(Document.read(raw))
        if finding.rule not in {*NOTES, "final-name"}
    ]


def check_text(generation: Generation, found: list[Difference]) -> str:
    """Return the result of `--check` as text for users."""
    if found:
        kinds: dict[str, list[str]] = {}
        for difference in found:
            kinds.setdefault(difference.what, []).append(difference.path)
        lines = [
            line
            for what, paths in kinds.items()
            for line in _few(f"{printable(path)}: {what}" for path in paths)
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


def advice(generation: Generation, options: str = "") -> str:
    """Return the command to run after `--check` found differences; empty if none helps.

    `options` are those that the user gave together with `--dry-run`.
    """
    if generation.changes:
        return f"run: tagmatrix generate{options}"
    if generation.pinned.behind:
        return "run: tagmatrix generate, in a clone with the complete history"
    if not (generation.pinned.waiting or generation.untracked or options):
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
    return [f"  {line}" for line in _few(lines)]


def _few(lines: Iterable[str]) -> list[str]:
    every = [*lines]
    if len(every) <= SHOWN:
        return every
    return [*every[: SHOWN - 1], f"… and {len(every) - SHOWN + 1} more"]
