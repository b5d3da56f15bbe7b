"""List the images that were built on a base that has moved, and the images built from them.

The exit code is 3 if there are any, and 4 if a base or an image could not be read. Images that
tagmatrix did not build are unknown, not stale. `tagmatrix plan --stale` builds the stale images.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix.cli import request_options
from tagmatrix.cli.foreign_files import refuse_file
from tagmatrix.cli.output import complain, note, say_json
from tagmatrix.cli.registry import arguments
from tagmatrix.cli.table import say_table
from tagmatrix.errors import DifferenceError, UpstreamError
from tagmatrix.matrix.load import load
from tagmatrix.registry import current_bases
from tagmatrix.registry.stale import CURRENT, STALE, UNREADABLE, ages, base_names
from tagmatrix.registry.targets import targets
from tagmatrix.util.wording import counted
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from tagmatrix.registry.current_bases import BaseNow
    from tagmatrix.registry.stale import Age
    from tagmatrix.web.answers import Answer

_TITLES: Final = ("CYCLE", "VARIANT", "ARCHITECTURE", "STATE", "WHY")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_registry(parser)
    parser.add_argument(
        "--base-digests",
        metavar="FILE",
        type=Path,
        help="write the digests of the bases to this file, for `plan --base-digests`; after a "
        "failure (exit code 4) the file stays as it is",
    )
    arguments.add_format_and_limits(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """List stale images, and return the exit code."""
    if args.base_digests is not None:
        refuse_file("--base-digests", args.base_digests)
    config, matrix = load(root)
    registry = arguments.connect(args, config)
    places = targets(config, args.registry)
    progress = request_options.progress("asking for bases")
    present = current_bases.now(registry, base_names(matrix), progress)
    failed = _report(present)
    found: dict[str, list[Age]] = {}
    for target in places:
        progress = request_options.progress(f"asking {target.repository.host}")
        found[str(target.repository)] = ages(
            registry, target.repository, matrix, target.has, present, progress
        )
    every = [age for those in found.values() for age in those]
    failed |= any(age.state == UNREADABLE for age in every)
    if args.base_digests is not None:
        _write(args.base_digests, present, failed=failed)
    if args.format == "json":
        say_json({"repositories": {name: [age.to_json() for age in found[name]] for name in found}})
    else:
        _print(found)
    if failed:
        return UpstreamError.exit_code
    return DifferenceError.exit_code if any(age.state == STALE for age in every) else 0


def _report(present: Mapping[str, Answer[BaseNow]]) -> bool:
    """Print the bases that can't be read; return whether there are any."""
    failures = [each for each in present.values() if isinstance(each, FetchFailed)]
    for each in failures:
        complain(each.reason)
    return bool(failures)


def _write(path: Path, present: Mapping[str, Answer[BaseNow]], *, failed: bool) -> None:
    """Write the digests of all bases; after a failure the file stays as it is."""
    if failed:
        complain(f"--base-digests {path}: the file is not written, because of these failures")
        return
    known = {
        name: each.value.to_json() for name, each in present.items() if isinstance(each, Found)
    }
    arguments.write_json("--base-digests", path, {"references": known})


def _print(found: dict[str, list[Age]]) -> None:
    """Print what is not current, with its repository if there are several."""
    several = len(found) > 1
    rows = [
        (
            *([repository] if several else []),
            age.image.cycle,
            age.image.name or "-",
            age.architecture,
            age.state,
            age.why,
        )
        for repository, ages_there in found.items()
        for age in ages_there
        if age.state != CURRENT
    ]
    if rows:
        titles = (*(["REPOSITORY"] if several else []), *_TITLES)
        say_table(titles, rows, {STALE: "yellow"})
    words = Counter(age.state for those in found.values() for age in those)
    counts = ", ".join(f"{number} {word}" for word, number in words.items())
    note(f"{counted(words.total(), 'build')}: {counts or 'none'}")
