"""Other images, made by the same code: their tags equal the published ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.matrix.load import load
from tests.facts import DATA, facts

if TYPE_CHECKING:
    from tagmatrix.matrix.expand import Image

ROOT = Path(__file__).parents[1]
PAGE_OF_2017 = DATA / "page-2017.md"
# node computes these from dates of its own
FROM_DATES = {"lts-krypton"}


def images(name: str) -> tuple[Image, ...]:
    """Return the images of a fixture, and check the laws."""
    _, matrix = load(ROOT / "tests/images" / name)
    return matrix.images


def published(name: str, cycles: set[str]) -> list[dict[str, Any]]:
    """Return the entries of a published manifest, of some cycles."""
    entries: list[dict[str, Any]] = facts("manifests")[name]["read"]["entries"]
    return [entry for entry in entries if entry["Directory"].partition("/")[0] in cycles]


def of_image(image: Image) -> dict[str, Any]:
    """Return an image in the words of a manifest."""
    return {
        "Directory": image.folder,
        "Tags": [tag.name for tag in image.tags],
        "SharedTags": [tag.name for tag in image.shared_tags],
        "Architectures": sorted(image.architectures),
        "Constraints": list(image.constraints),
    }


def same_facts(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the same values of an entry."""
    return {
        "Directory": entry["Directory"],
        "Tags": entry["Tags"],
        "SharedTags": entry.get("SharedTags", []),
        "Architectures": sorted(entry["Architectures"]),
        "Constraints": entry.get("Constraints", []),
    }


@pytest.mark.parametrize(("name", "cycles"), [("php", {"8.4"}), ("golang", {"1.27", "1.26"})])
def test_php_and_golang_are_exact(name: str, cycles: set[str]) -> None:
    """All entries equal the published ones, in the same order."""
    want = [same_facts(entry) for entry in published(name, cycles)]
    assert [of_image(image) for image in images(name)] == want


def test_node_is_exact_but_for_its_order() -> None:
    """All entries equal the published ones as sets: node sorts them."""

    def unordered(found: dict[str, Any]) -> dict[str, Any]:
        return found | {"Tags": set(found["Tags"]) - FROM_DATES}

    want = {
        entry["Directory"]: unordered(same_facts(entry))
        for entry in published("node", {"26", "24"})
    }
    assert {image.folder: unordered(of_image(image)) for image in images("node")} == want


@pytest.mark.parametrize("name", ["tomcat", "wordpress", "redis"])
def test_other_layouts_are_exact(name: str) -> None:
    """All entries of images with axes, other folders and refs equal the published ones as sets."""

    def unordered(found: dict[str, Any], ref: str) -> dict[str, Any]:
        return found | {"Tags": set(found["Tags"]), "GitFetch": ref}

    entries: list[dict[str, Any]] = facts("manifests")[name]["read"]["entries"]
    usual = "refs/heads/master"
    want = {
        (entry["GitFetch"], entry["Directory"]): unordered(same_facts(entry), entry["GitFetch"])
        for entry in entries
    }
    found = {
        (image.ref or usual, image.directory): unordered(of_image(image), image.ref or usual)
        for image in images(name)
    }
    assert found == want
    assert len(found) == len(images(name)) == len(entries)


def test_the_page_of_2017_is_exact() -> None:
    """The 30 lines of tags that python's page had in August 2017 come out exactly."""
    lines = re.findall(
        r"^-\t\[(`.+`) \(\*(.+)/Dockerfile\*\)\]", PAGE_OF_2017.read_text(), re.MULTILINE
    )
    want = [(folder, re.findall(r"`([^`]+)`", tags)) for tags, folder in lines]
    assert len(want) == 30
    assert [
        (image.folder, [tag.name for tag in image.tags]) for image in images("python2017")
    ] == want


@pytest.mark.parametrize(
    ("name", "folder", "tags"),
    [
        ("php", "8.4/trixie/cli", ("8.4.24-cli-trixie 8.4-cli-trixie 8.4.24-trixie 8.4-trixie "
         "8.4.24-cli 8.4-cli 8.4.24 8.4")),
        ("node", "24/bookworm-slim", ("24.19.0-bookworm-slim 24.19-bookworm-slim 24-bookworm-slim "
         "krypton-bookworm-slim lts-bookworm-slim 24.19.0-slim 24.19-slim 24-slim krypton-slim "
         "lts-slim")),
        ("golang", "1.27/windows/nanoserver-ltsc2022", ("1.27.0-nanoserver-ltsc2022 "
         "1.27-nanoserver-ltsc2022 1-nanoserver-ltsc2022 nanoserver-ltsc2022")),
        ("python2017", "3.5/jessie/onbuild", "3.5.3-onbuild 3.5-onbuild"),
    ],
)  # fmt: skip
def test_a_few_by_themselves(name: str, folder: str, tags: str) -> None:
    """One image of each has the tags that it is known to have."""
    found = {image.folder: image for image in images(name)}
    assert [tag.name for tag in found[folder].tags] == tags.split()
