"""The schema and the reference are the loader's own format."""

from __future__ import annotations

import datetime as dt
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import pytest
import yaml

from tagmatrix import config
from tagmatrix.config import schema
from tagmatrix.config.format import VERSIONS
from tagmatrix.config.shapes import Reading
from tagmatrix.config.yaml import tree
from tagmatrix.problems import ConfigError
from tests import yamls
from tests.config.test_load import mutate_tree
from tests.facts import facts
from tests.history import to_versions_yaml

if TYPE_CHECKING:
    from tagmatrix.problems import ValuePath

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
    "a checksum that is not a sha256": ("releases", "3.14", "sha256", "source", "abc"),
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
    "a maintainer without an address": ("maintainers", ["Ada Lovelace"]),
    "a maintainer with an address alone": ("maintainers", ["Ada Lovelace <ada@example.org>"]),
    "no maintainers": ("maintainers", []),
    "a list of releases": ("releases", []),
    "an empty condition": ("settings", "pgo", "when", {}),
    "a condition without cycles": ("settings", "pgo", "when", {"cycles": []}),
    "an exclusion of everything": ("exclude", [{"why": "It is too much."}]),
    "an acceptance of nothing": ("accept", [{"tag": "3", "why": "It is intended."}]),
    "an acceptance of two effects": (
        "accept",
        [{"tag": "3", "loses": ["amd64"], "goes_back_to": "3.14.5", "why": "It is intended."}],
    ),
    "an acceptance of a checksum and of another effect": (
        "accept",
        [{"sha256": SHA256, "loses": ["amd64"], "why": "It is intended."}],
    ),
    "a setting that vanishes": (
        "accept",
        [{"setting": "lto", "vanishes": True, "why": "It is intended."}],
    ),
    "a tag and a setting": (
        "accept",
        [{"tag": "3", "setting": "lto", "goes_back_to": "1.2", "why": "It is intended."}],
    ),
    "an acceptance without a tag": ("accept", [{"loses": ["amd64"], "why": "It is intended."}]),
    "an acceptance of a checksum with a tag": (
        "accept",
        [{"tag": "3", "sha256": SHA256, "why": "It is intended."}],
    ),
    "nothing that vanishes": (
        "accept",
        [{"tag": "3", "vanishes": False, "why": "It is intended."}],
    ),
    "not on Windows only": (
        "accept",
        [{"tag": "3", "windows_only": False, "why": "It is intended."}],
    ),
    **{
        f"{version} for a version": ("releases", "3.14", "version", version)
        for version in ("3.14.3w", "3.14.3p1", "3.14-x-y", "3.14.", "3.14..1", "3.14_slim", "v3.14")
    },
    "a variant's version that is none": (
        "releases",
        "3.14",
        "variants",
        [{"name": "trixie", "version": "3.14.3w"}],
    ),
    "a version to go back to that is none": (
        "accept",
        [{"tag": "3", "goes_back_to": "3.14.3w", "why": "It is intended."}],
    ),
}


def validator() -> jsonschema.Draft202012Validator:
    """Return a validator for the schema in the repository."""
    text = (ROOT / "schemas/versions.schema.json").read_text()
    # Python's `$` fits before a line end as well; that of JSON Schema does not.
    return jsonschema.Draft202012Validator(json.loads(text.replace('$"', '\\\\Z"')))


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
    """The schema in schemas/ is what `make docs` writes."""
    assert (ROOT / "schemas/versions.schema.json").read_text() == schema.document()


def test_the_reference_is_the_loaders() -> None:
    """The reference in docs/ is what `make docs` writes."""
    assert (ROOT / "docs/versions-yaml.md").read_text() == schema.reference()


def test_defaults_are_as_in_the_file() -> None:
    """The reference shows a default as versions.yaml has it, not as a record of Python."""
    assert 'in order. Default: `"{name}"`. |' in schema.reference()


@pytest.mark.slow
def test_the_schema_is_a_schema() -> None:
    """It is valid against its own dialect."""
    jsonschema.Draft202012Validator.check_schema(json.loads(schema.document()))


def test_every_key_has_a_section_or_a_row() -> None:
    """The reference has each property of the schema; `else` only narrows some of them."""
    reference = schema.reference()
    pending = [json.loads(schema.document())]
    while pending:
        node = pending.pop()
        for key, value in node.get("properties", {}).items():
            assert f"| `{key}` |" in reference
            assert value["description"]
        parts = {key: value for key, value in node.items() if key not in {"if", "else"}}
        pending += [value for value in parts.values() if isinstance(value, dict)]
        pending += [item for item in node.get("anyOf", []) if isinstance(item, dict)]
        pending += list(node.get("properties", {}).values())


@pytest.mark.parametrize("image", IMAGES, ids=lambda path: path.name)
def test_real_files_are_accepted(image: Path) -> None:
    """The schema and the loader accept this repository's file and those of the other images."""
    data = (image / "versions.yaml").read_bytes()
    # dates as texts, as JSON Schema wants them
    file = yaml.load(data, Loader=yaml.BaseLoader)  # noqa: S506 (it makes only texts)
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
    """The schema and the loader accept the files from which the invalid ones are made."""
    assert list(validator().iter_errors(GOOD)) == []
    config.parse(yamls.dump(GOOD))


@pytest.mark.parametrize("path", BAD.values(), ids=BAD.keys())
def test_bad_files_are_refused_by_both(path: tuple[Any, ...]) -> None:
    """What a schema can refuse, the schema and the loader refuse."""
    file = changed(path)
    assert list(validator().iter_errors(file)) != []
    with pytest.raises(ConfigError):
        config.parse(yamls.dump(file))


@pytest.mark.parametrize("key", sorted({"image", "repository", "branch", "maintainers", "flavors"}))
def test_missing_keys_are_refused_by_both(key: str) -> None:
    """A required key can't be left out."""
    file = {name: value for name, value in GOOD.items() if name != key}
    assert list(validator().iter_errors(file)) != []
    with pytest.raises(ConfigError, match=f"`{key}` is missing"):
        config.parse(yamls.dump(file))


ACCEPTED: Final = {
    "a pre-release by its long name": ("releases", "3.14", "version", "3.14.0-RC.1"),
    "a post-release": ("releases", "3.14", "version", "3.14.0.post1"),
    "a reason of several lines": ("settings", "pgo", "why", "It is faster.\nMuch.\n"),
    "a maintainer without an address but with a handle": ("maintainers", ["Ada (@ada)"]),
    "an accepted loss": (
        "accept",
        [{"tag": ["3", "3.*"], "loses": ["amd64"], "why": "It is intended."}],
    ),
    "an accepted checksum": ("accept", [{"sha256": SHA256, "why": "It is intended."}]),
    "a setting that goes back": (
        "accept",
        [{"setting": "lto", "goes_back_to": "1.2", "why": "It is intended."}],
    ),
    "an accepted end": ("accept", [{"tag": "3", "vanishes": True, "why": "It is intended."}]),
    "an exclusion by condition": (
        "exclude",
        [{"unless": {"cycles": ">=3.14"}, "why": "It is old."}],
    ),
}


@pytest.mark.parametrize("path", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_good_files_are_accepted_by_both(path: tuple[Any, ...]) -> None:
    """What the loader accepts, the schema accepts."""
    file = changed(path)
    config.parse(yamls.dump(file))
    assert [error.message for error in validator().iter_errors(file)] == []


def schema_problems(text: str) -> list[str]:
    """Return what is wrong with values by themselves, and with keys that go together."""
    reading = Reading()
    VERSIONS.read(tree.read(text.encode(), "f"), (), reading)
    if reading.problems:
        return [problem.text("f") for problem in reading.problems]
    try:
        config.parse(text)
    except ConfigError as error:
        return [problem.text("f") for problem in error.problems if _is_of_one_rule(problem.path)]
    return []


def _is_of_one_rule(path: ValuePath) -> bool:
    """Return whether a path is that of an acceptance or an exclusion, not of a name in one."""
    return path[0] == "accept" or (path[0] == "exclude" and len(path) == 2)


# Only the loader reports these: JSON Schema cannot express them, or does it less precisely.
_BEYOND_A_SCHEMA: Final = (
    "the calendar has no such day",
    "as a date",
    "is twice in this list",
    "duplicate key",
)


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(30), id="quick"),
        pytest.param(range(30, 1500), id="thorough", marks=pytest.mark.slow),
    ],
)
def test_schema_and_loader_agree(seeds: range) -> None:
    """Of files with random changes the schema accepts those whose values the loader accepts."""
    check = validator()
    outcomes = set()
    for seed in seeds:
        text = mutate_tree(random.Random(seed))  # noqa: S311 (no secret; the same for everyone)
        wrong = schema_problems(text)
        if wrong and all(any(words in line for words in _BEYOND_A_SCHEMA) for line in wrong):
            continue
        errors = [error.message for error in check.iter_errors(with_texts(yamls.load(text)))]
        assert bool(wrong) == bool(errors), f"seed {seed}: {wrong} {errors}"
        outcomes.add(bool(wrong))
    assert outcomes == {True, False}


def with_texts(value: Any) -> Any:  # noqa: ANN401 (whatever YAML holds)
    """Return a value with dates as texts, as a JSON Schema sees them."""
    if isinstance(value, dict):
        return {key: with_texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_texts(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


@pytest.mark.slow
def test_histories_are_accepted_by_the_schema() -> None:
    """What was written for each table of library/python is accepted."""
    check = validator()
    for record in facts("library-python-history"):
        file = yamls.load(to_versions_yaml(record))
        errors = [error.message for error in check.iter_errors(with_texts(file))]
        assert errors == [], record["date"]


def check_jsonschema(*files: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the tool that editors and hooks run."""
    schema_file = str(ROOT / "schemas/versions.schema.json")
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", schema_file, *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_check_jsonschema_accepts_good_files(tmp_path: Path) -> None:
    """The repository's file, the other images' and what the loader accepts."""
    files = [image / "versions.yaml" for image in IMAGES]
    for number, path in enumerate(ACCEPTED.values()):
        files.append(tmp_path / f"{number}.yaml")
        files[-1].write_text(yamls.dump(changed(path)))
    done = check_jsonschema(*files)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_check_jsonschema_refuses_each_bad_file(tmp_path: Path) -> None:
    """Each bad file is named among those that fail."""
    files = {}
    for number, (name, path) in enumerate(BAD.items()):
        files[tmp_path / f"{number}.yaml"] = name
        (tmp_path / f"{number}.yaml").write_text(yamls.dump(changed(path)))
    done = check_jsonschema(*files)
    assert done.returncode == 1, done.stderr
    passed = [name for file, name in files.items() if f"{file}::" not in done.stdout]
    assert passed == []
