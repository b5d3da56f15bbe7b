"""TOML files: values with the lines that they come from."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagmatrix.app.reading.folder import SMALL
from tagmatrix.app.report import SourceLine

if TYPE_CHECKING:
    from tagmatrix.app.reading.folder import Folder
    from tagmatrix.app.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """Where a table begins in its file, and the path of its keys."""

    position: int = 0
    line: int = 1
    path: tuple[str, ...] = ()


_TOP = _Start()


class Toml:
    """A TOML file. A value of another type than the requested one is reported as a problem.

    A table in an array of tables is one too: its keys are looked for from its own line on.
    """

    def __init__(
        self, file: str, text: str, value: dict[str, Any], report: Report, start: _Start = _TOP
    ) -> None:
        self.file = file
        self.text = text
        self.value = value
        self._report = report
        self._start = start
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

    def required(self, *path: str) -> str:
        """Return a string; a missing one is a problem too."""
        if self.get(*path) is None:
            self._refuse("a string", path)
        return self.string(*path)

    def boolean(self, *path: str) -> bool:
        """Return whether a value is true; a missing one is not."""
        return self._of_type(bool, "true or false", path) is True

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

    def column(self, key: str, *path: str) -> list[str]:
        """Return the strings of one key in an array of tables."""
        values = [table[key] for table in self.tables(*path) if key in table]
        return [
            value
            for value in values
            if isinstance(value, str) or self._refuse("a string", (*path, key))
        ]

    def entries(self, key: str) -> list[Toml]:
        """Return an array of tables at the top, each with its own place."""
        tables = self.tables(key)
        header = re.compile(rf"^[ \t]*\[\[[ \t]*{re.escape(key)}[ \t]*\]\]", re.MULTILINE)
        places = [match.start() for match in header.finditer(self.text)]
        if len(places) != len(tables):  # they are written in another way
            places = [0] * len(tables)
        found = []
        line, last = 1, 0
        for value, place in zip(tables, places, strict=True):
            line += self.text.count("\n", last, place)
            last = place
            start = _Start(position=place, line=line, path=(key,))
            found.append(Toml(self.file, self.text, value, self._report, start))
        return found

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
            full = ".".join((*self._start.path, *path))
            self._report.refuse(f"{full} must be {name}", self.at(*path))
        return False

    def at(self, *words: str) -> SourceLine:
        """Return the first line that has the words, one after the other, in this order.

        tomllib keeps no lines. A line of the same words is near enough for a reader.
        """
        position, line = self._start.position, self._start.line
        for word in words:
            found = self._find(word, position)
            if found < 0:
                break
            line += self.text.count("\n", position, found)
            position = found
        return SourceLine(self.file, line)

    def _find(self, word: str, position: int) -> int:
        """Return where a whole word is, from a position on; -1 if it is nowhere."""
        text, found = self.text, self.text.find(word, position)
        while found >= 0:
            end = found + len(word)
            before, after = text[max(found - 1, 0) : found], text[end : end + 1]
            if not any(map(_is_of_word, before + after)):
                break
            found = text.find(word, found + 1)
        return found


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character in {"_", "-"}


def read(folder: Folder, path: str, most: int = SMALL) -> Toml | None:
    """Return a TOML file; None if it is missing. Invalid TOML is reported as a problem."""
    text = folder.text(path, most)
    if text is None:
        return None
    try:
        return Toml(path, text, tomllib.loads(text), folder.report)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        line = int(match[1]) if match else text.count("\n") + 1
        message = re.sub(r"\s*\(at .*\)$", "", str(error))
        folder.report.refuse(f"invalid TOML: {message}", SourceLine(path, line))
    except RecursionError:
        folder.report.refuse("invalid TOML: it is nested too deeply", SourceLine(path))
    except (ValueError, OverflowError):
        folder.report.refuse("invalid TOML: a number is too large", SourceLine(path))
    return None
