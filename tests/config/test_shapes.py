"""Shapes by themselves: values, bounds, suggestions, and the schema they write."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pytest

from tagmatrix.config.shapes import (
    FLAG,
    INVALID,
    NULL,
    Day,
    Either,
    Field,
    ListOf,
    MapOf,
    Reading,
    Record,
    Text,
)
from tagmatrix.config.yaml import tree

WORD: Final = Text("a word", r"[a-z]+", longest=8)


def read(shape: Any, yaml: str) -> tuple[Any, list[str]]:  # noqa: ANN401 (any of the shapes)
    """Return the value of a shape and what was wrong."""
    reading = Reading()
    ((_, node),) = tree.read(f"k: {yaml}\n".encode(), "f").items
    value = shape.read(node, ("k",), reading)
    return value, [problem.text("f") for problem in reading.problems]


@pytest.mark.parametrize(
    ("shape", "yaml", "value"),
    [
        (WORD, "abc", "abc"),
        (WORD, "'abc'", "abc"),
        (WORD, "!!str abc", "abc"),
        (Text("a text"), '"yes"', "yes"),
        (Text("one", choices=("a", "b")), "b", "b"),
        (FLAG, "true", True),
        (FLAG, "false", False),
        (Day(), "2030-10-31", dt.date(2030, 10, 31)),
        (Day(), "'2028-02-29'", dt.date(2028, 2, 29)),
        (NULL, "null", None),
        (NULL, "~", None),
        (ListOf(WORD, "words"), "[b, a]", ("b", "a")),
        (ListOf(WORD, "words"), "[]", ()),
        (MapOf(WORD, WORD, "words"), "{b: x, a: y}", {"b": "x", "a": "y"}),
        (Either("e", {"null": NULL, "scalar": WORD}), "~", None),
        (Either("e", {"bool": FLAG, "scalar": WORD}), "true", True),
        (Either("e", {"bool": FLAG, "scalar": WORD}), "'true'", "true"),
        (Either("e", {"scalar": WORD, "list": ListOf(WORD, "words")}), "[a]", ("a",)),
        (Record({"a": Field(WORD, "A.", default="x")}, dict, "r"), "{}", {"a": "x"}),
    ],
)
def test_values(shape: Any, yaml: str, value: object) -> None:  # noqa: ANN401 (any of the shapes)
    """A value that fits is read as what it means, in the order of the file."""
    found, wrong = read(shape, yaml)
    assert wrong == []
    assert found == value
    assert type(found) is type(value)
    assert repr(found) == repr(value)  # the order of a mapping too


@pytest.mark.parametrize(
    ("shape", "yaml", "message"),
    [
        (WORD, "Abc", 'f:1:4: k: invalid value "Abc": expected a word'),
        (WORD, "a\n  b", 'f:1:4: k: invalid value "a b": expected a word'),
        (
            WORD,
            '"a\\n"',
            (
                "f:1:4: k: this text contains a line break (U+000A); write it in one line, with "
                ">- instead of > or |"
            ),
        ),
        (WORD, "é", 'f:1:4: k: invalid value "é": expected a word'),
        (WORD, "''", 'f:1:4: k: invalid value "": expected a word'),
        (
            WORD,
            "a" * 9,
            (
                'f:1:4: k: "aaaaaaaaa" is too long (9 characters; at most 8 are allowed); '
                "expected a word"
            ),
        ),
        (WORD, "1.5", "f:1:4: k: YAML reads 1.5 as a number; expected a word"),
        (WORD, "=", 'f:1:4: k: invalid value "=": expected a word'),
        (WORD, "", "f:1:3: k: a value is missing here; write it after the colon or dash"),
        (WORD, "~", "f:1:4: k: YAML reads ~ as an empty value; expected a word"),
        (WORD, "[a]", "f:1:4: k: expected a word, not a list"),
        (
            Text("a text"),
            "null",
            (
                "f:1:4: k: YAML reads null as an empty value; remove it, or write a value "
                '(the text null needs quotes: "null")'
            ),
        ),
        (
            Text("a or b", choices=("a", "b")),
            "c",
            'f:1:4: k: "c" is not known; expected a or b; there are a and b',
        ),
        (FLAG, "yes", "f:1:4: k: write `true` or `false` without quotes, or remove `k`"),
        (FLAG, "'true'", "f:1:4: k: write `true` or `false` without quotes, or remove `k`"),
        (FLAG, "[true]", "f:1:4: k: write `true` or `false` without quotes, or remove `k`"),
        (Day(), "2030-2-1", 'f:1:4: k: expected a date such as 2030-10-31, not "2030-2-1"'),
        (
            Day(),
            "2030-02-29",
            (
                "f:1:4: k: invalid date 2030-02-29: the calendar has no such day; write year, "
                "month and day, such as 2030-10-31"
            ),
        ),
        (
            Day(),
            "0000-00-00",
            (
                "f:1:4: k: invalid date 0000-00-00: the calendar has no such day; write year, "
                "month and day, such as 2030-10-31"
            ),
        ),
        (Day(), "[]", "f:1:4: k: expected a date such as 2030-10-31, not a list"),
        (NULL, "no", "f:1:4: k: write `null` without quotes, or remove `k`"),
        (ListOf(WORD, "words"), "a", 'f:1:4: k: expected a list of words, not "a"; write ["a"]'),
        (ListOf(WORD, "words"), "3", 'f:1:4: k: expected a list of words, not "3"; write ["3"]'),
        (ListOf(WORD, "words"), "", "f:1:3: k: expected a list of words, not nothing"),
        (ListOf(WORD, "words"), "{}", "f:1:4: k: expected a list of words, not a mapping"),
        (
            ListOf(WORD, "words"),
            "[a, b, a]",
            'f:1:11: k[2]: "a" is twice in this list; keep one',
        ),
        (
            ListOf(WORD, "words", needed="name one"),
            "[]",
            "f:1:4: k: this list is empty; name one",
        ),
        (
            MapOf(WORD, WORD, "words"),
            "[a]",
            "f:1:4: k: expected a mapping of words, not a list; write `key: value`",
        ),
        (
            MapOf(WORD, WORD, "words"),
            "{1: a}",
            'f:1:5: k["1"]: YAML reads 1 as a number; expected a word',
        ),
        (
            Either("a word or null", {"null": NULL, "scalar": WORD}),
            "[a]",
            "f:1:4: k: expected a word or null, not a list",
        ),
        (
            Record({"abc": Field(WORD, "A.", required=True)}, dict, "a record"),
            "{}",
            "f:1:4: k: `abc` is missing; add it: a.",
        ),
        (
            Record({"abc": Field(WORD, "A.")}, dict, "a record"),
            "{abd: x}",
            "f:1:5: k.abd: unknown key; did you mean abc?",
        ),
        (
            Record({"abc": Field(WORD, "A.")}, dict, "a record"),
            "x",
            'f:1:4: k: expected a record (keys: abc), not "x"',
        ),
    ],
)
def test_messages(shape: Any, yaml: str, message: str) -> None:  # noqa: ANN401 (any of the shapes)
    """The message for an invalid value has its place and the expected value."""
    value, wrong = read(shape, yaml)
    assert value is INVALID or isinstance(value, (tuple, dict))
    assert wrong == [message]


@pytest.mark.parametrize("text", ["1.5", "2024-01-02", "yes"])
def test_a_text_without_quotes(text: str) -> None:
    """A text without its quotes is reported, and read as the text."""
    value, wrong = read(Text("a text"), text)
    assert value == text
    assert len(wrong) == 1
    assert wrong[0].endswith(f'; write it in quotes: "{text}"')


def test_all_of_a_list() -> None:
    """Each invalid item of a list is reported."""
    _, wrong = read(ListOf(WORD, "words"), "[A, b, 3, C]")
    assert [line.split(":")[2] for line in wrong] == ["5", "11", "14"]


@pytest.mark.parametrize("count", [6000, pytest.param(60_000, marks=pytest.mark.slow)])
def test_long_list_is_fast(count: int) -> None:
    """Duplicates are found in linear time."""
    items = [f"w{n}" for n in range(count)]
    value, wrong = read(ListOf(Text("a text"), "texts"), f"[{', '.join([*items, 'w7'])}]")
    assert len(value) == count
    assert len(wrong) == 1


def test_schema() -> None:
    """A record writes the same rule as JSON Schema."""
    shape = Record(
        {
            "a": Field(WORD, "An a.", required=True),
            "b": Field(ListOf(Text("one", choices=("x", "y")), "xs", needed="name one"), "A b."),
            "c": Field(Either("c", {"null": NULL, "bool": FLAG}), "A c."),
        },
        dict,
        "a record",
    )
    assert shape.schema() == {
        "type": "object",
        "properties": {
            "a": {
                "type": "string",
                "pattern": "^(?:[a-z]+)$",
                "maxLength": 8,
                "description": "An a.",
            },
            "b": {
                "type": "array",
                "items": {"type": "string", "enum": ["x", "y"]},
                "uniqueItems": True,
                "minItems": 1,
                "description": "A b.",
            },
            "c": {"anyOf": [{"type": "null"}, {"type": "boolean"}], "description": "A c."},
        },
        "additionalProperties": False,
        "required": ["a"],
    }
