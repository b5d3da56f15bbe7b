"""Ranges and pins of Python's versions, as each manager writes them."""

from __future__ import annotations

import pytest

from tagmatrix.app.reading import pythons
from tagmatrix.app.report import Report, SourceLine

AT = SourceLine("file", 1)
VERSIONS = ("2.7.18", "3.8.20", "3.9.23", "3.10.20", "3.11.15", "3.12.13", "3.13.14", "3.14.6")


def accepted(found: pythons.PythonRange | None) -> str:
    """Return the cycles that a range accepts."""
    assert found is not None
    return " ".join(v.rpartition(".")[0] for v in VERSIONS if found.accepts(v))


@pytest.mark.parametrize(
    ("text", "cycles"),
    [
        (">=3.12", "3.12 3.13 3.14"),
        (">=3.10,<3.13", "3.10 3.11 3.12"),
        (">=3.10, !=3.11.*, <3.13", "3.10 3.12"),
        ("^3.12", "3.12 3.13 3.14"),
        ("^3.12 <3.14", "3.12 3.13"),
        ("~3.12", "3.12"),
        ("~3", "3.8 3.9 3.10 3.11 3.12 3.13 3.14"),
        ("~=3.12.0", "3.12"),
        ("3.12", "3.12"),
        ("3.12.*", "3.12"),
        ("*", " ".join(v.rpartition(".")[0] for v in VERSIONS)),
        ("~2.7 || ^3.13", "2.7 3.13 3.14"),
        (">=3.11 <3.13", "3.11 3.12"),
        (">3.13.0,<3.14", "3.13"),
    ],
)
def test_ranges(text: str, cycles: str) -> None:
    """A range accepts what its manager accepts."""
    assert accepted(pythons.read_range(text, AT, Report())) == cycles


@pytest.mark.parametrize(
    ("text", "cycles"),
    [
        ("3.12", "3.12"),
        ("3.12.4", "3.12"),
        ("python-3.11.9", "3.11"),
        ("cpython-3.13.1-linux-x86_64-gnu", "3.13"),
        ("3", "3.8 3.9 3.10 3.11 3.12 3.13 3.14"),
        ("python-2.7.18", "2.7"),
    ],
)
def test_pins(text: str, cycles: str) -> None:
    """A pin accepts its cycle, whose fixes the tag follows."""
    assert accepted(pythons.pinned(text, AT, Report())) == cycles


@pytest.mark.parametrize("text", ["pypy3.10", "python", "3.x", "", "3.12\x1b", "9" * 5000])
def test_invalid_pins(text: str) -> None:
    """Another text, also another implementation, is a problem with its place."""
    report = Report()
    assert pythons.pinned(text, AT, report) is None
    assert str(report.problems[0]).startswith("file:1: ")


@pytest.mark.parametrize("text", ["three", ">=", "==3.x", ">=" + "9" * 5000, "^3.x"])
def test_invalid_ranges(text: str) -> None:
    """An invalid range is a problem with its place."""
    report = Report()
    assert pythons.read_range(text, AT, report) is None
    assert str(report.problems[0]).startswith("file:1: invalid range")
