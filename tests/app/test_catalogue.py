"""The images that applications are built from: any manifest, and the packed catalogue."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

from tagmatrix.app import catalogue
from tagmatrix.errors import InputError
from tagmatrix.manifest import dumps, from_json

ROOT: Final = Path(__file__).parents[2]
HEAD: Final = "Maintainers: A <a@b> (@c)\nGitRepo: https://a\n\n"
COMMIT: Final = "0123456789" * 4
JSON: Final = ROOT / "library" / "python.json"


def load(folder: Path, text: str, name: str = "python") -> catalogue.Catalogue:
    """Return the catalogue of a manifest's text."""
    (folder / name).write_text(text, encoding="utf-8")
    return catalogue.load(folder, name)


def test_json_and_manifest_have_the_same_images(tmp_path: Path) -> None:
    """The JSON and the manifest have the same images; only the JSON has ends."""
    text = JSON.read_text(encoding="utf-8")
    ours = load(tmp_path, text, "python.json")
    plain = load(tmp_path, dumps(from_json(json.loads(text))))
    assert ours.images == plain.images
    assert ours.name == plain.name == "python"
    assert ours.cycle_ends
    assert not plain.cycle_ends


def test_tags_pin_the_suite(tmp_path: Path) -> None:
    """The tag of each image follows its cycle, pins its suite, and is one of its tags."""
    found = load(tmp_path, JSON.read_text(encoding="utf-8"))
    for image in found.images:
        assert image.tag in image.tags
        assert image.suite in image.tag
        if image.final:
            assert image.tag == f"{image.cycle}-{image.variant}"
    assert {image.flavor for image in found.images} == {"slim", "alpine", "default"}
    short = {(image.cycle, image.flavor) for image in found.images if image.owns_short}
    assert ("3.14", "slim") in short


def test_packed() -> None:
    """Without an argument it is the packed catalogue, or in a checkout library/python.json."""
    found = catalogue.load(ROOT, "")
    assert found.owner("3-slim") is not None
    assert found.undated


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("node", "Tags: 22-slim\n", "Maintainers: missing"),
        ("Node", f"{HEAD}Tags: 1.2-a\nGitCommit: {COMMIT}\n", "rename the file"),
        ("node", f"{HEAD}Tags: lts\nGitCommit: {COMMIT}\n", "no image has a tag"),
        ("python.json", "{", "broken JSON"),
    ],
)
def test_invalid(name: str, text: str, message: str, tmp_path: Path) -> None:
    """A file without images of a version is refused, with what to do."""
    with pytest.raises(InputError, match=message):
        load(tmp_path, text, name)


def test_wheel(tmp_path: Path) -> None:
    """The wheel has the catalogue with its date, and the templates."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert [path.suffix for path in tmp_path.iterdir()] == [".whl"]
    with zipfile.ZipFile(next(tmp_path.iterdir())) as wheel:
        value = json.loads(wheel.read("tagmatrix/app/python.json"))
        assert "tagmatrix/app/templates/Dockerfile.j2" in wheel.namelist()
    date = value.pop("date")
    assert len(date.split("-")) == 3
    assert value == json.loads(JSON.read_text(encoding="utf-8"))
