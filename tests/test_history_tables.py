"""The tag tables of the past come out as published, except for tables that break the laws."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests import yamls
from tests.facts import facts
from tests.history import (
    COVERED_SINCE,
    Outcome,
    era_number,
    examine,
    main,
    report,
    to_versions_yaml,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HAND_MADE: Final = ("2022-01-14", "2022-01-18")


def release(cycle: str, version: str, *paths: str | dict[str, str], **more: Any) -> dict[str, Any]:  # noqa: ANN401 (any value)
    """Return a release of a record's matrix."""
    variants = [{"path": path} if isinstance(path, str) else path for path in paths]
    usual: dict[str, Any] = {"aliases": [], "default_suite": None, "default_alpine": None}
    return {"dir": cycle, "cycle": cycle, "version": version, "variants": variants, **usual, **more}


def entry(directory: str, tags: str, shared: str = "") -> dict[str, Any]:
    """Return an entry of a published table."""
    row: dict[str, Any] = {"directory": directory, "tags": tags.split()}
    return row | ({"shared_tags": shared.split()} if shared else {})


RECORDS: Final[dict[str, dict[str, Any]]] = {
    "major folders": {
        "date": "2014-08-20",
        "era": "E1",
        "matrix": {"releases": [release("3", "3.4.1", "", "onbuild", aliases=["latest"])]},
        "expected": [
            entry("3", "3.4.1 3.4 3 latest"),
            entry("3/onbuild", "3.4.1-onbuild 3.4-onbuild 3-onbuild onbuild"),
        ],
    },
    "a pre-release that walks": {
        "date": "2015-08-01",
        "era": "E3",
        "matrix": {"releases": [release("3.5", "3.5.0b3", "", "slim")]},
        "expected": [
            entry("3.5", "3.5.0b3 3.5.0 3.5"),
            entry("3.5/slim", "3.5.0b3-slim 3.5.0-slim 3.5-slim"),
        ],
    },
    "a pre-release in a plain folder": {
        "date": "2016-07-07",
        "era": "E4",
        "matrix": {
            "releases": [release("3.6", "3.6.0b1", "", "alpine", "windows/windowsservercore")]
        },
        "expected": [
            entry("3.6", "3.6.0b1 3.6"),
            entry("3.6/alpine", "3.6.0b1-alpine 3.6-alpine"),
            entry(
                "3.6/windows/windowsservercore", "3.6.0b1-windowsservercore 3.6-windowsservercore"
            ),
        ],
    },
    "named suites, and onbuild that lags behind": {
        "date": "2017-09-18",
        "era": "E5",
        "matrix": {
            "releases": [
                release(
                    "3.5",
                    "3.5.4",
                    "stretch",
                    "jessie",
                    "jessie/slim",
                    {"path": "jessie/onbuild", "version": "3.5.3"},
                    "alpine3.4",
                    aliases=["3"],
                    default_suite="jessie",
                    default_alpine="alpine3.4",
                )
            ]
        },
        "expected": [
            entry("3.5/stretch", "3.5.4-stretch 3.5-stretch 3-stretch"),
            entry("3.5/jessie", "3.5.4-jessie 3.5-jessie 3-jessie 3.5.4 3.5 3"),
            entry("3.5/jessie/slim", "3.5.4-slim 3.5-slim 3-slim"),
            entry("3.5/jessie/onbuild", "3.5.3-onbuild 3.5-onbuild 3-onbuild"),
            entry(
                "3.5/alpine3.4",
                "3.5.4-alpine3.4 3.5-alpine3.4 3-alpine3.4 3.5.4-alpine 3.5-alpine 3-alpine",
            ),
        ],
    },
    "a default that the release lacks": {
        "date": "2018-07-09",
        "era": "E9",
        "matrix": {
            "releases": [
                release("3.7", "3.7.0", "stretch", "stretch/slim", default_suite="buster"),
                release(
                    "2.7",
                    "2.7.15",
                    "stretch",
                    "windows/windowsservercore-ltsc2016",
                    "windows/windowsservercore-1709",
                    default_suite="stretch",
                ),
            ]
        },
        "expected": [
            entry("3.7/stretch", "3.7.0-stretch 3.7-stretch"),
            entry("3.7/stretch/slim", "3.7.0-slim-stretch 3.7-slim-stretch"),
            entry("2.7/stretch", "2.7.15-stretch 2.7-stretch", "2.7.15 2.7"),
            entry(
                "2.7/windows/windowsservercore-ltsc2016",
                "2.7.15-windowsservercore-ltsc2016 2.7-windowsservercore-ltsc2016",
                "2.7.15-windowsservercore 2.7-windowsservercore 2.7.15 2.7",
            ),
            entry(
                "2.7/windows/windowsservercore-1709",
                "2.7.15-windowsservercore-1709 2.7-windowsservercore-1709",
                "2.7.15-windowsservercore 2.7-windowsservercore 2.7.15 2.7",
            ),
        ],
    },
    "nested and flat folders": {
        "date": "2022-01-28",
        "matrix": {
            "releases": [
                release("3.10", "3.10.2", "buster/slim", "slim-bullseye", default_suite="bullseye")
            ]
        },
        "expected": [
            entry("3.10/buster/slim", "3.10.2-slim-buster 3.10-slim-buster"),
            entry(
                "3.10/slim-bullseye",
                "3.10.2-slim-bullseye 3.10-slim-bullseye 3.10.2-slim 3.10-slim",
            ),
        ],
    },
    "an older version beside its cycle": {
        "date": "2022-02-01",
        "era": "E10",
        "matrix": {
            "releases": [
                release("3.10", "3.10.2", "bullseye", default_suite="bullseye"),
                release(
                    "3.10",
                    "3.10.1",
                    "bullseye",
                    {"path": "slim-bullseye", "version": "3.10.1"},
                    default_suite="bullseye",
                    dir="old",
                    owns_cycle=False,
                ),
            ]
        },
        "expected": [
            entry("3.10/bullseye", "3.10.2-bullseye 3.10-bullseye", "3.10.2 3.10"),
            entry("old/bullseye", "3.10.1-bullseye", "3.10.1"),
            entry("old/slim-bullseye", "3.10.1-slim-bullseye 3.10.1-slim"),
        ],
    },
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_small_records(record: dict[str, Any]) -> None:
    """A small record of each era comes out exactly."""
    assert examine(record).details == ()
    assert examine(record).result == "exact"


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_nothing_is_copied(record: dict[str, Any]) -> None:
    """versions.yaml is made from the matrix only, and the record is not changed."""
    before = copy.deepcopy(record)
    text = to_versions_yaml(record)
    assert record == before
    assert to_versions_yaml({**record, "expected": []}) == text


def drop_tag(table: list[dict[str, Any]]) -> None:
    """Remove a tag."""
    table[-1]["tags"].pop()


def swap_tags(table: list[dict[str, Any]]) -> None:
    """Change the order of tags."""
    table[0]["tags"].reverse()


def swap_entries(table: list[dict[str, Any]]) -> None:
    """Change the order of entries."""
    table.reverse()


def move_to_shared(table: list[dict[str, Any]]) -> None:
    """Make a tag a shared tag."""
    table[0].setdefault("shared_tags", []).append(table[0]["tags"].pop())


def rename(table: list[dict[str, Any]]) -> None:
    """Move an image to another folder."""
    table[0]["directory"] += "x"


@pytest.mark.parametrize("spoil", [drop_tag, swap_tags, swap_entries, move_to_shared, rename])
@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_miss_is_seen(
    record: dict[str, Any], spoil: Callable[[list[dict[str, Any]]], None]
) -> None:
    """Any difference makes a table inexact, and the report shows the difference."""
    other = copy.deepcopy(record)
    spoil(other["expected"])
    outcome = examine(other)
    assert outcome.result == "different"
    assert outcome.details[:2] == ("--- published", "+++ made")
    assert len(outcome.details) > 2


def test_architectures() -> None:
    """Architectures are compared if the matrix has those of the base."""
    record = copy.deepcopy(RECORDS["nested and flat folders"])
    variant = record["matrix"]["releases"][0]["variants"][0]
    variant["architectures"] = ["amd64", "s390x"]
    record["expected"][0]["architectures"] = ["s390x", "amd64"]
    assert examine(record).result == "exact"
    record["expected"][0]["architectures"] = ["amd64"]
    assert examine(record).result == "different"


def test_flavors_are_patterns() -> None:
    """What a pattern says is not said variant by variant."""
    document = yamls.load(to_versions_yaml(RECORDS["a default that the release lacks"]))
    assert document["releases"]["2.7"]["variants"] == [
        "stretch",
        "windowsservercore-ltsc2016",
        "windowsservercore-1709",
    ]
    assert document["flavors"]["windowsservercore"]["shared_tags"] == ["windowsservercore", ""]
    assert document["derive_aliases"] is False


def test_era() -> None:
    """A record without an era has the era of its date."""
    assert era_number({"date": "2026-01-01", "era": "E4 of old"}) == 4
    assert [era_number({"date": f"{day}"}) for day in ("2014-08-01", "2016-01-01")] == [1, 4]
    assert [era_number({"date": f"{day}"}) for day in ("2017-12-19", "2030-01-01")] == [9, 10]


def test_two_versions_in_one_table() -> None:
    """Windows images of an older version are refused: its tags would be on Windows only."""
    windows = {"path": "windows/windowsservercore-1809", "version": "3.10.1"}
    matrix = {
        "releases": [release("3.10", "3.10.2", "bullseye", windows, default_suite="bullseye")]
    }
    outcome = examine({"date": "2022-01-14", "era": "E9", "matrix": matrix, "expected": []})
    assert outcome.result == "refused"
    assert [line.partition("variants[1]: ")[2] for line in outcome.details] == [
        (
            "shared tag `3.10` would be 3.10.2 (3.10/bullseye) and 3.10.1 "
            "(3.10/windowsservercore-1809); give it to images of one version only"
        ),
        (
            "version tag `3.10.1` would be on Windows only (3.10/windowsservercore-1809); "
            "give it to an image of another system as well"
        ),
    ]


def test_one_folder_twice() -> None:
    """Two versions in one folder are refused, because a folder has one Dockerfile."""
    older = release("3.10", "3.10.1", "bullseye", default_suite="bullseye", owns_cycle=False)
    matrix = {"releases": [release("3.10", "3.10.2", "bullseye", default_suite="bullseye"), older]}
    outcome = examine({"date": "2022-01-18", "era": "E9", "matrix": matrix, "expected": []})
    assert outcome.result == "refused"
    assert [line.partition("variants[0]: ")[2] for line in outcome.details] == [
        "3.10/bullseye and 3.10.1/bullseye have one folder, 3.10/bullseye; give each its own"
    ]


def test_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints the misses with a diff, a line for each era, and the sum at the end."""
    missed = copy.deepcopy(RECORDS["major folders"])
    missed["expected"][0]["tags"] = ["3.4.1", "3.4", "3"]
    file = tmp_path / "records.json"
    file.write_text(json.dumps([missed, RECORDS["a default that the release lacks"]]))
    assert main([str(file)]) == 0
    assert capsys.readouterr().out == (
        "2014-08-20 different:\n"
        "  --- published\n"
        "  +++ made\n"
        "  -3 | 3.4.1, 3.4, 3\n"
        "  +3 | 3.4.1, 3.4, 3, latest\n"
        "\n"
        "0 of 1  E1\n"
        "1 of 1  E9\n"
        "0 of 1  before 2017-07-18\n"
        "1 of 1  from 2017-07-18 on\n"
        "1 of 2 exact\n"
    )


def test_a_record_without_an_era(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report counts it with the era of its date."""
    record = copy.deepcopy(RECORDS["a default that the release lacks"])
    del record["era"]
    file = tmp_path / "records.json"
    file.write_text(json.dumps([record, RECORDS["a default that the release lacks"]]))
    assert main([str(file)]) == 0
    assert "2 of 2  E9\n" in capsys.readouterr().out


def test_long_diffs_are_cut() -> None:
    """The report cuts a long diff."""
    outcome = Outcome("2020-01-01", "E9", "exact")
    assert report([outcome] * 3).endswith("3 of 3 exact")
    record = copy.deepcopy(RECORDS["nested and flat folders"])
    record["expected"] = [entry(f"x{n}", "a") for n in range(50)]
    assert examine(record).details[-1] == "... and 42 lines more"


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """Return what became of the sample's records."""
    return [examine(record) for record in facts("library-python-history")]


def test_the_sample(outcomes: list[Outcome]) -> None:
    """Every table of the sample, even the oldest, is exact, except two made by hand."""
    assert [outcome.date for outcome in outcomes if outcome.result != "exact"] == list(HAND_MADE)
    covered = [outcome for outcome in outcomes if outcome.date >= COVERED_SINCE]
    assert (len(covered), len(outcomes)) == (55, 69)


def test_the_tables_made_by_hand(outcomes: list[Outcome]) -> None:
    """The laws refuse the two tables made by hand."""
    first, second = (outcome for outcome in outcomes if outcome.date in HAND_MADE)
    assert first.result == second.result == "refused"
    assert any("version tag `3.11.0a3` would be on Windows only" in line for line in first.details)
    assert all(" have one folder, " in line for line in second.details[:3])


def test_odd_records_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An invalid record counts as refused; an invalid file gives a one-line error."""
    file = tmp_path / "records.json"
    file.write_text(json.dumps([3, {"date": "2020-01-01", "matrix": {"releases": [{}]}}]))
    assert main([str(file)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("refused:") == 2
    assert "0 of 2 exact" in printed
    for text in ("{", "{}"):
        file.write_text(text)
        with pytest.raises(SystemExit):
            main([str(file)])
    with pytest.raises(SystemExit):
        main([str(tmp_path / "none")])
