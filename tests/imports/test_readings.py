"""The tags of an entry are aliases with suffixes, also if a version is in the middle of a tag."""

from __future__ import annotations

import pytest

from tagmatrix.imports.cells import TagSuffix, read_cells
from tagmatrix.manifest import parse
from tagmatrix.matrix.tags import join
from tests.imports.samples import HEAD, entry
from tests.imports.table import published


@pytest.mark.parametrize("reading", ["names", "folders", "suffixes"])
def test_all_tags_come_back(reading: str) -> None:
    """In each published manifest aliases and suffixes make the tags of each entry."""
    for text in published().values():
        for cell in read_cells(parse(text), reading):  # type: ignore[arg-type]  # one of the readings in the table
            made = {
                (join(alias, suffix.text), suffix.shared)
                for suffix, aliases in cell.suffixes.items()
                for alias in aliases
            }
            if cell.prefix:
                made = {
                    (cell.prefix if tag == "latest" else f"{cell.prefix}-{tag}", shared)
                    for tag, shared in made
                }
            wanted = {(tag, False) for tag in cell.entry.tags}
            assert made == wanted | {(tag, True) for tag in cell.entry.shared_tags}


def test_a_version_with_a_word_in_its_middle() -> None:
    """The word behind the suite belongs to the suffix, in all tags of the entry."""
    (cell,) = read_cells(parse(HEAD + entry("13.0.1-ubi10-rc, 13.0-ubi10-rc, 13.0.1-rc, 13.0-rc")))
    assert cell.version == "13.0.1"
    assert cell.suffixes == {
        TagSuffix("ubi10-rc", shared=False): ("13.0.1", "13.0"),
        TagSuffix("rc", shared=False): ("13.0.1", "13.0"),
    }


def test_a_word_before_the_version() -> None:
    """It is a prefix; the tag that is the prefix alone is `latest`."""
    (cell,) = read_cells(parse(HEAD + entry("cli-2.12.0-php8.4, cli-2-php8.4, cli-php8.4, cli")))
    assert (cell.prefix, cell.version, cell.variant) == ("cli", "2.12.0", "php8.4")
    assert cell.suffixes[TagSuffix("php8.4", shared=False)] == ("2.12.0", "2", "latest")
    assert cell.suffixes[TagSuffix("", shared=False)] == ("latest",)


def test_entries_without_a_version() -> None:
    """A folder that all tags begin with is an alias; else the tags are suffixes."""
    text = HEAD + entry("humble-core, humble-core-jammy, latest", "ros/humble/jammy/core")
    (cell,) = read_cells(parse(text), "folders")
    assert cell.aliases == ("humble", "latest")
    (cell,) = read_cells(parse(text), "suffixes")
    assert cell.aliases == ("latest",)
    (cell,) = read_cells(parse(HEAD + entry("boot-jammy, tools", "target/boot")), "folders")
    assert cell.aliases == ("latest",)
