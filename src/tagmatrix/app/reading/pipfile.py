"""Pipfile: Pipenv's requirements, sources and version of Python."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from packaging.utils import canonicalize_name

from tagmatrix.app.quoting import path_problem
from tagmatrix.app.reading import toml
from tagmatrix.app.reading.dependencies import Dependency, marker_of, refuse_credentials
from tagmatrix.app.reading.project import Project
from tagmatrix.app.reading.pythons import pinned

if TYPE_CHECKING:
    from tagmatrix.app.reading.folder import Folder
    from tagmatrix.app.reading.toml import Toml

FILE: Final = "Pipfile"


def read(folder: Folder) -> Project | None:
    """Return the project of a Pipfile; None if there is no such file, or it is a problem."""
    file = toml.read(folder, FILE)
    if file is None:
        return None
    project = Project(file=FILE)
    project.tasks.update(file.table("scripts"))
    for key in ("python_full_version", "python_version"):
        if text := file.string("requires", key):
            if found := pinned(text, file.at("requires", key), folder.report):
                project.pythons.append(found)
            break
    for url in file.column("url", "source"):
        refuse_credentials(url, file.at(url), folder.report)
        project.indexes.append((url, file.at(url)))
    for name, value in file.table("packages").items():
        _package(folder, file, project, name, value)
    return project


def _package(folder: Folder, file: Toml, project: Project, name: str, value: object) -> None:
    """Read one of the packages."""
    details = value if isinstance(value, dict) else {}
    at = file.at("packages", name)
    extras = details.get("extras")
    path = details.get("path")
    refuse_credentials(str(details.get("git", "")), at, folder.report)
    if isinstance(path, str):
        inner = posixpath.normpath(path)
        if inner.startswith(("/", "..")):
            folder.report.refuse(f"{path} is outside of the application's folder", at)
        elif inner == ".":
            project.backend = True
        elif problem := path_problem(inner):
            folder.report.refuse(problem, at)
        else:
            project.folders.append((inner, at))
    project.dependencies.append(
        Dependency(
            name=canonicalize_name(name),
            source=at,
            extras=frozenset(map(str, extras)) if isinstance(extras, list) else frozenset(),
            vcs="git" if "git" in details else "",
            marker=marker_of(details),
        )
    )
