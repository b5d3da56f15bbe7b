"""Artifacts with a file for each architecture: which architectures are built, and why not."""

from __future__ import annotations

from typing import Final

import pytest

from tagmatrix import config
from tagmatrix.matrix.artifact_architectures import lifted
from tagmatrix.matrix.expand import expand
from tests.config.samples import SHA, edit

NEEDS: Final = (
    "    template: alpine\n    needs: [source]",
    (
        "    template: alpine\n"
        "    needs: [source, {name: linux, by: architecture}, {name: docs, by: architecture}]"
    ),
)
VERSION: Final = 'version: "3.14.6"\n    sha256: {'
HERE: Final = ("releases", "3.14")


def text(linux: str, more: str = "", docs: str = "amd64, s390x") -> str:
    """Return the sample; alpine needs files of the architectures for which 3.14 has checksums."""
    files = {"linux": linux, "docs": docs}
    sums = [
        f"{name}: {{{', '.join(f'{each}: {SHA}' for each in listed.split(', '))}}}, "
        for name, listed in files.items()
        if listed
    ]
    return edit(
        NEEDS,
        (VERSION, f"{VERSION}{''.join(sums)}"),
        ("    end_of_life: 2030-10-31\n", f"    {more}\n" if more else ""),
    )


ABSENT: Final = "the release has no checksum of linux/s390x"
UNPUBLISHED: Final = "upstream publishes no linux/s390x artifact for 3.14.6"


@pytest.mark.parametrize(
    ("written", "built", "why", "path"),
    [
        (text("amd64, s390x"), "amd64 s390x", "", ()),
        (text(""), "amd64 s390x", "", ()),
        (text("amd64"), "amd64", ABSENT, HERE),
        (text("amd64", docs="amd64"), "amd64", ABSENT, HERE),
        (
            text("amd64, s390x", "held_back: {linux/s390x: it is late}"),
            "amd64",
            "held back: it is late",
            (*HERE, "held_back", "linux/s390x"),
        ),
        (
            text("amd64, s390x", "artifacts: [source, linux/amd64, docs]"),
            "amd64",
            UNPUBLISHED,
            (*HERE, "artifacts"),
        ),
        (text("amd64, s390x", "artifacts: [source, linux, docs]"), "amd64 s390x", "", ()),
    ],
)
def test_architectures(written: str, built: str, why: str, path: tuple[str, ...]) -> None:
    """An architecture without its file is not built; the first lacking file gives the reason.

    If no architecture has a file of an artifact, all are built: a law reports that.
    """
    matrix = expand(config.parse(written))
    image = next(each for each in matrix.images if each.folder == "3.14/alpine3.24")
    assert image.architectures == tuple(built.split())
    found = [(each.architecture, each.why, each.path) for each in image.excluded]
    assert found == ([("s390x", why, path)] if why else [])
    files = [f"{name}/{each}" for name in ("linux", "docs") for each in built.split()]
    assert image.needs == ("source", *files)


def test_lifted() -> None:
    """Without `held_back`, files that were held back count as published; others stay lacking."""
    held = text("s390x", "held_back: {source: late, linux/amd64: late, linux/s390x: late}")
    (_, release, _) = config.parse(held).releases
    whole = lifted(release)
    assert not whole.held_back
    assert whole.sha256 == {**release.sha256, "linux/amd64": ""}
