"""Parser directives: comments such as `# escape=` at the very top of a Dockerfile.

https://docs.docker.com/reference/dockerfile/#parser-directives
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.dockerfile.blanks import SPACE
from tagmatrix.dockerfile.errors import DockerfileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KNOWN: Final = ("syntax", "escape", "check")

_DIRECTIVE: Final = re.compile(
    r"#[\t\n\f\r ]*([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.*?[^\t\n\f\r ])[\t\n\f\r ]*\Z"
)
_ESCAPES: Final = frozenset("\\`")


class Directive(NamedTuple):
    """A parser directive; its name is in lower case."""

    name: str
    value: str
    line: int


def directive_of(line: str, number: int) -> Directive | None:
    """Return the directive that a comment is if it is at the very top; None for others.

    >>> directive_of("# Escape = `", 1)
    Directive(name='escape', value='`', line=1)
    """
    match = _DIRECTIVE.match(line)
    if match is None or match[1].lower() not in KNOWN:
        return None
    return Directive(name=match[1].lower(), value=match[2], line=number)


def read_directives(
    lines: Sequence[str],
) -> tuple[tuple[Directive, ...], tuple[DockerfileError, ...]]:
    """Return the directives. Any other line ends them, also a blank one or an unknown name.

    The errors are about those that BuildKit refuses: one that is there twice, and an unknown
    escape, which leaves the rest unread.
    """
    found: dict[str, Directive] = {}
    refused = []
    for directive in _leading(lines):
        if directive.name in found:
            reason = f"there is another `# {directive.name}=` above: keep only one"
            refused.append(DockerfileError(directive.line, reason))
        elif directive.name == "escape" and directive.value not in _ESCAPES:
            reason = f"invalid escape character {directive.value!r}: expected ` or \\"
            refused.append(DockerfileError(directive.line, reason, unread=True))
        else:
            found[directive.name] = directive
    return tuple(found.values()), tuple(refused)


def _leading(lines: Sequence[str]) -> Iterator[Directive]:
    for number, line in enumerate(lines, 1):
        directive = directive_of(line.rstrip("\r").lstrip(SPACE), number)
        if directive is None:
            return
        yield directive
