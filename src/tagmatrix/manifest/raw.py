"""A manifest as it was found, before it is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.manifest.errors import ManifestError, quote
from tagmatrix.manifest.parse import parse

if TYPE_CHECKING:
    from tagmatrix.manifest.model import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A manifest that is not parsed yet.

    Attributes:
        name: the image's name, which is that of the file: `python`.
        origin: where it was found, for messages: `library/python`.
        content: the bytes of the file, in the manifest's format or in its JSON.
        tag: the one tag of it that was asked for, or "".
    """

    name: str
    origin: str
    content: bytes
    tag: str = ""

    def manifest(self) -> Manifest:
        """Return what the content means.

        Raises:
            InputError: it is no manifest; the message begins with origin and line.

        >>> Source(name="x", origin="library/x", content=b"Tags: 1").manifest()
        Traceback (most recent call last):
          ...
        tagmatrix.errors.InputError: library/x:1: Maintainers: missing in the first paragraph: \
begin with 'Maintainers: Full Name <email-or-url> (@github-handle)'
        """
        try:
            return _from_json(self.content) if self.is_json else parse(self.content)
        except ManifestError as error:
            raise InputError(self.complaint(error)) from error

    def complaint(self, error: ManifestError) -> str:
        """Return the message of an error in this manifest, with its place in front."""
        place = self.origin if error.line is None else f"{self.origin}:{error.line}"
        return ": ".join(filter(None, [place, error.field, error.problem]))

    @property
    def is_json(self) -> bool:
        """Whether the content is JSON, which no manifest's own text can be."""
        return self.content.lstrip()[:1] == b"{"


def _from_json(content: bytes) -> Manifest:
    """Read the JSON of a manifest."""
    import json  # noqa: PLC0415 (the text needs none)

    from tagmatrix.manifest.jsonform import from_json  # noqa: PLC0415 (the same)

    try:
        value = json.loads(content)
    except json.JSONDecodeError as error:
        raise ManifestError(f"broken JSON: {error.msg}", line=error.lineno) from error
    except (ValueError, RecursionError) as error:  # no UTF-8, or a number of 5,000 digits
        raise ManifestError(f"broken JSON: {quote(str(error))}") from error
    return from_json(value)
