"""The pages, by Jinja2's templates. Every value is escaped; a family may replace templates."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.diff import text
from tagmatrix.site import badges, calendar, file_paths, tables, timeline
from tagmatrix.site.moves import worst

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment, Template
    from markupsafe import Markup

    from tagmatrix.site.page_data import Site, SiteImage, SiteTag

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


def files(site: Site, own: Path | None = None) -> dict[str, bytes]:
    """Return the pages and what they load, by path.

    Args:
        site: what they show.
        own: a folder whose templates replace those of the package, if it exists.
    """
    environment = _environment(own)
    context = _context(site)
    found = {name: (_PACKAGE / "static" / name).read_bytes() for name in _STATIC}
    for name in _PLAIN:
        found[name] = _render(environment.get_template(f"{name}.j2"), context, top="", current=name)
    template = environment.get_template("tag.html.j2")
    for tag in site.family.tags:
        found[file_paths.tag_page(tag.name)] = _render(
            template,
            context,
            top="../",
            current="",
            tag=tag,
            steps=[(step, text.graded(step.changes)) for step in site.of_tag.get(tag.name, ())],
        )
    return found


def above(images: Mapping[str, Site], own: Path | None = None) -> dict[str, bytes]:
    """Return the pages above the folders of several images, and what they load, by path."""
    template = _environment(own).get_template("images.html.j2")
    return {
        "style.css": (_PACKAGE / "static" / "style.css").read_bytes(),
        "index.html": _render(template, {"images": images, "latest": badges.latest}),
    }


@cache  # a template is compiled once for all images of a site
def _environment(own: Path | None) -> Environment:
    import jinja2  # noqa: PLC0415 (slow to import)
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 (as above)

    folders = [folder for folder in (own, _PACKAGE / "templates") if folder and folder.is_dir()]
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"web": _web, "code": _code, "day": lambda when: f"{when:%Y-%m-%d}"}
    return environment


def _render(template: Template, context: Mapping[str, Any], **more: object) -> bytes:
    return template.render({**context, **more}).encode("utf-8", "replace")


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
        "calendar": calendar.PATH,
    }


def _shown_tags(image: SiteImage, tag: SiteTag) -> tuple[str, ...]:
    """Return the tags of an image to show on the page of one of them."""
    first = image.tags[:_MOST_TAGS]
    return first if tag.name in first else (*first, tag.name)


def _code(line: str) -> Markup:
    """Return a line as HTML, with what is between backticks as code.

    >>> str(_code("alias `3` of <b>"))
    'alias <code>3</code> of &lt;b&gt;'
    """
    from markupsafe import Markup, escape  # noqa: PLC0415 (part of Jinja2)

    parts = re.split("`([^`]+)`", line)  # every second part was between backticks
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _web(address: str) -> str:
    """Return an address if a browser may follow it; else nothing.

    >>> _web("https://example.org"), _web("javascript:alert(1)")
    ('https://example.org', '')
    """
    return address if address.startswith(("https://", "http://")) else ""
