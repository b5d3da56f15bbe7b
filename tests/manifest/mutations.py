"""Manifests changed at random: `python -m tests.manifest.mutations [COUNT [FILE...]]`.

Each is parsed, or rejected with a line. A parsed manifest is printed, parsed again,
converted to JSON and back, and checked. Prints the number of each outcome, and the
peak memory.
"""

from __future__ import annotations

import random
import sys
import time
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.manifest import ManifestError, dumps, from_json, parse, to_json
from tagmatrix.manifest.checks import LintedManifest, check_document
from tagmatrix.manifest.paragraphs import SPACE
from tagmatrix.manifest.raw import RawManifest

from .samples import ENTRY, OTHER, manifest

if TYPE_CHECKING:
    from tagmatrix.manifest import Manifest

SEEDS = (
    manifest(ENTRY + "SharedTags: s\n", OTHER, head="i386-Directory: a/\n").encode(),
    manifest(
        "Tags: 3.1-x,\n# a comment\n      3-x\nSharedTags: 3, latest\nArchitectures: amd64, i386\n"
        f"GitCommit: {'c' * 64}\ni386-File: Dockerfile.i386\n",
        "Tags: 3.1-windowsservercore-ltsc2025\nSharedTags: 3, latest\nBuilder: classic\n"
        f"Architectures: windows-amd64\nGitCommit: {'d' * 40}\nDirectory: ./w//\n"
        "Constraints: windowsservercore-ltsc2025\n",
    ).encode(),
)
PIECES = [
    *"\n\r\t\v :,#.-/@<>()\x00\x1c\xff",
    *("\n\n", "\r\n", " \n", "(@", "\u00a0", "\ufeff", "\u2028", "é", "../", "refs/heads/", "*"),
    *("Tags: ", "SharedTags:", "Maintainers: ", "Architectures: ", "GitCommit:", "Directory: "),
    *("GitFetch: ", "GitRepo: ", "File: ", "Builder:", "Constraints: ", "i386-GitCommit: "),
    *("amd64", "windows-amd64", "a" * 64, "0" * 200, "latest", "x" * 5000, ", " * 500),
]  # fmt: skip


@dataclass
class Result:
    """The outcomes of mutations."""

    outcomes: Counter[str] = field(default_factory=Counter)


def mutate(seed: bytes, chance: random.Random) -> bytes:
    """Return the seed with a few changes."""
    text = seed
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(text) + 1)
        length = chance.choice((0, 0, 1, 3, 12, 80))
        kind = chance.randrange(5)
        if kind == 0:
            new = chance.choice(PIECES).encode("utf-8", "surrogateescape")
        elif kind == 1:  # from another place in the seed
            other = chance.randrange(len(text) + 1)
            new = text[other : other + chance.choice((1, 10, 100))]
        elif kind == 2:
            new = chance.randbytes(chance.randint(1, 4))
        elif kind == 3:
            lines = text.split(b"\n")
            chance.shuffle(lines)
            text = b"\n".join(lines)
            continue
        else:
            new = b""
        text = text[:start] + new + text[start + length :]
    return text


def examine(text: bytes) -> str:
    """Parse a text in all ways, and return the outcome."""
    try:
        read = parse(text)
    except ManifestError as error:
        assert error.line is not None, text  # noqa: PT017 - both ways are fine
        assert str(error).startswith(f"line {error.line}: "), text  # noqa: PT017 - the same
        return "refused" if error.field else f"refused without a field: {error.problem[-40:]}"
    printed = dumps(read)
    if not any("\ud800" <= character <= "\udfff" for character in printed):
        assert from_json(to_json(read)) == read, text
    check_document(LintedManifest.read(RawManifest(name="x", origin="x", content=text)))
    try:
        again = parse(printed)
    except ManifestError:
        assert not _is_expressible(read), text
        return "read, not printable"
    if again != read:
        assert not _is_expressible(read), text
        return "read, printed as another"
    assert dumps(again) == printed, text
    return "read"


def _is_expressible(read: Manifest) -> bool:
    """Return whether the format can express a manifest; bashbrew prints others regardless.

    It cannot express a line break in a value; white space around a value (after a folder is
    cleaned); an entry without a value that the first paragraph has; and an entry with more
    maintainers or constraints than the first paragraph, because parsing adds those again.
    """
    first = read.global_
    for entry in (first, *read.entries):
        values = [getattr(entry, name) for name in entry.__struct_fields__]
        names = [value for value in values if isinstance(value, str)]
        lists = (*entry.arch_values.values(), *entry.constraints, *entry.shared_tags)
        names += [*lists, *map(str, entry.maintainers)]
        if (
            any("\n" in name or name != name.strip(SPACE) for name in names)
            or "" in {*lists, entry.directory, entry.file}
            or (first.builder and not entry.builder)
            or entry.maintainers != first.maintainers
            or first.constraints not in {(), entry.constraints}
        ):
            return False
    return True


def run(count: int, seeds: list[bytes], number: int = 0) -> Result:
    """Examine `count` mutations of the seeds, the same ones for the same number."""
    chance = random.Random(number)  # noqa: S311 - the same ones every time
    result = Result()
    for _ in range(count):
        text = mutate(chance.choice(seeds), chance)
        result.outcomes[examine(text)] += 1
    return result


def main(arguments: list[str]) -> None:
    """Print the outcomes of many mutations."""
    count = int(arguments[0]) if arguments else 100_000
    seeds = [Path(name).read_bytes() for name in arguments[1:]] or list(SEEDS)
    start = time.process_time()
    result = run(count, seeds)
    took = time.process_time() - start
    tracemalloc.start()
    run(min(count, 2000), seeds, number=1)
    peak = tracemalloc.get_traced_memory()[1]
    for outcome, times in result.outcomes.most_common():
        print(f"{times:8} {outcome}")
    print(f"{took:.0f} s; {peak / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
