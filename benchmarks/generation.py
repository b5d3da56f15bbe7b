"""Measure `tagmatrix generate` with nothing to write, at 42, 420, 4,200 and 10,000 images.

The benchmark compares it with a lower bound ("floor"): a minimal script that imports
PyYAML and Jinja2's sandbox, reads the same versions.yaml with libyaml, renders the same
text with the same templates, and runs one `git log`. Both run in turn as whole
processes. Quote the ratios, not the times.

    .venv/bin/python benchmarks/generation.py [IMAGES …]
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import asdict

from tagmatrix import config
from tagmatrix.matrix import expand
from tagmatrix.render import templates as render
from tagmatrix.render.dockerfiles import context
from tagmatrix.render.page import page
from tagmatrix.render.page.template_values import context as page_context

REPOSITORY = Path(__file__).parents[1]
ROUNDS = 7
IMAGES = 42
"""The number of images in versions.yaml."""
FLOOR = """
import json, subprocess, sys
import yaml
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

yaml.load(open("versions.yaml"), Loader=yaml.CSafeLoader)
environment = ImmutableSandboxedEnvironment(
    loader=FileSystemLoader(["templates", sys.argv[2]]), undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, auto_reload=False,
)
environment.filters["code"] = lambda text: f"`{text}`"
for template, context in json.load(open(sys.argv[1])):
    environment.get_template(template).render(**context)
log = ["git", "log", "-c", "--no-renames", "--name-only", "--format=%H"]
subprocess.run(log, capture_output=True, check=True)
"""


def main(sizes: list[int]) -> None:
    """Print a line for each size."""
    print("images   ours s  floor s  ratio  peak MB  KB/image")
    base = 0
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            count, ours, floor, ratios, most = _measure(Path(folder), size)
        base = base or most
        share = (most - base) / count if most > base else 0
        figures = f"{count:>6}  {ours:>7.3f}  {floor:>7.3f}  {ratios:>5.2f}"
        print(f"{figures}  {most / 1024:>7.1f}  {share:>8.1f}")


class Place(NamedTuple):
    """A committed family with some images, and the command of its lower bound."""

    root: Path
    images: int
    environment: dict[str, str]
    floor: list[str]


def make(folder: Path, size: int) -> Place:
    """Make a family with SIZE images in a new repository, all generated and committed."""
    root = folder / "image"
    root.mkdir()
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    (root / "versions.yaml").write_text(_versions(size))
    environment = {name: text for name, text in os.environ.items() if name[:6] != "PYTHON"}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    environment |= {"PYTHONPATH": str(REPOSITORY / "src"), "XDG_CACHE_HOME": str(folder / "cache")}
    environment |= {"NO_PROXY": "127.0.0.1"}
    for name in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{name}_NAME": "bench", f"GIT_{name}_EMAIL": "bench@example.com"}
    subprocess.run(
        ["git", "init", "--quiet", "--initial-branch=main", root], check=True, env=environment
    )
    run([*command(root, "generate"), "--commit"], root, environment)
    run([*command(root, "generate")], root, environment)  # compiles the templates
    script = folder / "floor.py"
    script.write_text(FLOOR)
    contexts = folder / "contexts.json"
    images = _write_contexts(root, contexts)
    floor = [sys.executable, str(script), str(contexts), str(render.FALLBACK)]
    return Place(root, images, environment, floor)


def command(root: Path, *words: str) -> list[str]:
    """Return the command line of tagmatrix."""
    return [sys.executable, "-m", "tagmatrix", "-C", str(root), *words]


def _write_contexts(root: Path, path: Path) -> int:
    """Write what the templates are rendered with, and return the number of images."""
    loaded = config.load(root)
    expanded = expand.expand(loaded)
    images = expanded.images
    texts = [_context(image) for image in images]
    commits = {image.source: "0" * 40 for image in images}
    templates = render.Templates(root / "templates")
    tier = page.page(templates, loaded, expanded, commits, prefix="").tier
    seen = page_context(loaded, expanded, commits, prefix="", **page.contents(tier))
    texts.append((page.TEMPLATE, seen))
    path.write_text(json.dumps(texts, default=asdict))
    return len(images)


def _measure(folder: Path, size: int) -> tuple[int, float, float, float, int]:
    place = make(folder, size)
    ours = command(place.root, "generate")
    times = [
        (run(ours, place.root, place.environment), run(place.floor, place.root, place.environment))
        for _ in range(ROUNDS)
    ]
    most = peak(ours, place.root, place.environment)
    ratio = statistics.median(mine / other for mine, other in times)
    mine, other = (statistics.median(column) for column in zip(*times, strict=True))
    return place.images, mine, other, ratio, most


def _versions(size: int) -> str:
    """Return versions.yaml with enough releases for SIZE images: copies of one release."""
    text = (REPOSITORY / "versions.yaml").read_text()
    if size <= IMAGES:
        return text
    head, _, releases = text.partition("releases:\n")
    block = releases.partition('  "3.13":\n')[2].partition("\n\n")[0]
    count = size // 8
    cycles = [f'  "{3 + minor // 50}.{minor % 50 + 20}":' for minor in reversed(range(count))]
    blocks = [
        f"{cycle}\n{_own_checksums(block.replace('3.13.14', cycle.strip()[1:-2] + '.1'), cycle)}"
        for cycle in cycles
    ]
    return f"{head}releases:\n" + "\n\n".join(blocks) + "\n"


def _own_checksums(block: str, cycle: str) -> str:
    """Return a release with checksums of its own: two files never have the same."""
    return re.sub(
        r"\b[0-9a-f]{64}\b",
        lambda match: hashlib.sha256(f"{cycle} {match[0]}".encode()).hexdigest(),
        block,
    )


def _context(image: expand.Image) -> tuple[str, dict[str, Any]]:
    return f"{image.template}.Dockerfile.j2", context(image)


def run(
    command: list[str], root: Path, environment: dict[str, str], *, differs: bool = False
) -> float:
    """Run a command, which may find a difference if `differs`; return how many seconds it took."""
    start = time.perf_counter()
    done = subprocess.run(command, check=False, cwd=root, env=environment, capture_output=True)
    took = time.perf_counter() - start
    if done.returncode not in ({0, 3} if differs else {0}):
        sys.stderr.buffer.write(done.stderr)
        raise SystemExit(f"{' '.join(command)} failed with {done.returncode}")
    return took


def peak(command: list[str], root: Path, environment: dict[str, str]) -> int:
    """Return the peak memory in KB of the largest process of a command, measured from another."""
    measure = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", measure, *command],
        check=True,
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [42, 420, 4200, 10_000])
