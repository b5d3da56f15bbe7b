"""Compare the versions of images: which tag goes back, and which one should not have moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff.changes import ChangeReason, Effect
from tagmatrix.manifest.exact_aliases import has_date
from tagmatrix.versions import version_in

if TYPE_CHECKING:
    from tagmatrix.diff.snapshot import SnapshotImage, SnapshotTag
    from tagmatrix.versions import Version


def moved(old: SnapshotTag, new: SnapshotTag) -> ChangeReason | None:
    """Return the reason if a tag that is a full version, or has a date, does not keep it."""
    was, now = old.main, new.main
    if was.date and now.date and has_date(old.alias, was.date):
        if has_date(old.alias, now.date):
            return None
        return ChangeReason(Effect.FIXED, was.date.tag, now.date.tag)
    if was.version is None or now.version is None or was.version_text == now.version_text:
        return None
    if not old.is_exact or not was.version.compare(now.version):
        return None
    named = version_in(old.alias, now.version.style)
    if named is not None and named.tag in now.version.parts:
        return None
    return ChangeReason(Effect.FIXED, was.version_text, now.version_text)


def back(old: SnapshotTag, new: SnapshotTag) -> dict[str, ChangeReason]:
    """Return the architectures whose version is lower than before, each with the reason."""
    if len(old.images) == len(new.images) == 1:
        reason = _older(old.main, new.main)
        names = old.architectures & new.architectures if reason else ()
        return {name: reason for name in names if reason}
    before, after = _by_architecture(old), _by_architecture(new)
    pairs = {name: _older(image, after[name]) for name, image in before.items() if name in after}
    return {name: reason for name, reason in pairs.items() if reason}


def _older(was: SnapshotImage, now: SnapshotImage) -> ChangeReason | None:
    """Return the reason if an image is older than another one, by version or by date."""
    order = _order(was, now)
    if order is not None and order > 0:
        return ChangeReason(Effect.GOES_BACK, was.version_text, now.version_text)
    before, after = _day(was), _day(now)
    if order or was.cycle != now.cycle or before is None or after is None:
        return None
    if before.compare(after) == 1:
        return ChangeReason(Effect.GOES_BACK, before.tag, after.tag)
    return None


def _day(image: SnapshotImage) -> Version | None:
    """Return the date of an image's build; it may be its version."""
    version = image.version
    return image.date or (version if version and version.scheme == "date" else None)


def _order(one: SnapshotImage, other: SnapshotImage) -> int | None:
    """Return 1, 0 or -1 if the version of an image is higher, equal or lower, or else None.

    Versions of different products, and dates of different codenames, can't be compared.
    """
    if one.version is None or other.version is None:
        return None
    if one.product and other.product and one.product != other.product:
        return None
    if one.version is other.version:
        return 0
    if one.version.scheme == "date" and one.cycle != other.cycle:
        return None
    return one.version.compare(other.version)


def comparable(was: SnapshotImage, now: SnapshotImage) -> bool:
    """Return whether two images of a cycle can be compared, by version or by date.

    Nothing of an image without a version is compared, so nothing is missing there.
    """
    if was.version is None or now.version is None or _order(was, now) is not None:
        return True
    return _day(was) is not None and _day(now) is not None


def lagging(tag: SnapshotTag) -> ChangeReason | None:
    """Return the reason for a tag with different versions on its platforms, or None."""
    main = tag.main
    other = next((image for image in tag.images if _order(main, image)), None)
    if other is None:
        return None
    text = other.version_text
    behind = [image for image in tag.images if image.version_text == text]
    names = {name for image in behind for name in image.architectures}
    return ChangeReason(Effect.TWO_VERSIONS, main.version_text, text, tuple(sorted(names)))


def _by_architecture(tag: SnapshotTag) -> dict[str, SnapshotImage]:
    """Return the image for each architecture, the highest of several Windows builds."""
    found: dict[str, SnapshotImage] = {}
    for image in tag.images:
        for architecture in image.architectures:
            known = found.get(architecture)
            if image.version and (known is None or _order(known, image) == -1):
                found[architecture] = image
    return found
