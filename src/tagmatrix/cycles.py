"""Read and compare the numbers of release cycles and versions; conditions on cycles.

Conditions compare the numbers of the cycle, never the version. A rule for 3.15 must
hold for its pre-releases too, but packaging's
`SpecifierSet(">=3.15").contains("3.15.0b3")` is False.
"""

from __future__ import annotations

import functools
import operator
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.version import Version

COMPARISONS_PATTERN: Final = (
    r"(?:>=|<=|==|!=|>|<) *[0-9]+(?:\.[0-9]+)*"
    r"(?: *, *(?:>=|<=|==|!=|>|<) *[0-9]+(?:\.[0-9]+)*)*"
)

# The usual forms, such as 3.14.6 and 3.15.0b3: they need no parser.
_PLAIN: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:(?:a|b|rc)[0-9]+)?")
_NUMBERS: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*")

_OPERATORS: Final[dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


@functools.cache  # each rule asks for each cycle
def cycle_numbers(cycle: str) -> tuple[int, ...]:
    """Return the numbers at the beginning of a cycle; an empty tuple if there are none.

    >>> cycle_numbers("3.15-rc"), cycle_numbers("edge")
    ((3, 15), ())
    """
    match = re.match(r"\d+(?:\.\d+)*", cycle, re.ASCII)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def is_version(version: str) -> bool:
    """Return whether a version is valid by PEP 440, so that it can be compared.

    https://packaging.python.org/en/latest/specifications/version-specifiers/
    """
    return _PLAIN.fullmatch(version) is not None or _parse(version) is not None


def is_final(version: str) -> bool:
    """Return whether a version is final: valid and not a pre-release.

    >>> is_final("3.14.6"), is_final("3.15.0b3")
    (True, False)
    """
    if _PLAIN.fullmatch(version):
        return _NUMBERS.fullmatch(version) is not None
    parsed = _parse(version)
    return parsed is not None and not parsed.is_prerelease


def final_version(version: str) -> str:
    """Return the final version that a version is, or that its pre-releases lead to.

    >>> final_version("3.15.0b3"), final_version("3.14.6")
    ('3.15.0', '3.14.6')
    """
    if match := _NUMBERS.match(version) if _PLAIN.fullmatch(version) else None:
        return match[0]
    parsed = _parse(version)
    return ".".join(str(part) for part in parsed.release) if parsed else version


def _parse(version: str) -> Version | None:
    # Imported here: most files have plain versions only, and the import takes a tenth of the
    # time of a short run.
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415

    try:
        return Version(version)
    except InvalidVersion:
        return None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison with a cycle's numbers, such as `>=3.11`."""

    symbol: str
    numbers: tuple[int, ...]

    def holds(self, cycle: str) -> bool:
        """Return whether the cycle's numbers match; a cycle without numbers never does."""
        numbers = cycle_numbers(cycle)
        if not numbers:
            return False
        # missing numbers count as 0, as in PEP 440
        mine, others = zip(*zip_longest(numbers, self.numbers, fillvalue=0), strict=True)
        return _OPERATORS[self.symbol](mine, others)


def parse_comparisons(text: str) -> tuple[Comparison, ...]:
    """Parse comparisons such as `>=3.11,<3.14`; a cycle matches if all of them hold.

    The text must match COMPARISONS_PATTERN.

    >>> [c.holds("3.15-rc") for c in parse_comparisons(">=3.15, <4")]
    [True, True]
    """
    comparisons = []
    for part in text.split(","):
        match = re.fullmatch(r"(>=|<=|==|!=|>|<)\s*([\d.]+)", part.strip(), re.ASCII)
        if match is None:
            raise ValueError(text)
        comparisons.append(Comparison(match[1], cycle_numbers(match[2])))
    return tuple(comparisons)
