"""The rules for a release's version and its checksums."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.editing import Put, Remove
from tagmatrix.update import policy
from tagmatrix.update.policy import ChecksumChange
from tests.projects import VERSIONS

OURS = config.parse(VERSIONS).releases[0]
A, B = "a" * 64, "b" * 64
HERE = ("releases", "2.1")


@pytest.mark.parametrize(
    ("ours", "version", "back", "leaves"),
    [
        ("3.9.10", "3.9.9", True, False),
        ("3.9.9", "3.9.10", False, False),
        ("3.15.0", "3.15.0rc1", True, True),
        ("3.14.6", "3.14.7rc1", False, True),
        ("3.15.0rc9", "3.15.0rc10", False, False),
        ("3.14.6", "3.14.6", False, False),
    ],
)
def test_versions(ours: str, version: str, *, back: bool, leaves: bool) -> None:
    """Versions are compared as versions; a pre-release never follows a final version."""
    assert policy.goes_back(ours, version) is back
    assert policy.leaves_final(ours, version) is leaves


@pytest.mark.parametrize(
    ("ours", "other", "accepted", "change"),
    [
        (None, A, (), ChecksumChange.NEW),
        (A, A, (B,), ChecksumChange.SAME),
        (A, B, (B,), ChecksumChange.ACCEPTED),
        (A, B, (A,), ChecksumChange.REPLACED),
    ],
)
def test_checksums(
    ours: str | None, other: str, accepted: tuple[str, ...], change: ChecksumChange
) -> None:
    """Another checksum is allowed only if it is accepted."""
    assert policy.compare_checksum(ours, other, accepted) is change


def test_version_edits() -> None:
    """Old checksums are removed, late artifacts are held back, and published ones are not."""
    held = replace(OURS, held_back={"source": "x", "docs": "y", "windows": "z"})
    assert policy.version_edits(held, "2.1.4", {"sha256": {"source": A}}, ["windows"]) == [
        Put((*HERE, "version"), "2.1.4"),
        Remove((*HERE, "sha256", "windows")),
        Put((*HERE, "sha256", "source"), A, after=("version",)),
        Remove((*HERE, "held_back", "source"), prune=True),
        Remove((*HERE, "held_back", "docs"), prune=True),
        Put(
            (*HERE, "held_back", "windows"),
            "2.1.4 not published",
            after=("version", "sha256", "artifacts"),
        ),
    ]
