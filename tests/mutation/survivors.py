"""The survivors: mutants that no test notices, each with a reason, in a file for each package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tests import yamls
from tests.mutation.mutants import Change

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER: Final = Path(__file__).with_name("survivors")


class Survivors(NamedTuple):
    """The list of a package: how many of its mutants were tried, and why some of them survive."""

    mutants: int
    tried: int
    reasons: dict[Change, str]


def summary(listed: Survivors) -> str:
    """Return how many of a package's mutants were tried, and how many of these survive."""
    share = 100 * listed.tried // listed.mutants
    return (
        f"{listed.tried:,} of {listed.mutants:,} mutants tried ({share} %), "
        f"{len(listed.reasons)} survive"
    )


class Renewed(NamedTuple):
    """The new list of a package, and what the last run says about it."""

    reasons: dict[Change, str]
    new: list[Change]
    gone: list[Change]


def read(package: str) -> Survivors:
    """Return the survivors of a package, each with the reason why no test can notice it."""
    file = FOLDER / f"{package}.yaml"
    if not file.exists():
        return Survivors(0, 0, {})
    listed = yamls.load(file.read_bytes())
    reasons = {
        Change(row["function"], row["was"], row["now"]): row["why"] for row in listed["survivors"]
    }
    return Survivors(listed["mutants"], listed["tried"], reasons)


def write(package: str, listed: Survivors) -> None:
    """Write the survivors of a package."""
    rows = [{**change._asdict(), "why": why} for change, why in sorted(listed.reasons.items())]
    content = {"mutants": listed.mutants, "tried": listed.tried, "survivors": rows}
    text = yamls.dump(content, sort_keys=False, allow_unicode=True, width=100)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{package}.yaml").write_text(text)


def renew(
    known: dict[Change, str],
    survived: Iterable[Change],
    tried: Iterable[Change],
    possible: Iterable[Change],
) -> Renewed:
    """Return the new list: without what is killed, and with new survivors, which have no reason.

    What the run did not try, because it was a sample, stays, if it is one of the `possible`
    changes of the code as it is now.
    """
    now = set(survived)
    gone = sorted((known.keys() & set(tried) | known.keys() - set(possible)) - now)
    new = sorted(now - known.keys())
    kept = {change: why for change, why in known.items() if change not in gone}
    return Renewed(kept | dict.fromkeys(new, ""), new, gone)
