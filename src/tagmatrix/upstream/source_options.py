"""The options of a source of releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection
    from pathlib import Path

    from tagmatrix.versions import Style

OFTEN: Final = 8
"""How much more often than settled versions those are asked about that wait for a file."""

_LISTS: Final = 60
"""The part of `recheck` in which a list of releases is requested once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """The options of a source.

    Attributes:
        as_of: the reference date for phases.
        download: download artifacts and hash them as well.
        settled: versions that upstream is not expected to change.
        recheck: the age in seconds at which the documents of settled versions are requested
            again.
        commands: the folder in which a command runs; None if no command may run.
        style: the style of the versions in versions.yaml.
    """

    as_of: dt.date
    download: bool = False
    settled: Collection[str] = ()
    recheck: float = 0
    commands: Path | None = None
    style: Style = "pep440"

    def fresh(self, version: str) -> float:
        """Return the age of documents about a version that need no request.

        What waits is asked about more often than what is settled, but not in each run: hosts
        limit requests, python.org to 100 a day.
        """
        return self.recheck / (1 if version in self.settled else OFTEN)

    @property
    def fresh_list(self) -> float:
        """Return the age of a list of releases that needs no request.

        24 minutes in a day: runs each half hour always request it, and more frequent runs
        request it not much more often.
        """
        return self.recheck / _LISTS
