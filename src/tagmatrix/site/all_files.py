"""All files of the site of one image or of several, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.site import badges, calendar, compare_data, feeds, index_file, pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.site.page_data import Site
    from tagmatrix.site.page_templates import PageTemplates


def files(site: Site, templates: PageTemplates) -> dict[str, bytes]:
    """Return path and content of every file; `index.json`, which lists them, is the last.

    Raises TemplateError.
    """
    found = pages.files(site, templates)
    found |= feeds.files(site)
    found |= badges.files(site)
    if path := calendar.path(site):
        found[path] = calendar.file(site)
    found[compare_data.PATH] = compare_data.file(site)
    found[index_file.PATH] = index_file.file(site, found)
    return found


def of_images(images: Mapping[str, Site], templates: PageTemplates) -> dict[str, bytes]:
    """Return all files of several images, each in its folder, and the pages above the folders.

    Args:
        images: what to show, by folder.
        templates: the templates of the pages.

    Raises TemplateError.
    """
    found = {
        f"{folder}/{path}": content
        for folder, site in images.items()
        for path, content in files(site, templates).items()
    }
    found |= pages.above(images, templates)
    found[index_file.PATH] = index_file.of_images(images, found)
    return found
