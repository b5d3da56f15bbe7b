"""TOML files: values with the lines that they come from."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from tagmatrix.app.report import Source

if TYPE_CHECKING:
    from tagmatrix.app.reading.folder import Folder


class Toml:
    """A TOML file; a value of another type than the requested one counts as missing."""

    def __init__(self, file: str, text: str, value: dict[str, Any]) -> None:
        self.file = file
        self.text = text
        self.value = value

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
        value = self.get(*path)
        return value if isinstance(value, str) else ""

    def strings(self, *path: str) -> list[str]:
        """Return the strings of a list."""
        value = self.get(*path)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def table(self, *path: str) -> dict[str, Any]:
        """Return a table; empty if it is missing."""
        value = self.get(*path)
        return value if isinstance(value, dict) else {}

    def tables(self, *path: str) -> list[dict[str, Any]]:
        """Return the tables of an array of tables."""
        value = self.get(*path)
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

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
        return Toml(path, text, tomllib.loads(text))
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
