"""All files of the site of one image or of several, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.site import badges, calendar, compare_data, feeds, index_file, pages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagmatrix.site.page_data import Site


def files(site: Site, own: Path | None = None) -> dict[str, bytes]:
    """Return path and content of every file; `index.json`, which lists them, is the last.

    Args:
        site: what the site shows.
        own: the folder of the family's own templates.
    """
    found = pages.files(site, own)
    found |= feeds.files(site)
    found |= badges.files(site)
    found[calendar.PATH] = calendar.file(site)
    found[compare_data.PATH] = compare_data.file(site)
    found[index_file.PATH] = index_file.file(site, found)
    return found


def of_images(images: Mapping[str, Site], own: Path | None = None) -> dict[str, bytes]:
    """Return all files of several images, each in its folder, and the pages above the folders.

    Args:
        images: what to show, by folder.
        own: the folder of the family's own templates.
    """
    found = {
        f"{folder}/{path}": content
        for folder, site in images.items()
        for path, content in files(site, own).items()
    }
    found |= pages.above(images, own)
    found[index_file.PATH] = index_file.of_images(images, found)
    return found
