"""Measure how long it takes to find the newest commit of 420 folders.

The benchmark compares one walk with `git log -1` for each folder.
Run `python benchmarks/history.py [FOLDERS [COMMITS]]`; 100,000 commits take minutes. It
makes three histories: a straight one; one with merged branches; and one in which every
commit changes all folders but one.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from tagmatrix import git
from tagmatrix.git.history import folder_commits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

REPEATS = 5
LONG = 10_000
"""From so many commits on, each way is measured once."""


def main(folder_count: int = 420, commit_count: int = 1300) -> None:
    """Print a line of figures for each history."""
    folders = [f"library/3.{n // 10}/variant-{n % 10}" for n in range(folder_count)]
    repeats = REPEATS if commit_count < LONG else 1
    print(f"{folder_count} folders, {commit_count} commits; medians of {repeats}, seconds")
    for shape in (straight, merged, rebuilt):
        with tempfile.TemporaryDirectory() as name:
            top = Path(name)
            subprocess.run(["git", "init", "--quiet", "-b", "main", top], check=True)
            import_history(top, shape(folders, commit_count))
            if shape is rebuilt:
                import_history(top, rebuilt_again(top, commit_count))
            subprocess.run(["git", "-C", top, "repack", "-adq"], check=True)
            repo = git.locate(top)
            if isinstance(repo, git.NoRepository):
                raise SystemExit("git did not make a repository")
            measure(shape.__name__, repo, folders, repeats)


def import_history(top: Path, commits: Iterator[str]) -> None:
    """Write commits into a repository, one after the other: all of them may be gigabytes."""
    importing = ["git", "-C", str(top), "fast-import", "--quiet"]
    with subprocess.Popen(importing, stdin=subprocess.PIPE, text=True) as process:
        stream = cast("IO[str]", process.stdin)
        stream.writelines(commits)
        stream.close()
    if process.returncode:
        raise SystemExit("git could not import the history")


def measure(name: str, repo: git.Repository, folders: Sequence[str], repeats: int) -> None:
    """Measure both ways, and check that their results are equal."""
    answers: list[dict[str, str]] = []
    walk = median(lambda: answers.append(folder_commits(repo, folders)), repeats)
    each = median(lambda: answers.append(one_by_one(repo, folders)), repeats=1)
    log = ("log", "-c", "--no-renames", "--name-only", "-z", "--format=%H")
    bare = median(lambda: git.run(repo, *log), repeats)
    if any(one != other for one, other in pairwise(answers)):
        raise SystemExit(f"{name}: the results differ")
    print(
        f"{name:9} one walk {walk:.3f}, one by one {each:.3f}: {each / walk:.0f} times faster;"
        f" the whole log alone {bare:.3f}"
    )


def one_by_one(repo: git.Repository, folders: Sequence[str]) -> dict[str, str]:
    """Return the commit of each folder, with one git process for each."""
    return {
        folder: git.run(repo, "log", "-1", "--format=%H", "--", folder).decode().strip()
        for folder in folders
    }


def median(work: Callable[[], object], repeats: int) -> float:
    """Return the median of the times of some calls."""
    times: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def straight(folders: Sequence[str], commits: int) -> Iterator[str]:
    """Yield one line of commits; each changes up to 20 neighbouring folders."""
    rng = random.Random(1)  # noqa: S311 - the same history each time
    yield commit(1, [], folders)
    for number in range(2, commits + 1):
        first = rng.randrange(len(folders))
        yield commit(number, [number - 1], folders[first : first + rng.randint(1, 20)])


def merged(folders: Sequence[str], commits: int) -> Iterator[str]:
    """Yield the same changes as branches of one commit, each with a merge commit."""
    rng = random.Random(1)  # noqa: S311 - the same history each time
    yield commit(1, [], folders)
    for number in range(2, commits, 2):
        first = rng.randrange(len(folders))
        changed = folders[first : first + rng.randint(1, 20)]
        main = number - 1
        yield commit(number, [max(1, main - rng.choice((0, 2, 10)))], changed)
        yield commit(number + 1, [main, number], changed, content=number)


def rebuilt(folders: Sequence[str], commits: int) -> Iterator[str]:
    """Yield the first two of a line of commits, each of which changes every folder but one."""
    yield commit(1, [], folders)
    for number in range(2, min(commits, 2) + 1):
        yield commit(number, [1], folders[1:])


def rebuilt_again(top: Path, commits: int) -> Iterator[str]:
    """Yield the rest: it alternates between the two trees, without a line for each folder."""
    before = trees(top) if commits > 1 else []
    parent = "refs/heads/main^0"
    for number in range(3, commits + 1):
        yield f"{head(number, [parent])}\nM 040000 {before[number % 2]} library\n"
        parent = f":{number}"


def trees(top: Path) -> list[str]:
    """Return the trees of `library` in the newest two commits, the newest one first."""
    names = ["main:library", "main~1:library"]
    done = subprocess.run(
        ["git", "-C", top, "rev-parse", *names], check=True, capture_output=True, text=True
    )
    return done.stdout.split()


def commit(number: int, parents: list[int], changed: Sequence[str], content: int = 0) -> str:
    """Return a commit for `git fast-import`; its number is its mark and its date."""
    lines = [head(number, [f":{parent}" for parent in parents])]
    text = f"{content or number}"
    data = f"data {len(text)}\n{text}"
    lines += [f"M 100644 inline {folder}/Dockerfile\n{data}" for folder in changed]
    return "\n".join(lines) + "\n"


def head(number: int, parents: list[str]) -> str:
    """Return the lines of a commit before its files."""
    lines = [
        f"commit refs/heads/main\nmark :{number}",
        f"committer A <a@example.org> {10**9 + number} +0000\ndata 0",
        *(f"{word} {parent}" for word, parent in zip(("from", "merge"), parents, strict=False)),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
