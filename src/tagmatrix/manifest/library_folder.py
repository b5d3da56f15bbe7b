"""Find the manifests of a folder, and report the files that are not manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix.errors import InputError
from tagmatrix.manifest.errors import ManifestError
from tagmatrix.manifest.paragraphs import SPACE
from tagmatrix.manifest.parse import parse
from tagmatrix.manifest.raw import read_file, succeeds
from tagmatrix.manifest.values import FIELDS

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.manifest.raw import RawManifest

_BOM: Final = "\ufeff"
_NO_MANIFEST: Final = frozenset(
    {"hidden", "a folder", "not a regular file", "not a manifest", "JSON"}
)
_FIELD_NAMES: Final = frozenset(map(str.casefold, (*FIELDS, "Maintainer")))


class FoundManifests(Struct, frozen=True, kw_only=True):
    """The manifests that arguments name, and the skipped files.

    Attributes:
        sources: the manifests, in order.
        skipped: the files of folders that are not manifests, each with the reason.
        single: whether the arguments name one manifest, not a folder.
    """

    sources: tuple[RawManifest, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    single: bool = False

    @property
    def unread(self) -> tuple[tuple[str, str], ...]:
        """The skipped files that could not be read and so may be manifests."""
        return tuple(
            [(path, reason) for path, reason in self.skipped if reason not in _NO_MANIFEST]
        )


def read_folder(folder: Path) -> FoundManifests:
    """Return the manifests among the files of a folder, in the order of their names.

    A file that does not look like a manifest or cannot be read is skipped, with the
    reason. An invalid file that looks like a manifest is returned, so that parsing it
    reports the error.

    Raises:
        InputError: the folder cannot be read.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror}: give a folder of manifests") from error
    sources: list[RawManifest] = []
    skipped: list[tuple[str, str]] = []
    for path in paths:
        if reason := _no_manifest_by_name(path):
            skipped.append((str(path), reason))
            continue
        try:
            source = read_file(path)
        except InputError as error:
            skipped.append((str(path), str(error).removeprefix(f"{path}: ")))
            continue
        if reason := _no_manifest_by_content(source):
            skipped.append((str(path), reason))
        else:
            sources.append(source)
    return FoundManifests(sources=tuple(sources), skipped=tuple(skipped))


def _no_manifest_by_name(path: Path) -> str:
    if path.name.startswith("."):
        return "hidden"
    if succeeds(path.is_dir):
        return "a folder"
    return "" if succeeds(path.is_file) else "not a regular file"


def _no_manifest_by_content(source: RawManifest) -> str:
    """Return why a file does not look like a manifest; empty if it does."""
    if source.is_json:
        return "JSON"
    text = source.content.decode("utf-8", "replace").removeprefix(_BOM)
    lines = (line.strip(SPACE) for line in text.split("\n"))
    first = next((line for line in lines if line and not line.startswith("#")), "")
    name = first.partition(":")[0].strip(SPACE)
    if name.casefold() in _FIELD_NAMES:
        return ""
    try:
        parse(source.content)
    except ManifestError:
        return "not a manifest"
    return ""
