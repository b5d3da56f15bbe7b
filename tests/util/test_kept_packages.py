"""The packages that values of the cache follow from."""

from __future__ import annotations

import ast
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from tagmatrix.util import kept_values
from tests.test_documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOURCE: Final = ROOT / "src"
_COMPUTING: Final = (
    "config",
    "dockerfile",
    "manifest",
    "matrix",
    "publish.outputs",
    "render",
    "versions",
)
_NEVER_KEPT: Final = "tagmatrix.web"
"""What comes over HTTP is in no value that is kept."""


def imported(node: ast.AST) -> Iterator[str]:
    """Yield the modules that some code imports when it runs, and the names that it takes there."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names)
        elif isinstance(each, ast.ImportFrom):
            yield str(each.module)
            yield from (f"{each.module}.{alias.name}" for alias in each.names)
        elif not (isinstance(each, ast.If) and "TYPE_CHECKING" in ast.dump(each.test)):
            yield from imported(each)


def below(name: str, package: str) -> bool:
    """Return whether a module is a package, or in it."""
    return f"{name}.".startswith(f"{package}.")


def used_packages() -> set[str]:
    """Return the packages of others that values are computed with, here and further down."""
    paths = {
        ".".join(path.relative_to(_SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
        for path in _SOURCE.rglob("*.py")
    }
    todo = [name for name in paths for top in _COMPUTING if below(name, f"tagmatrix.{top}")]
    seen, found = set[str](), set[str]()
    while todo:
        name = todo.pop()
        if name in seen or below(name, _NEVER_KEPT):
            continue
        seen.add(name)
        for each in imported(ast.parse(paths[name].read_text(encoding="utf-8"))):
            if each in paths:
                todo.append(each)
            elif not below(each, "tagmatrix"):
                found.add(each.partition(".")[0])
    assert "tagmatrix.util.expressions" in seen
    return found - sys.stdlib_module_names


def test_no_package_is_forgotten() -> None:
    """A value of the cache counts for one version of each package that computes, and no other."""
    assert sorted(kept_values.PACKAGES) == sorted({"tagmatrix", *used_packages()})


def test_each_is_a_folder() -> None:
    """Each package has a folder, where its files are looked up."""
    for package in kept_values.PACKAGES:
        spec = find_spec(package)
        assert spec is not None
        assert spec.submodule_search_locations
