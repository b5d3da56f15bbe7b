"""Which manager installs the dependencies: by its files, or as --manager says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.app.reading import lock_files, requirements
from tagmatrix.app.report import SourceLine
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.reading.lock_model import Lock
    from tagmatrix.app.reading.project import Project
    from tagmatrix.app.report import Report

LOCK_COMMANDS: Final = {
    "uv": "uv lock",
    "poetry": "poetry lock",
    "pdm": "pdm lock",
    "pipenv": "pipenv lock",
    "pylock": "pip lock",
}
_VERSION: Final = re.compile(r"(?:==)?\s*([0-9]+(?:\.[0-9]+)*)")
_PYLOCK: Final = re.compile(r"pylock\.[^.]+\.toml")
_LIST: Final = re.compile(
    r"(?:requirements/[^/]+|requirements[-_.][^/]+|[^/]+[-_.]requirements)\.txt"
)
NEWEST: Final = {"uv": "0.13.9", "poetry": "2.5.1", "pdm": "2.29.4", "pipenv": "2026.10.3"}
"""The versions that are installed if no file of the application names one."""
BESIDE: Final = {"pdm": ("hishel<2",)}
"""More requirements of a manager: PDM 2.29 ends with an error if it gets hishel 2."""


def choose(application: Application, wanted: str, report: Report) -> str:
    """Return the manager. Raises InputError if two are possible, or the wanted one is not."""
    found = _found(application)
    if wanted:
        _check_wanted(application, wanted, found, report)
        report.decide("manager", wanted, "--manager", found.get(wanted))
        return wanted
    chosen = _only(application, found, report)
    if chosen != "pip" and chosen not in application.locks:
        _needs_lock(chosen, found[chosen], report)
    return chosen


def _only(application: Application, found: dict[str, SourceLine], report: Report) -> str:
    """Return the only manager that has files. Raises InputError if two have."""
    if not found:
        if application.conda:
            report.fail(
                "conda's packages need conda's own images, which have no tags in this manifest: "
                "export the dependencies from PyPI to requirements.txt, then give --manager pip",
                SourceLine(application.conda[0]),
            )
        report.decide("manager", "pip", "no file names dependencies")
        _warn_of_names(application, report)
        return "pip"
    if application.conda:
        manager, source = next(iter(found.items()))
        report.fail(
            f"conda and {manager} ({source}) both name dependencies: choose with --manager "
            f"{manager}; conda's packages need conda's own images",
            SourceLine(application.conda[0]),
        )
    if len(found) > 1:
        named = join_names([f"{name} ({source})" for name, source in found.items()])
        report.fail(f"two managers: {named}: choose one with --manager {next(iter(found))}")
    manager, source = next(iter(found.items()))
    report.decide("manager", manager, "its file is here", source)
    return manager


def _warn_of_names(application: Application, report: Report) -> None:
    """Warn of files that look like lists of dependencies, and have names that are not read."""
    folder = application.folder
    names = [name for name, is_folder in folder.names() if not is_folder]
    names += [f"requirements/{name}" for name, _ in folder.names("requirements")]
    for name in names:
        if _PYLOCK.fullmatch(name):
            remedy = f"rename it to {lock_files.FILES['pylock']}"
        elif name == "requirements.in":
            remedy = f"run pip-compile, which writes {requirements.FILE}"
        elif _LIST.fullmatch(name):
            remedy = f"write `-r {name}` into {requirements.FILE}"
        else:
            continue
        report.warn(f"is not read, because of its name: {remedy}", SourceLine(name))


def lock_advice(project: Project) -> str:
    """Return how to pin what a project names: with the manager that it has settings for, or pip."""
    if named := next(iter(project.managers), ""):
        return f"run {LOCK_COMMANDS[named]}, and commit {lock_files.FILES[named]}"
    # pip-compile reads any of these files: https://pip-tools.readthedocs.io/
    return f"run pip-compile {project.file} (of pip-tools), and commit {requirements.FILE}"


def requirements_of(application: Application, manager: str, report: Report) -> tuple[str, ...]:
    """Return the requirements that install a manager; none for pip, which the image has."""
    if manager == "pip":
        return ()
    tool = "uv" if manager == "pylock" else manager
    lock = application.locks.get(manager)
    required, at = application.project.required if tool == "uv" else ("", None)
    source = SourceLine(lock.file) if lock else None
    if lock and lock.manager_version:
        version, why = lock.manager_version, f"{lock.file} was written by it"
    elif match := _VERSION.fullmatch(required):
        version, why, source = match[1], "the application requires it", at
    elif required:
        _check_required(required, NEWEST[tool], at, report)
        version, why, source = NEWEST[tool], f"the application accepts it: {required}", at
    else:
        version, why = NEWEST[tool], "no file names a version"
    report.decide(tool, version, why, source)
    return (f"{tool}=={version}", *BESIDE.get(tool, ()))


def _check_required(required: str, version: str, source: SourceLine | None, report: Report) -> None:
    """Raise InputError unless a version of uv is in `required-version`."""
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 (rare)

    try:
        fits = SpecifierSet(required).contains(version)
    except (ValueError, OverflowError):
        report.fail(
            f"invalid required-version {required!r}: expected a range such as >=0.9", source
        )
    if not fits:
        report.fail(
            f"uv {version} is not in required-version {required}: pin it, `==X.Y.Z`", source
        )


def _found(application: Application) -> dict[str, SourceLine]:
    """Return the managers that have files, each with its file, locks first."""
    project = application.project
    found = {name: SourceLine(lock.file, 1) for name, lock in application.locks.items()}
    if application.pipfile is not None and "pipenv" not in found:
        found["pipenv"] = SourceLine("Pipfile", 1)
    if "poetry" in project.managers and not found and _only_poetry(application):
        found["poetry"] = project.managers["poetry"]
    wanted = application.requirements
    if wanted is not None:
        locked = [lock for lock in application.locks.values() if _exported(application, lock)]
        if not locked and wanted.exported not in application.locks:
            found["pip"] = SourceLine(wanted.files[0], 1)
    elif not found and project.file:
        found["pip"] = SourceLine(project.file, 1)
    return found


def _only_poetry(application: Application) -> bool:
    """Return whether only Poetry can read the requirements."""
    direct = application.project.dependencies
    return application.requirements is None and any(not one.text for one in direct)


def _exported(application: Application, lock: Lock) -> bool:
    """Return whether requirements.txt names only what a lock has: it was exported from it."""
    wanted = application.requirements
    if wanted is None or not wanted.dependencies:
        return False
    return {one.name for one in wanted.dependencies} <= lock.all_names


def _check_wanted(
    application: Application, wanted: str, found: dict[str, SourceLine], report: Report
) -> None:
    """Report a manager that has no lock, or whose files are missing."""
    if wanted == "pip":
        if application.requirements is None and not application.project.file:
            report.fail(f"--manager pip: there is no {requirements.FILE} and no pyproject.toml")
    elif wanted not in application.locks:
        _needs_lock(wanted, found.get(wanted), report)


def _needs_lock(manager: str, source: SourceLine | None, report: Report) -> None:
    """Raise InputError for a manager without its lock."""
    report.fail(
        f"{lock_files.FILES[manager]} is missing, so that each build could install other versions: "
        f"run {LOCK_COMMANDS[manager]}, and commit it",
        source,
    )
