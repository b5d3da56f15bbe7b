"""What the questions to manifests cost.

`python benchmarks/library_queries.py` prints, as ratios in one run: a command
against a bare Python that imports argparse and json; the checks of one manifest
against parsing it; parents and build order for ten times as many images.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.manifest import parse
from tagmatrix.manifest.checks import Document, check_document
from tagmatrix.manifest.dockerfile import Bases
from tagmatrix.manifest.family import Family
from tagmatrix.manifest.raw import RawManifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.manifest import Entry

ROUNDS = 7


def make_manifest(images: int) -> str:
    """Return a manifest whose images build on each other, in chains of ten."""
    head = "Maintainers: Ada Lovelace (@ada)\nGitRepo: https://example.org/engine.git\n"
    entries = [
        f"Tags: {number}.1-trixie, {number}-trixie\nSharedTags: {number}.1, {number}\n"
        f"Architectures: amd64, arm64v8, i386\nGitCommit: {number:040x}\nDirectory: {number}\n"
        for number in range(images)
    ]
    return "\n".join([head, *entries])


def bases(entry: Entry, _: str) -> Bases:
    """Return the image with the next number, but for every tenth."""
    number = int(entry.directory)
    base = "scratch" if number % 10 == 0 else f"engine:{number - 1}.1"
    return Bases(last=base, all=(base,))


def best(work: Callable[[], object]) -> float:
    """Return the seconds of the quickest of several calls."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print one line for each kind of work."""
    text = make_manifest(420)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "engine").write_text(text, encoding="utf-8")
        bare = [sys.executable, "-c", "import argparse, json, pathlib, re"]
        ours = [sys.executable, "-m", "tagmatrix", "library", "list", "--library", folder, "engine"]
        floor, command = (
            best(lambda argv=argv: subprocess.run(argv, check=True, stdout=subprocess.DEVNULL))  # type: ignore[misc]
            for argv in (bare, ours)
        )
    print(f"list, 420 entries: {command * 1e3:.0f} ms, {command / floor:.2f} of a bare Python")

    source = RawManifest(name="engine", origin="engine", content=text.encode())
    parsing = best(lambda: parse(source.content))
    checking = best(lambda: check_document(Document.read(source)))
    print(f"check, 420 entries: {checking * 1e3:.0f} ms, {checking / parsing:.1f} of parsing")

    took = []
    for images in (420, 4200):
        manifest = parse(make_manifest(images))
        took.append(best(lambda given=manifest: Family({"engine": given}, bases).build_order()))  # type: ignore[misc]
    print(f"order, 4200 images: {took[1] * 1e3:.0f} ms, {took[1] / took[0]:.1f} of that of 420")


if __name__ == "__main__":
    main()
