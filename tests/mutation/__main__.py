"""Mutation testing of a package: `python -m tests.mutation versions`, or `make mutate`.

mutmut changes one operator, argument or value of a function after the other, and runs the tests
of the package that call the function, without the slow ones. mypy sorts out what no type allows.
A mutant that survives is a test that is missing, or a change that no test can notice: in
`survivors/` each of these has a reason. A run adds the new ones, which need a test or a reason,
and removes those that a test kills now. It fails if one has no reason.

`--sample 37` tries a fifth: the mutants whose number ends in 3 or 7. `--again` tries those that
survived the last run, after new tests. mutmut works in `.mutation/PACKAGE`; there
`mutmut browse` shows the mutants.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.mutation import mutants, survivors

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
SELECTED: Final = "not __mutmut_ and not test_imports_stay_light"
"""Each mutant has the examples of its function, which must run once; and mutmut imports much."""
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
        "pytest_add_cli_args_test_selection": [f"tests/{package}", f"src/tagmatrix/{package}"],
        "pytest_add_cli_args": [*PYTEST, "-m", "not slow", "-k", SELECTED],
        "type_check_command": [sys.executable, "-m", "tests.mutation.types", "mypy", package],
    }
    lines = [f"{name} =\n  " + "\n  ".join(values) for name, values in lists.items()]
    return "\n".join(
        ["[mutmut]", *lines, "track_dependencies = false", "use_git_change_detection = false", ""]
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


def run(folder: Path, names: list[str]) -> None:
    """Let mutmut try mutants, one after the other; names may have wildcards."""
    mutated = folder / "mutants"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{mutated / 'src'}{os.pathsep}{mutated}",  # also for processes of tests
        "MYPYPATH": "src",
    }
    subprocess.run(
        [Path(sys.executable).with_name("mutmut"), "run", "--max-children", "1", *names],
        cwd=folder,
        env=environment,
        check=True,
    )


def report(package: str, tried: list[Mutant]) -> bool:
    """Write the list of survivors, print what is new, and return whether each has a reason."""
    survived = {one.change for one in tried if one.survived}
    renewed = survivors.renew(survivors.read(package), survived, (one.change for one in tried))
    survivors.write(package, renewed.reasons)
    print(f"{package}: {len(tried)} mutants tried, {len(survived)} survive", file=sys.stderr)
    for change in renewed.gone:
        print(f"killed now: {change.function}: {change.now}", file=sys.stderr)
    for change, why in sorted(renewed.reasons.items()):
        if not why:
            print(f"{change.function}\n  - {change.was}\n  + {change.now}")
    return all(renewed.reasons.values())


def main() -> int:
    """Run mutmut on a package; return 1 if a survivor has no reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("package", choices=PACKAGES)
    parser.add_argument("--sample", metavar="DIGITS", help="mutants with such a last digit only")
    parser.add_argument("--again", action="store_true", help="only what survived the last run")
    options = parser.parse_args()
    folder = prepare(options.package)
    mutated = folder / "mutants" / "src" / "tagmatrix"
    names = [f"tagmatrix.{options.package}.*__mutmut_*[{options.sample or '0-9'}]"]
    if options.again:
        names = [one.name for one in mutants.read(mutated) if one.survived]
    run(folder, names)
    return 0 if report(options.package, [one for one in mutants.read(mutated) if one.ran]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
