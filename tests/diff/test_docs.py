"""Check that docs/what-moves.md is complete and its example valid."""

from __future__ import annotations

import re
from pathlib import Path

from tagmatrix import config
from tagmatrix.diff import Effect, changes
from tests.projects import VERSIONS

TEXT = (Path(__file__).parents[2] / "docs/what-moves.md").read_text()


def test_every_kind_is_documented() -> None:
    """The document has each kind of change."""
    assert [kind for kind in Effect if f"`{kind.value}`" not in TEXT] == []


def test_the_example_is_valid() -> None:
    """The example has valid acceptances."""
    block = TEXT.partition("```yaml\n")[2].partition("```")[0]
    accepted = config.parse(VERSIONS.replace("\nexclude:", f"\n{block}\nexclude:")).accept
    assert [one.tags for one in accepted] == [("3.12-windowsservercore*",), ("3.12",)]


def test_every_by_is_documented() -> None:
    """The document has each value of `by`."""
    folder = Path(changes.__file__).parent
    source = "".join(file.read_text() for file in sorted(folder.glob("*.py")))
    words = set(re.findall(r'\bby="(\w+)"', source))
    assert {"moved", "empty", "everywhere", "alias", "spelling"} <= words
    assert [word for word in sorted(words) if f"`{word}`" not in TEXT] == []
