"""Take the rows of a document that a lookup describes: versions, files, checksums, ends. Pure.

The steps are those of `Lookup`: the entries (`each`, or `match` for a text), the condition
(`where`), the values (`take`), the text of the version (`match`, `strip`, `replace`).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tagmatrix.config.document_lookup import fill
from tagmatrix.upstream.unread import beside
from tagmatrix.util.expressions import compiled
from tagmatrix.util.wording import join_names
from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tagmatrix.config.document_lookup import Lookup

Row: TypeAlias = "Mapping[str, Any]"
"""The values of an entry by name; `listed` is the version as upstream writes it."""
MOST: Final = 100_000
"""The most entries of a document."""
_SHOWN: Final = 8
_LONGEST: Final = 80
_QUOTED: Final = re.compile('"([^"{}]*)"')


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a document, and the rest.

    Attributes:
        taken: the rows.
        entries: the entry of each row.
        ignored: the versions or keys of the entries that are ignored, with the reason.
        unread: the texts in place of a version that `match` does not match.
    """

    taken: tuple[Row, ...]
    entries: tuple[Any, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()


def rows(lookup: Lookup, data: Any, values: Mapping[str, str]) -> Rows:  # noqa: ANN401 (a document)
    """Return the rows of a document.

    Args:
        lookup: what to take.
        data: the document, as its reader in `formats` returns it.
        values: the values of placeholders.

    Raises:
        UnreadableError: the document has no such entries, or an entry has no such value.
    """
    taken: list[Row] = []
    kept: list[Any] = []
    ignored: list[tuple[str, str]] = []
    unread: list[str] = []
    holds = _path(lookup.where, values)
    takes = {name: _path(path, values) for name, path in lookup.take.items()}
    version = _version(lookup)
    entries: Iterable[Any]
    if lookup.kind == "text":
        entries, others = _matches(lookup.match, data)
        unread += others
        ignored += [(each, "`match` does not match it") for each in others]
    else:
        entries = _entries(lookup, data, values)
    for number, entry in enumerate(entries, 1):
        if number > MOST:
            raise UnreadableError(f"the document has more than {MOST:,} entries")
        if lookup.where and not _is_true(holds(entry)):
            ignored.append((_label(entry, takes), f"`where` does not hold: {lookup.where}"))
            continue
        row = _row(entry, takes, number)
        if "version" in row:
            listed = row["version"]
            if not isinstance(listed, str):
                raise UnreadableError(f"entry {number}: the version is {listed!r}, not a text")
            text = version(listed)
            if text is None:
                ignored.append((listed, "`match` does not match it"))
                unread.append(listed)
                continue
            row = {**row, "version": text, "listed": listed}
        taken.append(row)
        kept.append(entry)
    return Rows(tuple(taken), tuple(kept), tuple(ignored), tuple(unread))


def _entries(lookup: Lookup, data: Any, values: Mapping[str, str]) -> Iterable[Any]:  # noqa: ANN401 (a document)
    found = _path(lookup.each, values)(data)
    if isinstance(found, Mapping):  # such as npm's versions: the keys are the versions
        return [{"key": key, **_mapping(entry)} for key, entry in found.items()]
    if not isinstance(found, Sequence) or isinstance(found, str):
        where = f" at {lookup.each}" if lookup.each else ""
        keys = ""
        if isinstance(data, Mapping):
            keys = f"; it has {join_names([*data][:_SHOWN])}" if data else "; it is empty"
        more = ". Elements are lists: `a[].b[]`" if lookup.kind == "xml" else ""
        raise UnreadableError(f"the document has no list{where}{keys}{more}")
    return found


def _mapping(entry: Any) -> dict[str, Any]:  # noqa: ANN401 (a document's)
    return dict(entry) if isinstance(entry, Mapping) else {"value": entry}


def _matches(pattern: str, text: str) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Return the entries of a text, and the texts that may be versions and are not matched.

    Without any entry, these are all its lines.
    """
    expression = compiled(pattern)
    found = [*expression.finditer(text)]
    names = expression.groupindex or {"version": 1}
    entries = [
        {name: match.group(number) or "" for name, number in names.items()} for match in found
    ]
    if not found:
        return [], tuple(line for each in text.splitlines() if (line := each.strip()))
    starts = [match.start(names["version"]) for match in found] if "version" in names else []
    return entries, beside(text, (start for start in starts if start >= 0))


def _row(entry: Any, takes: Mapping[str, Callable[[Any], Any]], number: int) -> dict[str, Any]:  # noqa: ANN401 (a value of it)
    if not takes:
        row = dict(entry) if isinstance(entry, Mapping) else {"version": entry}
    else:
        row = {name: take(entry) for name, take in takes.items()}
    for name, value in row.items():
        if takes and isinstance(value, int) and not isinstance(value, bool) and name != "size":
            row[name] = str(value)
    if not takes and not row:
        raise UnreadableError(f"entry {number} is empty")
    return row


def _label(entry: Any, takes: Mapping[str, Callable[[Any], Any]]) -> str:  # noqa: ANN401 (a document's)
    """Return the version or the key of an entry, else its beginning."""
    names = [entry.get("version"), entry.get("key")] if isinstance(entry, Mapping) else [entry]
    if take := takes.get("version"):
        with contextlib.suppress(UnreadableError):
            names.insert(0, take(entry))
    return next((name for name in names if name and isinstance(name, str)), repr(entry)[:_LONGEST])


def _version(lookup: Lookup) -> Callable[[str], str | None]:
    """Return a function that makes a version of what upstream writes; None for other products."""
    pattern = compiled(lookup.match) if lookup.match and lookup.kind != "text" else None

    def make(text: str) -> str | None:
        if pattern is not None:
            match = pattern.search(text)
            if match is None:
                return None
            named = "version" in pattern.groupindex
            text = match.group("version" if named else 1) or ""
        text = text.removeprefix(lookup.strip)
        for old, new in lookup.replace.items():
            text = text.replace(old, new)
        return text

    return make


def _path(path: str, values: Mapping[str, str]) -> Callable[[Any], Any]:
    """Return a function that evaluates a JMESPath; an empty one returns its argument."""
    if not path:
        return lambda value: value
    import jmespath  # noqa: PLC0415 (only for sources that have paths)

    parsed = jmespath.compile(fill(path, values))

    def evaluate(value: Any) -> Any:  # noqa: ANN401 (a document's)
        try:
            return parsed.search(value)
        except (jmespath.exceptions.JMESPathError, ArithmeticError, TypeError, ValueError) as error:
            own = isinstance(error, jmespath.exceptions.JMESPathError)
            why = shown(str(error)) if own else "it can't be evaluated"
            raise UnreadableError(f"{path}: {why}{_hint(path)}") from None

    return evaluate


def _hint(path: str) -> str:
    """Return how to write a text, if a path has a key in quotes, which may be a text."""
    quoted = _QUOTED.search(path)
    if quoted is None:
        return ""
    return f"; in JMESPath {quoted[0]} is a key; write a text as '{quoted[1]}'"


def _is_true(value: Any) -> bool:  # noqa: ANN401 (a document's)
    """Return whether a value is true, by JMESPath's rules: 0 is, empty lists and texts are not."""
    return value is not None and value is not False and value not in ("", [], {})
