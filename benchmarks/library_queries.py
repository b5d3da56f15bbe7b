"""Measure queries of manifests.

`python benchmarks/library_queries.py` prints three ratios: a command compared with a
Python process that only imports argparse, json, pathlib and re; the checks of a manifest
compared with parsing it; the build order of 4,200 images compared with that of 420.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.dockerfile.from_lines import Bases
from tagmatrix.manifest import parse
from tagmatrix.manifest.checks import LintedManifest, check_document
from tagmatrix.manifest.family import Family
from tagmatrix.manifest.raw import RawManifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.manifest import Entry

ROUNDS = 7


def make_manifest(images: int) -> str:
    """Return a manifest with images that build on each other, in chains of ten."""
    head = "Maintainers: Ada Lovelace (@ada)\nGitRepo: https://example.org/engine.git\n"
    entries = [
        f"Tags: {number}.1-trixie, {number}-trixie\nSharedTags: {number}.1, {number}\n"
        f"Architectures: amd64, arm64v8, i386\nGitCommit: {number:040x}\nDirectory: {number}\n"
        for number in range(images)
    ]
    return "\n".join([head, *entries])


def bases(entry: Entry, _: str) -> Bases:
    """Return the base: the image with the previous number, but `scratch` for every tenth."""
    number = int(entry.directory)
    base = "scratch" if number % 10 == 0 else f"engine:{number - 1}.1"
    return Bases(last=base, all=(base,))


def best(work: Callable[[], object]) -> float:
    """Return the time of the fastest of several calls in seconds."""
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
            best(lambda argv=argv: subprocess.run(argv, check=True, stdout=subprocess.DEVNULL))  # type: ignore[misc]  # mypy does not infer the type of a default
            for argv in (bare, ours)
        )
    print(f"list, 420 entries: {command * 1e3:.0f} ms, {command / floor:.2f} of a bare Python")

    source = RawManifest(name="engine", origin="engine", content=text.encode())
    parsing = best(lambda: parse(source.content))
    checking = best(lambda: check_document(LintedManifest.read(source)))
    print(f"check, 420 entries: {checking * 1e3:.0f} ms, {checking / parsing:.1f} of parsing")

    took = []
    for images in (420, 4200):
        manifest = parse(make_manifest(images))
        took.append(best(lambda given=manifest: Family({"engine": given}, bases).build_order()))  # type: ignore[misc]  # mypy does not infer the type of a default
    print(f"order, 4200 images: {took[1] * 1e3:.0f} ms, {took[1] / took[0]:.1f} of that of 420")


if __name__ == "__main__":
    main()
