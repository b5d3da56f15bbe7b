"""Summaries of changes."""

from __future__ import annotations

import pytest

from tagmatrix.diff.snapshot import Snapshot, SnapshotImage, snapshot
from tagmatrix.diff.summary import summary
from tagmatrix.versions import parse


def state(*lines: str) -> Snapshot:
    """Return the snapshot of images, one a line: cycle/variant, version, architectures, tags."""
    images = []
    for line in lines:
        cell, version, architectures, *moving = line.split()
        cycle, _, variant = cell.partition("/")
        image = SnapshotImage(
            cycle=cycle,
            version=parse(version, "loose"),
            variant=variant,
            flavor="slim" if "slim" in variant else "default",
            suite=variant.removeprefix("slim-"),
            architectures=tuple(architectures.split(",")),
        )
        own = [(f"{alias}-{variant}".rstrip("-"), alias, variant) for alias in (version, cycle)]
        words = [(tag, tag, "") if tag[0] in "2l" else (tag, "latest", tag) for tag in moving]
        images.append((image, own + words))
    return snapshot(images)


OLD = (
    "2.1/trixie 2.1.3 amd64 latest 2",
    "2.1/slim-trixie 2.1.3 amd64 slim",
    "2.0/trixie 2.0.9 amd64",
)


@pytest.mark.parametrize(
    ("new", "phrases"),
    [
        (OLD, []),
        (
            (OLD[0].replace("2.1.3", "2.1.4"), OLD[1].replace("2.1.3", "2.1.4"), OLD[2]),
            ["Update 2.1 to 2.1.4"],
        ),
        (OLD[:2], ["Remove 2.0"]),
        (
            (
                "2.2/trixie 2.2.0 amd64 latest 2",
                "2.1/trixie 2.1.3 amd64",
                *OLD[1:],
            ),
            ["Add 2.2 at 2.2.0", "Move 2 to 2.2"],
        ),
        ((*OLD, "2.1/a 2.1.3 amd64"), ["Add a"]),
        ((*OLD, "2.1/ 2.1.3 amd64"), ["Add the plain image"]),
        ((*OLD, "2.0/slim-trixie 2.0.9 amd64"), ["Add slim-trixie to 2.0"]),
        (
            (OLD[1], "2.0/trixie 2.0.9 amd64 latest 2"),
            ["Remove trixie from 2.1", "Move 2 to 2.0"],
        ),
        (
            ("2.1/trixie 2.1.3 amd64", "2.1/slim-trixie 2.1.3 amd64 slim latest 2", OLD[2]),
            ["Move latest to slim-trixie"],
        ),
        (
            (OLD[0].replace("amd64", "amd64,s390x"), OLD[1].replace("amd64", "i386"), OLD[2]),
            ["Build an image for s390x", "Build an image for i386", "Drop amd64 from an image"],
        ),
        (
            tuple(line.replace("amd64", "amd64,riscv64") for line in OLD),
            ["Build 3 images for riscv64"],
        ),
    ],
)
def test_summary(new: tuple[str, ...], phrases: list[str]) -> None:
    """Each kind of change has its phrase."""
    assert summary(state(*OLD), state(*new)) == phrases


def test_everything_is_new() -> None:
    """Compared with nothing, all cycles are new; the reverse removes all."""
    nothing = Snapshot({})
    assert summary(nothing, state(*OLD)) == ["Add 2.1 at 2.1.3", "Add 2.0 at 2.0.9"]
    assert summary(state(*OLD), nothing) == ["Remove 2.1", "Remove 2.0"]
