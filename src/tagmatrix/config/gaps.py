"""What of a file could not be read: so that one mistake is told once, not in all that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tagmatrix.problems import ValuePath


_ENTRY: Final = 2
"""So many parts has the path of an entry of a section."""


class Gaps:
    """The paths of values that were refused; they have been told."""

    def __init__(self, paths: Iterable[ValuePath] = (), keys: Iterable[ValuePath] = ()) -> None:
        """Take the paths, in the numbers of the file, and those of all its keys."""
        self.paths = frozenset(paths)
        self._heads = {path[:length] for path in self.paths for length in range(1, len(path) + 1)}

        self._names: dict[str, list[str]] = {}
        for path in keys if self.paths else ():
            if len(path) == _ENTRY and isinstance(path[1], str):
                self._names.setdefault(str(path[0]), []).append(path[1])

    def __bool__(self) -> bool:
        return bool(self.paths)

    def touch(self, path: ValuePath) -> bool:
        """Tell whether something at a path, below or above it was refused."""
        return (
            () in self.paths
            or path in self._heads
            or any(path[:length] in self.paths for length in range(1, len(path)))
        )

    def unsure(self, section: str, name: str) -> bool:
        """Tell whether a name may stand in a section although it was not read."""
        return (section,) in self.paths or (section, name) in self._heads

    def names(self, section: str, known: Iterable[str]) -> list[str]:
        """Return the names that stand in a section, also of what was refused there."""
        return list(dict.fromkeys([*known, *self._names.get(section, ())]))

    def complete(self, section: str, known: Collection[str]) -> bool:
        """Tell whether the names of a section are all known: no entry of it was refused."""
        return (section,) not in self.paths and all(
            name in known for name in self._names.get(section, ())
        )

    def at(self, key: str, *sections: str) -> bool:
        """Tell whether something at, or below, a key in one of these sections was refused."""
        return any(key in path and path[0] in sections for path in self.paths)

    def within(self, *sections: str) -> bool:
        """Tell whether anything in these sections was refused."""
        return any((section,) in self._heads for section in sections)
