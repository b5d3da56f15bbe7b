"""Measure `registry check` against a real docker-registry on this machine.

`python -m benchmarks.registry` prints ratios: a check of this repository's tags, with and
without kept answers, compared with as many bare HEADs by requests; then the time and the memory
for 1,000 and 10,000 tags. It needs Debian's docker-registry.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from tagmatrix.explain.owners import by_tag
from tagmatrix.matrix.load import load
from tagmatrix.platforms import PLATFORMS
from tagmatrix.registry.image_manifests import ACCEPT, OCI_INDEX
from tests.registry import images
from tests.registry.standin import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagmatrix.explain.owners import Owned

ROOT = Path(__file__).parents[1]
ROUNDS = 9
NAME = "bench/python"
BARE = f"""
import requests, sys
session = requests.Session()
host, *tags = sys.argv[1:]
for tag in tags:
    url = f"http://{{host}}/v2/{NAME}/manifests/{{tag}}"
    session.head(url, headers={{"Accept": "{ACCEPT}"}}).raise_for_status()
"""
CONFIGURATION = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {0}}}}}
http: {{addr: "{1}"}}
"""
FAMILY = """\
image: bench
repository: https://github.com/example/bench.git
branch: main
maintainers: ["A U Thor <author@example.org> (@author)"]
version_style: loose
flavors:
  default: {name: "{suite}", base: "debian:{suite}", template: all}
suites:
"""


@contextmanager
def registry(folder: Path) -> Iterator[str]:
    """Run a registry; the value is its host."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    (folder / "config.yml").write_text(CONFIGURATION.format(folder / "data", host))
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            ["docker-registry", "serve", folder / "config.yml"], stdout=log, stderr=log
        )
        try:
            time.sleep(2)
            yield host
        finally:
            server.terminate()
            server.wait()


def fill(host: str, tags: dict[str, Owned]) -> None:
    """Push an index for each group of tags that has the same images."""
    session = requests.Session()
    session.trust_env = False
    base = f"http://{host}/v2/{NAME}"
    members = {}
    for architecture in {name for tag in tags.values() for name in tag.architectures}:
        config = images.encoded({"os": "linux", "architecture": architecture, "config": {}})
        for blob in (config, b"layer"):
            begun = session.post(f"{base}/blobs/uploads/", timeout=30)
            join = "&" if "?" in begun.headers["Location"] else "?"
            where = f"{begun.headers['Location']}{join}digest={sha256(blob)}"
            session.put(where, data=blob, timeout=30).raise_for_status()
        raw = images.manifest(config, b"layer")
        put(session, f"{base}/manifests/{sha256(raw)}", raw, images.MANIFEST)
        members[architecture] = {
            "mediaType": images.MANIFEST,
            "digest": sha256(raw),
            "size": len(raw),
            "platform": platform(architecture),
        }

    def push(item: tuple[str, Owned]) -> None:
        tag, owned = item
        value: dict[str, Any] = {
            "schemaVersion": 2,
            "mediaType": OCI_INDEX,
            "manifests": [members[name] for name in owned.architectures],
            "annotations": {"of": "+".join(image.dockerfile_path for image in owned.images)},
        }
        put(session, f"{base}/manifests/{tag}", json.dumps(value).encode(), OCI_INDEX)

    with ThreadPoolExecutor(4) as executor:
        list(executor.map(push, tags.items()))


def platform(architecture: str) -> dict[str, str]:
    """Return the platform of an architecture, in OCI's words."""
    system, name, variant = [*PLATFORMS[architecture].split("/"), ""][:3]
    return {"os": system, "architecture": name} | ({"variant": variant} if variant else {})


def put(session: requests.Session, url: str, raw: bytes, kind: str) -> None:
    """Push a manifest."""
    session.put(url, data=raw, headers={"Content-Type": kind}, timeout=30).raise_for_status()


def seconds(work: Callable[[], object]) -> float:
    """Return the time of a call in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def check(root: Path, host: str, cache: Path, *, kept: bool) -> int:
    """Run the check as a process, and return the peak of its memory in KB."""
    if not kept:
        shutil.rmtree(cache, ignore_errors=True)
    command = [sys.executable, "-m", "tagmatrix", "-C", str(root), "--quiet"]
    command += ["registry", "check", "--registry", f"{host}/{NAME}"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "NO_PROXY": "127.0.0.1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 3}:
        raise SystemExit(f"the check failed with {process.returncode}")
    return int(usage.ru_maxrss)


def small(folder: Path) -> None:
    """Print the ratios for this repository's own tags."""
    _, matrix = load(ROOT)
    tags = dict(by_tag(matrix))
    cache = folder / "cache"
    with registry(folder) as host:
        fill(host, tags)
        command = [sys.executable, "-c", BARE, host, *tags]
        environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
        times = [
            (
                seconds(lambda: subprocess.run(command, check=True, env=environment)),
                seconds(lambda: check(ROOT, host, cache, kept=False)),
                seconds(lambda: check(ROOT, host, cache, kept=True)),
            )
            for _ in range(ROUNDS)
        ]
    bare = statistics.median(each[0] for each in times)
    print(f"{len(tags)} bare HEADs: {bare * 1e3:.0f} ms")
    for number, how in ((1, "for the first time"), (2, "with kept answers")):
        ratio = statistics.median(each[number] / each[0] for each in times)
        own = statistics.median(each[number] for each in times)
        print(f"check {how}: {own * 1e3:.0f} ms, {ratio:.2f} of bare HEADs")


def large(folder: Path, count: int) -> None:
    """Print time and memory for many tags."""
    root = folder / "family"
    root.mkdir(parents=True)
    suites = [
        f"  s{number}: {{flavors: [default], architectures: [amd64]}}" for number in range(50)
    ]
    cycles = [f'  "{number}": {{version: "{number}.0.1"}}' for number in range(count // 100, 0, -1)]
    text = f"{FAMILY}{chr(10).join(suites)}\nreleases:\n{chr(10).join(cycles)}\n"
    (root / "versions.yaml").write_text(text)
    _, matrix = load(root)
    tags = dict(by_tag(matrix))
    with registry(folder) as host:
        fill(host, tags)
        for kept in (False, True):
            start = time.perf_counter()
            memory = check(root, host, folder / "cache", kept=kept)
            took = time.perf_counter() - start
            how = "with kept answers" if kept else "for the first time"
            print(
                f"check of {len(tags):,} tags {how}: {took:.1f} s, "
                f"{took / len(tags) * 1e3:.2f} ms a tag, {memory / 1024:.0f} MB"
            )


def main() -> None:
    """Print one line for each measurement."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in (0, 1_000, 10_000):
            own = folder / str(count)
            own.mkdir()
            if count:
                large(own, count)
            else:
                small(own)


if __name__ == "__main__":
    main()
