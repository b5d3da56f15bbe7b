"""Publishing, killed at any point: a tag is old or new, and its index is complete."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.registry import images

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.registry.plans import Plan
    from tests.registry.standin import Standin

SOURCE, TARGET = "me/staging", "me/python"
TAGS = ("3.14.6-20261128", "3.14.6", "3.14", "3", "latest")
BOTH = ("amd64", "arm64v8")


class Runs:
    """A program that runs tagmatrix in processes, and counts those that were killed."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program
        self.killed = 0

    def run(self, number: int, *arguments: object) -> int:
        """Run tagmatrix; kill it before it sends for this time. Return its exit code, or -9."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps([number, *map(str, arguments)]) + "\n")
        self._program.stdin.flush()
        status = int(self._program.stdout.readline())
        if status & 0x7F == signal.SIGKILL:
            self.killed += 1
            return -signal.SIGKILL
        return status >> 8


@pytest.fixture
def runs() -> Iterator[Runs]:
    """Return the program."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.registry.killable"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        yield Runs(program)
        assert program.stdin is not None
        program.stdin.close()


def _plan(registry: Standin, plan: Plan) -> None:
    for tags in (TAGS, ("3.14.6-slim", "3.14-slim", "slim")):
        join = plan.join(f"{registry.host}/{TARGET}", *tags)
        for architecture in BOTH:
            build = f"{tags[-1]}-{architecture}"
            plan.member(join, build, architecture)
            plan.built(registry, f"{registry.host}/{SOURCE}", build, architecture)


def _begin(registry: Standin) -> dict[str, str]:
    """Let the registry have an older index under the tags that move; return tags and digests."""
    registry.repositories.pop(TARGET, None)
    members = [
        images.push_image(registry, TARGET, each, "old") for each in (images.AMD64, images.ARM64)
    ]
    annotations = {"org.opencontainers.image.version": "3.14.5"}
    images.push_index(registry, TARGET, members, "3.14", "3", "latest", annotations=annotations)
    return dict(registry.of(TARGET).tags)


def _check(registry: Standin, old: dict[str, str], new: set[str]) -> None:
    """Check that each tag is old or new, and that nothing of its index is missing."""
    content = registry.of(TARGET)
    for tag, digest in content.tags.items():
        assert digest == old.get(tag) or digest in new
        value: dict[str, Any] = json.loads(content.manifests[digest][1])
        assert len(value["manifests"]) == 2
        for member in value["manifests"]:
            manifest = json.loads(content.manifests[member["digest"]][1])
            for blob in (manifest["config"], *manifest["layers"]):
                assert blob["digest"] in content.blobs


def _kill(registry: Standin, plan: Plan, runs: Runs, kills: int) -> None:
    _plan(registry, plan)
    words = ("-C", plan.folder, "registry", "publish", "--plan", plan.file)
    command = (*words, "--digests", plan.digests, "--wait", "0", "--attempts", "2")
    _begin(registry)
    asked = len(registry.asked)
    assert runs.run(0, *command) == 0
    whole = dict(registry.of(TARGET).tags)
    sends = len(registry.asked) - asked
    assert sends % 7  # so that the numbers below are those of all requests, one after the other
    number = 0
    while runs.killed < kills:
        old = _begin(registry)
        for _ in range(3):  # killed again while it completes
            number += 1
            runs.run(1 + number * 7 % sends, *command)
            _check(registry, old, set(whole.values()))
        assert runs.run(0, *command) == 0
        assert registry.of(TARGET).tags == whole


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed(registry: Standin, plan: Plan, runs: Runs, repeats: int) -> None:
    """Some runs are killed: no tag names an incomplete index, and the next run completes."""
    _kill(registry, plan, runs, repeats)
