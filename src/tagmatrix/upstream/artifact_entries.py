"""Find the entry of an artifact in a document, and the checksums in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tagmatrix.config.artifacts import ALGORITHMS, NAMES
from tagmatrix.config.document_lookup import fill, holes
from tagmatrix.config.format import DIGESTS
from tagmatrix.upstream.release_order import is_newer
from tagmatrix.util.wording import few
from tagmatrix.versions import parse
from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.config.document_lookup import Lookup
    from tagmatrix.upstream.rows import Row, Rows
    from tagmatrix.versions import Style
    from tagmatrix.web.answers import Answer

_SHOWN: Final = 8
_NAMES: Final = 2
"""How many names of a document a message about the version shows."""
_LONGEST: Final = 80
_OF_VERSION: Final = frozenset(("version", "listed", "final", "major", "minor"))
"""The placeholders whose value depends on the version."""


def row_of(lookup: Lookup, found: Rows, values: Mapping[str, str], artifact: str) -> Answer[Row]:
    """Return the row of an artifact among those of a document; `values` are of its version."""
    file, where = fill(lookup.file, values), shown(fill(lookup.address, values))
    version = values["version"]
    names = tuple(str(name) for row in found.taken if (name := row.get("file")))
    if found.taken and file and not names and "file" in lookup.take:
        return FetchFailed(f"{where}: {_has_no(found.entries[0], ['file'])}")
    named = [found.taken[number] for number in _named(found, file)]
    if any(
        len({repr(row.get(name) or None) for row in named} - {"None"}) > 1 for name in ALGORITHMS
    ):
        what = f"{where}: two different entries for {file or version}"
        chosen = holes(lookup.address + lookup.each + lookup.where + lookup.file)
        if _OF_VERSION & {*chosen}:
            return FetchFailed(what, alarm=True)
        how = "choose those of the version with `{version}` or `{listed}` in `each`"
        return FetchFailed(f"{what}; {how}")
    if named:  # a document may list the SHA-256 and the SHA-512 of a file in two entries
        given = (item for row in reversed(named) for item in row.items() if item[1] != "")
        return Found(dict(given))
    asked = holes(lookup.address + lookup.each + lookup.where)
    own = "version" in asked or "listed" in asked
    of_it = tuple(name for name in names if _of_version(version, name))
    if of_it or (own and found.taken):
        return NotPublished(f"{file or artifact} of {version} is not in {where}", of_it or names)
    has = f"; it has {few(map(shown, names), _NAMES)}" if names else ""
    return FetchFailed(f"{where}: names no file of {version}{has}", absent=True)


def names_only_newer(
    lookup: Lookup, found: Rows, values: Mapping[str, str], words: Iterable[str], style: Style
) -> bool:
    """Return whether a document of several versions has files, and only of newer versions.

    Such a document says nothing about an older version. One that has older versions, or none, may
    have lost a file.

    Args:
        lookup: the document.
        found: its rows.
        values: the values of placeholders for the version.
        words: upstream's words for all architectures.
        style: the style of the versions.
    """
    own = {"version", "listed", "final"} & {*holes(lookup.address)}
    if own or _OF_VERSION & {*holes(lookup.each + lookup.where)}:
        return False  # the rows are those of the version
    names = {str(row.get("file") or "").rpartition("/")[2] for row in found.taken}
    patterns = {
        pattern
        for word in (*words, values.get("architecture", ""))
        if (pattern := _any_version(lookup, {**values, "architecture": word}))
    }
    matches = (re.fullmatch(pattern, name) for pattern in patterns for name in names)
    texts = {match[1] for match in matches if match}
    versions = [text for text in texts if parse(text, style)]
    return bool(versions) and all(is_newer(each, values["version"], style) for each in versions)


def _any_version(lookup: Lookup, values: Mapping[str, str]) -> str:
    """Return a regular expression of a file's name in any version; "" without a version in it."""
    file = fill(lookup.file, values).rpartition("/")[2]
    version = next((text for name in ("version", "final") if (text := values[name]) in file), "")
    before, _, after = file.partition(version)
    any_version = r"([0-9][0-9A-Za-z.+~_-]*)"
    again = re.escape(after).replace(re.escape(version), r"\1")
    return f"{re.escape(before)}{any_version}{again}" if version else ""


def digests(row: Row) -> dict[str, str]:
    """Return the checksums in a row by algorithm, in lower case. Raises UnreadableError.

    A checksum may begin with its algorithm and a colon, as the digests of GitHub's assets do.
    """
    found: dict[str, str] = {}
    for name in ALGORITHMS:
        if (value := row.get(name)) is not None and value != "":
            digest = value.lower().removeprefix(f"{name}:") if isinstance(value, str) else ""
            if not DIGESTS[name].fits(digest):
                raise UnreadableError(f"not a {NAMES[name]}: {value!r}")
            found[name] = digest
    return found


def without_checksum(lookup: Lookup, found: Rows, file: str) -> str:
    """Return the end of a message: what the entry of a file has in place of a checksum."""
    numbers = _named(found, file)
    for row in (found.taken[number] for number in numbers):
        if empty := [name for name in ALGORITHMS if row.get(name) == ""]:
            entry = shown(str(row.get("file") or "")) or "its entry"
            return f" (`{lookup.take.get(empty[0], empty[0])}` of {entry} is empty)"
    if not numbers or not lookup.take:
        return ""
    wanted = [name for name in ALGORITHMS if name in lookup.take] or ["sha256"]
    return f" ({_has_no(found.entries[numbers[0]], wanted)})"


def _has_no(entry: object, values: Sequence[str]) -> str:
    """Return that `take` does not find values in an entry, and what the entry has."""
    if isinstance(entry, Mapping):
        has = few([shown(str(key)) for key in entry], _SHOWN)
    else:
        has = f"no keys: it is {shown(repr(entry)[:_LONGEST])}"
    return f"the entry has {has}; `take` finds no {' or '.join(values)}"


def _of_version(version: str, name: str) -> bool:
    """Return whether a file's name has a version: tool-1.4.30 does not have 1.4.3."""
    return re.search(rf"(?<![0-9]){re.escape(version)}(?![0-9])", name) is not None


def _named(found: Rows, file: str) -> list[int]:
    """Return the numbers of the rows of a file: of its exact name, else of one in any folder.

    A row without a name is that of its document.
    """
    names = [str(row.get("file") or "") for row in found.taken]
    same = [number for number, name in enumerate(names) if name and name == file]
    return same or [
        number
        for number, name in enumerate(names)
        if not file or not name or name.rpartition("/")[2] == file
    ]
