"""Measure `plan` on 1,000 and 10,000 images in a repository, in relation to `tags` there.

`python -m benchmarks.plan` generates and commits the images, which takes a minute. It prints the
processor time and the memory of each command, and the ratios, for all formats. Each is compared
with `tags` of the same minute: as a table for tables, and as JSON for all others.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS = 3
FAMILY = """\
image: bench
repository: https://github.com/example/bench.git
branch: main
maintainers: ["A U Thor <author@example.org> (@author)"]
default_suites: {default: s0}
flavors:
  default: {name: "{suite}", base: "debian:{suite}", template: all}
"""
FLAVORS = 10
SUITES = 10
FORMATS = ("table", "json", "bake", "github", "gitlab", "commands")


def make(path: Path, images: int) -> None:
    """Make a repository with some images, generated and committed."""
    repo = make_repo(path)
    others = [f"f{number}" for number in range(1, FLAVORS)]
    flavors = "".join(
        f'  {name}: {{name: "{name}-{{suite}}", base: "debian:{{suite}}-{name}", template: all, '
        "follows: default}\n"
        for name in others
    )
    suites = "".join(
        f"  s{number}: {{flavors: [{', '.join(['default', *others])}], "
        "architectures: [amd64, arm64v8]}\n"
        for number in range(SUITES)
    )
    releases = "".join(
        f'  "{number}.0": {{version: "{number}.0.1"}}\n'
        for number in range(images // FLAVORS // SUITES, 0, -1)
    )
    repo.write("versions.yaml", f"{FAMILY}{flavors}suites:\n{suites}releases:\n{releases}")
    repo.write(
        "templates/all.Dockerfile.j2", "FROM {{ image.base }}\nENV V={{ release.version }}\n"
    )
    repo.commit()
    subprocess.run(
        command("generate", "--quiet", "--commit"), cwd=path, env=variables(), check=True
    )


def command(*words: str) -> list[str]:
    """Return the command line of tagmatrix."""
    return [sys.executable, "-m", "tagmatrix", *words]


def variables() -> dict[str, str]:
    """Return the environment: the sources of this checkout."""
    return environment(PYTHONPATH=str(Path(__file__).parents[1] / "src"))


def measure(path: Path, *words: str) -> tuple[float, int]:
    """Return the processor time of a command, with its children, and its memory in MiB."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 (os.devnull is a name)
        process = subprocess.Popen(
            command(*words), cwd=path, env=variables(), stdout=nowhere, stderr=nowhere
        )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words  # noqa: S101 (a script that prints figures)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10


def compare(path: Path, first: Sequence[str], second: Sequence[str]) -> tuple[float, float, int]:
    """Return the least times of two commands that run in turn, and the memory of the second."""
    rounds = [(measure(path, *first), measure(path, *second)) for _ in range(ROUNDS)]
    return (
        min(one for (one, _), _ in rounds),
        min(two for _, (two, _) in rounds),
        max(memory for _, (_, memory) in rounds),
    )


def main() -> None:
    """Print the figures."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for images in (1_000, 10_000):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name, "bench")
            make(path, images)
            for form in FORMATS:
                to = ("--registry", "r.example/x", "--max-jobs", str(images * 2))
                tags, plan, memory = compare(
                    path,
                    ("tags", "--format", "table" if form == "table" else "json"),
                    ("plan", "--format", form, *to),
                )
                print(
                    f"{images:>6} images, {form:8}: tags {tags:.2f} s, plan {plan:.2f} s, "
                    f"{memory} MiB, ratio {plan / tags:.2f}"
                )


if __name__ == "__main__":
    main()
