"""Names of images in FROM and COPY --from."""

from __future__ import annotations

import functools
import re
from typing import Final

from tagmatrix import references

SCRATCH: Final = "scratch"
"""The empty base, which is not an image: https://hub.docker.com/_/scratch"""

_HOME: Final = re.compile(r"(?:(?:index\.)?docker\.io/)(?:library/)?|library/")
_WINDOWS: Final = (
    "mcr.microsoft.com/windows/servercore:",
    "mcr.microsoft.com/windows/nanoserver:",
)


@functools.lru_cache(1 << 10)
def name_error(name: str) -> str:
    """Return what is wrong with the name of an image; "" if it is valid.

    >>> name_error("docker.io/library/debian:trixie"), name_error("debian:")[:18]
    ('', 'invalid image name')
    """
    try:
        references.parse(name)
    except ValueError as error:
        return str(error)
    return ""


def needs_digest(image: str) -> bool:
    """Return whether an image is neither official nor pinned; Windows has no official images.

    >>> needs_digest("debian:trixie"), needs_digest("quay.io/a/b:1")
    (False, True)
    """
    return "/" in image and "@" not in image and not image.startswith(_WINDOWS)


def normal_name(image: str) -> str:
    """Return an image's name with its tag, and without the prefix of Docker's own registry.

    >>> normal_name("docker.io/library/debian"), normal_name("debian:trixie")
    ('debian:latest', 'debian:trixie')
    """
    image = _HOME.sub("", image, count=1) if _HOME.match(image) else image
    if image == SCRATCH or "@" in image or ":" in image.rpartition("/")[2]:
        return image
    return f"{image}:latest"
