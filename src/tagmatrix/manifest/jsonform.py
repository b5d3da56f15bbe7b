"""A manifest as JSON, and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.manifest.errors import ManifestError, quote
from tagmatrix.manifest.model import Entry, Maintainer
from tagmatrix.manifest.validate import assemble
from tagmatrix.manifest.values import (
    ARCH_SUFFIXES,
    LIST_SPACE,
    MAINTAINER_FORMAT,
    byte_order,
    read_maintainer,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.manifest.model import Manifest

SCHEMA: Final = 1

_LISTS: Final = {
    "Tags": "tags",
    "SharedTags": "shared_tags",
    "Architectures": "architectures",
    "Constraints": "constraints",
}
_STRINGS: Final = {
    "GitRepo": "git_repo",
    "GitFetch": "git_fetch",
    "GitCommit": "git_commit",
    "Directory": "directory",
    "File": "file",
    "Builder": "builder",
}
_surrogates: Final = re.compile("[\ud800-\udfff]")


def to_json(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest as a value for `json.dumps`.

    Every entry is complete, so that its reader needs no rule of inheritance; empty
    fields are left out. Bytes that are not UTF-8 become U+FFFD, for JSON has no
    place for them: of such a manifest alone, `from_json` makes another one.

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
    """Return the manifest that `to_json` made this value of.

    A field that isn't there is empty. Without `"schema"` it is taken for schema 1;
    names that are not known are ignored, as a later minor schema may add some.

    Raises:
        ManifestError: it is not of that shape, of a newer schema, or breaks a rule
            of the format.

    >>> from_json({"schema": 2})
    Traceback (most recent call last):
      ...
    tagmatrix.manifest.errors.ManifestError: schema: 2 is newer than this program, \
which reads 1: update it
    """
    top = _JsonObject(_mapping(value, "the manifest"), "")
    schema = top.value.get("schema", SCHEMA)
    if type(schema) is not int or schema < 1:
        raise ManifestError(f"{_show(schema)} is no schema: a number is wanted", field="schema")
    if schema > SCHEMA:
        number = _show(schema).strip("'")
        raise ManifestError(
            f"{number} is newer than this program, which reads {SCHEMA}: update it",
            field="schema",
        )
    if "manifests" in top.value and "global" not in top.value:
        raise ManifestError(
            "these are several: give one of them (jq '.manifests[0]')", field="manifests"
        )
    global_ = _entry_from_json(top.value.get("global"), "global")
    entries = [
        _entry_from_json(entry, f"entries[{number}]")
        for number, entry in enumerate(top.list("entries"))
    ]
    return assemble(global_, entries)


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """Return an entry's fields that are not empty, under the names of the format."""
    value: dict[str, Any] = {
        "Maintainers": [
            {"Name": _clean(m.name), "Email": _clean(m.email), "Handle": _clean(m.handle)}
            for m in entry.maintainers
        ]
    }
    for name, attribute in _LISTS.items():
        value[name] = [_clean(item) for item in getattr(entry, attribute)]
    for name, attribute in _STRINGS.items():
        value[name] = _clean(getattr(entry, attribute))
    value["ArchValues"] = {
        _clean(name): _clean(entry.arch_values[name])
        for name in sorted(entry.arch_values, key=byte_order)
    }
    return {name: item for name, item in value.items() if item}


def _clean(text: str) -> str:
    """Return the text as JSON can have it."""
    return text if text.isascii() else _surrogates.sub("\ufffd", text)


@dataclass(frozen=True, slots=True)
class _JsonObject:
    """Takes values out of a JSON object, naming the path of a wrong one."""

    value: Mapping[str, Any]
    path: str

    def string(self, name: str) -> str:
        """Return a string; missing is empty."""
        return _string(self.value.get(name, ""), self._path(name))

    def list(self, name: str) -> list[Any]:
        """Return a list; missing is empty."""
        items = self.value.get(name, [])
        if not isinstance(items, (list, tuple)):
            raise ManifestError(f"{_show(items)} is no list", field=self._path(name))
        return list(items)

    def strings(self, name: str) -> tuple[str, ...]:
        """Return a list of strings that the format can hold in a list."""
        path = self._path(name)
        items = tuple([_string(item, path) for item in self.list(name)])
        for item in items:
            if "," in item or item.strip(LIST_SPACE) != item:
                raise ManifestError(
                    f"{quote(item)} cannot be in a list: remove the comma or the space around it",
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
        """Return the fields that hold for one architecture."""
        path = self._path("ArchValues")
        values = _mapping(self.value.get("ArchValues", {}), path)
        for name, value in values.items():
            _string(name, path)
            _string(value, f"{path}.{name}")
            if not name.endswith(ARCH_SUFFIXES) or ":" in name or "\n" in name:
                raise ManifestError(
                    f"{quote(name)} is no field of an architecture: one ends in "
                    f"{', '.join(ARCH_SUFFIXES)}",
                    field=path,
                )
        return dict(values)

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _entry_from_json(value: object, path: str) -> Entry:
    """Read an entry; its rules are checked later."""
    reader = _JsonObject(_mapping(value, path), path)
    return Entry(
        maintainers=reader.maintainers(),
        tags=reader.strings("Tags"),
        shared_tags=reader.strings("SharedTags"),
        architectures=tuple(sorted(set(reader.strings("Architectures")))),
        constraints=reader.strings("Constraints"),
        arch_values=reader.arch_values(),
        **{attribute: reader.string(name) for name, attribute in _STRINGS.items()},
    )


def _maintainer_from_json(value: object, path: str) -> Maintainer:
    """Read a maintainer, and check that the format can hold it."""
    reader = _JsonObject(_mapping(value, path), path)
    maintainer = Maintainer(
        name=reader.string("Name"), email=reader.string("Email"), handle=reader.string("Handle")
    )
    text = str(maintainer)
    if "," in text or read_maintainer(text) != maintainer:
        raise ManifestError(f"{quote(text)} is not of the form '{MAINTAINER_FORMAT}'", field=path)
    return maintainer


def _mapping(value: object, path: str) -> Mapping[str, Any]:
    """Check that a value is a JSON object."""
    if not isinstance(value, dict):
        raise ManifestError(f"{_show(value)} is no object", field=path)
    return value


def _string(value: object, path: str) -> str:
    """Check that a value is a string that can be printed in UTF-8."""
    if not isinstance(value, str):
        raise ManifestError(f"{_show(value)} is no text: put it in quotes", field=path)
    if not value.isascii() and _surrogates.search(value):
        raise ManifestError(f"{quote(value)} has half a character", field=path)
    return value


def _show(value: object) -> str:
    """Name a value of the wrong kind."""
    if value is None:
        return "nothing"
    try:
        return quote(str(value))
    except (ValueError, RecursionError):  # more digits than Python prints, or too deep
        return f"a value of type {type(value).__name__}"
