"""Whether an image in a registry is the one that a tag should have: variant, base, version.

Only what its annotations and labels say is compared; what they do not say is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.references import parse as parse_reference
from tagmatrix.registry.current_bases import SCRATCH
from tagmatrix.registry.image_facts import BASE_NAME
from tagmatrix.registry.joins import IMAGE, PARENT_KEY
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.registry.image_facts import Part
    from tagmatrix.registry.wanted import WantedImage


def other_image(part: Part, images: Iterable[WantedImage]) -> str:
    """Return why a part is none of some images; empty if it may be one of them."""
    reasons = [_difference(part, image) for image in images]
    return reasons[0] if reasons and all(reasons) else ""


def is_older(part: Part, images: Iterable[WantedImage]) -> bool:
    """Return whether a part has an older version than each of some images."""
    orders = [_order(part.version, image) for image in images]
    return bool(orders) and all(order is not None and order < 0 for order in orders)


def _difference(part: Part, image: WantedImage) -> str:
    """Return what a part has that an image has not; an older version is not one of it."""
    name = part.annotations.get(IMAGE, "")
    if name and name != image.name:
        return f"it is the image {name}, not {image.name}"
    base = part.annotations.get(BASE_NAME, "")
    if base and not is_base(base, image.base, part, is_child=image.is_child):
        return f"it is built on {base}, not on {image.base}"
    order = _order(part.version, image)
    if order is None or order > 0:
        return f"it has version {part.version}, not {image.version}"
    return ""


def _order(version: str, image: WantedImage) -> int | None:
    """Compare a version with that of an image: -1 if it is older, 1 if newer, 0 if unknown.

    The builders of official-images write the first tag as the version. None means that the texts
    differ, and can't be compared.
    """
    if not version or not image.version or version in {image.version, image.tag}:
        return 0
    suffix = image.tag.removeprefix(image.version)
    have, want = parse(version.removesuffix(suffix), "loose"), parse(image.version, "loose")
    return have.compare(want) if have and want else None


def is_base(name: str, base: str, part: Part, *, is_child: bool) -> bool:
    """Return whether the name of a part's base may be a base as versions.yaml writes it.

    For an image of the plan, the name has the repository to which that image is pushed; a mirror
    has another host. So the names of repositories count only as far as they must.
    """
    if base == SCRATCH:
        return False
    try:
        found, wanted = parse_reference(name), parse_reference(base)
    except ValueError:
        return name == base
    if found.digest and wanted.digest:
        return found.digest == wanted.digest
    if (found.tag or "latest") != (wanted.tag or "latest"):
        return False
    is_image = is_child or PARENT_KEY in part.annotations
    return is_image or found.path.rpartition("/")[2] == wanted.path.rpartition("/")[2]
