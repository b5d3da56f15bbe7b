"""Variables that must have a value are followed through ENV, ARG and stages."""

from __future__ import annotations

import pytest

from tagmatrix.dockerfile.outline import outline
from tagmatrix.dockerfile.parse import parse
from tagmatrix.dockerfile.required_values import unset_variables


def judge(text: str, architecture: str = "amd64") -> list[tuple[int, bool]]:
    """Return the lines with variables that have no value, and whether that is certain."""
    found = unset_variables(outline(parse(text)), architecture)
    return [(each.finding.line, each.certain) for each in found]


@pytest.mark.parametrize(
    ("lines", "certain"),
    [
        ("ENV a=${x:?}", False),
        ("ENV x=1 a=${x:?}", False),
        ("ENV x=$y\nENV a=${x:?}", False),
        ("ENV a=${x:-${y?}}", False),
        ("ENV ${x:?}=a", False),
        ("COPY <<EOF /a\n${x:?}\nEOF", False),
        ("RUN --mount=type=cache,target=/${x:?} true", False),
        ("ONBUILD ARG x=1\nENV a=${x:?}", False),
        ("ARG x\nENV a=${x:?message}", True),
        ("ENV x=\nENV a=${x:?}", True),
        ("ENV x=1\nARG x=\nENV a=${x:?}", True),
        ("ARG TARGETVARIANT\nENV a=${TARGETVARIANT:?}", True),
    ],
)
def test_unset(lines: str, certain: bool) -> None:  # noqa: FBT001 (a column)
    """It is certain that a variable has no value if an instruction sets none."""
    line = lines[: lines.rindex("?")].count("\n") + 2
    expected = line - 1 if lines.startswith("COPY") else line
    assert judge(f"FROM a\n{lines}\n") == [(expected, certain)]


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nARG x=1\nENV a=${x:?}\n",
        "FROM a\nENV x 1\nENV a=${x:?}\n",
        "FROM a\nARG x=1 y=${x:?}\n",
        "FROM a\nENV x=\nENV a=${x?}\n",
        "ARG x=1\nFROM a\nARG x\nENV a=${x:?}\n",
        "FROM a\nENV p=q ${p}z=1\nENV p=q\nENV ${p}z=1\nENV a=${qz:?}\n",
        "FROM a AS b\nENV x=1\nFROM b\nENV a=${x:?}\n",
        "FROM a AS b\nARG x=1\nFROM b\nENV a=${x:?}\n",
        "FROM a AS unused\nENV a=${x:?}\nFROM a\n",
        "FROM scratch\nENV a=${PATH:?}\n",
        "FROM a\nARG TARGETARCH\nENV a=${TARGETARCH:?}\n",
        "FROM a\nENV a='${x:?}' b=\\${x:?}\n",
        "FROM a\nRUN echo ${x:?}\n",
        "FROM a\nENV a=${x:?\n",
    ],
)
def test_set(text: str) -> None:
    """A variable with a value is not reported, nor a text that has another error."""
    assert judge(text) == []


def test_stages_and_architectures() -> None:
    """A stage has no values of another one, and a platform argument depends on the architecture."""
    assert judge("FROM a\nENV x=1\nFROM a AS b\nCOPY --from=0 /a /a\nENV a=${x:?}\n") == [
        (5, False)
    ]
    assert judge("FROM scratch\nENV a=${x:?}\n") == [(2, True)]
    text = "FROM a\nARG TARGETVARIANT\nENV a=${TARGETVARIANT:?}\n"
    assert judge(text, "arm32v7") == []
