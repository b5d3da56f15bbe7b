"""Each name in the source has one meaning."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tests.test_documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

_SOURCE: Final = ROOT / "src/tagmatrix"


def classes(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names of classes that are defined more than once, with their modules."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(path)
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def sources() -> dict[str, str]:
    """Return the texts of all modules, by their paths below the package."""
    return {
        path.relative_to(_SOURCE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(_SOURCE.rglob("*.py"))
    }


def test_classes() -> None:
    """No class has the name of another class, also if it is private or in a class."""
    assert classes(sources()) == {}


def test_equal_names_of_classes_are_found() -> None:
    """In two modules, in one module, and in a class."""
    one, two = "class A:\n    class _B: ...\n", "class A: ...\nclass C: ...\nclass C: ...\n"
    found = {"A": ["one", "two"], "_B": ["one", "three"], "C": ["two", "two"]}
    assert classes({"one": one, "two": two, "three": "class _B: ...\n"}) == found
