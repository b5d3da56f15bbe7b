"""What is doubtful in a Dockerfile: options that old engines lack, and blanks of Unicode."""

from __future__ import annotations

import pytest

from tagmatrix.dockerfile.doubts import doubts
from tagmatrix.dockerfile.parse import parse

OPTIONS = "FROM a\nRUN --security=insecure x\nCOPY --parents a b\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (OPTIONS, ["2: RUN --security needs 1.20 of", "3: COPY --parents needs 1.20 of"]),
        (f"# syntax=docker/dockerfile:1\n{OPTIONS}", []),
        ('FROM a\nSHELL ["/bin/bash", "-c"]\nRUN a\u2003b\n', ["3: U+2003 looks like a blank,"]),
        ("\ufeffFROM a\nRUN a\u2003b\n", ["2: U+2003 looks like a blank,"]),
        ('FROM a\nSHELL ["/usr/bin/pwsh"]\nRUN a\u2003b\n', []),
        (
            "FROM a\nRUN a \\\n  b\u2003c \\\n\n# \u2003\n d\u2003e\u3000f\n",
            [f"{line} looks like a blank," for line in ("3: U+2003", "6: U+2003", "6: U+3000")],
        ),
        ("FROM a\nRUN 'a\u2003b'\nCOPY a\u2003b\n", []),
        ("FROM a\nRUN x \\\n", ["2: the last line ends with \\: nothing"]),
    ],
)
def test_doubts(text: str, found: list[str]) -> None:
    """Each doubt has the line where the text is."""
    said = [f"{each.line}: {each.text}" for each in doubts(parse(text), text, windows=False)]
    assert len(said) == len(found)
    assert all(each.startswith(one) for each, one in zip(said, found, strict=True)), said
