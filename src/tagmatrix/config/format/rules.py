"""The rules: where something holds (`when`, `unless`), settings, exclusions, acceptances."""

from __future__ import annotations

from typing import Any, Final

from tagmatrix.config.format.names import (
    ARCHITECTURE,
    ARCHITECTURE_LIST,
    CYCLE,
    LINK,
    LONGEST,
    NAME,
    SENTENCE,
    SETTING_NAME,
    SHA256,
    SUITE,
    VARIANT,
    VERSION,
)
from tagmatrix.config.model import Acceptance, Condition, Exclusion, Setting
from tagmatrix.config.shapes import Either, Field, Flag, ListOf, Record, Text, Yes
from tagmatrix.config.yaml.nodes import Scalar
from tagmatrix.cycles import COMPARISONS_PATTERN, parse_comparisons


def _condition(
    *, cycles: tuple[str, ...] | str | None, **others: tuple[str, ...] | None
) -> Condition:
    return Condition(
        comparisons=parse_comparisons(cycles) if isinstance(cycles, str) else (),
        cycles=cycles if isinstance(cycles, tuple) else (),
        flavors=others["flavors"] or (),
        suites=others["suites"] or (),
        variants=others["variants"] or (),
        architectures=others["architectures"] or (),
    )


_NEEDED = "name what is meant, or leave the key out: then all are meant"

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
            ListOf(ARCHITECTURE, "architectures", needed=_NEEDED),
            "One of these architectures. Only in `exclude`: a setting holds for a Dockerfile, "
            "and that is one for all architectures.",
        ),
    },
    _condition,
    "a condition",
    "Which images are meant: each key that is given has to hold.",
    needed="name what is meant, or remove it",
)

_ANY_TEXT = Text("a text", longest=100_000)


class _SettingText(Text):
    """A setting's value that is a text; null is no way to say that there is none."""

    def read(self, node: Any, path: Any, reading: Any) -> Any:  # noqa: ANN401 (as in Text)
        if isinstance(node, Scalar) and node.kind == "null" and node.text:
            message = f"{node.text} is no value of a setting; write false where it does not hold"
            return reading.report(path, message, node.place)
        return super().read(node, path, reading)


SETTING_VALUE: Final = Either(
    "true, false, a text or a list of texts",
    {
        "bool": Flag(),
        "scalar": _SettingText("a text", longest=100_000),
        "list": ListOf(_ANY_TEXT, "texts"),
    },
)

_WHY = Field(SENTENCE, "The reason, for whoever reads it in two years.", required=True, default="")
_LINK = Field(LINK, "Where the reason can be checked.", default="")
_WHEN = Field(CONDITION, "Where this holds; everywhere if absent.")
_UNLESS = Field(CONDITION, "Where this does not hold, although `when` does.")

SETTING: Final = Record(
    {
        "value": Field(
            SETTING_VALUE, "What templates see where the condition holds.", default=True
        ),
        "when": _WHEN,
        "unless": _UNLESS,
        "why": _WHY,
        "link": _LINK,
    },
    Setting,
    "a setting",
    "A value that templates see as settings.NAME: `value` where the condition holds, else false.",
)

EXCLUSION: Final = Record(
    {
        "architectures": Field(
            ARCHITECTURE_LIST, "What is not built; without it the images themselves.", default=()
        ),
        "when": _WHEN,
        "unless": _UNLESS,
        "why": _WHY,
        "link": _LINK,
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

EFFECTS: Final = ("loses", "goes_back_to", "prerelease", "windows_only", "vanishes", "sha256")
ABOUT: Final = {"sha256": (), "goes_back_to": ("tag", "setting")}
"""What an effect may be about, where that is not `tag` alone."""


def _one_effect() -> list[dict[str, Any]]:
    """Return the schema of what goes together: one effect, and what it is about."""
    found = []
    for effect in EFFECTS:
        about = ABOUT.get(effect, ("tag",))
        others = [other for other in (*EFFECTS, "tag", "setting") if other not in {effect, *about}]
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
            "Which tags; `*` stands for any characters, or none. Needed with all but `sha256`.",
        ),
        "setting": Field(
            SETTING_NAME, "With `goes_back_to`, in place of `tag`: a setting that is a version."
        ),
        "loses": Field(
            ListOf(ARCHITECTURE, "architectures", needed="name one"),
            "It is no longer built for these architectures.",
            default=(),
        ),
        "goes_back_to": Field(
            VERSION, "It moves to this version, which is lower than its own; a setting has it."
        ),
        "prerelease": Field(VERSION, "It moves from a final release to this pre-release."),
        "windows_only": Field(Yes(), "It is left on Windows only; write true."),
        "vanishes": Field(
            Yes(), "It ends although its cycle and variant are still published; write true."
        ),
        "sha256": Field(
            SHA256, "Upstream replaced a file of an unchanged version by one with this SHA-256."
        ),
        "why": _WHY,
        "link": _LINK,
    },
    _acceptance,
    "an acceptance",
    "One effect that is let pass: exactly one of `loses`, `goes_back_to`, `prerelease`, "
    "`windows_only`, `vanishes` and `sha256`.",
    more={"oneOf": _one_effect()},
)
