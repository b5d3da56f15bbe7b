"""Feeds of what moved: Atom and JSON Feed, for the image, a release cycle, a moving tag.

https://www.rfc-editor.org/rfc/rfc4287 and https://www.jsonfeed.org/version/1.1/ have the formats.
The ids are made of the image, the tag and the commit, so they stay the same in every build.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from tagmatrix.diff import text
from tagmatrix.site import file_paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tagmatrix.site.page_data import RevisionMoves, Site

LATEST: Final = 30
"""The number of entries: a reader that is new should not get the whole history."""
_NOT_IN_XML: Final = {code: None for code in range(32) if code not in {9, 10, 13}}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    id: str
    title: str
    text: str
    when: str
    url: str


def files(site: Site) -> dict[str, bytes]:
    """Return all feeds, by path."""
    family = site.family
    found: dict[str, bytes] = {}
    scopes: list[tuple[str, str, str]] = [("", "", family.name)]
    scopes += [("cycle", span.name, f"{family.name} {span.name}") for span in family.cycles]
    scopes += [("tag", tag.name, f"{family.name}:{tag.name}") for tag in family.tags if tag.moving]
    for scope, name, title in scopes:
        entries = [*_entries(site, scope, name)]
        for kind, make in (("atom", _atom), ("json", _json)):
            path = file_paths.feed(scope, name, kind)
            found[path] = make(site, path, title, entries)
    return found


def _entries(site: Site, scope: str, name: str) -> Iterator[_Entry]:
    """Yield the newest entries of a feed."""
    scopes: Mapping[str, Mapping[str, Sequence[RevisionMoves]]] = {
        "": {"": site.steps},
        "cycle": site.of_cycle,
        "tag": site.of_tag,
    }
    page = file_paths.tag_page(name) if scope == "tag" else "moves.html"
    for step in scopes[scope].get(name, ())[:LATEST]:
        yield _entry(site, scope, name, page, step)


def _entry(site: Site, scope: str, name: str, page: str, step: RevisionMoves) -> _Entry:
    lines = text.lines(step.changes)
    commit = step.revision.commit
    key = f"tagmatrix:{site.family.name}:{scope}:{name}:{commit}"
    return _Entry(
        id=uuid.uuid5(uuid.NAMESPACE_URL, key).urn,
        title=lines[0] if len(lines) == 1 else f"{lines[0]} (and {len(lines) - 1} more)",
        text="\n".join(lines),
        when=step.revision.stamp,
        url=f"{site.url}{page}#{commit[:12]}" if site.url else "",
    )


def _atom(site: Site, path: str, title: str, entries: list[_Entry]) -> bytes:
    """Return an Atom feed."""
    key = f"tagmatrix:{site.family.name}:{path}"
    # Commits may have dates in any order.
    updated = max((entry.when for entry in entries), default=site.revisions[-1].stamp)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"  <id>{uuid.uuid5(uuid.NAMESPACE_URL, key).urn}</id>",
        f"  <title>{_xml(title)}</title>",
        f"  <updated>{updated}</updated>",
        f"  <author><name>{_xml(site.family.name)}</name></author>",
        "  <generator>tagmatrix</generator>",
    ]
    if site.url:
        lines.append(f'  <link rel="self" href={_attribute(site.url + path)}/>')
        lines.append(f'  <link rel="alternate" type="text/html" href={_attribute(site.url)}/>')
    for entry in entries:
        lines += [
            "  <entry>",
            f"    <id>{entry.id}</id>",
            f"    <title>{_xml(entry.title)}</title>",
            f"    <updated>{entry.when}</updated>",
            f'    <content type="text">{_xml(entry.text)}</content>',
        ]
        if entry.url:
            link = _attribute(entry.url)
            lines.append(f'    <link rel="alternate" type="text/html" href={link}/>')
        lines.append("  </entry>")
    return ("\n".join([*lines, "</feed>"]) + "\n").encode()


def _json(site: Site, path: str, title: str, entries: list[_Entry]) -> bytes:
    """Return a JSON Feed."""
    items = [
        {
            "id": entry.id,
            **({"url": entry.url} if entry.url else {}),
            "title": entry.title,
            "content_text": entry.text,
            "date_published": entry.when,
        }
        for entry in entries
    ]
    where = {"home_page_url": site.url, "feed_url": site.url + path} if site.url else {}
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        **where,
        "items": items,
    }
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _xml(value: str) -> str:
    return escape(value.translate(_NOT_IN_XML), quote=False)


def _attribute(value: str) -> str:
    return f'"{escape(value.translate(_NOT_IN_XML))}"'
