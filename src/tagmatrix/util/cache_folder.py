"""Where the user's cache is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def cache_folder(environment: Mapping[str, str], home: Path, platform: str = sys.platform) -> Path:
    """Return the platform's folder for tagmatrix's cache.

    On Linux: https://specifications.freedesktop.org/basedir-spec/latest/

    >>> cache_folder({}, Path("/home/me"), "linux").as_posix()
    '/home/me/.cache/tagmatrix'
    >>> cache_folder({"XDG_CACHE_HOME": "/var/c"}, Path("/home/me"), "darwin").as_posix()
    '/var/c/tagmatrix'
    """
    if os.path.isabs(named := environment.get("XDG_CACHE_HOME", "")):  # noqa: PTH117 (a text)
        return Path(named) / "tagmatrix"
    return home / ("Library/Caches" if platform == "darwin" else ".cache") / "tagmatrix"
