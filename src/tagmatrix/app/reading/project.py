"""The application as a project: its name, requirements, scripts, and what builds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tagmatrix.app.reading.dependencies import Dependency
    from tagmatrix.app.reading.pythons import PythonRange
    from tagmatrix.app.report import SourceLine

SCM_VARIABLE: Final = "SETUPTOOLS_SCM_PRETEND_VERSION"
"""The variable of setuptools-scm, which hatch-vcs reads too."""


@dataclass(slots=True, kw_only=True)
class Project:
    """What pyproject.toml, setup.cfg or setup.py say about the application.

    Attributes:
        name: its name; empty if it has none.
        file: the file that says it.
        dependencies: its requirements; `dynamic` is set if only its build knows them.
        files: files of requirements that its build reads.
        scripts: its console scripts, each with the object that it calls.
        tasks: the names of commands that only its manager can run.
        version_variable: the variable that tells its build the version, which it otherwise reads
            from git, and its line.
        backend: whether it can be built into a wheel; `native` if it has C code.
        packages: the top-level packages and modules that its settings name.
        roots: the top-level folders of the packages and of what builds them.
        keeps: the files that its build reads: readme, license, package data; `**/` is
            before a pattern that begins at a package.
        folders: the folders of other projects that it installs.
        indexes: the addresses of indexes.
        managers: the managers that its settings are for.
        required: the versions of uv that it accepts, by PEP 440, with the line that has them.
    """

    name: str = ""
    file: str = ""
    dependencies: list[Dependency] = field(default_factory=list)
    dynamic: bool = False
    files: list[tuple[str, SourceLine]] = field(default_factory=list)
    pythons: list[PythonRange] = field(default_factory=list)
    scripts: dict[str, tuple[str, SourceLine]] = field(default_factory=dict)
    tasks: set[str] = field(default_factory=set)
    version_variable: tuple[str, SourceLine | None] = ("", None)
    backend: bool = False
    native: bool = False
    packages: set[str] = field(default_factory=set)
    roots: set[str] = field(default_factory=set)
    keeps: set[str] = field(default_factory=set)
    folders: list[tuple[str, SourceLine]] = field(default_factory=list)
    indexes: list[tuple[str, SourceLine]] = field(default_factory=list)
    managers: dict[str, SourceLine] = field(default_factory=dict)
    required: tuple[str, SourceLine | None] = ("", None)
