"""Compare with the reference: 56 small inputs and 40 real manifests."""

from __future__ import annotations

from typing import Any

import pytest

from tagmatrix.manifest import ManifestError, dumps, from_json, parse, to_json
from tests.facts import facts

INPUTS = [
    pytest.param(case["input"], case["bashbrew"], id=case["name"])
    for case in facts("bashbrew-parser")
]


def check(text: str | bytes, expected: dict[str, Any]) -> None:
    """Check that a text gives the reference's result."""
    manifest = parse(text)
    assert to_json(manifest) == {
        "schema": 1,
        "global": expected["global"],
        "entries": expected["entries"],
    }
    assert dumps(manifest) == expected["string"]
    assert from_json(to_json(manifest)) == manifest


@pytest.mark.parametrize(("text", "expected"), INPUTS)
def test_small_input_agrees(text: str, expected: dict[str, Any]) -> None:
    """A small input is parsed, printed or rejected like in the reference."""
    if expected["ok"]:
        check(text, expected)
        return
    with pytest.raises(ManifestError) as caught:
        parse(text)
    assert caught.value.line is not None


@pytest.mark.parametrize("name", facts("manifests"))
def test_real_manifest_agrees(name: str) -> None:
    """A real manifest is parsed and printed like in the reference."""
    record = facts("manifests")[name]
    check(record["text"].encode(), record["read"])


def test_all_facts_are_here() -> None:
    """The number of inputs and manifests is that of the collection."""
    assert (len(INPUTS), len(facts("manifests"))) == (56, 40)
