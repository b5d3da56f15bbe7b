"""`schemas/` describes each JSON document that tagmatrix makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from tagmatrix.cli import reference
from tagmatrix.cli.dispatch import parser
from tests import schemas

if TYPE_CHECKING:
    from tests.projects import Project

ROOT = schemas.FOLDER.parent
FILES = ("library", "site", "site-images", "versions", "base-digests", "built-image")
MORE = {f"{name}.schema.json" for name in (*FILES, "plan-github", "upstream-command")}
"""The schemas of files, and of another format of `plan`."""
NAMES = sorted(path.name for path in schemas.FOLDER.iterdir())


def test_each_command_has_a_schema() -> None:
    """Each command with `--format json` has a schema, and there is no other schema."""
    commands = {
        reference.schema_file(name)
        for name in reference.names()
        if name != "schema" and reference.prints_json(parser(name))
    }
    assert commands | MORE == {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_valid(name: str) -> None:
    """Each schema is one of draft 2020-12, with a title; it holds the number of its version."""
    schema = json.loads((schemas.FOLDER / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert name == "versions.schema.json" or schema["properties"]["schema"] == {"const": 1}
    assert name == "versions.schema.json" or "schema" in schema["required"]


@pytest.mark.parametrize(
    "file", ["library/python.json", "image/library/tagmatrix.json", "tests/golden/sample.json"]
)
def test_the_catalog(file: str) -> None:
    """The JSON beside a manifest is as its schema describes it."""
    path = ROOT / file
    assert not schemas.problem("library.schema.json", json.loads(path.read_text(encoding="utf-8")))


def test_an_unknown_name_is_a_problem() -> None:
    """The tests refuse a name that a schema lacks, and a document of another version."""
    assert not schemas.problem("library-list.schema.json", {"schema": 1, "tags": ["a:1"]})
    for value in ({"schema": 1, "tags": [], "more": 1}, {"schema": 2, "tags": []}, {"schema": 1}):
        assert schemas.problem("library-list.schema.json", value)


def test_a_wrong_document_fails_a_test(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that prints what its schema refuses fails the test that runs it."""
    monkeypatch.setattr(schemas, "schema_file", lambda _: "library-list.schema.json")
    with pytest.raises(pytest.fail.Exception, match=r"library-list\.schema\.json: \$"):
        project.run("tags", "--format", "json")
