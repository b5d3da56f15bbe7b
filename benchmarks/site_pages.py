"""Measure `tagmatrix site` in processor time, compared with one `tagmatrix generate`.

The first line has 42 images and 400 revisions of the manifest; in each, one release cycle gets
another version. The others have two revisions. The last lines have the manifest of an image
with many release cycles. Quote the ratios, not the times.

    .venv/bin/python benchmarks/site_pages.py [IMAGES REVISIONS …]
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from generation import command, make, run

if TYPE_CHECKING:
    from generation import Place

ROUNDS = 3
MANIFEST = "library/python"
CYCLES = (500, 1000, 2000)


def main(cases: list[tuple[int, int]]) -> None:
    """Print a line for each case."""
    print("images  revisions  site s  generate s  ms/image  over 3 generate: ms/revision")
    for images, revisions in cases:
        with tempfile.TemporaryDirectory() as name:
            place = make(Path(name), images)
            revise(place, revisions)
            output = Path(name) / "site"
            site = min(cpu(place, "site", "--output", f"{output}-{n}") for n in range(ROUNDS))
            generate = min(cpu(place, "generate") for _ in range(ROUNDS))
        more = (site - 3 * generate) / revisions * 1000
        figures = f"{place.images:>6}  {revisions:>9}  {site:>6.2f}  {generate:>10.2f}"
        print(f"{figures}  {site / place.images * 1000:>8.1f}  {more:>28.1f}", flush=True)
    print("cycles  site s  ms/cycle")
    for cycles in CYCLES:
        with tempfile.TemporaryDirectory() as name:
            place = many_cycles(make(Path(name), 1), cycles)
            manifest = ("--manifest", str(place.root / MANIFEST))
            site = cpu(place, "site", "--output", f"{name}/site", *manifest)
        print(f"{cycles:>6}  {site:>6.2f}  {site / cycles * 1000:>8.1f}", flush=True)


def many_cycles(place: Place, count: int) -> Place:
    """Replace the manifest by one with many release cycles, and move the tags of one."""
    manifest = place.root / MANIFEST
    head = "Maintainers: bench (@bench)\nGitRepo: https://example.com/image.git\n"
    entries = [
        f"Tags: {n}.1.1, {n}.1, {n}\nGitCommit: {'c0' * 20}\nDirectory: {n}.1\n"
        for n in range(count)
    ]
    manifest.write_text("\n".join([head, *entries]))
    subprocess.run(
        ["git", "-C", str(place.root), "commit", "--quiet", "--all", "--message=Many"],
        check=True,
        env=place.environment,
    )
    revise(place, 2)
    return place


def revise(place: Place, count: int) -> None:
    """Add revisions of the manifest, the last one as it was; each moves the tags of a cycle."""
    git = ["git", "-C", str(place.root)]
    old = (place.root / MANIFEST).read_text()
    version = re.findall(r"\b(\d+\.\d+\.)(\d+), ", old)[0]
    stream = []
    for number in range(count, 0, -1):
        text = old
        if number > 1:
            text = re.sub(rf"\b{re.escape(''.join(version))}\b", f"{version[0]}{900 + number}", old)
        when = f"bench <bench@example.com> {1_700_000_000 + 86_400 * (count - number)} +0000"
        data = text.encode()
        stream.append(
            f"commit refs/heads/main\ncommitter {when}\ndata 0\n".encode()
            + (b"from refs/heads/main^0\n" if number == count else b"")
            + f"M 100644 inline {MANIFEST}\ndata {len(data)}\n".encode()
            + data
            + b"\n"
        )
    subprocess.run([*git, "fast-import", "--quiet"], input=b"".join(stream), check=True)
    subprocess.run([*git, "reset", "--quiet", "--hard"], check=True)


def cpu(place: Place, *words: str) -> float:
    """Run a command, and return how many seconds of the processor it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(command(place.root, *words), place.root, place.environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]] or [42, 400, 420, 2, 4200, 2]
    main(list(zip(numbers[::2], numbers[1::2], strict=True)))
