"""The flow of `app write`: read, decide, render. Nothing is written here."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tagmatrix import header, references
from tagmatrix.app import application_plan, catalogue, ignoring, rendering
from tagmatrix.app.decisions import support
from tagmatrix.app.reading import application
from tagmatrix.app.report import Message, Report, SourceLine
from tagmatrix.dockerfile.ignore import IGNORE_FILE, ignore_errors, ignore_rules, is_ignored
from tagmatrix.errors import InputError
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from tagmatrix.app.application_options import ApplicationOptions
    from tagmatrix.app.application_plan import ApplicationPlan
    from tagmatrix.app.catalogue import Catalogue
    from tagmatrix.app.present import Present
    from tagmatrix.app.reading.folder import Folder
    from tagmatrix.dockerfile.ignore import IgnoreRule
    from tagmatrix.references import Reference

_MAX_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The plan of an application, its files and the report.

    Attributes:
        kept: the base of the Dockerfile that exists, if the plan keeps it.
    """

    plan: ApplicationPlan
    catalogue: Catalogue
    files: dict[str, bytes]
    report: Report
    kept: Reference | None = None

    @property
    def supported_until(self) -> dt.date | None:
        """The last day of the base's support; None if an end is not known."""
        return support.last_day(self.catalogue, self.plan.base)


def prepare(
    folder: Path,
    options: ApplicationOptions,
    as_of: dt.date,
    present: Present | None = None,
    *,
    renew: bool = False,
) -> Prepared:
    """Return what would be written into an application's folder.

    With `present`, the base of the file that exists stays, and what is wrong with it is a
    finding; with `renew`, only its digest stays, if its tag does. The base of a person's
    Dockerfile may be another image: then the plan does not keep it.

    Raises:
        InputError: with all problems of a stage, each with its place.
        UpstreamError: the manifest's address can't be reached.
    """
    report = Report()
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    facts = application.read(folder, report)
    images = catalogue.load(folder, options.manifest)
    _warn_of_name(images, report)
    old = _comparable_base(present, images)
    kept = old if not renew else None
    made = application_plan.make(facts, images, options, as_of, report, kept)
    if present is not None and old is not None and renew:
        made = _with_digest(made, old, present.source, report)
    support.report_age(images, as_of, report)
    if present is None or renew or kept is not None:
        there = kept is not None and kept.tag == made.base.tag
        remedy = _remedy(options, present if there else None)
        support.report_ends(images, made.base, as_of, report, present=there, remedy=remedy)
    files = rendering.files(made)
    _check_ignored(facts.folder, made, files, report)
    _check_place(folder, made, report)
    return Prepared(plan=made, catalogue=images, files=files, report=report, kept=kept)


def _remedy(options: ApplicationOptions, there: Present | None) -> support.Remedy:
    """Return how a base is replaced: `update` keeps a tag that an option names."""
    if there is not None and not there.generated:
        return "by hand"
    return "update" if there is not None and not options.tag else "write"


def _comparable_base(present: Present | None, images: Catalogue) -> Reference | None:
    """Return the base of a Dockerfile; None if it is a person's, and another image or no tag."""
    base = present.base if present is not None else None
    if present is None or base is None or present.generated:
        return base
    same = base.repository == references.parse(images.name).repository
    return base if same and base.tag else None


def _warn_of_name(images: Catalogue, report: Report) -> None:
    """Warn if the name in FROM is only that of a file."""
    if images.named_by_file and images.name != catalogue.PYTHON:
        report.warn(
            f"FROM names the image {images.name}, because the file has this name "
            f"({images.origin}): rename the file if the image has another name"
        )


def _with_digest(
    made: ApplicationPlan, old: Reference, source: SourceLine, report: Report
) -> ApplicationPlan:
    """Return the plan with the digest of the base that exists, if its tag is the same."""
    chosen = made.base
    if chosen.digest or not old.digest:
        return made
    if (chosen.name, chosen.tag) == (old.name, old.tag):
        return replace(made, base=replace(chosen, digest=old.digest))
    report.warn(
        f"the digest of {old.tag} does not belong to {chosen.tag}: give the new one with --digest",
        source,
    )
    return made


def relative_manifest(options: ApplicationOptions, root: Path, folder: Path) -> ApplicationOptions:
    """Return the options with the path of a manifest relative to the application's folder.

    The Dockerfile keeps it, so that a check finds it from any folder.
    """
    path = root / options.manifest
    if not options.manifest or "://" in options.manifest or not path.exists():
        return options
    return replace(options, manifest=os.path.relpath(path, folder))


def context_rules(folder: Path, files: dict[str, bytes]) -> tuple[IgnoreRule, ...]:
    """Return the rules of .dockerignore. Raises InputError if Docker refuses one of them.

    A rule that is left out may be the one that hides a password from the build.
    """
    text = _ignore_text(folder, files)
    if problems := _ignore_problems(text):
        raise InputError("\n".join(map(str, problems)))
    return ignore_rules(text)


def _ignore_problems(text: str) -> list[Message]:
    return [
        Message(text=f"Docker refuses {problem}", source=SourceLine(IGNORE_FILE, line))
        for line, problem in ignore_errors(text)
    ]


def _ignore_text(folder: Path, files: dict[str, bytes]) -> str:
    """Return a person's .dockerignore, or the one that tagmatrix writes.

    Raises InputError if it can't be read.
    """
    ours = files[IGNORE_FILE].decode()
    try:
        data = read_bounded(folder / IGNORE_FILE, _MAX_BYTES)
        return ours if header.is_generated(data, header.APP) else data.decode("utf-8-sig")
    except FileNotFoundError:
        return ours
    except UnicodeDecodeError:
        raise InputError(f"{IGNORE_FILE}: is not UTF-8: save it as UTF-8") from None
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"{IGNORE_FILE}: can't be read: {reason}") from None


def _check_ignored(
    folder: Folder, made: ApplicationPlan, files: dict[str, bytes], report: Report
) -> None:
    """Warn of invalid rules in a person's .dockerignore, and of what it must or must not hide."""
    text = _ignore_text(folder.root, files)
    for message in _ignore_problems(text):
        report.warn(message.text, message.source)
    rules = ignore_rules(text)
    for step in made.install.before:
        for path in (*step.files, *step.folders):
            if is_ignored(path, rules):
                report.warn(
                    f"hides {path}, which the build reads: add !{path}", SourceLine(IGNORE_FILE)
                )
    for path in made.password_files:
        if not is_ignored(path, rules):
            report.warn(f"does not hide {path}, a password: add {path}", SourceLine(IGNORE_FILE))
    ignoring.check(folder, rules, report, own=text.encode() == files[IGNORE_FILE])


def _check_place(folder: Path, made: ApplicationPlan, report: Report) -> None:
    """Warn if CI's files are written into a folder where no forge reads them."""
    here = folder.resolve()
    top = next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
    if top != here and any(extra.startswith("ci-") for extra in made.options.extras):
        report.warn(
            f"CI reads files at the top of the repository only: move them from {folder.name} "
            "there, and let them build this folder"
        )
