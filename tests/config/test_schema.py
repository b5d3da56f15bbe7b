"""The schema and the reference are the loader's own format."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tagmatrix import config
from tagmatrix.config import schema
from tagmatrix.problems import ConfigError

ROOT = Path(__file__).parents[2]
IMAGES = [ROOT, *sorted(path.parent for path in (ROOT / "tests/images").glob("*/versions.yaml"))]
SHA256 = "0" * 64
GOOD: dict[str, Any] = {
    "image": "python",
    "repository": "https://github.com/example/images.git",
    "branch": "main",
    "maintainers": ["Example Maintainers <maintainers@example.com> (@example)"],
    "default_suites": {"default": "trixie"},
    "flavors": {
        "default": {
            "name": "{suite}",
            "base": "debian:{suite}",
            "template": "t",
            "needs": ["source"],
        }
    },
    "suites": {"trixie": {"flavors": ["default"], "architectures": ["amd64"]}},
    "settings": {"pgo": {"why": "It is faster."}},
    "exclude": [],
    "releases": {"3.14": {"version": "3.14.6", "sha256": {"source": SHA256}}},
}
BAD = {
    "a number for a version": ("releases", "3.14", "version", 3.14),
    "a truth value for a version": ("releases", "3.14", "version", True),
    "a list for a version": ("releases", "3.14", "version", ["3.14.6"]),
    "an unknown key": ("releases", "3.14", "verison", "3.14.6"),
    "an unknown key at the top": ("imgae", "python"),
    "a checksum that is no sha256": ("releases", "3.14", "sha256", "source", "abc"),
    "an unknown architecture": ("suites", "trixie", "architectures", ["x86"]),
    "an architecture twice": ("suites", "trixie", "architectures", ["amd64", "amd64"]),
    "a rule without a reason": ("exclude", [{"architectures": ["amd64"]}]),
    "an empty reason": ("settings", "pgo", "why", " "),
    "a condition that is none": ("settings", "pgo", "when", {"cycles": "3.11 or newer"}),
    "a folder that leaves the tree": ("flavors", "default", "folder", "../outside"),
    "an absolute folder": ("flavors", "default", "folder", "/outside"),
    "an unknown builder": ("builder", "kaniko"),
    "a date for a sentence": ("settings", "pgo", "why", 2026),
    "a truth value in quotes": ("derive_aliases", "true"),
    "a key in lower case": ("release_managers", {"A": {"openpgp_key": "a" * 40}}),
    "no releases": ("releases", None),
}


def validator() -> jsonschema.Draft202012Validator:
    """Return a validator for the schema in the repository."""
    text = (ROOT / "schemas/versions.schema.json").read_text()
    return jsonschema.Draft202012Validator(json.loads(text))


def changed(path: tuple[Any, ...]) -> dict[str, Any]:
    """Return the good file with one value changed: the last of the path."""
    *keys, last, value = path
    file: dict[str, Any] = json.loads(json.dumps(GOOD))
    here = file
    for key in keys:
        here = here[key]
    here[last] = value
    return file


def test_the_schema_is_the_loaders() -> None:
    """What stands in schemas/ is what `make docs` writes."""
    assert (ROOT / "schemas/versions.schema.json").read_text() == schema.document()


def test_the_reference_is_the_loaders() -> None:
    """What stands in docs/ is what `make docs` writes."""
    assert (ROOT / "docs/versions-yaml.md").read_text() == schema.reference()


def test_the_schema_is_a_schema() -> None:
    """It is valid against its own dialect."""
    jsonschema.Draft202012Validator.check_schema(json.loads(schema.document()))


def test_every_key_has_a_section_or_a_row() -> None:
    """Each property of the schema stands in the reference."""
    reference = schema.reference()
    pending = [json.loads(schema.document())]
    while pending:
        node = pending.pop()
        for key, value in node.get("properties", {}).items():
            assert f"| `{key}` |" in reference
            assert value["description"]
        pending += [value for value in node.values() if isinstance(value, dict)]
        pending += [item for item in node.get("anyOf", []) if isinstance(item, dict)]
        pending += list(node.get("properties", {}).values())


@pytest.mark.parametrize("image", IMAGES, ids=lambda path: path.name)
def test_real_files_are_accepted(image: Path) -> None:
    """The schema and the loader accept this repository's file and those of the other images."""
    data = (image / "versions.yaml").read_bytes()
    # dates as texts, as JSON Schema wants them
    file = yaml.load(data, Loader=yaml.BaseLoader)  # noqa: S506 (it makes nothing but texts)
    errors = [error.message for error in validator().iter_errors(typed(file))]
    assert errors == []
    config.parse(data)


def typed(value: Any) -> Any:  # noqa: ANN401 (whatever YAML holds)
    """Return texts that mean true, false or null as what they mean."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return {"true": True, "false": False, "null": None}.get(value, value)


def test_the_good_file_is_good() -> None:
    """What the bad files are made of is accepted by both."""
    assert list(validator().iter_errors(GOOD)) == []
    config.parse(yaml.safe_dump(GOOD))


@pytest.mark.parametrize("path", BAD.values(), ids=BAD.keys())
def test_bad_files_are_refused_by_both(path: tuple[Any, ...]) -> None:
    """What a schema can refuse, the schema and the loader refuse."""
    file = changed(path)
    assert list(validator().iter_errors(file)) != []
    with pytest.raises(ConfigError):
        config.parse(yaml.safe_dump(file))


@pytest.mark.parametrize("key", sorted({"image", "repository", "branch", "maintainers", "flavors"}))
def test_missing_keys_are_refused_by_both(key: str) -> None:
    """A required key can't be left out."""
    file = {name: value for name, value in GOOD.items() if name != key}
    assert list(validator().iter_errors(file)) != []
    with pytest.raises(ConfigError, match=f"`{key}` is missing"):
        config.parse(yaml.safe_dump(file))


def test_check_jsonschema_accepts_the_repositorys_file() -> None:
    """The tool that editors and hooks run agrees."""
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile"]
    schema_file = str(ROOT / "schemas/versions.schema.json")
    files = [str(image / "versions.yaml") for image in IMAGES]
    done = subprocess.run(
        [*command, schema_file, *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
