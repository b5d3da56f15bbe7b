"""A manifest before it is parsed: its name, its origin and the bytes of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from tagmatrix.errors import InputError
from tagmatrix.manifest.errors import ManifestError, quote
from tagmatrix.manifest.parse import parse
from tagmatrix.problems import format_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

    from tagmatrix.manifest.model import Manifest

MAX_BYTES: Final = 8 << 20
"""A hundred times the size of the longest manifests of official-images."""


class RawManifest(Struct, frozen=True, kw_only=True):
    """A manifest that is not parsed yet.

    Attributes:
        name: the image's name, which is the file's name: `python`.
        origin: the source, for messages: `library/python`.
        content: the bytes of the file, in the manifest's format or in its JSON form.
        tag: the one tag that the user named, or "".
    """

    name: str
    origin: str
    content: bytes
    tag: str = ""

    def manifest(self) -> Manifest:
        """Return the parsed manifest.

        Raises:
            InputError: the content is invalid; the message begins with origin and line.

        >>> RawManifest(name="x", origin="library/x", content=b"Tags: 1").manifest()
        Traceback (most recent call last):
          ...
        tagmatrix.errors.InputError: library/x:1: Maintainers: missing in the first paragraph: \
begin with 'Maintainers: Full Name <email-or-url> (@github-handle)'
        """
        try:
            return _from_json(self.content) if self.is_json else parse(self.content)
        except ManifestError as error:
            place = format_place(self.origin, error.line)
            message = ": ".join(filter(None, [place, error.field, error.problem]))
            raise InputError(message) from error

    @property
    def is_json(self) -> bool:
        """Whether the content is JSON; the text of a manifest never begins with `{`."""
        return self.content.lstrip()[:1] == b"{"


def read_file(path: Path) -> RawManifest:
    """Return the manifest of a file. Raises InputError."""
    if succeeds(path.is_dir):
        raise InputError(f"{path}: is a folder: give one of its files, or --all")
    try:
        with path.open("rb") as file:
            content = read_stream(file, str(path))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    return raw_manifest(path.name, str(path), content)


def raw_manifest(path: str, origin: str, content: bytes) -> RawManifest:
    """Return the manifest of a file; the name of a JSON file loses its `.json`."""
    source = RawManifest(name=path.rpartition("/")[2], origin=origin, content=content)
    if source.is_json:
        return replace(source, name=source.name.removesuffix(".json"))
    return source


def read_stream(file: IO[bytes], origin: str) -> bytes:
    """Return all bytes of a file. Raises InputError if the file is too large."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise too_large(origin)
    return content


def too_large(origin: str) -> InputError:
    """Return the error for a manifest that is too large."""
    return InputError(f"{origin}: has more than {MAX_BYTES >> 20} MiB: is this a manifest?")


def succeeds(check: Callable[[], bool]) -> bool:
    """Return the result of a check of a path; false if the path is too long or unreadable."""
    try:
        return check()
    except OSError:
        return False


def _from_json(content: bytes) -> Manifest:
    """Return the manifest of its JSON form."""
    import json  # noqa: PLC0415 (most manifests are text)

    from tagmatrix.manifest.jsonform import from_json  # noqa: PLC0415 (the same)

    try:
        value = json.loads(content)
    except json.JSONDecodeError as error:
        raise ManifestError(f"broken JSON: {error.msg}", line=error.lineno) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, or a number of 5,000 digits
        raise ManifestError(f"broken JSON: {quote(str(error))}") from error
    return from_json(value)
