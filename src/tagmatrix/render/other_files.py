"""The files in an image's folder that tagmatrix did not write, as far as a Dockerfile sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping


class OtherFiles(Struct, frozen=True, kw_only=True):
    """The files of maintainers in an image's folder.

    Attributes:
        names: their paths in the folder.
        ignores: the content of those that say what is not in the build context.
    """

    names: frozenset[str] = frozenset()
    ignores: Mapping[str, bytes] = field(default_factory=dict)
