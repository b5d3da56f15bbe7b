"""The whole way: load, expand, render, compare; and then write.

`prepare` reads and decides, `apply` writes. Nothing is written before all is
rendered and valid.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.config.lookup import find_releases
from tagmatrix.errors import InputError
from tagmatrix.git.folders import look_up
from tagmatrix.layout import TOP
from tagmatrix.matrix import load
from tagmatrix.problems import Problem
from tagmatrix.publish import file_changes, publication, readme_block
from tagmatrix.render.templates import Templates, dockerfiles
from tagmatrix.util import files
from tagmatrix.util.background import Background

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.git.folders import Committed
    from tagmatrix.guard import Verdict
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.publish.file_changes import Change
    from tagmatrix.publish.publication import Publication

TEMPLATES = "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """What a run found and what it would change.

    Attributes:
        config: versions.yaml.
        matrix: its images.
        wanted: path and content of the Dockerfiles that the run is about.
        dockerfiles: changes of Dockerfiles, and of the block in README.md.
        publication: what manifest, JSON and page have to be; None where the run
            is not about them.
        published: changes of these three.
        untracked: generated files that are as wanted, but unknown to git.
        leftovers: files that a killed run left behind.
        warnings: what is odd in versions.yaml or in the result, a line each.
        verdict: what moves against the committed manifest, and what the guard
            says of it; None where nothing does.
        base: the commit whose manifest that is; empty for HEAD.
    """

    config: Config
    matrix: Matrix
    wanted: dict[str, bytes]
    dockerfiles: tuple[Change, ...]
    publication: Publication | None
    published: tuple[Change, ...]
    untracked: tuple[str, ...]
    leftovers: tuple[str, ...]
    warnings: tuple[str, ...]
    verdict: Verdict | None
    base: str


def prepare(
    root: Path,
    *,
    cycles: Sequence[str] = (),
    target: Path | None = None,
    look_for_untracked: bool = False,
    base: str = "",
) -> Generation:
    """Decide what has to change.

    Args:
        root: the folder with versions.yaml and templates/, where commits are
            looked up.
        cycles: only their Dockerfiles; empty for everything.
        target: the folder that holds library/, if it is not the root.
        look_for_untracked: whether to ask git which files it does not know.
        base: the revision whose manifest the guard compares with; empty for HEAD.

    Raises ConfigError, InputError, render.TemplateError, git.GitError; GuardError
    where the manifest to compare with can't be read.
    """
    target = target or root
    config, expanded = load.load(root)
    releases = {each.cycle: each.folder for each in find_releases(config, cycles)}
    images = [image for image in expanded.images if image.cycle in releases]
    # git and the disk are asked while templates are rendered
    paths = [f"{TOP}/{image.folder}" for image in images]
    with (
        Background(lambda: look_up(root, paths)) as asking_git,
        Background(lambda: file_changes.survey(target, TOP)) as asking_disk,
    ):
        templates = Templates(root / TEMPLATES)
        wanted = {
            f"{TOP}/{image.folder}/Dockerfile": content
            for image, content in dockerfiles(templates, images)
        }
        there = asking_disk.result()
        committed = asking_git.result()
    folders = tuple(f"{TOP}/{folder}/" for folder in releases.values())
    every = {f"{TOP}/{image.folder}/Dockerfile" for image in expanded.images}

    def prunable(path: str) -> bool:
        if cycles:  # a cycle's folder may hold another's
            return path.startswith(folders) and path not in every
        return path.count("/") > 1

    modes = functools.cache(functools.partial(_keeps_modes, committed))
    changes = file_changes.compare(target, there, wanted, prunable=prunable, modes=modes)
    found: Publication | None = None
    published: list[Change] = []
    if not cycles:
        present = file_changes.present(target, there, publication.paths(config))
        found = publication.publish(
            config,
            expanded,
            wanted,
            templates=templates,
            committed=committed,
            obsolete=[change.path for change in changes if change.kind is file_changes.Kind.DELETE],
            present=present,
        )
        if found.files is not None:
            published = file_changes.compare(
                target,
                there,
                found.files,
                prunable=lambda path: path.count("/") == 1,
                modes=modes,
            )
        if target == root and (block := readme_block.change(root, config, expanded)):
            changes.append(block)
    changing = {change.path for change in (*changes, *published)}
    unchanged = [
        path for path in (*wanted, *((found and found.files) or ())) if path not in changing
    ]
    untracked: tuple[str, ...] = ()
    if look_for_untracked and isinstance(committed.repository, git.Repository):
        tracked = git.tracked_files(committed.repository, TOP)
        untracked = tuple(path for path in unchanged if path not in tracked)
    odd = load.odd(config, expanded)
    base = _commit_of(base, committed) if base else ""
    verdict, unguarded = _guard(root, config, expanded, committed, found, base)
    if verdict is not None:
        odd += [Problem(path, text, config.place(path)) for path, text in verdict.unused]
    warnings = [problem.text(config.file) for problem in odd]
    if unguarded:
        warnings.append(unguarded)
    if found and found.page and (warning := found.page.warning()):
        warnings.append(f"{TOP}/README.md: {warning}")
    return Generation(
        config=config,
        matrix=expanded,
        wanted=wanted,
        dockerfiles=tuple(changes),
        publication=found,
        published=tuple(published),
        untracked=untracked,
        leftovers=there.leftovers,
        warnings=tuple(warnings),
        verdict=verdict,
        base=base,
    )


def _keeps_modes(committed: Committed) -> bool:
    repository = committed.repository
    return isinstance(repository, git.Repository) and git.keeps_modes(repository)


def _commit_of(rev: str, committed: Committed) -> str:
    """Return the commit that a revision names now: commits may be made before it is read again."""
    if isinstance(committed.repository, git.Absence):
        raise InputError(f"--base {rev}: {committed.repository.value}")
    return git.resolve(committed.repository, rev)


def _guard(
    root: Path,
    config: Config,
    expanded: Matrix,
    committed: Committed,
    found: Publication | None,
    base: str,
) -> tuple[Verdict | None, str]:
    """Ask the guard, unless the manifest to come is the committed one; see `baseline.verdict`."""
    manifest = f"{TOP}/{config.image}"
    to_come = found.files[manifest] if found and found.files else None
    repository = committed.repository
    decided_by_name = not base and not config.accept
    if decided_by_name and to_come is not None and isinstance(repository, git.Repository):
        entry = committed.tree.get(manifest)
        if entry and entry.object_id == git.blob_id(to_come, repository.object_format):
            return None, ""
    from tagmatrix.guard import baseline  # noqa: PLC0415 (most runs change nothing)

    return baseline.verdict(root, config, expanded, committed, to_come, base)


def apply(target: Path, generation: Generation) -> None:
    """Write what a run would change: Dockerfiles first, the manifest last.

    Raises GuardError, with nothing written, where the guard refuses; InputError.
    """
    if generation.verdict is not None:
        generation.verdict.check()
    file_changes.clean(target, generation.leftovers)
    files.sweep(target)
    file_changes.write(target, generation.dockerfiles)
    file_changes.write(target, generation.published)
