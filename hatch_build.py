"""The build step of the wheel and of the source archive: pack the catalogue of Python's images.

`tagmatrix app write` reads it. The packed file is library/python.json with its date: that of
the commit that wrote it, or without git SOURCE_DATE_EPOCH. A source archive has the packed
file, so a wheel that is built from it has the same date.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE: Final = "library/python.json"
PACKED: Final = "src/tagmatrix/app/python.json"


class Catalogue(BuildHookInterface[Any]):
    """Adds the packed catalogue to what is built."""

    _temporary: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the packed file beside what is built, and include it."""
        if version == "editable":
            return
        root = Path(self.root)
        packed = root / PACKED
        if not packed.exists():
            value = json.loads((root / SOURCE).read_text(encoding="utf-8"))
            text = json.dumps({**value, "date": _date(root)}, ensure_ascii=False)
            packed = self._temporary = Path(self.directory) / "python.json"
            packed.parent.mkdir(parents=True, exist_ok=True)
            packed.write_text(text + "\n", encoding="utf-8")
        target = PACKED if self.target_name == "sdist" else PACKED.removeprefix("src/")
        build_data["force_include"][str(packed)] = target

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the file that `initialize` wrote."""
        del version, build_data, artifact_path
        if self._temporary:
            self._temporary.unlink(missing_ok=True)


def _date(root: Path) -> str:
    """Return the date of the catalogue. Raises if neither git nor the environment has it."""
    command = ["git", "log", "-1", "--format=%ct", "--", SOURCE]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    seconds = done.stdout.strip() or os.environ["SOURCE_DATE_EPOCH"]
    return str(dt.datetime.fromtimestamp(int(seconds), dt.UTC).date())
