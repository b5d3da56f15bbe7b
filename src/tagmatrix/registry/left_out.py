"""What a plan leaves out: images, builds, and tags without a required architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.util.wording import counted, few, join_names

if TYPE_CHECKING:
    from collections.abc import Iterable


class LeftOut(Struct, frozen=True, kw_only=True):
    """What is not in the plan, and why: an image, a build, or the tags of an index.

    Attributes:
        what: its name in messages.
        why: the reason.
        tags: the tags that are not published.
        lacks: the required architectures of these tags that the plan builds for no image.
    """

    what: str
    why: str
    tags: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


def without_required(left_out: Iterable[LeftOut]) -> str:
    """Return which tags lack a required architecture, and what to do; empty if none do."""
    items = [item for item in left_out if item.lacks]
    if not items:
        return ""
    tags = [tag for item in items for tag in item.tags]
    lacks = dict.fromkeys(name for item in items for name in item.lacks)
    verb, they = ("is", "it needs") if len(tags) == 1 else ("are", "they need")
    return (
        f"{counted(len(tags), 'tag')} {verb} left out ({few(dict.fromkeys(tags))}): {they} "
        f"{join_names([*lacks])}, which this plan does not build; plan more, or write the "
        "architectures that a tag must have into `publish.required` of versions.yaml"
    )
