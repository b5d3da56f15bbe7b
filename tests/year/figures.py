"""The counts of simulated years."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Figures:
    """The counts of a year."""

    days: int = 0
    seconds: float = 0
    requests: int = 0
    commits: int = 0
    came: int = 0
    again: int = 0
    longest: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    exits: Counter[int] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    upstream: Counter[str] = field(default_factory=Counter)
    slow: int = 0
    """Time-outs that are not faults of the simulation: the machine was busy."""

    def add(self, other: Figures) -> None:
        """Add the figures of another year."""
        for name in self.__dataclass_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            elif name != "longest":
                setattr(self, name, mine + theirs)
        self.longest = max(self.longest, other.longest)
