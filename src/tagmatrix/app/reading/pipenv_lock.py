"""Pipfile.lock, which is JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from tagmatrix.app.reading.dependencies import Dependency
from tagmatrix.app.reading.folder import MAX_BYTES
from tagmatrix.app.reading.lock_model import Lock
from tagmatrix.app.report import SourceLine, clean

if TYPE_CHECKING:
    from tagmatrix.app.reading.folder import Folder


def read(folder: Folder, file: str) -> Lock | None:
    """Return the lock; None if it is missing, or a problem."""
    text = folder.text(file, MAX_BYTES)
    if text is None:
        return None
    try:
        content = json.loads(text)
        default = content["default"]
        items = sorted(default.items())
    except json.JSONDecodeError as error:
        folder.report.refuse(f"invalid JSON: {error.msg}", SourceLine(file, error.lineno))
        return None
    except RecursionError:
        folder.report.refuse("invalid JSON: it is nested too deeply", SourceLine(file))
        return None
    except (KeyError, TypeError, AttributeError, ValueError):
        folder.report.refuse("has no packages: run pipenv lock", SourceLine(file))
        return None
    lock = Lock(file=file)
    last, line = 0, 1
    for name, value in items:
        # pipenv sorts them too.
        position = text.find(f'"{name}"', last)
        if position >= 0:
            last, line = position, line + text.count("\n", last, position)
        at = SourceLine(file, line if position >= 0 else 0)
        if isinstance(value, dict):
            _package(folder, lock, name, value, at)
        else:
            folder.report.refuse(f"default.{clean(name)} must be an object", at)
    return lock


def _package(
    folder: Folder, lock: Lock, name: str, details: dict[str, Any], at: SourceLine
) -> None:
    """Read one of the packages."""

    def string(key: str) -> str:
        value = details.get(key, "")
        if not isinstance(value, str):
            folder.report.refuse(f"default.{clean(name)}.{key} must be a string", at)
            return ""
        return value

    canonical = canonicalize_name(name)
    lock.all_names.add(canonical)
    if (path := string("path")) not in {"", ".", "./"}:
        lock.folders.append(path)
    lock.packages.append(
        Dependency(
            name=canonical,
            source=at,
            version=string("version").removeprefix("=="),
            marker=string("markers"),
            vcs="git" if string("git") else "",
        )
    )
