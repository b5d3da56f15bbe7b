"""Images by folder, including folders that versions.yaml no longer makes."""

from __future__ import annotations

import pytest

from tagmatrix import config
from tagmatrix.diff.infer import KnownCell
from tagmatrix.guard.known_folders import Folders
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.manifest import Entry
from tagmatrix.matrix.expand import expand
from tests.projects import VERSIONS


@pytest.mark.parametrize(
    ("directory", "cycle", "variant", "flavor", "suite"),
    [
        ("library/2.1/slim-trixie", "2.1", "slim-trixie", "slim", "trixie"),
        ("deep/library/2.1/alpine3.24", "2.1", "alpine3.24", "alpine", "3.24"),
        (
            "library/2.0/windows/windowsservercore-ltsc2025",
            *("2.0", "windowsservercore-ltsc2025", "windowsservercore", "ltsc2025"),
        ),
        ("library/1.9/slim-trixie", "1.9", "slim-trixie", "slim", "trixie"),
        ("library/2.1/slim-bullseye", "2.1", "slim-bullseye", "slim", "bullseye"),
        ("library/1.9/alpine3.20", "1.9", "alpine3.20", "alpine", "3.20"),
        (
            "library/1.9/windows/windowsservercore-1809",
            *("1.9", "windowsservercore-1809", "windowsservercore", "1809"),
        ),
    ],
)
def test_folders(directory: str, cycle: str, variant: str, flavor: str, suite: str) -> None:
    """The folder has cycle and variant; the flavors' patterns find a retired suite."""
    known = Folders(config.parse(VERSIONS)).of(
        Entry(directory=directory, git_fetch="refs/heads/main")
    )
    assert known == KnownCell(cycle=cycle, variant=variant, flavor=flavor, suite=suite)


@pytest.mark.parametrize(
    ("directory", "cycle", "variant"),
    [
        ("library/1.9/win", "1.9", "windowsservercore-ltsc2025"),
        ("library/old/2.0/win", "2.0", "windowsservercore-ltsc2025"),
        ("library/old/2.0/slim-bullseye", "2.0", "slim-bullseye"),
        ("library/old/1.9/slim-bullseye", "old", "slim-bullseye"),
    ],
)
def test_folders_with_other_names(directory: str, cycle: str, variant: str) -> None:
    """A folder of a variant or a release may have another name, and several parts."""
    text = VERSIONS.replace("folder: windows/{name}", "folder: win")
    text = text.replace('version: "2.0.9"', 'version: "2.0.9"\n    folder: old/2.0')
    known = Folders(config.parse(text)).of(Entry(directory=directory, git_fetch="refs/heads/main"))
    assert known
    assert (known.cycle, known.variant) == (cycle, variant)


def test_left_out_is_listed() -> None:
    """What a release leaves out is listed nevertheless."""
    text = VERSIONS.replace('version: "2.1.3"', 'version: "2.1.3"\n    artifacts: [source]')
    listed = Folders(config.parse(text)).listed
    assert "windowsservercore-ltsc2025" in listed.variants
    assert "windowsservercore" in listed.flavors
    assert "2.1" in listed.cycles


def test_axes() -> None:
    """The images of a snapshot have the values of their axes."""
    text = VERSIONS.replace("default_suites:", 'axes: {php: ["8.4", "8.3"]}\ndefault_suites:', 1)
    text = text.replace('name: "{suite}"', 'name: "php{php}-{suite}"')
    found = snapshot_of_matrix(expand(config.parse(text)))
    axes = {tag.name: tag.main.axes for tag in found.tags.values()}
    assert axes["2.1-php8.4-trixie"] == ("8.4",)
    assert axes["2.1-php8.3-trixie"] == ("8.3",)
    assert axes["2.1-slim-trixie"] == ()
