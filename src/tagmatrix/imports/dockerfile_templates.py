"""Make templates of Dockerfiles: one for all that differ only in what the matrix knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from tagmatrix.imports.checkout_sources import DockerfileSource
    from tagmatrix.imports.placing import Placed

SUM: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
SETTING: Final = re.compile(
    r"""(?<=\n)ENV[ \t]+([A-Z][A-Z0-9_]*)(?:[ \t]+|=)"?([^\s"'\\$]+)"?(?=\n)"""
)
"""An instruction that only sets one variable: its name and its value."""
_JINJA: Final = re.compile(r"\{(?=[{%#]|\Z)")


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a Dockerfile for a value that the matrix knows, as a template writes it."""

    expression: str

    @classmethod
    def of_variable(cls, name: str) -> Hole:
        """Return the hole for the setting that has the value of a variable."""
        return cls(f"settings.{name.lower()}")


@dataclass(frozen=True, slots=True)
class Sum:
    """A place for the checksum with a number in this Dockerfile."""

    number: int


Part = str | Hole | Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A Dockerfile in parts, and the checksums that its holes replace."""

    parts: tuple[Part, ...]
    sums: tuple[str, ...]


def draft(placed: Placed, source: DockerfileSource, *, sums: bool, words: bool) -> Draft:
    """Return a Dockerfile in parts.

    Its base and its version are always holes; `sums` makes holes of checksums, and `words`
    of cycle, suite and values on axes.
    """
    parts: list[Part] = [source.text]
    parts = _replace(parts, _base_pattern(source.base), lambda _: Hole("image.base"))
    version = placed.cell.version if placed.release.version else ""
    facts = [(version, "release.version")]
    if words:
        facts += [(placed.variant, "image.name"), (placed.suite, "image.suite")]
        facts += [(value, f"axes.{axis}") for axis, value in placed.name.axes.items()]
        facts.append((placed.release.cycle, "release.cycle"))
    for text, expression in facts:
        if text:
            hole = Hole(expression)
            parts = _replace(parts, _word(text), lambda _, hole=hole: hole)  # type: ignore[misc]  # a lambda with a default
    found: dict[str, None] = {}
    if sums:
        for part in parts:
            if isinstance(part, str):
                found.update(dict.fromkeys(SUM.findall(part)))
        numbers = {digest: number for number, digest in enumerate(found)}
        parts = _replace(parts, SUM, lambda match: Sum(numbers[match[0]]))
    return Draft(parts=tuple(parts), sums=tuple(found))


def settle(one: Draft, kept: Collection[int], settings: Collection[str]) -> Draft:
    """Return a draft with the text of some checksums, and with holes for some variables' values."""
    texts = [
        one.sums[part.number] if isinstance(part, Sum) and part.number in kept else part
        for part in one.parts
    ]
    parts = _replace(
        _joined(texts),
        SETTING,
        lambda match: Hole.of_variable(match[1]) if match[1] in settings else match[2],
    )
    return Draft(parts=tuple(parts), sums=one.sums)


def _base_pattern(base: str) -> re.Pattern[str]:
    """Return the pattern of a base image in an instruction FROM."""
    return re.compile(
        rf"(?<=[ \t]){re.escape(base)}(?=[ \t]*(?:$|[ \t][aA][sS][ \t]))", re.MULTILINE
    )


def _word(text: str) -> re.Pattern[str]:
    """Return the pattern of a text that is not a part of a longer word or number."""
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])(?!\.[0-9])")


def _replace(
    parts: Iterable[Part], pattern: re.Pattern[str], make: Callable[[re.Match[str]], Part]
) -> list[Part]:
    """Return the parts with a hole for each match in a text, or for the last group of the match."""
    result: list[Part] = []
    for part in parts:
        if not isinstance(part, str):
            result.append(part)
            continue
        end = 0
        for match in pattern.finditer(part):
            result += [part[end : match.start(pattern.groups)], make(match)]
            end = match.end(pattern.groups)
        result.append(part[end:])
    return _joined(result)


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Return the parts without empty texts, and with one text for texts in a row."""
    result: list[Part] = []
    for part in parts:
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] += part
        elif part != "":
            result.append(part)
    return result


def text_of(parts: Sequence[Part], artifacts: Mapping[int, str]) -> str:
    """Return the text of a template; `artifacts` has the names of the checksums.

    A text of the Dockerfile is never read as a part of the template.
    """
    written = []
    for part in parts:
        if isinstance(part, Hole):
            written.append(f"{{{{ {part.expression} }}}}")
        elif isinstance(part, Sum):
            written.append(f"{{{{ release.sha256.{artifacts[part.number]} }}}}")
        else:
            written.append(_JINJA.sub('{{ "{" }}', part))
    return "".join(written)
