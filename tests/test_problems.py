"""Problems with their places, as messages show them."""

from __future__ import annotations

from hypothesis import given, strategies as st

from tagmatrix.problems import MAX_PROBLEMS, ConfigError, Place, Problem, format_path, shown


def test_text() -> None:
    """A problem has file, line, column and path, if they are known."""
    path = ("releases", "3.14", "variants", 2)
    assert Problem(path, "wrong; fix it", Place(3, 7)).text("f.yaml") == (
        'f.yaml:3:7: releases["3.14"].variants[2]: wrong; fix it'
    )
    assert Problem(path, "wrong").text("f") == 'f: releases["3.14"].variants[2]: wrong'
    assert Problem((), "wrong", Place(1, 1)).text("f") == "f:1:1: wrong"
    assert Problem((), "wrong").text("f") == "f: wrong"


def test_paths() -> None:
    """A path has quotes only around names that need them."""
    assert format_path(()) == ""
    assert format_path(("a", "b-c", 0, "3.14", "", "x y")) == 'a.b-c[0]["3.14"][""]["x y"]'
    assert format_path(("é",)) == '["é"]'
    assert format_path((0, "a")) == "[0].a"
    assert len(format_path(("3" * 5_000,))) < 100


def test_no_control_characters() -> None:
    """A message shows control characters as escapes and stays one line."""
    problem = Problem(("a\nb",), 'of "\x1b[31m\u202e"', Place(1, 1))
    assert problem.text("f") == 'f:1:1: ["a\\nb"]: of "\\x1b[31m\\u202e"'


@given(st.text(), st.text(), st.text())
def test_any_text_is_one_line(file: str, key: str, message: str) -> None:
    """For any text in a file, a problem is one printable line."""
    text = Problem((key,), message, Place(1, 1)).text(file)
    assert text.isprintable()
    assert len(text.splitlines()) == 1


def test_shown() -> None:
    """A long text is cut, a short one is not."""
    assert shown("a" * 80) == "a" * 80
    assert shown("a" * 81) == "a" * 79 + "…"


def test_order() -> None:
    """Problems are in the order of the file; those without a place come first."""
    error = ConfigError(
        "f",
        [
            Problem(("c",), "3", Place(10, 1)),
            Problem(("b",), "2", Place(9, 20)),
            Problem(("a",), "1"),
            Problem(("d",), "4", Place(10, 1)),
        ],
    )
    assert str(error) == "f: a: 1\nf:9:20: b: 2\nf:10:1: c: 3\nf:10:1: d: 4"
    assert [problem.message for problem in error.problems] == ["1", "2", "3", "4"]
    assert error.exit_code == 2


def test_bound() -> None:
    """With very many problems the report has the first ones, and says that there may be more."""
    problems = [Problem((), str(number), Place(number, 1)) for number in range(1, 1_000)]
    lines = str(ConfigError("f", problems)).split("\n")
    assert len(lines) == MAX_PROBLEMS + 1
    assert lines[-2:] == ["f:200:1: 200", "f: there may be more; fix these 200 first"]
