"""The sample applications: each is a text file with a line `-- PATH --` before each file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("applications")
NAMES: Final = sorted(path.stem for path in FOLDER.glob("*.txt"))
INSIDE: Final = {"monorepo": "services/api", "monorepo-outside": "services/api"}
"""The folder of the application, for samples that have more than it."""
_MARK: Final = re.compile(r"^-- (.+) --\n", re.MULTILINE)


def files(name: str) -> dict[str, str]:
    """Return the files of a sample, by their paths."""
    _, *parts = _MARK.split((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))


def write(name: str, target: Path) -> Path:
    """Write a sample into a new folder, and return the folder of the application."""
    for path, text in files(name).items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return target / INSIDE.get(name, ".")
