"""Components: other products in the image, such as yarn in node's, with versions of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from tagmatrix.config.artifacts import NAMES
from tagmatrix.config.format.checksums import CHECKSUMS
from tagmatrix.config.format.name_shapes import ANY, MARK, SENTENCE, SETTING_NAME, version_shape
from tagmatrix.config.format.rules import LINK_OF_REASON, WHERE
from tagmatrix.config.format.upstream import UPSTREAM_CHOICE
from tagmatrix.config.model import Component
from tagmatrix.config.shapes import Constant, Either, Field, ListOf, MapOf, Record, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = replace(version_shape("loose"), what='a version such as "1.22.22" or "25.0.4_7"')
_SHORT: Final = replace(VERSION, build=lambda version: Component(version=version))
_NONE: Final = Constant("`false`", {"false": None}, {"const": False})

_SUMS: Final[Mapping[str, Field]] = {
    name: Field(
        replace(shape, single=True, what="names or architectures and their checksums"),
        f"The {NAMES[name]} of its file: one, or a mapping from names or architectures.",
        default={},
    )
    for name, shape in CHECKSUMS.items()
}
_WHY: Final = Field(
    SENTENCE, "Why the image has it, and why it has only a SHA-1, if it has.", default=""
)

_WITH: Final = Field(
    ListOf(Text("a component or a release cycle", f"{MARK}{ANY}*"), "names"),
    "Components and release cycles that move together with it: in one commit, all or none.",
    default=(),
)


def _component(**values: Any) -> Component:  # noqa: ANN401 (the fields below)
    together = values.pop("with", ())  # a word of Python
    return Component(together=tuple(together), **values)


COMPONENTS: Final = MapOf(
    SETTING_NAME,
    Either(
        "a version, or a mapping with `version`",
        {
            "scalar": _SHORT,
            "mapping": Record(
                {
                    "version": Field(
                        VERSION,
                        "Its version. If absent: each release has its own.",
                        default="",
                    ),
                    **_SUMS,
                    **WHERE,
                    "why": _WHY,
                    "link": LINK_OF_REASON,
                    "upstream": Field(
                        UPSTREAM_CHOICE,
                        "Where `update` finds its versions and checksums; releases with a version "
                        "of their own do not follow it.",
                        default=None,
                    ),
                    "with": _WITH,
                },
                _component,
                "a component",
                "Another product in the image. Templates read `components.NAME.version` and its "
                "checksums; `components.NAME` is false where the condition does not hold.",
            ),
        },
    ),
    "components",
)

OWN_COMPONENTS: Final = MapOf(
    SETTING_NAME,
    Either(
        "a version, a mapping with `version`, or false",
        {
            "bool": _NONE,
            "scalar": _SHORT,
            "mapping": Record(
                {
                    "version": Field(
                        VERSION, "Its version in this release.", required=True, default=""
                    ),
                    **_SUMS,
                    "why": _WHY,
                    "upstream": Field(
                        UPSTREAM_CHOICE,
                        "Where `update` finds the versions and checksums of this release's line.",
                        default=None,
                    ),
                    "with": _WITH,
                },
                _component,
                "the component of a release",
            ),
        },
    ),
    "components",
)
