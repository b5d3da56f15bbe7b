"""The flow of `app write`: read, decide, render. Nothing is written here."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tagmatrix.app import catalogue, plan, rendering
from tagmatrix.app.decide import base
from tagmatrix.app.reading import application
from tagmatrix.app.report import Report, Source
from tagmatrix.dockerfile.ignore import ignore_rules, is_ignored
from tagmatrix.errors import InputError
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from tagmatrix.app.catalogue import Catalogue
    from tagmatrix.app.options import Options
    from tagmatrix.app.plan import Plan
    from tagmatrix.references import Reference

_MAX_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The plan of an application, its files and the report."""

    plan: Plan
    catalogue: Catalogue
    files: dict[str, bytes]
    report: Report


def prepare(
    folder: Path, options: Options, as_of: dt.date, present: Reference | None = None
) -> Prepared:
    """Return what would be written into an application's folder.

    With `present`, the base of the file that exists stays.

    Raises:
        InputError: with all problems of a stage, each with its place.
        UpstreamError: the manifest's address can't be reached.
    """
    report = Report()
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    facts = application.read(folder, report)
    images = catalogue.load(folder, options.manifest)
    made = plan.make(facts, images, options, report, present)
    base.warn_of_ends(images, made.base, as_of, report)
    files = rendering.files(made)
    _check_ignored(folder, made, files, report)
    _check_place(folder, made, report)
    return Prepared(plan=made, catalogue=images, files=files, report=report)


def relative_manifest(options: Options, root: Path, folder: Path) -> Options:
    """Return the options with the path of a manifest relative to the application's folder.

    The Dockerfile keeps it, so that a check finds it from any folder.
    """
    path = root / options.manifest
    if not options.manifest or "://" in options.manifest or not path.exists():
        return options
    return replace(options, manifest=os.path.relpath(path, folder))


def ignore_text(folder: Path, files: dict[str, bytes]) -> str:
    """Return the application's .dockerignore, or the one that would be written.

    Raises InputError if it can't be read.
    """
    try:
        return read_bounded(folder / rendering.IGNORE, _MAX_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        return files[rendering.IGNORE].decode()
    except UnicodeDecodeError:
        raise InputError(f"{rendering.IGNORE}: is not UTF-8: save it as UTF-8") from None
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"{rendering.IGNORE}: can't be read: {reason}") from None


def _check_ignored(folder: Path, made: Plan, files: dict[str, bytes], report: Report) -> None:
    """Report files that a person's .dockerignore hides from the build."""
    rules = ignore_rules(ignore_text(folder, files))
    for step in made.install.before:
        for path in step.files:
            if is_ignored(path, rules):
                report.warn(
                    f"hides {path}, which the build reads: add !{path}", Source(".dockerignore")
                )


def _check_place(folder: Path, made: Plan, report: Report) -> None:
    """Warn if CI's files are written into a folder where no forge reads them."""
    here = folder.resolve()
    top = next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
    if top != here and any(extra.startswith("ci-") for extra in made.options.extras):
        report.warn(
            f"CI reads files at the top of the repository only: move them from {folder.name} "
            "there, and let them build this folder"
        )
