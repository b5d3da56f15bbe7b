"""Twelve years of python's tags: compare each table with the next."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from tagmatrix.diff import Severity, diff
from tagmatrix.diff.markdown import markdown
from tagmatrix.diff.text import text
from tagmatrix.manifest import Manifest
from tests.facts import facts

from .samples import GLOBAL, entry

BREAKING = {
    "2015-12-28": "3.5 became final without wheezy, and `wheezy` moved to it",
    "2017-12-20": "3.7-rc went from Alpine 3.6 to 3.7, 3.6 stayed elsewhere",
    "2018-03-19": "3.5.5 has no Windows installer",
    "2018-07-09": "3.7 became final without jessie and onbuild; the default suite became stretch",
    "2019-06-27": "3.8-rc went from stretch and Alpine 3.9 to buster and 3.10, alone",
    "2019-08-11": "3.6.9 has no Windows installer",
    "2019-10-22": "3.8 became final without stretch and Alpine 3.9",
    "2020-01-31": "the default Alpine became one that 3.9-rc did not have",
    "2020-05-19": "3.9-rc dropped Alpine 3.10, alone",
    "2020-08-11": "3.9-rc dropped Alpine 3.11, alone",
    "2020-10-06": "3.9 became final without Alpine 3.11",
    "2021-02-16": "3.7.10 has no Windows installer",
    "2021-08-06": "3.8.11 has no Windows installer",
    "2022-01-14": "3.9.9 and 3.10.1 stayed on Windows alone",
    "2022-09-12": "3.9.14 has no Windows installer",
    "2023-06-07": "3.10.12 has no Windows installer",
    "2024-10-07": "3.11.10 has no Windows installer",
    "2025-07-08": "3.12.11 has no Windows installer",
}
"""The breaking steps, by the day of the later table, with the reason."""


def manifest_of(record: dict[str, Any]) -> Manifest:
    """Return the manifest of a recorded table."""
    entries = [
        replace(
            entry(
                " ".join(row["tags"]),
                " ".join(row.get("shared_tags", ())),
                "windows-amd64" if "windows" in row["directory"] else "amd64",
            ),
            directory=row["directory"],
        )
        for row in record["expected"]
    ]
    return Manifest(global_=GLOBAL, entries=tuple(entries))


@pytest.mark.slow
def test_every_step_has_a_verdict() -> None:
    """All 68 steps are compared and printed; exactly the known ones are breaking."""
    records = facts("library-python-history")
    breaking = []
    for old, new in pairwise(records):
        changes = diff(manifest_of(old), manifest_of(new))
        assert text(changes)
        assert markdown(changes, "python")
        if changes.severity is Severity.BREAKING:
            breaking.append(new["date"])
    assert len(records) == 69
    assert breaking == list(BREAKING)
