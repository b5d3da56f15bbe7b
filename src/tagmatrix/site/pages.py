"""The pages, by Jinja2's templates. Every value is escaped; a family may replace templates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.diff import text
from tagmatrix.site import badges, calendar, file_paths, tables, timeline
from tagmatrix.site.moves import worst

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.site.page_data import Site, SiteImage, SiteTag
    from tagmatrix.site.page_templates import PageTemplates

_PACKAGE: Final = Path(__file__).parent
_STATIC: Final = ("style.css", "site.js")
_PLAIN: Final = ("index.html", "tags.html", "moves.html", "compare.html")
LATEST: Final = 5
"""The number of steps on the first page."""
_MOST_TAGS: Final = 40
"""The most tags of an image on a page: else the pages of an image with n tags list n times n."""
_KINDS: Final = {
    "deprecated": "Deprecated",
    "supported": "Supported",
    "without": "Without",
    "setting": "Settings",
    "accepted": "Accepted",
}


def files(site: Site, templates: PageTemplates) -> dict[str, bytes]:
    """Return the pages and what they load, by path."""
    context = _context(site)
    found = {name: (_PACKAGE / "static" / name).read_bytes() for name in _STATIC}
    for name in _PLAIN:
        found[name] = templates.render(f"{name}.j2", context, top="", current=name)
    for tag in site.family.tags:
        found[file_paths.tag_page(tag.name)] = templates.render(
            "tag.html.j2",
            context,
            top="../",
            current="",
            tag=tag,
            steps=[(step, text.graded(step.changes)) for step in site.of_tag.get(tag.name, ())],
        )
    return found


def above(images: Mapping[str, Site], templates: PageTemplates) -> dict[str, bytes]:
    """Return the pages above the folders of several images, and what they load, by path."""
    context = {"images": images, "latest": badges.latest}
    return {
        "style.css": (_PACKAGE / "static" / "style.css").read_bytes(),
        "index.html": templates.render("images.html.j2", context),
    }


def _context(site: Site) -> dict[str, Any]:
    from markupsafe import Markup  # noqa: PLC0415 (part of Jinja2)

    columns, rows = tables.architectures(site.family)
    return {
        "site": site,
        "family": site.family,
        "variants": tables.variants(site.family),
        "matrix": tables.matrix(site),
        "words": tables.WORDS,
        "architectures": columns,
        "built": len({name for image in site.family.images for name in image.architectures}),
        "reasons": any(cell.absent for _, cells in rows for cell in cells),
        "supported": rows,
        "timeline": Markup(timeline.svg(site)),  # noqa: S704 (it escapes the names itself)
        "steps": [(step, text.graded(step.changes)) for step in site.steps],
        "latest": LATEST,
        "kinds": _KINDS,
        "shown_tags": _shown_tags,
        "worst": worst,
        "page": file_paths.tag_page,
        "feed": file_paths.feed,
        "badge_file": file_paths.badge,
        "badges": list(badges.all_badges(site)),
        "calendar": calendar.path(site),
    }


def _shown_tags(image: SiteImage, tag: SiteTag) -> tuple[str, ...]:
    """Return the tags of an image to show on the page of one of them."""
    first = image.tags[:_MOST_TAGS]
    return first if tag.name in first else (*first, tag.name)
