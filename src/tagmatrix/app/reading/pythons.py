"""Which versions of Python the application accepts: pins, and the ranges of other managers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from tagmatrix.app.report import SourceLine, clean

if TYPE_CHECKING:
    from tagmatrix.app.reading.folder import Folder
    from tagmatrix.app.report import Report

_PIN: Final = re.compile(
    r"(?:python-|cpython[-@]?|python@)?v?([0-9]{1,4})(?:\.([0-9]{1,4})(?:\.[0-9][A-Za-z0-9_.+-]*)?)?"
)
_LONGEST: Final = 1000
_CARET: Final = re.compile(r"\^\s*([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?")
_TILDE: Final = re.compile(r"~\s*([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonRange:
    """A range of Python's versions, by PEP 440, as one file gives it."""

    alternatives: tuple[SpecifierSet, ...]
    text: str
    source: SourceLine

    def accepts(self, version: str) -> bool:
        """Return whether a version is in the range."""
        return any(each.contains(version, prereleases=True) for each in self.alternatives)


def read_range(text: str, source: SourceLine, report: Report) -> PythonRange | None:
    """Return a range such as `>=3.11` or Poetry's `^3.11 || ~3.9`; report an invalid one."""
    if len(text) > _LONGEST:
        report.refuse(
            f"invalid range of Python's versions: it has more than {_LONGEST} characters", source
        )
        return None
    try:
        sets = tuple(SpecifierSet(_pep440(part)) for part in re.split(r"\|\|?", text))
        for each in sets:
            each.contains("3.0")  # it reads its numbers only now, and refuses long ones
    except (InvalidSpecifier, ValueError, OverflowError):
        report.refuse(f"invalid range of Python's versions {clean(text)!r}", source)
        return None
    return PythonRange(alternatives=sets, text=clean(text), source=source)


def pinned(text: str, source: SourceLine, report: Report) -> PythonRange | None:
    """Return the range of a pin such as `3.12.4`: its cycle, because the tag follows its fixes."""
    match = _PIN.fullmatch(text.strip())
    if match is None:
        report.refuse(
            f"{clean(text)!r}: expected a version of CPython such as 3.12; "
            "other implementations have other images",
            source,
        )
        return None
    cycle = ".".join(filter(None, match.groups()))
    return PythonRange(
        alternatives=(SpecifierSet(f"=={cycle}.*"),), text=clean(text.strip()), source=source
    )


def read_pins(folder: Folder) -> list[PythonRange]:
    """Return the pins of `.python-version`, `.tool-versions` and `runtime.txt`."""
    found = []
    for file, pattern in (
        (".python-version", r"\s*(?!#)(\S+)\s*(?:#.*)?"),
        ("runtime.txt", r"\s*(?!#)(\S+)\s*(?:#.*)?"),
        (".tool-versions", r"\s*python\s+(\S+).*"),
    ):
        for number, line in enumerate((folder.text(file) or "").splitlines(), 1):
            if (match := re.fullmatch(pattern, line)) and match[1] != "system":
                found.append(pinned(match[1], SourceLine(file, number), folder.report))
                break  # the first one is the default
    return [each for each in found if each]


def _pep440(text: str) -> str:
    """Return Poetry's caret, tilde and bare versions as PEP 440 writes them."""
    parts = []
    for part in filter(None, re.split(r"\s*,\s*|(?<=[0-9*])\s+(?=[<>=!~^])", text.strip())):
        if match := _CARET.fullmatch(part):
            parts.append(_between(match, 0 if match[1] != "0" else 1))
        elif match := _TILDE.fullmatch(part):
            parts.append(_between(match, 1 if match[2] else 0))
        elif part == "*":
            continue
        elif re.fullmatch(r"[0-9]+(?:\.(?:[0-9]+|\*))*", part):
            parts.append(f"=={part if part.endswith('*') or part.count('.') > 1 else part + '.*'}")
        else:
            parts.append(part)
    return ",".join(parts)


def _between(match: re.Match[str], index: int) -> str:
    numbers = [int(part) for part in match.groups() if part is not None]
    upper = numbers[: index + 1]
    upper += [0] * (index + 1 - len(upper))
    upper[-1] += 1
    return f">={'.'.join(map(str, numbers))},<{'.'.join(map(str, upper))}"
