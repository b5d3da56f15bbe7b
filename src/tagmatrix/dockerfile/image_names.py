"""Names of images in FROM and COPY --from.

https://pkg.go.dev/github.com/distribution/reference
"""

from __future__ import annotations

import re
from typing import Final

SCRATCH: Final = "scratch"
"""The empty base, which is not an image: https://hub.docker.com/_/scratch"""

_HOME: Final = re.compile(r"(?:(?:index\.)?docker\.io/)(?:library/)?|library/")
_HOST: Final = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PART: Final = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_NAME: Final = re.compile(
    rf"(?:{_HOST}/)?{_PART}(?:/{_PART})*"
    r"(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w+.-]*:[0-9a-fA-F]+)?",
    re.ASCII,
)
_WINDOWS: Final = (
    "mcr.microsoft.com/windows/servercore:",
    "mcr.microsoft.com/windows/nanoserver:",
)
_LONGEST: Final = 4096


def is_image_name(name: str) -> bool:
    """Return whether a text names an image.

    >>> is_image_name("docker.io/library/debian:trixie"), is_image_name("debian:")
    (True, False)
    """
    return len(name) <= _LONGEST and _NAME.fullmatch(name) is not None


def needs_digest(image: str) -> bool:
    """Return whether an image is neither official nor pinned; Windows has no official images.

    >>> needs_digest("debian:trixie"), needs_digest("quay.io/a/b:1")
    (False, True)
    """
    return "/" in image and "@" not in image and not image.startswith(_WINDOWS)


def normal_name(image: str) -> str:
    """Return an image's name with its tag, and without the prefix of Docker's own registry.

    >>> normal_name("docker.io/library/debian"), normal_name("debian:trixie@sha256:c0ffee")
    ('debian:latest', 'debian:trixie@sha256:c0ffee')
    """
    image = _HOME.sub("", image, count=1) if _HOME.match(image) else image
    if image == SCRATCH or "@" in image or ":" in image.rpartition("/")[2]:
        return image
    return f"{image}:latest"
