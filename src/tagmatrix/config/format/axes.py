"""Axes: more dimensions of versions, such as the PHP of a WordPress image, and their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.config.format.names import AXIS, AXIS_VALUE
from tagmatrix.config.shapes import NULL, Either, Field, ListOf, MapOf

if TYPE_CHECKING:
    from collections.abc import Mapping

_VALUES: Final = ListOf(AXIS_VALUE, "values")
AXES: Final = MapOf(
    AXIS,
    ListOf(AXIS_VALUE, "values", needed="name a value, or remove the axis"),
    "axes and their values",
)
SOME_AXES: Final = MapOf(AXIS, _VALUES, "axes and their values")
"""The axes of a part of the images, which may have none of the values."""
DEFAULT_AXES: Final = MapOf(
    AXIS,
    Either("a value or null", {"null": NULL, "scalar": AXIS_VALUE}),
    "axes and their default values",
)
AXES_OF_A_PART: Final[Mapping[str, Field]] = {
    "axes": Field(SOME_AXES, "Values of `axes` that differ from the global ones.", default={}),
    "default_axes": Field(
        DEFAULT_AXES, "Defaults of axes that differ from the global ones.", default={}
    ),
}
"""The keys of a release and of a flavor."""
