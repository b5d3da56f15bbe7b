"""Documents name options, exit codes and keys of versions.yaml that exist."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from tagmatrix.cli import reference
from tagmatrix.cli.dispatch import parser
from tests.test_documents import ROOT, documents

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOCUMENTS: Final = [each for each in documents() if each != "CHANGELOG.md"]
_SCHEMA: Final = json.loads((ROOT / "schemas/versions.schema.json").read_text(encoding="utf-8"))
_OF_OTHERS: Final = {
    "CONTRIBUTING.md": {"--image"},  # pytest's, in tests/image
    "docs/app.md": {"-r", "-c", "--require-hashes"},  # pip's
    # those of buildah and kaniko
    "docs/publishing.md": {"--digestfile", "--digest-file", "--tls-verify"},
    "docs/versions-yaml.md": {"--detach"},  # that of docker run
    "docs/verifying.md": {"--again", "--repeats"},  # those of tests.e2e.mutations and of our tests
}
_FIRST_KEYS_OF_OTHERS: Final = {"name", "default", "include"}
"""The first keys of the workflows of GitHub and GitLab in examples."""
_FIRST_KEYS_OF_PARTS: Final = {"sha1", "files", "onbuild"}
"""The first keys of examples that are only a part of a release or a flavor."""


def options(text: str) -> set[str]:
    """Return the options that begin a piece of inline code."""
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    return set(re.findall(r"`(--?[a-z][a-z0-9-]*)[^`\n]*`", prose))


def examples(text: str) -> Iterator[dict[Any, Any]]:
    """Yield the examples of versions.yaml."""
    for block in re.findall(r"^ *```yaml\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        for found in yaml.safe_load_all(block):
            if found and not found.keys() & {*_FIRST_KEYS_OF_OTHERS, *_FIRST_KEYS_OF_PARTS}:
                yield found


def unknown(value: object, schema: dict[str, Any], path: str = "") -> list[str]:
    """Return the paths of the keys that a schema does not have."""
    if "$ref" in schema:
        return unknown(value, _SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
    if choices := [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        fitting = [one for one in choices if _may_be(value, one)]
        wrong = min((unknown(value, one, path) for one in fitting), key=len, default=[])
    else:
        wrong = []
    if isinstance(value, list):
        inner = schema.get("items", {})
        return wrong + [key for item in value for key in unknown(item, inner, path)]
    if not isinstance(value, dict) or not schema.keys() & {"properties", "additionalProperties"}:
        return wrong
    for key, item in value.items():
        inner = schema.get("properties", {}).get(key, schema.get("additionalProperties", True))
        if inner is False:
            wrong.append(f"{path}.{key}")
        elif isinstance(inner, dict):
            wrong += unknown(item, inner, f"{path}.{key}")
    return wrong


def _may_be(value: object, schema: dict[str, Any]) -> bool:
    """Return whether a schema is for such a kind of value, as far as it says."""
    kind = "object" if isinstance(value, dict) else "array" if isinstance(value, list) else ""
    return "type" not in schema or not kind or kind in schema["type"]


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_options(document: str) -> None:
    """An option in inline code is one of a command, or listed above as another program's."""
    every = (name for name in reference.names() for name in _options(name))
    known = {*every, "--version", *_OF_OTHERS.get(document, ())}
    assert options((ROOT / document).read_text(encoding="utf-8")) - known == set()


def _options(name: str) -> Iterator[str]:
    for action in parser(name)._actions:
        yield from action.option_strings


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_exit_codes(document: str) -> None:
    """An exit code in a sentence is in the table of docs/commands.md."""
    table = (ROOT / "docs/commands.md").read_text(encoding="utf-8").partition("## Exit codes")[2]
    known = set(re.findall(r"^\| (\d+) \|", table.partition("\n## ")[0], re.MULTILINE))
    assert {"0", "3", "130"} <= known
    text = (ROOT / document).read_text(encoding="utf-8")
    named = re.findall(r"exit(?:s with| code(?: is)?)(?: code)? (\d+)", text)
    assert set(named) - known == set()


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_keys(document: str) -> None:
    """A key in an example of versions.yaml is in its schema."""
    text = (ROOT / document).read_text(encoding="utf-8")
    assert [key for one in examples(text) for key in unknown(one, _SCHEMA)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("flavours: {}", [".flavours"]),
        ("flavors: {slim: {tests: {}}}", [".flavors.slim.tests"]),
        ("flavors: {slim: {test: {comand: [a]}}}", [".flavors.slim.test.comand"]),
        ("publish: {registries: [{repository: a, finall: no}]}", [".publish.registries.finall"]),
        ("accept: [{sha265: a}]", [".accept.sha265"]),
        ("releases: {'3.14': {version: 3.14.6, end_of_life: 2030-10-31}}", []),
    ],
)
def test_wrong_keys_are_found(text: str, found: list[str]) -> None:
    """Unknown keys are found at any depth."""
    assert unknown(yaml.safe_load(text), _SCHEMA) == found
