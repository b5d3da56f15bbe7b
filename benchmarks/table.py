"""Measure whole commands, and print one table: `make bench`.

    python benchmarks/table.py [--rounds N] [--record] [--instructions] [IMAGES ...]

Each command runs in turn with a bare Python, the floor of `generation` and a pipeline of jq, gawk
and git, so that a busy machine disturbs all alike. Quote the ratios, not the times. The peak of
memory is that of the largest process of a command, git included, in one more run. At the first
size there are also the start of each command, a library of 144 manifests, and a local registry.
Where valgrind is there, it counts instructions of that size, which are the same in each run. They
are compared with those of the last release in `instructions.json`, if that had the same minor
version of Python; `--record` writes the file.
`--instructions` counts only: .ci/run does, and in GitHub Actions prints a notice of more than 5 %.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generation import REPOSITORY, command, make, peak, run

from tagmatrix import cli
from tagmatrix.explain.owners import by_tag
from tagmatrix.matrix.load import load

if TYPE_CHECKING:
    from generation import Place

OUTPUT: Final = "generate --output"
COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "--version": ("--version",),
    "tags": ("tags",),
    "show": ("show", "latest"),
    "generate": ("generate",),
    "generate --check": ("generate", "--check"),
    OUTPUT: ("generate", "--output", "{folder}/out"),
    "generate --no-cache": ("generate", "--no-cache"),
    "plan": ("--quiet", "plan"),
    "library list": ("library", "list", "library/python"),
    "library cat": ("library", "cat", "library/python"),
    "library diff": ("library", "diff", "HEAD:library/python", "library/python"),
    "site": ("site", "--output", "{folder}/site"),
}
COUNTED: Final = (
    *("tags", "show", "generate", "generate --check", "generate --no-cache"),
    *("library list", "plan"),
)
CHECK: Final = "registry check"
MANIFESTS: Final = 144
"""About as many as official-images has."""
RECORD: Final = Path(__file__).with_name("instructions.json")
TOLERATED: Final = 1.05
PIPELINE: Final = """
while read -r folder; do
  cycle="$(basename "$(dirname "$folder")")"
  version="$(jq -r --arg cycle "$cycle" '.[$cycle].version' ../versions.json)"
  gawk -v version="$version" '{ gsub(/%%VERSION%%/, version) } 1' "$folder/Dockerfile"
  git log -1 --format=%H HEAD -- "$folder"
done < ../folders
"""
SLOW_PIPELINE: Final = 1000
"""From so many images on, the pipeline takes minutes, and runs once."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--instructions", action="store_true", help="count, without times")
    parser.add_argument("images", type=int, nargs="*", default=[42, 420, 4200, 10_000])
    args = parser.parse_args()
    for number, size in enumerate(args.images):
        with tempfile.TemporaryDirectory() as folder:
            place = make(Path(folder), size)
            if not args.instructions:
                with contextlib.ExitStack() as stack:
                    others = {} if number else _of_first_size(place, stack)
                    _print_times(place, COMMANDS | others, args.rounds)
            if number == 0 and _is_there("valgrind", row="instructions"):
                _print_instructions(place, record=args.record)


def _of_first_size(place: Place, stack: contextlib.ExitStack) -> dict[str, tuple[str, ...]]:
    """Return the commands whose time does not depend on the size, or that need a server."""
    folder = place.root.parent
    library, server = folder / "manifests", folder / "registry"
    library.mkdir()
    for number in range(MANIFESTS):
        shutil.copy(place.root / "library" / "python", library / f"python-{number}")
    lines: dict[str, tuple[str, ...]] = {
        "library list --all": ("library", "list", "--all", "--library", str(library))
    }
    if _is_there("docker-registry", row=CHECK):
        sys.path.append(str(REPOSITORY))  # for the images of the tests
        from registry import NAME, fill, registry  # noqa: PLC0415 (it needs the tests)

        server.mkdir()
        host = stack.enter_context(registry(server))
        fill(host, dict(by_tag(load(place.root)[1])))
        lines[CHECK] = ("--quiet", "registry", "check", "--registry", f"{host}/{NAME}")
    return lines | {f"{name} --help": (name, "--help") for name in cli.COMMANDS}


def _is_there(*programs: str, row: str) -> bool:
    """Return whether programs are installed; print which row is skipped without them."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        print(f"({row} skipped: {' and '.join(missing)} not installed)")
    return not missing


def _print_times(place: Place, commands: dict[str, tuple[str, ...]], rounds: int) -> None:
    others = {"python": [sys.executable, "-c", "pass"], "floor": place.floor}
    if _is_there("jq", "gawk", row="pipeline"):
        others["pipeline"] = _pipeline(place)
    heads = "".join(f"{f'of {other}':>13}" for other in others)
    print(f"{'command':<20}  images  seconds  peak MB{heads}")
    lines = {name: _words(place, words) for name, words in commands.items()}
    lines |= {f"({name})": words for name, words in others.items()}
    times: dict[str, list[float]] = {name: [] for name in lines}
    for turn in range(rounds):
        for name, words in lines.items():
            if turn and name == "(pipeline)" and place.images >= SLOW_PIPELINE:
                times[name].append(times[name][0])
                continue
            differs = name == CHECK  # the pushed images of Windows lack versions
            times[name].append(run(words, place.root, place.environment, differs=differs))
            if name == OUTPUT:  # it leaves the page of another place in the cache
                run(lines["generate"], place.root, place.environment)
    for name, mine in times.items():
        again = name != "(pipeline)" or place.images < SLOW_PIPELINE
        most = peak(lines[name], place.root, place.environment) / 1024 if again else 0
        ratios = [
            statistics.median(a / b for a, b in zip(mine, times[f"({other})"], strict=True))
            for other in others
        ]
        cells = "".join(f"{ratio:>13.2f}" for ratio in ratios)
        figures = f"{statistics.median(mine):>7.3f}  {f'{most:.1f}' if again else '-':>7}"
        print(f"{name:<20}  {place.images:>6}  {figures}{cells}", flush=True)


def _pipeline(place: Place) -> list[str]:
    """Write what the pipeline reads; return its command line."""
    images = json.loads((place.root / "library" / "python.json").read_text())["images"]
    versions = {image["cycle"]: {"version": image["version"]} for image in images}
    outside = place.root.parent
    (outside / "versions.json").write_text(json.dumps(versions))
    (outside / "folders").write_text("".join(f"{image['directory']}\n" for image in images))
    return ["bash", "-euc", PIPELINE]


def _print_instructions(place: Place, *, record: bool) -> None:
    found = {name: _instructions(place, COMMANDS[name]) for name in COUNTED}
    last = _of_last_release()
    print("\ncommand               million instructions  of the last release")
    for name, count in found.items():
        ratio = count / last[name] if name in last else 0
        mark = "  more than 5 % above" if ratio > TOLERATED else ""
        print(f"{name:<20}  {count / 1e6:>20,.0f}  {f'{ratio:.4f}' if ratio else '-':>19}{mark}")
        if mark and os.environ.get("GITHUB_ACTIONS") == "true":
            print(f"::notice::tagmatrix {name}: {ratio:.2f} x the instructions of the last release")
    print()
    if record:
        content = {"python": _python(), "instructions": found}
        RECORD.write_text(json.dumps(content, indent=2) + "\n")


def _of_last_release() -> dict[str, int]:
    """Return the counts to compare with; print why, if there are none."""
    known = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    recorded = known.get("python", "")
    if recorded and _minor(recorded) == _minor(_python()):
        counts: dict[str, int] = known["instructions"]
        if missing := [name for name in COUNTED if name not in counts]:
            print(f"(no comparison of {', '.join(missing)}: the last release did not count it)")
        return counts
    with_what = f"was recorded with Python {recorded}" if recorded else "is not there"
    print(f"(no comparison: {RECORD.name} {with_what}, and this is Python {_python()})")
    return {}


def _python() -> str:
    """Return what the counts depend on, besides the code."""
    return f"{platform.python_version()} {platform.machine()}"


def _minor(python: str) -> list[str]:
    """Return the minor version and the machine: patch releases differ by less than 5 %."""
    version, machine = python.split()
    return [*version.split(".")[:2], machine]


def _instructions(place: Place, words: tuple[str, ...]) -> int:
    """Return how many instructions a command takes, without the processes that it starts."""
    # a first run compiles modules and fills the cache; `make bench` has done both
    run(_words(place, words), place.root, place.environment)
    counting = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    done = subprocess.run(
        [*counting, *_words(place, words)],
        check=True,
        cwd=place.root,
        env=place.environment | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
    )
    counts = re.findall(r"Collected : (\d+)", done.stderr)
    return int(counts[-1])


def _words(place: Place, words: tuple[str, ...]) -> list[str]:
    """Return a command line; what it writes is beside the family."""
    folder = str(place.root.parent)
    return command(place.root, *(word.format(folder=folder) for word in words))


if __name__ == "__main__":
    main()
