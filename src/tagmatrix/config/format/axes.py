"""Axes: more dimensions of versions, such as the PHP of a WordPress image, and their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.config.format.name_shapes import AXIS, AXIS_VALUE
from tagmatrix.config.format.upstream import UPSTREAM_CHOICE
from tagmatrix.config.model import AxisSource
from tagmatrix.config.shapes import NULL, Either, Field, ListOf, MapOf, Number, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

_SOME: Final = ListOf(AXIS_VALUE, "values", needed="name a value, or remove the axis")
_NUMBER: Final = Number("a number of values, 1 to 99", 1, 99)


def _axis(**values: Any) -> AxisSource:  # noqa: ANN401 (the fields below)
    return AxisSource(upstream=values.pop("from"), **values)  # a word of Python


AXES: Final = MapOf(
    AXIS,
    Either(
        "a list of values, or a mapping with `values`",
        {
            "list": _SOME,
            "mapping": Record(
                {
                    "values": Field(_SOME, "The values, in order.", required=True),
                    "from": Field(
                        UPSTREAM_CHOICE,
                        "The source of versions, of which the values are parts, such as 8.4 of "
                        "8.4.12: `update` writes the values.",
                        required=True,
                    ),
                    "newest": Field(
                        _NUMBER,
                        "How many of the newest values the axis has. If absent: all.",
                    ),
                    "min": Field(AXIS_VALUE, "The oldest value.", default=""),
                },
                _axis,
                "an axis with a source",
            ),
        },
    ),
    "axes and their values",
)
_SOME_AXES: Final = MapOf(
    AXIS,
    ListOf(AXIS_VALUE, "values", needed="name a value, or remove this line to use all values"),
    "axes and their values",
)
DEFAULT_AXES: Final = MapOf(
    AXIS,
    Either("a value or null", {"null": NULL, "scalar": AXIS_VALUE}),
    "axes and their default values",
)
AXES_OF_A_PART: Final[Mapping[str, Field]] = {
    "axes": Field(_SOME_AXES, "Values of `axes` that differ from the global ones.", default={}),
    "default_axes": Field(
        DEFAULT_AXES, "Defaults of axes that differ from the global ones.", default={}
    ),
}
"""The keys of a release and of a flavor."""
