"""Import a manifest: infer a family, and let tagmatrix itself check what it makes.

What a law refuses, and what comes out differently, is written in a simpler way: a release
without a version, then tags that are written out. What still does not come out is left out,
with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import DifferenceError, InputError
from tagmatrix.imports.cells import read_cells
from tagmatrix.imports.checkout_sources import read_sources
from tagmatrix.imports.comparing import differences, name_of
from tagmatrix.imports.imported_family import ImportLimits, Task
from tagmatrix.imports.inferring import infer
from tagmatrix.imports.printing import dumps
from tagmatrix.imports.refs import HEADS, branch_of, repository_of
from tagmatrix.imports.template_comparison import rendered_differently
from tagmatrix.manifest import ManifestError
from tagmatrix.matrix import load
from tagmatrix.problems import ConfigError, shown
from tagmatrix.publish.outputs import new_manifest
from tagmatrix.util.printable import unprintable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.imports.cells import ImportedCell
    from tagmatrix.imports.checkout_sources import DockerfileSource
    from tagmatrix.imports.imported_family import ImportedFamily
    from tagmatrix.imports.placing import Placed
    from tagmatrix.manifest import Entry, Manifest
    from tagmatrix.problems import Problem

_ROUNDS: Final = 60
_NO_COMMIT: Final = "0" * 40
_BY_ARCHITECTURE: Final = "its fields differ by architecture, which versions.yaml does not describe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An entry that the file does not make, and why.

    `by_design` means that versions.yaml describes no such entries.
    """

    entry: Entry
    why: str
    by_design: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The result: the text of versions.yaml, the family in it, and the entries that are not.

    `crlf` are the Dockerfiles of the checkout whose lines end with CR and LF: the templates have
    LF only.
    """

    text: str
    family: ImportedFamily
    missed: tuple[Missed, ...]
    crlf: tuple[str, ...] = ()


@dataclass(slots=True)
class Attempt:
    """What is known after some rounds: what is left out, and what is written in a simple way."""

    left_out: dict[int, str] = field(default_factory=dict)
    limits: ImportLimits = field(default_factory=ImportLimits)


def import_manifest(image: str, manifest: Manifest, checkout: Path | None = None) -> Imported:
    """Return a versions.yaml that makes the entries of a manifest, and its templates.

    The templates are made of the Dockerfiles in `checkout`; without it there is one that only
    names the base.

    Raises:
        DifferenceError: no entry can be written.
        InputError: the facts of the image can't be written.
    """
    readings = _readings(manifest)
    attempt = Attempt()
    _leave_out(manifest, readings[0], attempt)
    sources = None if checkout is None else _sources(manifest, readings[0], checkout, attempt)
    for _ in range(_ROUNDS):
        missed = _missed(readings[0], attempt)
        if missed and len(missed) == len(readings[0]):
            lines = [f"missing {name_of(each.entry)}: {each.why}" for each in missed]
            end = f"{image}: versions.yaml describes no entry of this manifest"
            raise DifferenceError("\n".join([*lines, end]))
        kept = [[cell for cell in each if cell.number not in attempt.left_out] for each in readings]
        task = Task(image=image, manifest=manifest, limits=attempt.limits, sources=sources)
        family = infer(task, kept)
        text = dumps(family.values, _notes(image, checkout))
        if not improve(attempt, family, text, sources):
            return Imported(text=text, family=family, missed=missed, crlf=_crlf(family, sources))
    raise InputError(f"{image}: no versions.yaml makes this manifest after {_ROUNDS} attempts")


def _crlf(
    family: ImportedFamily, sources: Mapping[int, DockerfileSource] | None
) -> tuple[str, ...]:
    """Return the paths of the Dockerfiles whose lines end with CR and LF."""
    found = [(sources or {}).get(placed.cell.number) for placed in family.placed]
    return tuple(source.path for source in found if source and source.crlf)


def _missed(cells: Sequence[ImportedCell], attempt: Attempt) -> tuple[Missed, ...]:
    """Return the entries that are left out, in the order of the manifest."""
    return tuple(
        Missed(entry=cell.entry, why=why, by_design=why == _BY_ARCHITECTURE)
        for cell in cells
        if (why := attempt.left_out.get(cell.number))
    )


def _sources(
    manifest: Manifest, cells: Sequence[ImportedCell], checkout: Path, attempt: Attempt
) -> Mapping[int, DockerfileSource]:
    """Return the Dockerfiles of the images on the own branch; entries without are left out."""
    own = f"{HEADS}{branch_of(manifest, manifest.entries)}"
    here = [
        cell
        for cell in cells
        if cell.number not in attempt.left_out and cell.entry.git_fetch == own
    ]
    read = read_sources(checkout, here)
    attempt.left_out |= read.problems
    return read.found


def _readings(manifest: Manifest) -> list[list[ImportedCell]]:
    """Return the cells; if some have no version, read in each way."""
    readings = [read_cells(manifest)]
    if not all(cell.version for cell in readings[0]):
        readings += [read_cells(manifest, reading) for reading in ("folders", "suffixes")]
    return readings


def _notes(image: str, checkout: Path | None) -> tuple[str, ...]:
    """Return the comments at the beginning of the file."""
    notes = (
        f"The releases and variants of {image}, as `tagmatrix import` found them in its manifest.",
        "From now on this file makes the manifest: edit it, and run `tagmatrix generate`.",
    )
    guessed = ("The bases are guessed from the names of the flavors: correct them.",)
    return notes if checkout else (*notes, "", *guessed)


def _leave_out(manifest: Manifest, cells: Iterable[ImportedCell], attempt: Attempt) -> None:
    """Leave out the entries that versions.yaml does not describe."""
    entries = [entry for entry in manifest.entries if not entry.arch_values]
    repository = repository_of(manifest, entries)
    for cell in cells:
        entry = cell.entry
        if entry.arch_values:
            attempt.left_out[cell.number] = _BY_ARCHITECTURE
        elif entry.git_repo != repository:
            attempt.left_out[cell.number] = (
                f"it is in another repository, {shown(entry.git_repo)}; versions.yaml describes "
                f"one, here {shown(repository)}"
            )
        elif any(map(unprintable, (entry.directory, entry.file, *entry.constraints))):
            attempt.left_out[cell.number] = "it has characters that are not printable"


def improve(
    attempt: Attempt,
    family: ImportedFamily,
    text: str,
    sources: Mapping[int, DockerfileSource] | None,
) -> bool:
    """Return whether the next attempt has to be another one, and change it."""
    try:
        config, matrix = load.parse(text)
        commits = {image.source: _NO_COMMIT for image in matrix.images}
        made = new_manifest.manifest(config, matrix.images, commits, prefix="")
    except ConfigError as error:
        _give_way(attempt, family, error.problems)
        return True
    except ManifestError as error:
        raise InputError(f"{family.values['image']}: {shown(str(error))}") from None
    places = {
        (image.cycle, image.name): entry
        for image, entry in zip(matrix.images, made.entries, strict=True)
    }
    wrong = {}
    for placed in family.placed:
        entry = places.pop((placed.release.cycle, placed.variant), None)
        found = ["no image"] if entry is None else differences(entry, placed.cell.entry)
        if found:
            wrong[placed.cell.number] = ", ".join(found)
    _simplify(attempt, wrong)
    if more := {cycle for cycle, _ in places}:
        attempt.limits = replace(attempt.limits, listed=attempt.limits.listed | more)
    if wrong or more or sources is None:
        return bool(wrong or more)
    unlike = rendered_differently(family, matrix.own, sources)
    attempt.left_out |= unlike
    return bool(unlike)


def _simplify(attempt: Attempt, wrong: Mapping[int, str]) -> None:
    """Write out the tags of cells that come out differently; leave out those that still do."""
    for number, why in wrong.items():
        if number in attempt.limits.literal:
            attempt.left_out[number] = f"versions.yaml would make another entry: {why}"
    literal = attempt.limits.literal | set(wrong)
    attempt.limits = replace(attempt.limits, literal=literal)


def _give_way(attempt: Attempt, family: ImportedFamily, problems: Sequence[Problem]) -> None:
    """Write what a problem is about in a simpler way, or leave it out.

    Raises InputError if the problem is about the whole family.
    """
    for problem in problems:
        cells = _about(problem, family)
        cycles = {placed.release.cycle for placed in cells if placed.release.version}
        if cycles - attempt.limits.unversioned and problem.path[0] in {"releases", "variants"}:
            unversioned = attempt.limits.unversioned | cycles
            attempt.limits = replace(attempt.limits, unversioned=unversioned)
            return
        for placed in cells:
            attempt.left_out[placed.cell.number] = problem.message
        if cells:
            return
    image = family.values["image"]
    raise InputError("\n".join(f"{image}: {problem.text('versions.yaml')}" for problem in problems))


def _about(problem: Problem, family: ImportedFamily) -> list[Placed]:
    """Return the cells that a problem is about: those that its message names, or its path."""
    cells, path = family.placed, problem.path
    key, name = (*path, "", "")[:2]
    found: list[Placed] = []
    if key == "releases":
        found = [placed for placed in cells if placed.release.cycle == name]
        if path[2:3] == ("variants",):
            return [found[number] for number in path[3:4] if isinstance(number, int)]
    elif key == "flavors":
        found = [placed for placed in cells if placed.flavor == name]
        own = [one.placed for one in family.odd if {*path[2:3]} & one.values.keys()]
        found = [placed for placed in found if placed not in own]
    elif key == "suites":
        found = [placed for placed in cells if placed.suite == name]
    elif key == "variants" and isinstance(name, int):
        variant = family.values["variants"][name]
        found = [placed for placed in cells if placed.variant == variant]
    words = set(re.split(r"[\s(),;]+", problem.message))
    named = [placed for placed in found if f"{placed.release.cycle}/{placed.variant}" in words]
    return named or found
