"""The reader agrees with BuildKit's parser, on Dockerfiles that are changed at random."""

from __future__ import annotations

import platform
import sys
from random import Random

import pytest

from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.outline import outline
from tagmatrix.dockerfile.parse import parse
from tagmatrix.dockerfile.stages import base_image, stages
from tests.dockerfile import corpus, oracle

if sys.platform == "linux" and platform.machine() != "x86_64":
    pytest.skip("BuildKit's parser has no wheel for this machine", allow_module_level=True)

from tests.dockerfile import buildkit


def accepted(count: int, random: Random) -> list[tuple[str, list[buildkit.Read]]]:
    """Return mutated Dockerfiles that BuildKit's parser accepts, with what it reads."""
    found: list[tuple[str, list[buildkit.Read]]] = []
    while len(found) < count:
        text = corpus.mutated(random)
        if not buildkit.differs_on_purpose(text):
            theirs = buildkit.theirs(text)
            if theirs is not None:
                found.append((text, theirs))
    return found


def compare(count: int, seed: int) -> None:
    """Compare instructions, and the bases of stages."""
    random = Random(seed)  # noqa: S311 (the same ones every time)
    for text, theirs in accepted(count, random):
        assert buildkit.ours(text) == theirs, text
    compared = 0
    for _ in range(count):
        text = corpus.mutated_head(random)
        read = None if buildkit.differs_on_purpose(text) else buildkit.theirs(text)
        if read is None:
            continue
        try:
            wanted = oracle.bases([(each.keyword, each.arguments) for each in read])
        except oracle.UnsupportedError:
            continue
        found = stages(outline(parse(text)), "amd64")
        assert [base_image(found, stage) for stage in found] == wanted, text
        compared += 1
    assert compared > count / 20


@pytest.mark.parametrize("text", corpus.texts())
def test_whole_dockerfiles(text: str) -> None:
    """Every Dockerfile is read alike, unless only later versions of BuildKit read it so."""
    if not buildkit.differs_on_purpose(text):
        assert buildkit.ours(text) == buildkit.theirs(text)


def test_mutated() -> None:
    """Instructions, arguments, lines and bases are those of BuildKit, for some hundred texts."""
    compare(400, 1)


@pytest.mark.slow
def test_many_mutated() -> None:
    """Instructions, arguments, lines and bases are those of BuildKit, for 20,000 texts."""
    compare(20_000, 2)


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN <<EOF\n",
        "FROM a\nCOPY <<EOF <<X /\nX\nEOF\n",
        'FROM a\nCOPY ["a", 1]\n',
        "FROM a\nENV x\n",
        "FROM a\nENV a=b c\n",
        "# escape=x\nFROM a\n",
        "# escape=`\n# escape=`\nFROM a\n",
    ],
)
def test_refused(text: str) -> None:
    """What BuildKit's parser refuses is refused."""
    assert buildkit.theirs(text) is None
    with pytest.raises(DockerfileError):
        parse(text)
