"""The folders and packages that the settings of build backends name in pyproject.toml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tagmatrix.app.reading.project import Project

_NAMES_PACKAGES: Final = re.compile(r"packages|py-modules|module|module-name|include|only-include")
_FOLDERS: Final = frozenset(
    {
        "attr", "backend-path", "from", "include", "includes", "module", "module-name",
        "module-root", "only-include", "package-dir", "packages", "py-modules", "version-file",
        "version_file", "where", "write_to",
    }
)  # fmt: skip
"""Keys whose values begin with a folder that a build backend reads or writes."""
_NO_BUILD: Final = frozenset({("tool", "hatch", "envs"), ("tool", "poetry", "include")})
_STATIC: Final = re.compile(r"[A-Za-z0-9_./-]+")


def read_named_folders(value: object, path: tuple[str, ...], project: Project) -> None:
    """Read the folders of packages, and the files that a build backend reads or writes."""
    if isinstance(value, dict):
        for key, item in value.items():
            if (*path, key) not in _NO_BUILD:
                read_named_folders(item, (*path, key), project)
    elif isinstance(value, list):
        for item in value:
            read_named_folders(item, path, project)
    elif isinstance(value, str) and path[0] in {"build-system", "tool"}:
        if path[-1] == "path" and path[1] in {"hatch", "pdm"}:
            project.keeps.add(value)
        elif any(key in _FOLDERS for key in path):
            project.roots.add(re.split(r"[./]", value.removeprefix("./"), maxsplit=1)[0])


def named_packages(settings: dict[str, Any]) -> set[str]:
    """Return the top-level names in the settings of build backends."""
    found: set[str] = set()

    def walk(value: object, key: str) -> None:
        if isinstance(value, dict):
            for inner, item in value.items():
                walk(item, inner if key != "package-dir" else key)
        elif isinstance(value, list):
            for item in value:
                walk(item, key)
        elif isinstance(value, str) and _NAMES_PACKAGES.fullmatch(key) and _STATIC.fullmatch(value):
            found.add(value.removeprefix("src/").replace("/", ".").partition(".")[0])

    for name in ("hatch", "setuptools", "poetry", "flit", "pdm", "uv"):
        tool = settings.get(name)
        if isinstance(tool, dict):
            walk({key: value for key, value in tool.items() if key != "sources"}, "")
    return found - {""}
