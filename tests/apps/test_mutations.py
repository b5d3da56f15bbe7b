"""Files of applications changed at random give messages or safe files, and never a bug."""

from __future__ import annotations

import pytest

from tests.apps import mutations

STAGES = "FROM python:3.14 AS base\nFROM base AS dependencies\nFROM dependencies\n"
LAST = "FROM base\nUSER 1\nCMD a\n"


@pytest.mark.slow
def test_few() -> None:
    """Fifty changes keep the properties, and both outcomes occur."""
    outcomes = mutations.many(50, 1_000_000)
    assert outcomes["files"] > 5
    assert outcomes["message"] > 5


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", range(10))
def test_many(part: int) -> None:
    """Two thousand changes keep the properties; `python -m tests.apps.mutations` makes more."""
    assert mutations.many(200, part * 200).total() == 200


@pytest.mark.parametrize(
    "text",
    [
        f"{STAGES}RUN pip install a; evil\n{LAST}",
        f"{STAGES}RUN echo $(evil)\n{LAST}",
        STAGES.replace("python:3.14", "evil") + LAST,
        f"{STAGES}ADD evil /\n{LAST}",
        f"{STAGES}{LAST}CMD b\n",
    ],
)
def test_the_check_finds(text: str) -> None:
    """The check refuses a Dockerfile with a foreign command, base or instruction."""
    with pytest.raises(AssertionError):
        mutations.check_dockerfile(text)
