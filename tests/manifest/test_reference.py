"""What the reference does with 56 small inputs and 40 real manifests.

The record lies beside the repository; without it these tests are skipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tagmatrix.manifest import ManifestError, dumps, from_json, parse, to_json

FACTS = Path(__file__).parents[2].parent / "shared" / "facts"
INPUTS = FACTS / "bashbrew-parser.json"
RECORDS = sorted((FACTS / "library").glob("*.json"))


def read_inputs() -> list[Any]:
    """Return the small inputs, each with a name for pytest."""
    if not INPUTS.is_file():
        return []
    return [
        pytest.param(case["input"], case["bashbrew"], id=case["name"])
        for case in json.loads(INPUTS.read_text(encoding="utf-8"))
    ]


def check(text: str | bytes, expected: dict[str, Any]) -> None:
    """Compare a manifest with what the reference reads and prints."""
    manifest = parse(text)
    assert to_json(manifest) == {
        "schema": 1,
        "global": expected["global"],
        "entries": expected["entries"],
    }
    assert dumps(manifest) == expected["string"]
    assert from_json(to_json(manifest)) == manifest


@pytest.mark.parametrize(("text", "expected"), read_inputs())
def test_small_input_agrees(text: str, expected: dict[str, Any]) -> None:
    """A small input is read, printed or refused as the reference does."""
    if expected["ok"]:
        check(text, expected)
        return
    with pytest.raises(ManifestError) as caught:
        parse(text)
    assert caught.value.line is not None


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_real_manifest_agrees(record: Path) -> None:
    """A real manifest is read and printed as the reference does."""
    expected = json.loads(record.read_text(encoding="utf-8"))
    check(record.with_suffix("").read_bytes(), expected)
