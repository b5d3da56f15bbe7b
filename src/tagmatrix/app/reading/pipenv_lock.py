"""Pipfile.lock, which is JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tagmatrix.app.reading.dependencies import Dependency, refuse_credentials
from tagmatrix.app.reading.lock import Lock
from tagmatrix.app.report import Source

if TYPE_CHECKING:
    from tagmatrix.app.reading.folder import Folder


def read(folder: Folder, file: str) -> Lock | None:
    """Return the lock; None if it is missing, or a problem."""
    text = folder.text(file)
    if text is None:
        return None
    try:
        content = json.loads(text)
        default = content["default"]
        items = sorted(default.items())
    except json.JSONDecodeError as error:
        folder.report.refuse(f"invalid JSON: {error.msg}", Source(file, error.lineno))
        return None
    except RecursionError:
        folder.report.refuse("invalid JSON: it is nested too deeply", Source(file))
        return None
    except (KeyError, TypeError, AttributeError, ValueError):
        folder.report.refuse("has no packages: run pipenv lock", Source(file))
        return None
    lock = Lock(file=file)
    for name, value in items:
        details = value if isinstance(value, dict) else {}
        position = text.find(f'"{name}"')
        at = Source(file, text.count("\n", 0, position) + 1 if position >= 0 else 0)
        canonical = re.sub(r"[-_.]+", "-", name).lower()
        lock.all_names.add(canonical)
        if isinstance(details.get("path"), str) and details["path"] not in {".", "./"}:
            lock.folders.append(details["path"])
        refuse_credentials(str(details.get("git", "")), at, folder.report)
        lock.packages.append(
            Dependency(
                name=canonical,
                source=at,
                version=str(details.get("version", "")).removeprefix("=="),
                vcs="git" if "git" in details else "",
                direct=False,
            )
        )
    return lock
