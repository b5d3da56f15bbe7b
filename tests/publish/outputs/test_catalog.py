"""library/NAME.json: the manifest for programs, and the facts behind its tags."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.config import parse
from tagmatrix.manifest import from_json
from tagmatrix.matrix.expand import expand
from tagmatrix.matrix.load import load
from tagmatrix.matrix.tags import join, wrapped
from tagmatrix.publish.outputs import catalog
from tagmatrix.publish.outputs.inputs import Inputs
from tagmatrix.render.templates import Templates
from tests.projects import VERSIONS

if TYPE_CHECKING:
    from tagmatrix.manifest import Manifest

ROOT = Path(__file__).parents[3]
IMAGES = [ROOT, *sorted(path.parent for path in (ROOT / "tests/images").glob("*/versions.yaml"))]


def inputs_of(root: Path) -> Inputs:
    """Return what the outputs of an image are made of."""
    loaded, matrix = load(root)
    commits = dict.fromkeys((image.source for image in matrix.images), "0" * 40)
    return Inputs(
        config=loaded,
        matrix=matrix,
        templates=Templates(root / "templates"),
        commits=commits,
        prefix="in/side",
    )


def made(root: Path) -> tuple[dict[str, Any], Manifest]:
    """Return the parsed JSON of an image, and its manifest."""
    inputs = inputs_of(root)
    value: dict[str, Any] = json.loads(catalog.render(inputs, None).content)
    return value, inputs.manifest


@pytest.mark.parametrize("root", IMAGES, ids=[path.name for path in IMAGES])
def test_manifest_and_facts_agree(root: Path) -> None:
    """The manifest's form is complete, and the images agree with the entries."""
    value, manifest = made(root)
    assert from_json(value) == manifest
    assert value["schema"] == 1
    assert len(value["images"]) == len(value["entries"])
    for entry, image in zip(value["entries"], value["images"], strict=True):
        assert image["directory"] == entry["Directory"]
        assert [*image["tags"]] == entry["Tags"]
        assert [*image["shared_tags"]] == entry.get("SharedTags", [])
        assert not {item["architecture"] for item in image["excluded"]} & {*entry["Architectures"]}


def test_memory() -> None:
    """The text is made line by line: it takes little more memory than itself."""
    inputs = inputs_of(ROOT)
    assert inputs.manifest.entries
    catalog.render(inputs, None)
    tracemalloc.start()
    try:
        content = catalog.render(inputs, None).content
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2.5 * len(content)


@pytest.mark.parametrize("root", IMAGES, ids=[path.name for path in IMAGES])
def test_each_tag_is_made_of_words_with_reasons(root: Path) -> None:
    """A tag consists of alias and spelling, each has a reason, and fixed ones never move."""
    value, _ = made(root)
    flavors = load(root)[0].flavors
    for image in value["images"]:
        form = flavors[image["flavor"]].alias
        aliases = image.get("aliases") or value["releases"][image["cycle"]]["aliases"]
        for name, tag in {**image["tags"], **image["shared_tags"]}.items():
            assert join(wrapped(tag["alias"], form), tag["spelling"]) == name
            assert aliases[tag["alias"]]["why"]
            assert image["spellings"][tag["spelling"]]["why"]
            assert tag["moving"] == (tag["alias"] != image["version"])
            assert tag["moving"] == bool(aliases[tag["alias"]]["moves"])


def test_facts_of_the_sample() -> None:
    """The JSON also has the releases, what is left out, and the description."""
    loaded = parse(VERSIONS.replace("builder:", "page: {description: A sample}\nbuilder:", 1))
    matrix = expand(loaded)
    inputs = Inputs(
        config=loaded,
        matrix=matrix,
        templates=Templates(ROOT / "templates"),
        commits=dict.fromkeys((image.source for image in matrix.images), "0" * 40),
    )
    value = json.loads(catalog.render(inputs, None).content)
    assert value["description"] == "A sample"
    assert value["left_out"] == [
        {
            "cycle": "2.0",
            "variant": "windowsservercore-ltsc2025",
            "why": "upstream publishes no windows artifact for 2.0.9",
            "link": "",
            "rule": 'releases["2.0"].artifacts',
        }
    ]
    release = value["releases"]["2.1"]
    assert (release["version"], release["final"], release["end_of_life"]) == ("2.1.3", True, None)
    assert release["aliases"]["2"] == {
        "why": "2.1 is the newest final cycle of major 2",
        "moves": ["a new version of 2.1", "a newer final cycle of major 2"],
    }
    (bookworm,) = (
        image for image in value["images"] if image["directory"] == "library/2.1/bookworm"
    )
    assert bookworm["excluded"] == [
        {"architecture": "mips64le", "why": "No user has such a machine.", "link": ""}
    ]
    assert bookworm["tags"]["bookworm"] == {
        "alias": "latest",
        "spelling": "bookworm",
        "moving": True,
    }
