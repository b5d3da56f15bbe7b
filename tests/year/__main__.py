"""Simulated years on the command line; see the package's docstring.

Prints a line for each year and the total figures; exits with 1 if a check fails.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TYPE_CHECKING

from tests.year import simulation, three_families
from tests.year.figures import Figures

if TYPE_CHECKING:
    from collections import Counter

FIRST = dt.date(2025, 1, 1)


def table(counter: Counter[str]) -> str:
    """Return the counts, the most frequent first."""
    return ", ".join(f"{name} {count:,}" for name, count in counter.most_common()) or "none"


def text(figures: Figures) -> str:
    """Return the figures as text."""
    exits = ", ".join(f"{code}: {count:,}" for code, count in sorted(figures.exits.items()))
    return "\n".join(
        [
            f"days: {figures.days:,} ({figures.seconds / max(1, figures.days):.2f} s each)",
            f"requests of the job: {figures.requests:,}",
            f"faults: {figures.faults.total():,}: {table(figures.faults)}",
            f"runs by exit code: {exits}",
            f"second runs right after the first, without changes: {figures.again:,}",
            f"commits of the job: {figures.commits:,}",
            f"updates merged: {figures.came:,}; greatest delay in days: {figures.longest}",
            f"refusals: {table(figures.refusals)}",
            f"people: {table(figures.people)}",
            f"upstream: {table(figures.upstream)}",
            f"time-outs that are not simulated faults: {figures.slow:,}",
        ]
    )


def main() -> int:
    """Simulate; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="so many years")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the first one's seed")
    parser.add_argument(
        "--days", type=int, default=365, metavar="N", help="the number of days of each year"
    )
    parser.add_argument("--from", type=dt.date.fromisoformat, default=FIRST, dest="first")
    parser.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="the number of parallel years"
    )
    parser.add_argument(
        "--families", action="store_true", help="three families of different kinds in a repository"
    )
    args = parser.parse_args()
    live = three_families.live if args.families else simulation.live
    total, broken = Figures(), 0
    # A process for each year: a year has servers, and their threads must not be forked.
    with ProcessPoolExecutor(args.jobs, get_context("spawn"), max_tasks_per_child=1) as pool:
        seeds = range(args.seed, args.seed + args.seeds)
        for done in as_completed(pool.submit(live, each, args.first, args.days) for each in seeds):
            seed, figures, what = done.result()
            total.add(figures)
            broken += bool(what)
            print(f"seed {seed}: {what or 'all holds'}\n{text(figures)}\n", flush=True)
    print(f"{args.seeds - broken} of {args.seeds} years held; all together:\n{text(total)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
