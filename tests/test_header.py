"""The header of generated files."""

from __future__ import annotations

import pytest

from tagmatrix.header import COMMAND, HEAD_BYTES, SENTENCES, is_generated, with_header

HEADER = f"# {SENTENCES[0]}\n# {SENTENCES[1]}\n\n"


@pytest.mark.parametrize(
    ("text", "directives", "rest"),
    [
        ("FROM x\n", "", "FROM x\n"),
        ("\n\n  FROM x\n", "", "FROM x\n"),
        ("# escape=`\nFROM x\n", "# escape=`\n", "FROM x\n"),
        ("#syntax=docker/dockerfile:1\n# check=skip=all\n\nFROM x\n", None, "FROM x\n"),
        ("# Escape = `\n# a comment\nFROM x\n", "# Escape = `\n", "# a comment\nFROM x\n"),
        # after anything else it is a comment
        ("\n# escape=`\nFROM x\n", "", "# escape=`\nFROM x\n"),
        ("# a comment\n# escape=`\n", "", "# a comment\n# escape=`\n"),
        ("", "", ""),
    ],
)
def test_header_stands_after_directives(text: str, directives: str | None, rest: str) -> None:
    """Parser directives stay first; then come the header, an empty line and the rest."""
    if directives is None:
        directives = "#syntax=docker/dockerfile:1\n# check=skip=all\n"
    made = with_header(text)
    assert made == directives + HEADER + rest
    assert is_generated(made.encode())
    assert is_generated(made.encode()[:HEAD_BYTES])


@pytest.mark.parametrize(
    ("head", "generated"),
    [
        (f"<!-- {SENTENCES[0]} -->\n", True),
        (f'{{\n  "generated_by": "{COMMAND}",\n', True),
        (f"# {SENTENCES[0]}\n", True),
        ("", False),
        ("FROM x\n", False),
        (f" # {SENTENCES[0]}\n", False),
        (f"# A copy. # {SENTENCES[0]}\n", False),
        (f"FROM x\n# {SENTENCES[0]}\n", False),
        (f"# {SENTENCES[0]} But then edited.\n", False),
        ('{"generated_by": "somebody"}', False),
        (f"\ufeff# {SENTENCES[0]}\n", False),
    ],
)
def test_recognised(head: str, *, generated: bool) -> None:
    """Only a file that begins with the exact header counts as generated."""
    assert is_generated(head.encode()) is generated


def test_any_bytes() -> None:
    """A file of the maintainers may contain any bytes."""
    assert not is_generated(bytes(range(256)))
