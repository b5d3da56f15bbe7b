"""The application's folder: reads its files up to a limit, and never follows a link out of it."""

from __future__ import annotations

import os
import posixpath
from itertools import islice
from typing import TYPE_CHECKING, Final

from tagmatrix.app.quoting import path_problem
from tagmatrix.app.reading.dependencies import refuse_lines_with_credentials
from tagmatrix.app.report import SourceLine, clean
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tagmatrix.app.report import Report

MAX_BYTES: Final = 16 << 20
"""Locks of large applications have a few megabytes."""
SMALL: Final = 1 << 20
"""No file that a person writes has more."""
_MAX_SOURCES: Final = 400
_MAX_DEPTH: Final = 5
_SKIPPED: Final = frozenset(
    {
        "__pycache__",
        "docs",
        "examples",
        "migrations",
        "node_modules",
        "site-packages",
        "test",
        "tests",
    }
)
_USUAL: Final = frozenset({"build", "dist", "env", "venv"})
"""Names of environments and build results, which a package may have too."""


class Folder:
    """The folder of an application; paths are relative to it, with slashes."""

    def __init__(self, root: Path, report: Report) -> None:
        self.root = root
        self.report = report
        self._texts: dict[str, str | None] = {}

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.root.resolve().name

    def has(self, path: str) -> bool:
        """Return whether a regular file of the folder exists at a path."""
        try:
            return (self.root / path).is_file() and self.inside(path)
        except (OSError, ValueError):
            return False

    def has_folder(self, path: str) -> bool:
        """Return whether a folder of the application exists at a path."""
        try:
            return (self.root / path).is_dir() and self.inside(path)
        except (OSError, ValueError):
            return False

    def inside(self, path: str) -> bool:
        """Return whether a path stays in the folder, also through links."""
        try:
            return (self.root / path).resolve().is_relative_to(self.root.resolve())
        except (OSError, ValueError, RuntimeError):
            return False

    def local(self, path: str, source: SourceLine) -> str:
        """Return the path of a folder or a file that is installed too; empty if it is a problem."""
        inner = posixpath.normpath(path)
        if inner.startswith(("/", "..")) or not self.inside(inner):
            self.report.refuse(
                f"{clean(path)} is outside of the application's folder, where the build can't read "
                "it: run tagmatrix app write in the folder that has both",
                source,
            )
        elif inner != "." and (problem := path_problem(inner)):
            self.report.refuse(problem, source)
        elif self.has_folder(inner) or self.has(inner):
            return inner
        else:
            missing = f"{clean(inner)} does not exist: add it, or remove this line"
            self.report.refuse(missing, source)
        return ""

    def text(self, path: str, most: int = SMALL) -> str | None:
        """Return a file's text; None if there is no such file, or if it is a problem.

        A file that can't be read, is too large, not UTF-8 or has credentials is reported as a
        problem.
        """
        if path not in self._texts:
            self._texts[path] = self._read(path, most)
        return self._texts[path]

    def _read(self, path: str, most: int) -> str | None:
        source = SourceLine(path)
        try:
            if not self.inside(path):
                self.report.refuse("is outside of the application's folder: move it there", source)
                return None
            data = read_bounded(self.root / path, most)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self.report.refuse(f"can't be read: {reason}", source)
            return None
        if len(data) > most:
            self.report.refuse(f"has more than {most >> 20} MiB: is this the right file?", source)
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.report.refuse("is not UTF-8: save it as UTF-8", SourceLine(path, line))
            return None
        refuse_lines_with_credentials(text, path, self.report)
        return text

    def quiet_text(self, path: str) -> str | None:
        """Return a file's text; None if it can't be read, which is not a problem here."""
        try:
            data = read_bounded(self.root / path, SMALL) if self.inside(path) else None
            return data.decode("utf-8-sig") if data and len(data) <= SMALL else None
        except (OSError, UnicodeDecodeError, ValueError):
            return None

    def is_package(self, path: str) -> bool:
        """Return whether a folder is a package of Python."""
        return self.has(f"{path}/__init__.py") and not self.has(f"{path}/pyvenv.cfg")

    def names(self, path: str = ".") -> list[tuple[str, bool]]:
        """Return the names in a folder, sorted, each with whether it is a folder."""
        try:
            with os.scandir(self.root / path) as entries:
                return sorted(
                    (entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries
                )
        except (OSError, ValueError):
            return []

    def projects(self, pattern: str) -> list[str]:
        """Return the folders of a pattern such as `packages/*` that have a pyproject.toml."""
        try:
            found = [path.relative_to(self.root).as_posix() for path in self.root.glob(pattern)]
        except (OSError, ValueError, NotImplementedError):  # such as an absolute pattern
            return []
        return sorted(path for path in found if self.has(f"{path}/pyproject.toml"))

    def files(self, enters: Callable[[str], bool]) -> Iterator[str]:
        """Yield the paths of the files, those near the top first, in the folders that it enters."""
        waiting = ["."]
        for _ in range(_MAX_DEPTH):
            deeper: list[str] = []
            for folder in waiting:
                for name, is_folder in self.names(folder):
                    path = name if folder == "." else f"{folder}/{name}"
                    if not is_folder:
                        yield path
                    elif enters(path):
                        deeper.append(path)
            waiting = deeper

    def python_files(self) -> Iterator[str]:
        """Yield the paths of Python files, those near the top first."""
        found = (path for path in self.files(self._may_have_sources) if path.endswith(".py"))
        return islice(found, _MAX_SOURCES)

    def _may_have_sources(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        if name in _USUAL:
            return self.is_package(path)
        return name.isidentifier() and name not in _SKIPPED
