"""Making a manifest from values, to print it."""

from __future__ import annotations

from dataclasses import fields
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

    `parse(dumps(manifest)) == manifest` holds for what it returns.

    Args:
        global_: the defaults of all entries; `Entry()` is the format's own.
        entries: each complete; `dataclasses.replace(global_, tags=...)` makes one.

    Raises:
        ManifestError: a rule is broken, or the text of the manifest would be read
            back as something else: an entry that lacks a value of the global part,
            one that has more maintainers or constraints, a value with a line break.

    >>> from dataclasses import replace
    >>> from tagmatrix.manifest.model import Entry, Maintainer
    >>> defaults = Entry(maintainers=(Maintainer(name="Ada", handle="ada"),), git_repo="r")
    >>> build(defaults, [replace(defaults, tags=("1",), git_commit="c0ffee")]).entries[0].tags
    ('1',)
    """
    manifest = assemble(global_, entries)
    check_text(manifest, dumps(manifest))
    return manifest


def check_text(manifest: Manifest, text: str) -> None:
    """Refuse the text of a manifest that would be read back as another one.

    Raises:
        ManifestError: it would; `build` says when that can happen.
    """
    try:
        again = parse(text)
    except ManifestError as error:
        raise ManifestError(
            f"the printed manifest could not be read again: {error.problem}", field=error.field
        ) from error
    if again != manifest:
        raise ManifestError(_difference(manifest, again))


def _difference(meant: Manifest, read: Manifest) -> str:
    """Say what the text of a manifest fails to say."""
    pairs = zip((meant.global_, *meant.entries), (read.global_, *read.entries), strict=False)
    for number, (mine, theirs) in enumerate(pairs, -1):
        for item in fields(mine):
            value, other = getattr(mine, item.name), getattr(theirs, item.name)
            if value != other:
                where = "the global part" if number < 0 else f"entries[{number}]"
                return (
                    f"{where}.{item.name}: {value!r} cannot be written, it would be read back "
                    f"as {other!r}: change it here or in the global part"
                )
    return "the printed manifest would be read back with other entries"
