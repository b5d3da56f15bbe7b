"""Files of applications changed at random give messages or safe files, and never a bug."""

from __future__ import annotations

import pytest

from tests.apps import mutations


def test_few() -> None:
    """Fifty changes keep the properties, and both outcomes occur."""
    outcomes = mutations.many(50, 1_000_000)
    assert outcomes["files"] > 5
    assert outcomes["message"] > 5


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", range(20))
def test_many(part: int) -> None:
    """Twenty thousand changes keep the properties."""
    assert mutations.many(1000, part * 1000).total() == 1000


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:3.14 AS base\nFROM base AS dependencies\nFROM dependencies\nRUN pip install a; evil\nFROM base\nUSER 1\nCMD a\n",
        "FROM python:3.14 AS base\nFROM base AS dependencies\nFROM dependencies\nRUN echo $(evil)\nFROM base\nUSER 1\nCMD a\n",
        "FROM evil AS base\nFROM base AS dependencies\nFROM dependencies\nFROM base\nUSER 1\nCMD a\n",
        "FROM python:3.14-slim AS base\nFROM base AS dependencies\nFROM dependencies\nADD evil /\nFROM base\nUSER 1\nCMD a\n",
    ],
)
def test_the_check_finds(text: str) -> None:
    """The check refuses a Dockerfile with a foreign command, base or instruction."""
    with pytest.raises(AssertionError):
        mutations.check_dockerfile(text)
