"""Build a manifest from values, to print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.manifest.errors import ManifestError
from tagmatrix.manifest.parse import parse
from tagmatrix.manifest.printing import dumps
from tagmatrix.manifest.validate import assemble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.manifest.model import Entry, Manifest


def build(global_: Entry, entries: Iterable[Entry]) -> Manifest:
    """Return a valid manifest of these values.

    `parse(dumps(manifest)) == manifest` holds for the returned manifest.

    Args:
        global_: the defaults of all entries; `Entry()` has the format's own defaults.
        entries: complete entries; `msgspec.structs.replace(global_, tags=...)` makes one.

    Raises:
        ManifestError: the manifest breaks a rule, or parsing its text would give
            another manifest. The latter happens if an entry lacks a value of the global
            part, if an entry has more maintainers or constraints than the global part, or
            if a value contains a line break.

    >>> from msgspec.structs import replace
    >>> from tagmatrix.manifest.model import Entry, Maintainer
    >>> defaults = Entry(maintainers=(Maintainer(name="Ada", handle="ada"),), git_repo="r")
    >>> build(defaults, [replace(defaults, tags=("1",), git_commit="" + "c0" * 20)]).entries[0].tags
    ('1',)
    """
    manifest = assemble(global_, entries)
    check_text(manifest, dumps(manifest))
    return manifest


def check_text(manifest: Manifest, text: str) -> None:
    """Raise an error if parsing the text does not give the same manifest.

    Raises:
        ManifestError: parsing gives another manifest; see `build` for the causes.
    """
    try:
        again = parse(text)
    except ManifestError as error:
        raise ManifestError(
            f"the printed manifest cannot be parsed again: {error.problem}", field=error.field
        ) from error
    if again != manifest:
        raise ManifestError(_difference(manifest, again))


def _difference(original: Manifest, parsed: Manifest) -> str:
    """Return a message about the first value that parsing the text changes."""
    pairs = zip(
        (original.global_, *original.entries), (parsed.global_, *parsed.entries), strict=False
    )
    for number, (mine, theirs) in enumerate(pairs, -1):
        for name in mine.__struct_fields__:
            value, other = getattr(mine, name), getattr(theirs, name)
            if value != other:
                where = "the global part" if number < 0 else f"entries[{number}]"
                return (
                    f"{where}.{name}: the format cannot express {value!r}, "
                    f"which would be parsed as {other!r}: change it here or in the global part"
                )
    return "the printed manifest would be parsed with other entries"
