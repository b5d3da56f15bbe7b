"""What `generate --check` lists: the files that are not up to date, and why."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.layout import TEMPLATES
from tagmatrix.manifest.raw import RawManifest
from tagmatrix.publish.file_changes import FileAction
from tagmatrix.util import kept_values, private_cache

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.layout import Layout
    from tagmatrix.publish.file_changes import FileChange
    from tagmatrix.publish.generation import Generation

_KIND: Final = "findings"
SHOWN = 12
"""How many paths or folders of a long list the text shows."""


class Difference(NamedTuple):
    """A file that is not up to date, and what is wrong with it."""

    path: str
    what: str


def is_selected(layout: Layout, path: str, only: str) -> bool:
    """Return whether `--only` (dockerfiles, manifest or all) selects a generated file, or a source.

    The table in README.md belongs to the manifest: two pull requests would conflict in it.
    """
    own = layout.is_of_an_image(path) or path.startswith(f"{TEMPLATES}/")
    return only in {"all", "dockerfiles" if own else "manifest"}


def differences(generation: Generation, only: str) -> list[Difference]:
    """Return the differences that `--check` finds in the files that `--only` selects."""
    layout = generation.config.layout
    names = {
        FileAction.CREATE: "missing",
        FileAction.UPDATE: "differs from the result of versions.yaml and templates/",
        FileAction.DELETE: "generated, but no longer needed",
    }

    def what(change: FileChange, names: dict[FileAction, str]) -> str:
        if change.other_mode and change.old == change.new:
            if change.executable:
                return "not executable, but its source in templates/files/ is"
            path = change.path.rpartition(":")[2]
            beside = change in generation.elsewhere and not layout.is_dockerfile(path)
            if beside or path in generation.run_bits:
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
        there = {
            FileAction.CREATE: "missing; generate it on its branch",
            FileAction.UPDATE: "differs from the result of templates/; generate it on its branch",
        }
        found += [Difference(each.path, what(each, there)) for each in generation.elsewhere]
        ignored = "git ignores it, so a clone lacks it: change .gitignore, and commit it"
        found += [Difference(path, ignored) for path in generation.ignored]
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
        folders = ", ".join(first_lines(found.waiting))
        return [Difference(name, f"waits until these folders are committed: {folders}")]
    if found.behind:
        return [Difference(name, f"behind versions.yaml, and {found.kept}")]
    return []


def _lint(generation: Generation) -> list[Difference]:
    """Return what `library check` finds in the new manifest, without its notes.

    It reads the names of cycles from tags, where versions.yaml knows them: `18-next` may be the
    cycle of a pre-release. So the rule about such names is left to the laws.
    """
    if not generation.pinned.files:
        return []
    *_, (path, content) = generation.pinned.files.items()
    name = generation.config.image
    place = kept_values.place_of(generation.inputs.templates.folder)
    key = private_cache.digest(name.encode(), os.fsencode(path), content)
    found: list[Difference] | None = kept_values.get(_KIND, place, key)
    if found is None:
        from tagmatrix.manifest.checks import NOTES, LintedManifest, check_document  # noqa: PLC0415 (only for a new manifest)

        raw = RawManifest(name=name, origin=path, content=content)
        found = [
            Difference(path, f"{finding.subject}: {finding.problem} [{finding.rule}]")
            for finding in check_document(LintedManifest.read(raw))
            if finding.rule not in {*NOTES, "final-name", "two-versions"}
        ]
        kept_values.put(_KIND, place, key, found)
    return found


def first_lines(lines: Iterable[str]) -> list[str]:
    """Return the first lines of a long list, and how many more there are."""
    every = [*lines]
    if len(every) <= SHOWN:
        return every
    return [*every[: SHOWN - 1], f"… and {len(every) - SHOWN + 1} more"]
