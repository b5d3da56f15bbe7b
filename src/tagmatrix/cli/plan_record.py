"""Record what builds leave: `plan --record` makes DIGESTS/ID.json of what engines wrote."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from tagmatrix.cli.plan_input import read_bytes, read_plan
from tagmatrix.errors import InputError
from tagmatrix.plan import handover
from tagmatrix.registry.joins import TestResult
from tagmatrix.util import files, json_records

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.plan.records import Build, Plan
    from tagmatrix.registry.joins import BuiltImage

_METADATA = (".json", ".digest")
"""What an engine leaves: metadata as JSON, or a file with the digest."""


def record(plan_path: Path, metadata: Path, digests: Path) -> list[str]:
    """Write DIGESTS/ID.json for each build with METADATA/ID.json or ID.digest.

    Return the builds whose test failed. Raises InputError.
    """
    plan = read_plan(plan_path)
    made: dict[str, BuiltImage] = {}
    for build in plan.builds:
        for suffix in _METADATA:
            path = metadata / f"{build.id}{suffix}"
            if path.exists():
                made[build.id] = _from_metadata(plan, build, path)
                break
    if not made:
        raise InputError(
            f"{metadata}: no metadata of a build of this plan; expected ID.json or ID.digest, with "
            "the id of a build"
        )
    with files.input_errors(digests):
        os.makedirs(digests, exist_ok=True)  # noqa: PTH103 - Path.mkdir fails differently on files
    for name, built in made.items():
        value: dict[str, Any] = {"schema": json_records.SCHEMA, **json_records.to_json(built)}
        path = digests / f"{name}.json"
        with files.input_errors(path):
            files.replace(path, (json.dumps(value, indent=2) + "\n").encode())
    return [name for name, built in made.items() if built.test and not built.test.passed]


def _from_metadata(plan: Plan, build: Build, path: Path) -> BuiltImage:
    seconds = _number(path.with_suffix(".seconds"))
    result, _, took = _small(path.with_suffix(".test")).partition(" ")
    test = None
    if result:
        test = TestResult(
            passed=result == "passed", seconds=int(took) if took.isdecimal() else None
        )
    return handover.from_metadata(
        plan, build, read_bytes(path), str(path), seconds=seconds, test=test
    )


def _number(path: Path) -> int | None:
    text = _small(path)
    return int(text) if text.isdecimal() else None


def _small(path: Path) -> str:
    return read_bytes(path)[:100].decode("ascii", "replace").strip() if path.exists() else ""
