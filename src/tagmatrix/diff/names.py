"""How variants and suites are named for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagmatrix.diff.snapshot import Image


def difference(old: str, new: str) -> tuple[str, str]:
    """Return the words in which two variants differ.

    >>> difference("slim-bookworm", "slim-trixie")
    ('bookworm', 'trixie')
    >>> difference("", "trixie")
    ('', 'trixie')
    """
    left, right = old.split("-"), new.split("-")
    while left and right and left[0] == right[0]:
        left, right = left[1:], right[1:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    if not left or not right:
        return old, new
    return "-".join(left), "-".join(right)


def suite_name(image: Image) -> str:
    """Return the word for the release of an image's base system; its variant if none is known.

    A number goes with the word before it: `alpine3.24`, and a Windows build with its edition.
    """
    if not image.suite or image.is_windows:
        return image.variant
    for word in image.variant.split("-"):
        if word.endswith(image.suite):
            return word
    return image.suite
