"""Rules: conditions (`when`, `unless`), settings, exclusions, acceptances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.config.format.architecture_shapes import ARCHITECTURE_LIST, LISTED_ARCHITECTURE
from tagmatrix.config.format.checksums import DIGESTS
from tagmatrix.config.format.name_shapes import (
    AXIS,
    AXIS_VALUE,
    CYCLE,
    LINK,
    LONGEST,
    NAME,
    SENTENCE,
    SETTING_NAME,
    SUITE,
    VARIANT,
    VERSION,
)
from tagmatrix.config.model import Acceptance, Condition, Exclusion, Setting
from tagmatrix.config.shapes import FLAG, YES, Data, Either, Field, ListOf, MapOf, Record, Text
from tagmatrix.util.printable import NOT_IN_LINES
from tagmatrix.versions import COMPARISONS_PATTERN, parse_comparisons

if TYPE_CHECKING:
    from collections.abc import Mapping


def _condition(*, cycles: tuple[str, ...] | str | None, **others: Any) -> Condition:  # noqa: ANN401 (the fields of CONDITION)
    named = {key: names or () for key, names in others.items()} | {"axes": others["axes"] or {}}
    if isinstance(cycles, str):
        return Condition(comparisons=parse_comparisons(cycles), **named)
    return Condition(cycles=cycles or (), **named)


_NEEDED = "name at least one, or leave the key out to select all"

CONDITION: Final = Record(
    {
        "cycles": Field(
            Either(
                'comparisons such as ">=3.11" or a list of cycles',
                {
                    "scalar": Text(
                        'comparisons such as ">=3.11,<3.14", or a list of cycles such as ["3.14"]',
                        COMPARISONS_PATTERN,
                    ),
                    "list": ListOf(CYCLE, "cycles", needed=_NEEDED),
                },
            ),
            "Comparisons with the cycle's numbers, in quotes: `<`, `<=`, `>`, `>=`, `==`, `!=`; a "
            'comma between two means "and". Or a list of cycles.',
        ),
        "flavors": Field(ListOf(NAME, "flavors", needed=_NEEDED), "One of these flavors."),
        "suites": Field(ListOf(SUITE, "suites", needed=_NEEDED), "One of these suites."),
        "variants": Field(
            ListOf(VARIANT, "variants", needed=_NEEDED), "One of these variants, by name."
        ),
        "architectures": Field(
            ListOf(LISTED_ARCHITECTURE, "architectures", needed=_NEEDED),
            "One of these architectures. Only in `exclude`: a setting is for a Dockerfile, and an "
            "image has one Dockerfile for all architectures.",
        ),
        "axes": Field(
            MapOf(
                AXIS,
                ListOf(AXIS_VALUE, "values", needed=_NEEDED),
                "axes and their values",
                needed=_NEEDED,
            ),
            "One of these values of each axis that is named.",
        ),
    },
    _condition,
    "a condition",
    "Selects images: those for which each key that is set holds.",
    needed="set one of its keys, or remove it",
)

SETTING_VALUE: Final = Data(
    "any value: a text, true, false, null, a whole number, a list, a mapping, nested or not",
    Text("a text", rf"[^{NOT_IN_LINES}]*", longest=100_000, lines=True),
)

WHERE: Final[Mapping[str, Field]] = {
    "when": Field(CONDITION, "The images for which this holds. If absent: all."),
    "unless": Field(
        CONDITION, "The images for which this does not hold, although `when` selects them."
    ),
}
LINK_OF_REASON: Final = Field(LINK, "A link to the source of the reason.", default="")
_REASON: Final[Mapping[str, Field]] = {
    "why": Field(SENTENCE, "The reason, for later maintainers.", required=True, default=""),
    "link": LINK_OF_REASON,
}

SETTING: Final = Record(
    {
        "value": Field(
            SETTING_VALUE, "The value in templates where the condition holds.", default=True
        ),
        "by": Field(
            SETTING_NAME,
            "The value depends on the `suite`, the `flavor`, the `architecture` or an axis: then "
            "`value`, and the values of releases, are mappings from suites (and so on) to values.",
        ),
        "multiline": Field(
            FLAG,
            "Whether its texts may have several lines. If false, a template can write a value "
            "anywhere in a line.",
            default=False,
        ),
        **WHERE,
        **_REASON,
    },
    Setting,
    "a setting",
    "A value that templates read as settings.NAME: `value` where the condition holds, else false.",
)

EXCLUSION: Final = Record(
    {
        "architectures": Field(
            ARCHITECTURE_LIST,
            "The architectures that are not built. If absent: the whole images are not built.",
            default=(),
        ),
        **WHERE,
        **_REASON,
    },
    Exclusion,
    "an exclusion",
    more={"anyOf": [{"required": [key]} for key in ("architectures", "when", "unless")]},
)


def _acceptance(*, tag: str | tuple[str, ...] | None, **effect: Any) -> Acceptance:  # noqa: ANN401 (the fields of ACCEPTANCE)
    return Acceptance(tags=(tag,) if isinstance(tag, str) else tag or (), **effect)


_TAG_PATTERN = Text(
    'a tag such as alpine, or a pattern such as "3.12-windowsservercore*"',
    r"[A-Za-z0-9_.*-]+",
    longest=LONGEST,
)

EFFECTS: Final = (
    *("loses", "goes_back_to", "prerelease", "windows_only", "vanishes"),
    *("sha256", "sha512", "sha1"),
)
ABOUT: Final = {
    **dict.fromkeys(DIGESTS, ()),
    "goes_back_to": ("tag", "setting", "component"),
}
"""The keys that an effect may name, for effects that do not take `tag` only."""


def _one_effect() -> list[dict[str, Any]]:
    """Return the schema of the keys that go together: one effect, and its tags or setting."""
    found = []
    for effect in EFFECTS:
        about = ABOUT.get(effect, ("tag",))
        every = (*EFFECTS, "tag", "setting", "component")
        others = [other for other in every if other not in {effect, *about}]
        only = [*about] if len(about) == 1 else []
        schema: dict[str, Any] = {
            "required": [*only, effect],
            "properties": dict.fromkeys(others, False),
        }
        if len(about) > 1:
            schema["oneOf"] = [{"required": [each]} for each in about]
        found.append(schema)
    return found


ACCEPTANCE: Final = Record(
    {
        "tag": Field(
            Either(
                "a tag, a pattern, or a list of them",
                {
                    "scalar": _TAG_PATTERN,
                    "list": ListOf(_TAG_PATTERN, "tags", needed="name a tag"),
                },
            ),
            "The tags. `*` matches any characters, or none. Required for all effects but checksums "
            "and, with `setting` or `component`, `goes_back_to`.",
        ),
        "setting": Field(
            SETTING_NAME,
            "With `goes_back_to`, in place of `tag`: a setting whose value is a version.",
        ),
        "component": Field(SETTING_NAME, "With `goes_back_to`, in place of `tag`: a component."),
        "loses": Field(
            ListOf(LISTED_ARCHITECTURE, "architectures", needed="name one"),
            "The tag is no longer built for these architectures.",
            default=(),
        ),
        "goes_back_to": Field(
            VERSION,
            "The tag, the setting or the component goes back to this version, which is lower than "
            "the published one.",
        ),
        "prerelease": Field(VERSION, "The tag moves from a final release to this pre-release."),
        "windows_only": Field(YES, "The tag is left on Windows only; write true."),
        "vanishes": Field(
            YES, "The tag ends although its cycle and variant are still published; write true."
        ),
        "sha256": Field(
            DIGESTS["sha256"],
            "Upstream replaced a file of an unchanged version with a file that has this SHA-256. "
            "Or two versions or artifacts have it, because they are the same file.",
        ),
        "sha512": Field(DIGESTS["sha512"], "The same for a SHA-512."),
        "sha1": Field(DIGESTS["sha1"], "The same for a SHA-1."),
        **_REASON,
    },
    _acceptance,
    "an acceptance",
    "One effect that the guard accepts: exactly one of `loses`, `goes_back_to`, `prerelease`, "
    "`windows_only`, `vanishes`, `sha256`, `sha512` and `sha1`.",
    more={"oneOf": _one_effect()},
)
