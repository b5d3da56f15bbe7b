"""Measure parsing and validating a manifest, compared with the `email` package.

Both read the same paragraphs of the same text, in turn, in one process. Each figure is
the best of several rounds. `python benchmarks/library_parse.py [FILE...]` reads
manifests; without arguments it makes some. The exit code is 1 if a ratio is above 1.
"""

from __future__ import annotations

import sys
import time
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.manifest import parse

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 15
TARGET = 1.0


def make_manifest(images: int) -> str:
    """Return a manifest similar to library/python."""
    first = (
        "# this file is an example\n"
        "Maintainers: Ada Lovelace <ada@example.org> (@ada),\n"
        "             Charles Babbage <charles@example.org> (@charles)\n"
        "GitRepo: https://example.org/engine.git\n"
        "Builder: buildkit"
    )
    entries = [
        f"Tags: 3.{number}.1-slim-trixie, 3.{number}-slim-trixie, 3.{number}.1-slim\n"
        f"SharedTags: 3.{number}.1, 3.{number}\n"
        "Architectures: amd64, arm32v5, arm32v7, arm64v8, i386, ppc64le, riscv64, s390x\n"
        f"GitCommit: {number:040x}\n"
        f"Directory: 3.{number}/slim-trixie"
        for number in range(images)
    ]
    return "\n\n".join([first, *entries]) + "\n"


def split(text: str) -> list[str]:
    """Return the paragraphs without comments: the parser of `email` handles neither."""
    lines = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
    return [part.strip("\n") for part in "\n".join(lines).split("\n\n") if part.strip("\n")]


def read_with_email(paragraphs: list[str]) -> None:
    """Read the fields with the standard library's parser."""
    parser = HeaderParser()
    for paragraph in paragraphs:
        parser.parsestr(paragraph).items()


def best(work: Callable[[], object], repeat: int) -> float:
    """Return the mean time of a call in seconds."""
    start = time.perf_counter()
    for _ in range(repeat):
        work()
    return (time.perf_counter() - start) / repeat


def main(arguments: list[str]) -> int:
    """Print one line for each text, and the worst ratio."""
    texts = {name: Path(name).read_text(encoding="utf-8") for name in arguments}
    if not texts:
        texts = {f"{images} images": make_manifest(images) for images in (1, 42, 420, 4200)}
    worst = 0.0
    for name, text in texts.items():
        paragraphs = split(text)
        repeat = max(1, 400 // len(paragraphs))
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(best(lambda text=text: parse(text), repeat))  # type: ignore[misc]  # mypy does not infer the type of a default
            theirs.append(best(lambda given=paragraphs: read_with_email(given), repeat))  # type: ignore[misc]  # mypy does not infer the type of a default
        ratio = min(ours) / min(theirs)
        worst = max(worst, ratio)
        print(
            f"{name}: parse and validate {min(ours) * 1e3:.3f} ms, "
            f"email {min(theirs) * 1e3:.3f} ms, ratio {ratio:.2f}"
        )
    print(f"worst ratio {worst:.2f}, target {TARGET:.2f}")
    return int(worst > TARGET)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
