"""Measure `plan` on 1,000 and 10,000 images in a repository, in relation to `tags` there.

`python -m benchmarks.plan` generates and commits the images, which takes a minute. It prints the
processor time and the memory of each command, and the ratios, for tables and for JSON.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.repos import environment, make_repo

ROUNDS = 3
FAMILY = """\
image: bench
repository: https://github.com/example/bench.git
branch: main
maintainers: ["A U Thor <author@example.org> (@author)"]
default_suites: {default: s0}
flavors:
  default: {name: "{suite}", base: "debian:{suite}", template: all}
  slim: {name: "slim-{suite}", base: "debian:{suite}-slim", template: all, follows: default}
suites:
"""


def make(path: Path, images: int) -> None:
    """Make a repository with some images, generated and committed."""
    repo = make_repo(path)
    suites = "".join(
        f"  s{number}: {{flavors: [default, slim], architectures: [amd64, arm64v8]}}\n"
        for number in range(10)
    )
    releases = "".join(
        f'  "{number}.0": {{version: "{number}.0.1"}}\n' for number in range(images // 20, 0, -1)
    )
    repo.write("versions.yaml", f"{FAMILY}{suites}releases:\n{releases}")
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
    """Return the least processor time of a command, with its children, and its memory in MiB."""
    times, memory = [], 0
    for _ in range(ROUNDS):
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 (os.devnull is a name)
            process = subprocess.Popen(
                command(*words), cwd=path, env=variables(), stdout=nowhere, stderr=nowhere
            )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, words  # noqa: S101 (a script that prints figures)
        times.append(usage.ru_utime + usage.ru_stime)
        memory = max(memory, usage.ru_maxrss)
    return min(times), memory >> 10


def main() -> None:
    """Print the figures."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for images in (1_000, 10_000):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name, "bench")
            make(path, images)
            for form in ("table", "json"):
                tags, _ = measure(path, "tags", "--format", form)
                plan, memory = measure(path, "plan", "--registry", "r.example/x", "--format", form)
                print(
                    f"{images:>6} images, {form:5}: tags {tags:.2f} s, plan {plan:.2f} s, "
                    f"{memory} MiB, ratio {plan / tags:.2f}"
                )


if __name__ == "__main__":
    main()
