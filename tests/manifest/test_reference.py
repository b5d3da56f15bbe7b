"""What the reference does with 56 small inputs and 40 real manifests."""

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
    """Compare a manifest with what the reference reads and prints."""
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
    """A small input is read, printed or refused as the reference does."""
    if expected["ok"]:
        check(text, expected)
        return
    with pytest.raises(ManifestError) as caught:
        parse(text)
    assert caught.value.line is not None


@pytest.mark.parametrize("name", facts("manifests"))
def test_real_manifest_agrees(name: str) -> None:
    """A real manifest is read and printed as the reference does."""
    record = facts("manifests")[name]
    check(record["text"].encode(), record["read"])


def test_all_facts_are_here() -> None:
    """There are as many inputs and manifests as were collected."""
    assert (len(INPUTS), len(facts("manifests"))) == (56, 40)
