"""What of a file could not be read: so that one mistake is told once, not in all that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.problems import ValuePath


class Gaps:
    """The paths of values that were refused; they have been told."""

    def __init__(self, paths: Iterable[ValuePath] = ()) -> None:
        """Take the paths, in the numbers of the file."""
        self.paths = frozenset(paths)
        self._heads = {path[:length] for path in self.paths for length in range(1, len(path) + 1)}

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

    def within(self, *sections: str) -> bool:
        """Tell whether anything in these sections was refused."""
        return any((section,) in self._heads for section in sections)
