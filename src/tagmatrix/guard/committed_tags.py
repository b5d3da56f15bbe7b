"""The tags of the committed manifest, with the version and the image of each.

The committed JSON has them as they were made. It counts if its entries are those of the
committed manifest. Otherwise the manifest's tags have to show them.

The JSON does not have the style of the versions. They are read in the style of versions.yaml,
or in the loose style if that does not read all of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from tagmatrix.diff.infer import KnownCell
from tagmatrix.diff.snapshot import snapshot
from tagmatrix.guard.known_folders import snapshot_image, snapshot_of_manifest
from tagmatrix.layout import DOCKERFILE
from tagmatrix.manifest import to_json
from tagmatrix.manifest.exact_aliases import build_of
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from tagmatrix.diff.snapshot import Snapshot, SnapshotImage
    from tagmatrix.guard.known_folders import Folders
    from tagmatrix.manifest import Entry, Manifest
    from tagmatrix.versions import Style

OTHER: Final = "does not have the entries of {path}, or has an invalid version"


@dataclass(frozen=True, slots=True)
class CommittedTags:
    """The tags of the committed manifest.

    Attributes:
        snapshot: the tags, and the images that they name.
        style: the style in which their versions were read.
        warning: that they were read from the manifest alone; empty if they were not.
    """

    snapshot: Snapshot
    style: Style = "loose"
    warning: str = ""

    @property
    def by_tags(self) -> bool:
        """Return whether the versions are those that the manifest's tags name."""
        return bool(self.warning)


def committed_tags(
    manifest: Manifest, catalog: bytes | None, path: str, folders: Folders
) -> CommittedTags:
    """Return the tags of the committed manifest.

    Args:
        manifest: the committed manifest.
        catalog: its committed JSON; None if there is none.
        path: the manifest's path.
        folders: the images of versions.yaml by folder.
    """
    if found := tags_of_catalog(manifest, catalog, folders):
        return found
    state = "is not committed" if catalog is None else OTHER.format(path=path)
    warning = (
        f"{path}.json {state}, so the guard reads the published versions from the tags of {path}; "
        "commit both files as `tagmatrix generate` writes them"
    )
    return CommittedTags(snapshot_of_manifest(manifest, folders), warning=warning)


def tags_of_catalog(
    manifest: Manifest, catalog: bytes | None, folders: Folders
) -> CommittedTags | None:
    """Return the tags of a manifest as its JSON has them; None if the JSON is of another one."""
    try:
        value = json.loads(catalog or b"{}")
        if value.get("entries") == to_json(manifest)["entries"]:
            style = _style(value["images"], folders)
            return CommittedTags(_from_catalog(value["images"], manifest, folders, style), style)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return None


def _style(images: list[dict[str, Any]], folders: Folders) -> Style:
    """Return the style of versions.yaml if it reads all versions, or else the loose one.

    Raises ValueError if the loose one does not read all either: the JSON is not as it was made.
    """
    versions = [image["version"] for image in images if image["version"] is not None]
    styles: tuple[Style, ...] = (folders.style, "loose")
    for style in styles:
        if all(parse(one, style) for one in versions):
            return style
    raise ValueError(versions)


def _from_catalog(
    images: list[dict[str, Any]], manifest: Manifest, folders: Folders, style: Style
) -> Snapshot:
    """Return the tags with the versions and images of the JSON. Raises KeyError, TypeError."""
    usual = manifest.global_.git_fetch
    by_place = {
        (image.get("ref", usual), image["directory"], image.get("file", DOCKERFILE)): image
        for image in images
    }
    found = [
        _image(by_place[entry.git_fetch, entry.directory, entry.file], entry, folders, style)
        for entry in manifest.entries
    ]
    order = tuple((entry.tags, entry.shared_tags) for entry in manifest.entries)
    return snapshot(found, order)


def _image(
    image: dict[str, Any], entry: Entry, folders: Folders, style: Style
) -> tuple[SnapshotImage, list[tuple[str, str, str]]]:
    words = image["tags"] | image["shared_tags"]
    tags = [
        (name, words[name]["alias"], words[name]["spelling"])
        for name in (*entry.tags, *entry.shared_tags)
    ]
    cell = folders.made(entry) or KnownCell(
        cycle=image["cycle"],
        variant=image["variant"],
        flavor=image["flavor"] or image["variant"],
        suite=image["suite"],
        axes=tuple(image.get("axes", {}).values()),
    )
    aliases = [alias for _, alias, _ in tags]
    if cell.cycle not in aliases:
        cell = replace(cell, cycle=image["cycle"])
    version = build_of(parse(image["version"] or "", style), aliases)
    return snapshot_image(cell, version, aliases, entry.architectures, entry.constraints), tags
