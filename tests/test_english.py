"""The check of plain English finds the phrases of the word list in texts for people."""

from __future__ import annotations

import pytest

from tests.english import findings, pattern, word_list

TABLE = """
<!-- begin word list -->

| not | but |
|---|---|
| mend, mends | fix |
| ask nobody | do not use the network |
| Who, is no X | the user, not a X |

<!-- end word list -->
"""


def test_word_list() -> None:
    """The left column has several phrases, separated by commas."""
    assert word_list(TABLE) == ["mend", "mends", "ask nobody", "Who", "is no X"]


def test_no_word_list() -> None:
    """A document without the table is an error, not an empty list."""
    with pytest.raises(ValueError, match="no word list"):
        word_list("# Working on tagmatrix")


@pytest.mark.parametrize(
    ("path", "content", "lines"),
    [
        ("src/a.py", '"""Mend it."""\n', [1]),
        ("src/a.py", "x = 1  # we mend\n", [1]),
        ("src/a.py", "# to ask\n# nobody\n", [1]),
        ("src/a.py", 'x = (\n    "to ask "\n    f"nobody {1}"\n)\n', [2]),
        ("src/a.py", "mend = 1\n", [1]),
        ("src/a.py", "def test_we_ask_nobody() -> None: ...\n", [1]),
        ("src/a.py", "amend = recommend\n", []),
        ("src/a.py", '"""Recommended amendments, a mend-all."""\n', []),
        ("tests/a.py", 'x = "mend"\n', [1]),
        ("tests/a.py", 'def f() -> None:\n    """Mend."""\n', [2]),
        ("docs/a.md", "One\n> to ask\n> nobody\n", [2]),
        ("templates/a.j2", "{# mend #}\n", [1]),
        ("tests/settings", "# mend\n", [1]),
        (".ci/run", "#!/bin/sh\n# to ask\n# nobody\n", [2]),
        ("library/README.md", "mend\n", []),
        ("tests/data/a.py", "mend = 1\n", []),
        ("logo.bin", "\0mend\n", []),
        ("CONTRIBUTING.md", TABLE + "mend\n", [11]),
        ("docs/a.md", "Users who\ntag.\nWho tags: who?\n", [3]),
        ("tests/a.py", "def test_who_tags() -> None: ...\n", [1]),
        ("src/a.py", "def whole(users_who_tag: int) -> None: ...\n", []),
        ("docs/a.md", "This is no\n`tag`. It is no longer one; there is no tag.\n", [1]),
    ],
)
def test_findings(path: str, content: str, lines: list[int]) -> None:
    """The check reads texts and names, not data, and reports the right line."""
    found = list(findings(path, content, pattern(word_list(TABLE))))
    assert [int(finding.split(":")[1]) for finding in found] == lines
