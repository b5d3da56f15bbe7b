"""TOML files: values with the lines that they come from."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from tagmatrix.app.report import Source

if TYPE_CHECKING:
    from tagmatrix.app.reading.folder import Folder
    from tagmatrix.app.report import Report


class Toml:
    """A TOML file. A value of another type than the requested one is reported as a problem."""

    def __init__(self, file: str, text: str, value: dict[str, Any], report: Report) -> None:
        self.file = file
        self.text = text
        self.value = value
        self._report = report
        self._refused: set[tuple[str, ...]] = set()

    def get(self, *path: str) -> Any:  # noqa: ANN401 (any TOML value)
        """Return the value at a path of keys; None if it is missing."""
        value: Any = self.value
        for key in path:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    def string(self, *path: str) -> str:
        """Return a string; empty if it is missing."""
        value = self._of_type(str, "a string", path)
        return value if isinstance(value, str) else ""

    def strings(self, *path: str) -> list[str]:
        """Return a list of strings; empty if it is missing."""
        return [
            item
            for item in self._list(path)
            if isinstance(item, str) or self._refuse("a list of strings", path)
        ]

    def table(self, *path: str) -> dict[str, Any]:
        """Return a table; empty if it is missing."""
        value = self._of_type(dict, "a table", path)
        return value if isinstance(value, dict) else {}

    def tables(self, *path: str) -> list[dict[str, Any]]:
        """Return an array of tables; empty if it is missing."""
        return [
            item
            for item in self._list(path)
            if isinstance(item, dict) or self._refuse("an array of tables", path)
        ]

    def _list(self, path: tuple[str, ...]) -> list[Any]:
        value = self._of_type(list, "a list", path)
        return value if isinstance(value, list) else []

    def _of_type(self, kind: type, name: str, path: tuple[str, ...]) -> object:
        """Return the value at a path; None if it, or a table above it, is of another type."""
        for end in range(1, len(path)):
            above = self.get(*path[:end])
            if above is not None and not isinstance(above, dict):
                self._refuse("a table", path[:end])
                return None
        value: object = self.get(*path)
        if value is not None and not isinstance(value, kind):
            self._refuse(name, path)
            return None
        return value

    def _refuse(self, name: str, path: tuple[str, ...]) -> bool:
        """Report a value of a wrong type, once; return False."""
        if path not in self._refused:
            self._refused.add(path)
            self._report.refuse(f"{'.'.join(path)} must be {name}", self.at(*path))
        return False

    def at(self, *words: str) -> Source:
        """Return the first line that has the words, one after the other, in this order.

        tomllib keeps no lines. A line of the same words is near enough for a reader.
        """
        line = 1
        position = 0
        for word in words:
            pattern = rf"(?<![\w-]){re.escape(word)}(?![\w-])"
            match = re.compile(pattern).search(self.text, position)
            if match is None:
                break
            position = match.start()
            line = self.text.count("\n", 0, position) + 1
        return Source(self.file, line)


def read(folder: Folder, path: str) -> Toml | None:
    """Return a TOML file; None if it is missing. Invalid TOML is reported as a problem."""
    text = folder.text(path)
    if text is None:
        return None
    try:
        return Toml(path, text, tomllib.loads(text), folder.report)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        line = int(match[1]) if match else text.count("\n") + 1
        message = re.sub(r"\s*\(at .*\)$", "", str(error))
        folder.report.refuse(f"invalid TOML: {message}", Source(path, line))
    except RecursionError:
        folder.report.refuse("invalid TOML: it is nested too deeply", Source(path))
    except (ValueError, OverflowError):
        folder.report.refuse("invalid TOML: a number is too large", Source(path))
    return None
