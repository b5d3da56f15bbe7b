"""The page of a registry that shows a tag of an image, with its architectures."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode

from tagmatrix import references

_PAGES: Final = {
    "ghcr.io": "https://ghcr.io/{path}",
    "mcr.microsoft.com": "https://mcr.microsoft.com/artifact/mar/{path}/tags",
    "public.ecr.aws": "https://gallery.ecr.aws/{path}",
    "quay.io": "https://quay.io/repository/{path}?tab=tags",
}
_HUB: Final = "docker.io"
_OFFICIAL: Final = "library/"


def page_of(image: str) -> str:
    """Return the address of an image's tag at its registry; "" if the registry has no known page.

    >>> page_of("debian:trixie-slim")
    'https://hub.docker.com/_/debian/tags?name=trixie-slim'
    >>> page_of("mcr.microsoft.com/windows/servercore:ltsc2025"), page_of("example.org/a:1")
    ('https://mcr.microsoft.com/artifact/mar/windows/servercore/tags', '')
    """
    try:
        reference = references.parse(references.qualified(image))
    except ValueError:
        return ""
    path = quote(reference.path)
    if reference.host != _HUB:
        return _PAGES.get(reference.host, "").format(path=path)
    name = f"_/{path.removeprefix(_OFFICIAL)}" if path.startswith(_OFFICIAL) else f"r/{path}"
    query = urlencode({"name": reference.tag}) if reference.tag else ""
    return f"https://hub.docker.com/{name}/tags{'?' if query else ''}{query}"
