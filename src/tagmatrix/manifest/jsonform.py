"""Convert a manifest to JSON and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from tagmatrix.manifest.errors import ManifestError, quote
from tagmatrix.manifest.model import Entry, Maintainer
from tagmatrix.manifest.validate import assemble
from tagmatrix.manifest.values import (
    ARCH_FIELDS,
    ARCH_SUFFIXES,
    LIST_FIELDS,
    LIST_SPACE,
    MAINTAINER_FORMAT,
    byte_order,
    read_maintainer,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.manifest.model import Manifest

SCHEMA: Final = 1

_LISTS: Final = {**LIST_FIELDS, "Constraints": "constraints"}
_surrogates: Final = re.compile("[\ud800-\udfff]")


def to_json(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest as a value for `json.dumps`.

    Every entry is complete, so that readers need not know the rules of inheritance.
    Empty fields are left out. Bytes that are not UTF-8 become U+FFFD, because JSON cannot
    hold them: only such a manifest differs after `from_json`.

    >>> from tagmatrix.manifest.model import Manifest
    >>> to_json(Manifest(global_=Entry()))["global"]["Architectures"]
    ['amd64']
    """
    return {
        "schema": SCHEMA,
        "global": entry_to_json(manifest.global_),
        "entries": [entry_to_json(entry) for entry in manifest.entries],
    }


def from_json(value: Mapping[str, Any]) -> Manifest:
    """Return the manifest that `to_json` converted to this value.

    A missing field is empty. A value without `"schema"` has schema 1. Unknown names are
    ignored, because a later minor schema may add some.

    Raises:
        ManifestError: the value has another shape or a newer schema, or the manifest
            breaks a rule of the format.

    >>> from_json({"schema": 2})
    Traceback (most recent call last):
      ...
    tagmatrix.manifest.errors.ManifestError: schema: version 2 is newer than 1, \
the newest schema that this program reads: update tagmatrix
    """
    top = _JsonObject(_mapping(value, "the manifest"), "")
    schema = top.value.get("schema", SCHEMA)
    if type(schema) is not int or schema < 1:
        raise ManifestError(f"invalid value {_show(schema)}: expected a number", field="schema")
    if schema > SCHEMA:
        number = _show(schema).strip("'")
        raise ManifestError(
            f"version {number} is newer than {SCHEMA}, the newest schema that this program reads: "
            "update tagmatrix",
            field="schema",
        )
    if "manifests" in top.value and "global" not in top.value:
        raise ManifestError(
            "this is a list of several manifests: select one (jq '.manifests[0]')",
            field="manifests",
        )
    global_ = _entry_from_json(top.value.get("global"), "global")
    entries = [
        _entry_from_json(entry, f"entries[{number}]")
        for number, entry in enumerate(top.list("entries"))
    ]
    return assemble(global_, entries)


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """Return an entry's non-empty fields under the names of the format."""
    value: dict[str, Any] = {
        "Maintainers": [
            {"Name": _clean(m.name), "Email": _clean(m.email), "Handle": _clean(m.handle)}
            for m in entry.maintainers
        ]
    }
    for name, attribute in _LISTS.items():
        value[name] = [_clean(item) for item in getattr(entry, attribute)]
    for name, attribute in ARCH_FIELDS.items():
        value[name] = _clean(getattr(entry, attribute))
    value["ArchValues"] = {
        _clean(name): _clean(entry.arch_values[name])
        for name in sorted(entry.arch_values, key=byte_order)
    }
    return {name: item for name, item in value.items() if item}


def _clean(text: str) -> str:
    """Return the text without lone surrogates, which JSON in UTF-8 cannot hold."""
    return text if text.isascii() else _surrogates.sub("\ufffd", text)


class _JsonObject(Struct, frozen=True):
    """Reads values of a JSON object; an error names the path of the invalid value."""

    value: Mapping[str, Any]
    path: str

    def string(self, name: str) -> str:
        """Return a string; empty if it is missing."""
        return _string(self.value.get(name, ""), self._path(name))

    def list(self, name: str) -> list[Any]:
        """Return a list; empty if it is missing."""
        items = self.value.get(name, [])
        if not isinstance(items, (list, tuple)):
            raise ManifestError(
                f"invalid value {_show(items)}: expected a list", field=self._path(name)
            )
        return list(items)

    def strings(self, name: str) -> tuple[str, ...]:
        """Return a list of strings, each valid as an item of a list in the format."""
        path = self._path(name)
        items = tuple([_string(item, path) for item in self.list(name)])
        for item in items:
            if "," in item or item.strip(LIST_SPACE) != item:
                raise ManifestError(
                    f"invalid list item {quote(item)}: remove the comma, or the space around it",
                    field=path,
                )
        return items

    def maintainers(self) -> tuple[Maintainer, ...]:
        """Return the maintainers."""
        return tuple(
            [
                _maintainer_from_json(item, self._path(f"Maintainers[{number}]"))
                for number, item in enumerate(self.list("Maintainers"))
            ]
        )

    def arch_values(self) -> dict[str, str]:
        """Return the fields for single architectures."""
        path = self._path("ArchValues")
        values = _mapping(self.value.get("ArchValues", {}), path)
        for name, value in values.items():
            _string(name, path)
            _string(value, f"{path}.{name}")
            if not name.endswith(ARCH_SUFFIXES) or ":" in name or "\n" in name:
                raise ManifestError(
                    f"invalid field {quote(name)}: a field for one architecture ends in "
                    f"{', '.join(ARCH_SUFFIXES)}",
                    field=path,
                )
        return dict(values)

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _entry_from_json(value: object, path: str) -> Entry:
    """Return the entry of a JSON object; `assemble` checks its rules later."""
    reader = _JsonObject(_mapping(value, path), path)
    return Entry(
        maintainers=reader.maintainers(),
        tags=reader.strings("Tags"),
        shared_tags=reader.strings("SharedTags"),
        architectures=reader.strings("Architectures"),
        constraints=reader.strings("Constraints"),
        arch_values=reader.arch_values(),
        **{attribute: reader.string(name) for name, attribute in ARCH_FIELDS.items()},
    )


def _maintainer_from_json(value: object, path: str) -> Maintainer:
    """Return the maintainer of a JSON object. Raise ManifestError if it is malformed."""
    reader = _JsonObject(_mapping(value, path), path)
    maintainer = Maintainer(
        name=reader.string("Name"), email=reader.string("Email"), handle=reader.string("Handle")
    )
    text = str(maintainer)
    if "," in text or read_maintainer(text) != maintainer:
        raise ManifestError(
            f"invalid maintainer {quote(text)}: expected '{MAINTAINER_FORMAT}'", field=path
        )
    return maintainer


def _mapping(value: object, path: str) -> Mapping[str, Any]:
    """Return a value that is a JSON object; raise ManifestError for another value."""
    if not isinstance(value, dict):
        raise ManifestError(f"invalid value {_show(value)}: expected an object", field=path)
    return value


def _string(value: object, path: str) -> str:
    """Return a value that is a string and valid in UTF-8; raise ManifestError for another."""
    if not isinstance(value, str):
        raise ManifestError(
            f"invalid value {_show(value)}: expected a string in quotes", field=path
        )
    if not value.isascii() and _surrogates.search(value):
        raise ManifestError(
            f"{quote(value)} contains a lone surrogate (half a character)", field=path
        )
    return value


def _show(value: object) -> str:
    """Return an invalid value as text for a message."""
    if value is None:
        return "null"
    try:
        return quote(str(value))
    except (ValueError, RecursionError):  # more digits than Python prints, or nested too deeply
        return f"of type {type(value).__name__}"
