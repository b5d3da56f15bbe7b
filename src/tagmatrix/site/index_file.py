"""`index.json`: what the site has, for programs; schemas/site.schema.json describes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.site import badges, calendar, file_paths
from tagmatrix.site.current_image import state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.site.page_data import Lifespan, Site

PATH: Final = "index.json"
MAKER: Final = "tagmatrix site"


def file(site: Site, paths: Iterable[str]) -> bytes:
    """Return the file; `paths` are the other files of the site."""
    family = site.family
    value: dict[str, Any] = {
        "image": family.name,
        "commit": site.revisions[-1].commit,
        "updated": site.revisions[-1].stamp,
        "cycles": [_span(site, span, "cycle") for span in family.cycles],
        "suites": [_span(site, span, "") for span in family.suites],
        "tags": [
            {
                "tag": tag.name,
                "version": tag.version or None,
                "cycle": tag.cycle,
                "moving": tag.moving,
                "variants": [image.variant for image in tag.images],
                "architectures": list(tag.architectures),
                "digests": dict(site.digests.get(tag.name, {})),
                "page": file_paths.tag_page(tag.name),
                "feed": file_paths.feed("tag", tag.name, "atom") if tag.moving else None,
            }
            for tag in family.tags
        ],
        "badges": [file_paths.badge(badge.name, "svg") for badge in badges.all_badges(site)],
        "calendar": calendar.path(site) or None,
        "feed": file_paths.feed("", "", "atom"),
    }
    return listing(paths, **value)


def of_images(images: Mapping[str, Site], paths: Iterable[str]) -> bytes:
    """Return the file above the folders of several images, by folder."""
    listed = [
        {
            "image": site.family.name,
            "commit": site.revisions[-1].commit,
            "updated": site.revisions[-1].stamp,
            "page": f"{folder}/index.html",
            "index": f"{folder}/{PATH}",
        }
        for folder, site in images.items()
    ]
    return listing(paths, images=listed)


def listing(paths: Iterable[str], **more: object) -> bytes:
    """Return a list of files that tagmatrix wrote."""
    value = {"schema": 1, "generated_by": MAKER, **more, "files": sorted(paths)}
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _span(site: Site, span: Lifespan, kind: str) -> dict[str, Any]:
    value: dict[str, Any] = {
        "name": span.name,
        "version": span.version or None,
        "begin": str(span.begin) if span.begin else None,
        "end_of_life": str(span.end) if span.end else None,
        "deprecated": span.deprecated or None,
    }
    if kind:
        value |= {
            "state": state(span, site.as_of),
            "held_back": dict(span.held),
            "feed": file_paths.feed(kind, span.name, "atom"),
        }
    return value
