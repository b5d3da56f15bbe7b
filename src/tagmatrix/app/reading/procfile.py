"""Procfile: the application's processes, one a line: `web: gunicorn app:app`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.app.report import SourceLine, clean

if TYPE_CHECKING:
    from tagmatrix.app.reading.folder import Folder

FILE: Final = "Procfile"
_LINE: Final = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcfileProcess:
    """A process of the application: its type, such as `web`, and its command."""

    name: str
    command: str
    source: SourceLine


def read(folder: Folder) -> list[ProcfileProcess]:
    """Return the processes, in the order of the file."""
    found: dict[str, ProcfileProcess] = {}
    for number, raw in enumerate((folder.text(FILE) or "").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        source = SourceLine(FILE, number)
        match = _LINE.fullmatch(line)
        if match is None:
            folder.report.refuse(f"invalid line {clean(line)!r}: expected `name: command`", source)
        elif not line.isprintable():
            folder.report.refuse("the command has control characters: remove them", source)
        elif match[1] in found:
            folder.report.refuse(f"a second process {match[1]}: keep one of them", source)
        else:
            found[match[1]] = ProcfileProcess(name=match[1], command=match[2], source=source)
    return list(found.values())
