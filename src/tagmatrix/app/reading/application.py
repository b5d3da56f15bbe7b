"""Everything that the application's files say, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.app.reading import (
    lock_files,
    pipfile,
    procfile,
    pyproject,
    python_sources,
    pythons,
    requirements,
    setup_files,
)
from tagmatrix.app.reading.folder import Folder
from tagmatrix.app.reading.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.app.reading.lock_model import Lock
    from tagmatrix.app.reading.procfile import ProcfileProcess
    from tagmatrix.app.reading.python_sources import PythonSources
    from tagmatrix.app.reading.pythons import PythonRange
    from tagmatrix.app.reading.requirements import Requirements
    from tagmatrix.app.report import Report

CONDA: Final = ("environment.yml", "environment.yaml", "conda-lock.yml", "meta.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The facts of an application.

    Attributes:
        project: pyproject.toml, or else setup.cfg and setup.py; empty if it has none.
        conda: the files of conda.
    """

    folder: Folder
    project: Project
    pipfile: Project | None
    requirements: Requirements | None
    locks: dict[str, Lock]
    pins: list[PythonRange]
    processes: list[ProcfileProcess]
    sources: PythonSources
    conda: list[str]


def read(root: Path, report: Report) -> Application:
    """Return the facts of the application in a folder. Raises InputError with all problems."""
    folder = Folder(root, report)
    project = pyproject.read(folder)
    legacy = setup_files.read(folder)
    if project is None:
        project = legacy or Project()
    elif legacy is not None:
        _add(project, legacy)
    found = {name: lock for name in lock_files.FILES if (lock := lock_files.read(folder, name))}
    wanted = requirements.read(folder)
    if wanted is None:
        for name, _ in project.files:
            wanted = wanted or requirements.read(folder, name)
    application = Application(
        folder=folder,
        project=project,
        pipfile=pipfile.read(folder),
        requirements=wanted,
        locks=found,
        pins=pythons.read_pins(folder),
        processes=procfile.read(folder),
        sources=python_sources.read(folder),
        conda=[name for name in CONDA if folder.has(name)],
    )
    report.stop()
    return application


def _add(project: Project, legacy: Project) -> None:
    """Add what setup.cfg and setup.py say, where pyproject.toml does not."""
    project.backend = True
    project.native |= legacy.native
    project.packages |= legacy.packages
    project.roots |= legacy.roots
    project.keeps |= legacy.keeps
    if not project.name:
        project.name, project.file = legacy.name, legacy.file
    project.dependencies = project.dependencies or legacy.dependencies
    project.pythons += legacy.pythons
    if not project.version_variable[0]:
        project.version_variable = legacy.version_variable
    project.scripts = legacy.scripts | project.scripts
