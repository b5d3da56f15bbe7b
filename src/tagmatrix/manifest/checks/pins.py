"""Which images have to be named with a digest."""

from __future__ import annotations

from tagmatrix.manifest.checks.windows import base_constraint


def needs_digest(image: str) -> bool:
    """Return whether an image is neither official nor pinned; Windows has no official images.

    >>> needs_digest("debian:trixie"), needs_digest("quay.io/a/b:1")
    (False, True)
    """
    return "/" in image and "@" not in image and base_constraint(image) is None
