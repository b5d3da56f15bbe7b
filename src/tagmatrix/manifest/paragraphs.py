"""Read RFC 2822 paragraphs, as in Debian's control files, with their line numbers.

The rules are those of Debian Policy 5.1
(https://www.debian.org/doc/debian-policy/ch-controlfields.html#syntax-of-control-files)
as the reference's reader (pault.ag/go/debian/control, after bashbrew removes comments)
implements them:

- a line whose first character other than white space is `#` is a comment and is removed,
  also within a field;
- an empty line ends a paragraph; a line ends with LF or CR LF; a line of only white space
  continues a field;
- a line that begins with a space or a tab continues the field above it, and is ignored
  if there is none; ` .` means an empty line;
- if a field is repeated, the last value counts; names are case-sensitive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix.manifest.errors import ManifestError, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Unicode's White_Space. `str.strip()` would also strip U+001C to U+001F.
SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_BLANK: Final = frozenset({"", "\r"})
_CONTINUES: Final = frozenset(" \t")
_UNUSUAL: Final = frozenset("#" + SPACE)


class Paragraph(Struct, frozen=True):
    """A block of fields.

    Attributes:
        fields: the values by field name; a folded value keeps its line breaks.
        line: the line of the first field, counted from 1.
    """

    fields: dict[str, str]
    line: int
    _lines: Sequence[str]

    @property
    def origin(self) -> int:
        """The line of the paragraph, for messages; see `EntryPlace`."""
        return self.line

    def names(self) -> list[tuple[int, str]]:
        """Return the line and the name of each field, repeated fields included."""
        return [(number, name) for number, name, begins, _ in self._values() if begins]

    def line_of(self, field: str, item: str = "") -> int | None:
        """Return the line of the field's value, or of one item of it.

        Called only when a message needs it. None if the paragraph lacks the field.
        """
        found = item_at = None
        for number, name, begins, value in self._values():
            if name == field and begins:
                found, item_at = number, None
            if name == field and item and item_at is None and item in value:
                item_at = number
        return item_at or found

    def _values(self) -> Iterator[tuple[int, str, bool, str]]:
        """Yield each line of a value: its number, its field, whether it begins it, its text."""
        name = ""
        for number, line in enumerate(self._lines[self.line - 1 :], self.line):
            if line in _BLANK:
                break
            if _is_comment(line):
                continue
            if line[0] in _CONTINUES:
                yield number, name, False, line
            else:
                name, _, value = line.partition(":")
                name = name.strip(SPACE)
                yield number, name, True, value


def read_paragraphs(text: str) -> Iterator[Paragraph]:
    r"""Yield the paragraphs that have fields, in order.

    Raises:
        ManifestError: a line is neither a field, a continuation nor a comment.

    >>> [p.fields for p in read_paragraphs("A: 1\n# no\nB:\n 2\n\n\nA: 3")]
    [{'A': '1', 'B': '2\n'}, {'A': '3'}]
    """
    lines = text.split("\n")
    fields: dict[str, str] = {}
    folded: dict[str, list[str]] = {}
    key = ""
    start = 0
    for number, line in enumerate(lines, 1):
        if line in _BLANK:
            if fields:
                yield _close(fields, folded, start, lines)
                fields, folded = {}, {}
        elif line[0] in _UNUSUAL and _is_comment(line):
            pass
        elif line[0] in _CONTINUES:
            if fields:
                folded.setdefault(key, []).append(line[1:].rstrip(SPACE))
        else:
            name, colon, value = line.partition(":")
            if not colon:
                raise _not_a_field(line, number)
            start = start if fields else number
            key = name.strip(SPACE)
            fields[key] = value.strip(SPACE)
            folded.pop(key, None)
    if fields:
        yield _close(fields, folded, start, lines)


def _is_comment(line: str) -> bool:
    """Return whether the line begins with `#` after white space."""
    return line.lstrip(SPACE).startswith("#")


def _close(
    fields: dict[str, str], folded: dict[str, list[str]], start: int, lines: Sequence[str]
) -> Paragraph:
    """Return the paragraph of fields and their continuation lines."""
    for key, more in folded.items():
        fields[key] = _unfold(fields[key], more)
    return Paragraph(fields, start, lines)


def _unfold(value: str, folded: list[str]) -> str:
    """Return a field's first line joined with its continuation lines."""
    parts = ["" if line == "." else line for line in folded]
    if value:
        parts.insert(0, value)
    parts.append("")
    return "\n".join(parts)


def _not_a_field(line: str, number: int) -> ManifestError:
    """Return the error for a line that cannot be parsed."""
    if line.startswith("-----BEGIN PGP "):
        return ManifestError(
            "signed files are not supported: remove the OpenPGP signature", line=number
        )
    if line.startswith("\ufeff"):
        return ManifestError(
            "begins with a byte order mark, which makes the field unreadable: "
            "save the file without it",
            line=number,
        )
    if not line.strip(SPACE):
        return ManifestError(
            f"{quote(line)} is white space, but not an empty line: remove it, or begin it with "
            "a space",
            line=number,
        )
    return ManifestError(
        f"{quote(line.rstrip(SPACE))} has no ':': write 'Field: value', or begin the line with a "
        "space if it continues the field above",
        line=number,
    )
