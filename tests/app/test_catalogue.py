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
NAMED: Final = (
    '{{"global": {{"Maintainers": [{{"Name": "E", "Handle": "e"}}]}}, "entries": [], "image": {}}}'
)
JSON: Final = ROOT / "library" / "python.json"


def load(folder: Path, text: str, name: str = "python") -> catalogue.Catalogue:
    """Return the catalogue of a manifest's text."""
    (folder / name).write_text(text, encoding="utf-8")
    return catalogue.load(folder, name)


def test_json_and_manifest_have_the_same_images(tmp_path: Path) -> None:
    """The JSON and the manifest have the same images, and the same ends by the image's name."""
    text = JSON.read_text(encoding="utf-8")
    ours = load(tmp_path, text, "python.json")
    plain = load(tmp_path, dumps(from_json(json.loads(text))))
    assert ours.images == plain.images
    assert ours.name == plain.name == "python"
    assert ours.cycle_ends == plain.cycle_ends
    assert ours.suite_ends == plain.suite_ends
    assert (ours.ends_origin, plain.ends_origin) == ("", catalogue.OWN)


def test_ends_are_not_guessed(tmp_path: Path) -> None:
    """A manifest of another image has no ends, and JSON with ends has only its own."""
    text = JSON.read_text(encoding="utf-8")
    assert not load(tmp_path, dumps(from_json(json.loads(text))), "pypy").cycle_ends
    value = {**json.loads(text), "releases": {"3.14": {"end_of_life": None}}}
    found = load(tmp_path, json.dumps(value), "python.json")
    assert not found.cycle_ends
    assert not found.ends_origin


def test_name(tmp_path: Path) -> None:
    """The image's name is in the JSON; a manifest has only the name of its file."""
    text = JSON.read_text(encoding="utf-8")
    ours = load(tmp_path, text, "cat.json")
    assert (ours.name, ours.named_by_file) == ("python", False)
    value = {name: each for name, each in json.loads(text).items() if name != "image"}
    other = load(tmp_path, json.dumps(value), "cat.json")
    assert (other.name, other.named_by_file) == ("cat", True)


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
        ("python.json", NAMED.format('"a b"'), "invalid image name.*: correct `image`"),
        ("python.json", NAMED.format('"python:3"'), "has a tag or a digest: correct `image`"),
        ("python.json", NAMED.format("[]"), "correct `image`"),
        ("python:3", f"{HEAD}Tags: 1.2-a\nGitCommit: {COMMIT}\n", "rename the file"),
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
