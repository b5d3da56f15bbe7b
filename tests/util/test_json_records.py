"""Frozen dataclasses as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping  # noqa: TC003 (json_records reads the types of fields)
from dataclasses import dataclass

import pytest
from jsonschema import Draft202012Validator

from tagmatrix.errors import InputError
from tagmatrix.util import json_records


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """A wheel."""

    size: float
    spokes: int | None


@dataclass(frozen=True, kw_only=True)
class Cart:
    """A cart with wheels."""

    name: str
    sold: bool
    wheels: tuple[Wheel, ...]
    labels: Mapping[str, str]
    spare: Wheel | None = None


CART = Cart(
    name="one",
    sold=False,
    wheels=(Wheel(size=1.5, spokes=None), Wheel(size=2, spokes=8)),
    labels={"a": "b"},
    spare=Wheel(size=1.0, spokes=3),
)
TEXT = {
    "schema": 1,
    "name": "one",
    "sold": False,
    "wheels": [{"size": 1.5, "spokes": None}, {"size": 2, "spokes": 8}],
    "labels": {"a": "b"},
    "spare": {"size": 1.0, "spokes": 3},
}


def _load(value: object) -> Cart:
    return json_records.load(Cart, json.dumps(value).encode(), "cart.json")


def test_round_trip() -> None:
    """A record that is written is read back equal, and other keys are ignored."""
    assert {"schema": 1, **json_records.to_json(CART)} == TEXT
    assert _load(TEXT) == CART
    assert _load({**TEXT, "more": [1]}) == CART


def test_default() -> None:
    """A key with a default may be missing."""
    without = {key: value for key, value in TEXT.items() if key != "spare"}
    assert _load(without).spare is None


def test_schema() -> None:
    """The schema accepts what is written, and refuses what the reader refuses."""
    validator = Draft202012Validator(json_records.schema(Cart))
    assert validator.is_valid(TEXT)
    assert not validator.is_valid({**TEXT, "sold": "no"})
    assert not validator.is_valid({"name": "one"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 3}, "cart.json: name: expected a text, not 3"),
        ({"sold": 1}, "cart.json: sold: expected true or false, not 1"),
        ({"sold": None}, "cart.json: sold: expected true or false, not null"),
        ({"wheels": {}}, "cart.json: wheels: expected a list, not an object"),
        (
            {"wheels": [{"size": True, "spokes": 1}]},
            "cart.json: wheels[0].size: expected a number, not true",
        ),
        ({"wheels": [[]]}, "cart.json: wheels[0]: expected an object, not a list"),
        ({"wheels": [{"size": 1}]}, "cart.json: wheels[0].spokes: this key is missing"),
        ({"labels": {"a": 1}}, "cart.json: labels.a: expected a text, not 1"),
        ({"labels": "x" * 90}, f'cart.json: labels: expected an object, not "{"x" * 78}…'),
        ({"schema": 2}, "cart.json: schema: expected 1, the only one that tagmatrix reads"),
    ],
)
def test_mismatch(change: dict[str, object], message: str) -> None:
    """A value of another type is an error that names its path."""
    with pytest.raises(InputError) as caught:
        _load({**TEXT, **change})
    assert str(caught.value) == message


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_not_json(data: bytes) -> None:
    """A file that is not JSON is an error, also if it is nested without end."""
    with pytest.raises(InputError, match=r"cart\.json: this is not JSON: "):
        json_records.load(Cart, data, "cart.json")


def test_not_an_object() -> None:
    """A list is not a record."""
    with pytest.raises(InputError, match=r"cart\.json: expected an object, not a list"):
        _load([])
    with pytest.raises(InputError, match=r"cart\.json: the file: expected an object, not a list"):
        json_records.parse(Cart, [], "cart.json")
