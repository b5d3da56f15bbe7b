"""Compare each JSON document that a command prints in a test with its schema in `schemas/`.

A schema allows further names, so that programs accept a newer tagmatrix. Here they are errors:
a schema must have every name that tagmatrix prints.
"""

from __future__ import annotations

import json
import os
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tagmatrix.cli import output
from tagmatrix.cli.reference import schema_file

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from jsonschema.protocols import Validator

FOLDER: Final = Path(__file__).parents[1] / "schemas"
_TEST: Final = "PYTEST_CURRENT_TEST"
_START: Final = '{\n  "schema": '


def watch(patch: pytest.MonkeyPatch) -> None:
    """Let every document that this process prints fail the test if its schema refuses it."""
    dispatch = import_module("tagmatrix.cli.dispatch")
    make_parser, write = dispatch.parser, output._print
    file, test = "", ""

    def parser(name: str) -> ArgumentParser:
        made: ArgumentParser = make_parser(name)
        parse = made.parse_args

        def parse_args(words: Sequence[str]) -> Namespace:
            nonlocal file, test
            args: Namespace = parse(words)
            form = getattr(args, "format", "json")
            file = schema_file(name if form == "json" else f"{name} {form}")
            test = os.environ.get(_TEST, "")
            return args

        made.parse_args = parse_args  # type: ignore[assignment, method-assign]  # as it is called
        return made

    def checked(text: str, *, flush: bool) -> None:
        # A test may also print JSON without a command.
        printed = text.startswith(_START) and test == os.environ.get(_TEST) and file
        if printed and (error := problem(file, json.loads(text))):
            pytest.fail(error)
        write(text, flush=flush)

    patch.setattr(dispatch, "parser", parser)
    patch.setattr(output, "_print", checked)


def problem(file: str, value: Any) -> str:  # noqa: ANN401 (any JSON)
    """Return what a schema refuses in a document; empty if it refuses nothing."""
    from jsonschema.exceptions import best_match  # noqa: PLC0415 (slow; most tests print no JSON)

    error = best_match(_validator(file).iter_errors(value))
    return f"{file}: {error.json_path}: {error.message}" if error else ""


@cache
def _validator(file: str) -> Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 (as above)

    return Draft202012Validator(_strict(json.loads((FOLDER / file).read_text())))


def _strict(schema: Any) -> Any:  # noqa: ANN401 (any JSON)
    """Return a schema whose objects have only the names that it lists."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _strict(item) for name, item in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return found
