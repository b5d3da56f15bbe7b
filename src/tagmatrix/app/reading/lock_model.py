"""A lock: what every manager's lock has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagmatrix.app.reading.dependencies import Dependency
    from tagmatrix.app.reading.pythons import PythonRange
    from tagmatrix.app.report import SourceLine


@dataclass(slots=True, kw_only=True)
class Lock:
    """A lock: its distributions, those of other groups than the application's own left out.

    Attributes:
        packages: the distributions that are installed.
        all_names: the names of all distributions, also of other groups.
        manager_version: the version of the manager that wrote it; empty if it does not say.
        folders: the folders of the application that it installs.
    """

    file: str
    packages: list[Dependency] = field(default_factory=list)
    all_names: set[str] = field(default_factory=set)
    pythons: list[PythonRange] = field(default_factory=list)
    indexes: list[tuple[str, SourceLine]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    manager_version: str = ""
