"""Documents name what exists: files, folders, modules, make targets, headings."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "src" / "tagmatrix"
MAP: Final = "ARCHITECTURE.md"
PLACES: Final = ("src", "tests", "docs", "benchmarks", "schemas", ".github", ".ci")
"""The folders of this repository; `templates/` and `library/` also occur in examples."""


@cache
def tracked() -> tuple[str, ...]:
    """Return the paths of all files in git."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tuple(filter(None, listed.split("\0")))


def documents() -> list[str]:
    """Return the documents that people write by hand."""
    return [
        path
        for path in tracked()
        if path.endswith(".md") and not path.startswith(("library/", "tests/"))
    ]


def exists(path: str) -> bool:
    """Return whether a file or a folder with files is in git."""
    name = path.rstrip("/")
    return any(each == name or each.startswith(f"{name}/") for each in tracked())


def code(text: str) -> list[str]:
    """Return the inline code of a document."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", prose)


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def has_module(name: str) -> bool:
    """Return whether a dotted name is a module, or a name in one."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, last = name.rpartition(".")
        return bool(module) and has_module(module) and hasattr(sys.modules[module], last)
    return True


@pytest.mark.parametrize("document", documents())
def test_links(document: str) -> None:
    """A relative link leads to a file, and its anchor to a heading."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        file = (ROOT / document).parent / path if path else ROOT / document
        assert file.exists(), target
        if fragment:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert fragment in {anchor(heading) for heading in headings}, target


@pytest.mark.parametrize("document", documents())
def test_paths(document: str) -> None:
    """A path in one of the repository's folders exists."""
    text = (ROOT / document).read_text(encoding="utf-8")
    named = {name for name in code(text) if re.fullmatch(rf"(?:{'|'.join(PLACES)})/[\w./-]*", name)}
    assert sorted(name for name in named if not exists(name)) == []


@pytest.mark.parametrize("document", documents())
def test_modules(document: str) -> None:
    """A dotted name below `tagmatrix` or `tests` can be imported."""
    text = (ROOT / document).read_text(encoding="utf-8")
    named = {*re.findall(r"(?<![/\w])(?:tagmatrix|tests)\.[a-z_0-9]+(?:\.\w+)*(?![\w/.-]*/)", text)}
    named |= {*re.findall(r"python -m ((?!venv|pytest|pip)[a-z_0-9.]+)", text)}
    assert sorted(name for name in named if not has_module(name)) == []


@pytest.mark.parametrize("document", documents())
def test_make_targets(document: str) -> None:
    """A target of make is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {*re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)}
    text = (ROOT / document).read_text(encoding="utf-8")
    named = {*re.findall(r"(?:`|\$ )make ([a-z-]+)", text)}
    assert sorted(named - targets) == []


def test_map_is_whole() -> None:
    """ARCHITECTURE.md has a row for every package and module at the top of the source tree."""
    rooms = {path.stem for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"}
    rooms -= {"__init__", "__main__", "__pycache__"}
    assert sorted(rooms ^ {*rows((ROOT / MAP).read_text(encoding="utf-8"))}) == []


def test_tests_mirror_the_packages() -> None:
    """Each package at the top of the source tree has a folder of tests, as CONTRIBUTING.md says."""
    packages = {path.parts[2] for path in map(Path, tracked()) if path.parts[:1] == ("src",)}
    packages = {name for name in packages if (PACKAGE / name).is_dir()}
    assert sorted(name for name in packages if not exists(f"tests/{name}")) == []


def test_map_is_true() -> None:
    """A folder or a module that ARCHITECTURE.md names is in the source tree or the tests."""
    text = (ROOT / MAP).read_text(encoding="utf-8")
    named = {name for name in code(text) if re.fullmatch(r"[\w./-]+(?:/|\.py)", name)}
    files = {path for path in tracked() if path.startswith(("src/", "tests/", "."))}
    folders = {str(parent) for path in files for parent in Path(path).parents}
    missing = [
        name
        for name in named
        if not any(f"/{each}".endswith(f"/{name.rstrip('/')}") for each in files | folders)
        and not exists(name)
    ]
    assert sorted(missing) == []


def rows(text: str) -> dict[str, list[str]]:
    """Return the names in inline code of each package's row in the map's table."""
    table = text.partition("## The packages")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `([a-z_]+)/?` \| (.*) \|$", table, re.MULTILINE)
    return {name: code(cell) for name, cell in found}


def unknown_modules(package: str, names: list[str]) -> list[str]:
    """Return the names that neither the package has as a module or a folder, nor any package."""
    top = {path.stem for path in PACKAGE.iterdir()}
    inside = {path.stem for path in (PACKAGE / package).rglob("*")}
    return [
        name
        for name in names
        if re.fullmatch(r"[a-z_]+/?", name) and name.rstrip("/") not in top | inside
    ]


def test_rows_name_modules() -> None:
    """A word in inline code in a package's row is a module or a folder of the package."""
    found = rows((ROOT / MAP).read_text(encoding="utf-8"))
    assert [(row, name) for row in found for name in unknown_modules(row, found[row])] == []


def test_unknown_modules_are_found() -> None:
    """A module of another package is not in the row's package; a package is anywhere."""
    assert unknown_modules("git", ["history", "conversions", "matrix", "versions.yaml"]) == []
    assert unknown_modules("git", ["decide", "nothing/"]) == ["decide", "nothing/"]


@pytest.mark.parametrize("document", documents())
def test_modules_without_an_ending(document: str) -> None:
    """A path in inline code that begins with a package leads to a module, also without `.py`."""
    packages = "|".join(path.name for path in PACKAGE.iterdir() if path.is_dir())
    names = code((ROOT / document).read_text(encoding="utf-8"))
    named = [name for name in names if re.fullmatch(rf"(?:{packages})(?:/[a-z_0-9]+)+", name)]
    missing = [name for name in named if not exists(f"src/tagmatrix/{name}.py")]
    assert [name for name in missing if not exists(f"src/tagmatrix/{name}")] == []
