"""Each name in the source has one meaning."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from tagmatrix.cli import reference
from tests.test_documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SOURCE: Final = ROOT / "src/tagmatrix"
_LAYERS: Final = {"config", "matrix", "render", "update", "imports"}
"""The layers that versions.yaml goes through: each may have a module about the same key."""
_ROLES: Final = {"checks", "errors", "jsonform", "model", "parse", "printing"}
"""What a module is for its package: its checks, its errors, its JSON, its data, its text."""
_CLASS: Final = re.compile(r"^ *class (\w+)[(:]", re.MULTILINE)
_VAGUE: Final = re.compile(
    "absent|asking|carry|committed|entries|given|instead|learn|meaning|messages|overview|parts|"
    "publication|published|sound|stepping|tip|words"
)
"""Names that do not say of what."""


def classes(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names of classes that are defined more than once, with their modules."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, text in texts.items():
        for name in _CLASS.findall(text):
            found[name].append(path)
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
    """A class that is in two modules, or twice in one, or in a class, is found."""
    one, two = "class A:\n    class _B: ...\n", "class A: ...\nclass C: ...\nclass C: ...\n"
    found = {"A": ["one", "two"], "_B": ["one", "three"], "C": ["two", "two"]}
    assert classes({"one": one, "two": two, "three": "class _B: ...\n"}) == found


def modules(paths: Iterable[str], commands: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of modules with more than one meaning, with their paths.

    The modules of one package at the top share its subject. A command gives its module the name,
    and a key of versions.yaml that in `config/format`.
    """
    given = set(commands)
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in map(PurePosixPath, paths):
        part = path.parent if path.name == "__init__.py" else path
        top, name = (part.parts or ("",))[0], part.stem
        is_given = (top == "cli" and name in given) or part.parent.parts[:2] == ("config", "format")
        if name not in {"", "__main__", *_ROLES} and not (is_given and len(part.parts) > 1):
            found[name].append((top, str(part)))
    return {
        name: [path for _, path in places]
        for name, places in found.items()
        if len(tops := {top for top, _ in places}) > 1 and not tops <= _LAYERS
    }


def test_modules() -> None:
    """No module has the name of another one with another subject."""
    commands = {word for name in reference.names() for word in name.split()}
    assert modules(sources(), commands) == {}


def test_equal_names_of_modules_are_found() -> None:
    """They may be equal in the layers of versions.yaml, and for commands and keys."""
    equal = [
        "config/a.py",
        "config/checks/a.py",
        "matrix/a.py",
        "git/parse.py",
        "manifest/parse.py",
    ]
    given = ["cli/bump.py", "site/bump.py", "config/format/publish.py", "publish/__init__.py"]
    assert modules([*equal, *given], ["bump"]) == {}
    wrong = ["git/a.py", "web/a.py", "cli/plan.py", "plan/__init__.py", "config/b.py", "job/b.py"]
    found = {"a": wrong[:2], "plan": ["cli/plan.py", "plan"], "b": wrong[4:]}
    assert modules(wrong, []) == found


def vague(texts: Mapping[str, str]) -> list[str]:
    """Return the modules and classes whose whole name says too little."""
    found = []
    for path, text in texts.items():
        module = PurePosixPath(path)
        found += [path] if any(map(_VAGUE.fullmatch, (module.stem, module.parent.name))) else []
        names = _CLASS.findall(text)
        found += [f"{path}: {name}" for name in names if _VAGUE.fullmatch(name.strip("_").lower())]
    return found


def test_vague_names() -> None:
    """No module, package or class has a name that says too little."""
    assert vague(sources()) == []


def test_vague_names_are_found() -> None:
    """A vague name is found as a module, a package or a class, not as a part of a name."""
    texts = {
        "git/words.py": "",
        "parts/a.py": "",
        "web/b.py": "class _Tip: ...\nclass TagParts: ...\n",
    }
    assert vague(texts) == ["git/words.py", "parts/a.py", "web/b.py: _Tip"]
