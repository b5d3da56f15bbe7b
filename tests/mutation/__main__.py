"""Mutation testing of a package: `python -m tests.mutation versions`, or `make mutate`.

mutmut changes one operator, argument or value of a function after the other, and runs the tests
of the package that call the function, without the slow ones. mypy then sorts out of the survivors
what no type allows. A mutant that survives is a test that is missing, or a change that no test can
notice: in `survivors/` each of these has a reason. A run adds the new ones, which need a test or a
reason, and removes those that a test kills now, or whose code changed. It fails if one has no
reason.

`--sample 100` tries a hundred of those that no run tried yet, evenly. `--again` tries those that
survived, after new tests. mutmut works in `.mutation/PACKAGE`, and keeps its results there until
the function changes; there `mutmut browse` shows the mutants.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.mutation import mutants, survivors, types

if TYPE_CHECKING:
    from tests.mutation.mutants import Mutant

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = (
    "versions",
    "references",
    "matrix",
    "manifest",
    "guard",
    "diff",
    "dockerfile",
    "plan",
)
USED_BY_TESTS: Final = (
    "action.yml",
    "CHANGELOG.md",
    "docs",
    "image",
    "library",
    "README.md",
    "schemas",
    "templates",
    "versions.yaml",
)
SELECTED: Final = (
    "not __mutmut_ and not test_imports_stay_light and not test_every_by_is_documented"
)
"""Each mutant has the examples of its function, which must run once; mutmut imports much, and adds
names to modules."""
GENERATE: Final = (
    "from mutmut import __main__ as mutmut; mutmut.copy_src_dir(); mutmut.create_mutants(1)"
)
"""The first step of `mutmut run`, which makes the mutants, so that some of them can be chosen."""
PYTEST: Final = (
    "--hypothesis-seed=0",  # so that each run has the same survivors
    "-p",
    "no:cacheprovider",
    "-p",
    "tests.mutation.isolation",
)


def settings(package: str) -> str:
    """Return mutmut's settings for a package."""
    lists = {
        "source_paths": ["src"],
        "only_mutate": [f"src/tagmatrix/{package}/*.py"],
        "also_copy": USED_BY_TESTS,
        "pytest_add_cli_args_test_selection": [
            f"tests/{package}",
            f"src/tagmatrix/{package}",
        ],
        "pytest_add_cli_args": [*PYTEST, "-m", "not slow", "-k", SELECTED],
    }
    lines = [f"{name} =\n  " + "\n  ".join(values) for name, values in lists.items()]
    return "\n".join(
        [
            "[mutmut]",
            *lines,
            "timeout_multiplier = 4",  # mutmut doubles it; more costs minutes for an endless loop
            "timeout_constant = 5",  # seconds: a fast test is slow beside other work
            "track_dependencies = false",
            "use_git_change_detection = false",
            "",
        ]
    )


def prepare(package: str) -> Path:
    """Return the folder where mutmut works: it has links to the files of the project."""
    folder = ROOT / ".mutation" / package
    (folder / "mutants" / "src").mkdir(parents=True, exist_ok=True)
    for name in ("src", "tests", "pyproject.toml", *USED_BY_TESTS):
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(Path("..") / ".." / name)
    (folder / "setup.cfg").write_text(settings(package))
    return folder


def call(folder: Path, *arguments: str) -> None:
    """Run Python with mutmut in its folder."""
    mutated = folder / "mutants"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{mutated / 'src'}{os.pathsep}{mutated}",  # also for processes of tests
    }
    subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, check=True)


def evenly(untried: list[Mutant], count: int) -> list[Mutant]:
    """Return some of the mutants: as many as asked for, at equal distances."""
    count = min(count, len(untried))
    return [untried[number * len(untried) // count] for number in range(count)]


def report(package: str, made: list[Mutant], refused: set[str]) -> bool:
    """Write the list of survivors, print what is new, and return whether each has a reason.

    The last line says how many mutants were tried, because a run of few mutants passes too.
    """
    tried = [one for one in made if one.ran]
    survived = {one.change for one in tried if one.survived and one.name not in refused}
    known = survivors.read(package)
    renewed = survivors.renew(
        known.reasons, survived, (one.change for one in tried), (one.change for one in made)
    )
    # another run, without its results here, may have more; of other code, which may be more too
    most = min(max(len(tried), known.tried), len(made))
    listed = survivors.Survivors(len(made), most, renewed.reasons)
    survivors.write(package, listed)
    for change in renewed.gone:
        print(f"gone: {change.function}: {change.now}", file=sys.stderr)
    for change, why in sorted(renewed.reasons.items()):
        if not why:
            print(f"{change.function}\n  - {change.was}\n  + {change.now}")
    print(f"{package}: {survivors.summary(listed)}", file=sys.stderr)
    return all(renewed.reasons.values())


def main() -> int:
    """Run mutmut on a package; return 1 if a survivor has no reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("package", choices=PACKAGES)
    parser.add_argument("--sample", type=int, metavar="COUNT", help="as many untried mutants only")
    parser.add_argument("--again", action="store_true", help="only what survived so far")
    options = parser.parse_args()
    folder = prepare(options.package)
    call(folder, "-c", GENERATE)
    mutated = folder / "mutants" / "src" / "tagmatrix"
    chosen = list(mutants.read(mutated))
    if options.again:
        chosen = [one for one in chosen if one.survived]
    elif options.sample:
        chosen = evenly([one for one in chosen if not one.ran], options.sample)
    if chosen:
        call(folder, "-m", "mutmut", "run", "--max-children=1", *(one.name for one in chosen))
    made = list(mutants.read(mutated))
    refused = types.refused(folder, [one.name for one in made if one.survived])
    return 0 if report(options.package, made, refused) else 1


if __name__ == "__main__":
    raise SystemExit(main())
