"""Read a web server's listing of a folder."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

from tagmatrix.web.answers import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

_TAG: Final = re.compile(
    r"""<(/?)([a-z][a-z0-9]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""", re.ASCII | re.IGNORECASE
)
_HREF: Final = re.compile(
    r"""(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.ASCII | re.IGNORECASE
)
# The elements whose end tag ends a list of links. HTML requires these end tags, unlike those of
# rows, items and paragraphs: https://html.spec.whatwg.org/multipage/syntax.html#optional-tags
_ENDS: Final = {"html", "body", "pre", "table", "ul", "ol", "dl"}


def listing_reader(url: str) -> Callable[[bytes], frozenset[str]]:
    """Return a reader of the names in a web server's listing of a folder.

    The names are the targets of links into this folder; those of folders in it end with a
    slash, as in the links of all servers. An incomplete listing is
    unreadable: a file that it does not name may exist.
    """

    def read(body: bytes) -> frozenset[str]:
        names: set[str] = set()
        linked = ended = False
        for tag in _TAG.finditer(body.decode(errors="replace")):
            closing, element, attributes = tag.groups()
            if closing:
                ended = ended or element.lower() in _ENDS
            elif element.lower() == "a" and (link := _HREF.search(attributes)):
                linked, ended = True, False
                names.add(_name_in(url, html.unescape(link[1] or link[2] or link[3] or "")))
        if not linked:
            raise UnreadableError("not a listing of a folder")
        if not ended:
            raise UnreadableError("the listing of the folder is incomplete")
        return frozenset(names - {""})

    return read


def _name_in(folder: str, link: str) -> str:
    """Return the name of a link's target; an empty text if it is not in the folder itself."""
    try:
        at, to = urlsplit(folder), urlsplit(urljoin(folder, link))
    except ValueError:
        return ""
    path = unquote(at.path)
    name = unquote(to.path).removeprefix(path)
    is_inside = to.netloc == at.netloc and unquote(to.path).startswith(path)
    return name if is_inside and "/" not in name.removesuffix("/") else ""
