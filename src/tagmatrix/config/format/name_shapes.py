"""Shapes that several sections use: names, versions, suffixes, folders, and lists of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tagmatrix.config.model import AlsoVersion, Suffix
from tagmatrix.config.patterns import HOLE
from tagmatrix.config.shapes import NULL, Either, Field, ListOf, Record, Text
from tagmatrix.config.yaml.nodes import Scalar
from tagmatrix.manifest.values import MAINTAINER_FORMAT
from tagmatrix.util.printable import NOT_IN_LINE, NOT_IN_LINES
from tagmatrix.versions import is_channel, parse

if TYPE_CHECKING:
    from tagmatrix.config.shapes import Reading
    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import ValuePath
    from tagmatrix.versions import Style


# A segment of a path: the characters of a tag, but not `..`, so that it stays inside the tree, and
# not the name of a temporary file of tagmatrix. File systems allow 255 bytes.
_NOT_OURS: Final = r"(?!\.{1,2}(?:/|$))(?!\.tagmatrix-)"
_SEGMENT = rf"{_NOT_OURS}[A-Za-z0-9_.,+-]{{1,255}}"
PATH = rf"{_SEGMENT}(?:/{_SEGMENT})*"
# The same with placeholders.
_NOT_IMAGE = rf"(?!\{{image\}}){HOLE}"
_PIECE = rf"{_NOT_OURS}(?:[A-Za-z0-9_.,+-]|{HOLE}){{1,255}}"
PATH_PATTERN = rf"{_PIECE}(?:/{_PIECE})*"
# The longest tag: https://pkg.go.dev/github.com/distribution/reference
LONGEST = 128
_BEGUN = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
# Any printable character, and any that is not a blank.
ANY: Final = rf"[^{NOT_IN_LINE}]"
MARK: Final = rf"[^\s{NOT_IN_LINE}]"


def _word(*words: str) -> str:
    """Return a pattern of words in any case, because JSON Schema has no flag for that."""
    return "|".join("".join(f"[{sign}{sign.upper()}]" for sign in word) for word in words)


# PEP 440 (https://peps.python.org/pep-0440/) as `packaging` reads it, without epochs and local
# versions, because `!` and `+` are not allowed in tags.
_PRE: Final = _word("alpha", "a", "beta", "b", "preview", "pre", "c", "rc")
_VERSION: Final = (
    rf"[0-9]+(?:\.[0-9]+)*(?:[-_.]?(?:{_PRE})[-_.]?[0-9]*)?"
    rf"(?:-[0-9]+|[-_.]?(?:{_word('post', 'rev', 'r')})[-_.]?[0-9]*)?"
    rf"(?:[-_.]?(?:{_word('dev')})[-_.]?[0-9]*)?"
)

NAME: Final = Text("a name (letters, digits, `_`, `.`, `-`)", _BEGUN, longest=LONGEST)
SETTING_NAME: Final = Text("a name in snake_case", r"[a-z][a-z0-9_]*")
CYCLE: Final = Text('a release cycle such as "3.14" or "3.15-rc"', _BEGUN, longest=LONGEST)


class _Pep440(Text, frozen=True):
    """A version of Python's style."""

    def expected(self, text: str) -> str:
        if parse(text, "loose"):
            return f"{super().expected(text)}; `version_style: loose` at the top reads it"
        return super().expected(text)


PEP440: Final = _Pep440(
    'a version such as "3.14.6" or "3.15.0b3" (numbers, then a, b or rc and a number: PEP 440)',
    _VERSION,
    longest=LONGEST,
)


class _Loose(Text, frozen=True):
    """A version of the loose style."""

    def fits(self, text: str) -> bool:
        return len(text) <= self.longest and parse(text, "loose") is not None

    def expected(self, text: str) -> str:
        words = re.findall("[a-z]+", text.lower()) if text[:1].isdigit() else []
        channel = next(filter(is_channel, words), "")
        if not channel:
            return super().expected(text)
        return (
            f"{channel} is a channel, which a version has only behind three numbers and with a "
            f"number of its own, as in 8.9.0-{channel}.1; for an image without a version, write "
            "`version: null` and list its aliases"
        )


_LOOSE: Final = _Loose(
    'a version such as "25.0.4_7", "24.04", "4.0.0-rc-5" or "20260815" (`version_style: loose`)',
    r"[0-9vVrR][0-9A-Za-z._+~:!-]*",
    longest=LONGEST,
)


class VersionText(Struct, frozen=True):
    """A version in the style of the file, which `version_style` sets.

    `or_null` allows a written null, for no version; its value is the empty text.
    """

    what: str
    or_null: bool = False

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (as Text)
        """Return the version as it is written."""
        if self.or_null and isinstance(node, Scalar) and node.kind == "null" and node.text:
            return ""
        return version_shape(reading.style).read(node, path, reading)

    def schema(self) -> dict[str, Any]:
        """Return the rule of both styles; `version_style` narrows it."""
        either = [PEP440.schema(), _LOOSE.schema()]
        return {"anyOf": [*either, NULL.schema()] if self.or_null else either}


def version_shape(style: Style) -> Text:
    """Return the shape of a version in a style."""
    return _LOOSE if style == "loose" else PEP440


_SUCH: Final = 'a version such as "3.14.6" or, in the loose style, "25.0.4_7"'
VERSION: Final = VersionText(_SUCH)
VERSION_OR_NULL: Final = VersionText(f"{_SUCH}; or null", or_null=True)
ALIAS: Final = Text('an alias such as "3" or "lts"', _BEGUN, longest=LONGEST)
SUITE: Final = Text('a suite such as trixie, "3.24" or ltsc2025', _BEGUN, longest=LONGEST)
VARIANT: Final = Text(
    "the name of a variant such as slim-trixie", rf"(?:{_BEGUN})?", longest=LONGEST
)
_IN_LINES: Final = rf"[^{NOT_IN_LINES}]*"
# Messages show lines with `why: "..."`, to be pasted: dots are not a reason.
SENTENCE: Final = Text(
    "a sentence with the reason", rf"{_IN_LINES}(?![.\u2026]){MARK}{_IN_LINES}", lines=True
)
LINK: Final = Text("an address such as https://example.org/why", rf"https?://{MARK}+")
TAG: Final = Text(
    "the suffix of a tag, such as slim or slim-{suite} "
    "(it may contain {suite}, {cycle}, {version}, {name}, and axes)",
    rf"(?:[A-Za-z0-9_.-]|{HOLE})*",
    longest=LONGEST,
)
NAME_PATTERN: Final = Text(
    "the name of variants, such as slim-{suite} (it may contain {suite}, {cycle}, {version}, "
    "and axes)",
    rf"(?:(?:[A-Za-z0-9_]|{HOLE})(?:[A-Za-z0-9_.-]|{HOLE})*)?",
    longest=LONGEST,
)
FOLDER: Final = Text(
    "a folder inside the cycle's folder, such as windows/{name} (no `..`, not absolute; "
    "it may contain {suite}, {cycle}, {version}, {name}, and axes)",
    rf"(?:{PATH_PATTERN})?",
)
LAYOUT: Final = Text(
    "the path of images' folders, such as {cycle}/{folder} (no `..`, not absolute; it may contain "
    "{cycle}, {folder}, {suite}, {version}, {name}, and axes; `.` is the folder of versions.yaml)",
    rf"\.|{PATH_PATTERN}",
)
DOCKERFILE_NAME: Final = Text(
    "the name of a Dockerfile, such as Dockerfile.oracle (it may contain {suite}, {cycle}, "
    "{version}, {name}, and axes)",
    _PIECE,
)
REF: Final = Text(
    "a branch or a tag of git, such as refs/heads/1.2 or refs/tags/v{version} (it may contain "
    "{suite}, {cycle}, {version}, {name}, and axes)",
    rf"refs/(?:heads|tags)/(?:[A-Za-z0-9_+-]|{HOLE})(?:/?(?:[A-Za-z0-9_+-]|\.(?!\.)|{HOLE}))*",
    longest=255,
)
BASE: Final = Text(
    "an image such as debian:{suite}-slim (it may contain {suite}, {cycle}, {version}, {name}, "
    "and axes; {image}: at its beginning is this image)",
    rf"(?:\{{image\}}:|[a-z0-9]|{_NOT_IMAGE})(?:[a-zA-Z0-9_.:/@-]|{_NOT_IMAGE})*(?<![:/@])",
)
TEMPLATE: Final = Text(
    "the name of templates/NAME.Dockerfile.j2 "
    "(it may contain {suite}, {cycle}, {version}, {name} and axes)",
    PATH_PATTERN,
)
BRANCH: Final = Text("the name of a branch, such as main", r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
# https://github.com/docker-library/official-images#instruction-format
BUILDER: Final = Text("a builder of official-images", choices=("buildkit", "classic", "oci-import"))

# A maintainer as `manifest.values.read_maintainer` reads it, in one line and without commas.
_NO_SPACE: Final = rf"[^\s<>(),{NOT_IN_LINE}]"
MAINTAINER: Final = Text(
    f"a maintainer such as {MAINTAINER_FORMAT}",
    rf"{_NO_SPACE}[^<>(),{NOT_IN_LINE}]* (?:<{_NO_SPACE}+> +)?\(@{_NO_SPACE}+\)",
)

ALIAS_PATTERN: Final = Text(
    'an alias such as "3" or {cycle} (it may contain {suite}, {cycle}, {version}, {name}, '
    "and axes)",
    rf"(?:[A-Za-z0-9_]|{HOLE})(?:[A-Za-z0-9_.-]|{HOLE})*",
    longest=LONGEST,
)
WRAPPED_ALIAS: Final = Text(
    "a pattern with {alias}, such as cli-{alias}",
    rf"(?:(?:[A-Za-z0-9_]|{HOLE})(?:[A-Za-z0-9_.-]|{HOLE})*)?\{{alias\}}(?:[A-Za-z0-9_.-]|{HOLE})*",
    longest=LONGEST,
)
AXIS: Final = Text("an axis: a name in snake_case", r"[a-z][a-z0-9_]*")
AXIS_VALUE: Final = Text('a value of an axis, such as "8.4"', _BEGUN, longest=LONGEST)
_SUFFIX: Final = Record(
    {
        "suffix": Field(TAG, 'The suffix; "" for none.', required=True),
        "aliases": Field(
            ListOf(ALIAS_PATTERN, "aliases", needed="name one, or leave the key out for all"),
            "The only aliases that this suffix takes, in order. One that a release has goes only "
            "to the images of that release. {major} is the first number of the cycle.",
        ),
        "on_default": Field(
            ListOf(
                Text("`suite` or an axis", r"[a-z][a-z0-9_]*"),
                "`suite` and axes",
                needed="name one, or leave the key out",
            ),
            "The variant has this suffix only if it is on the default suite (`suite`) and on the "
            "defaults of these axes.",
            default=(),
        ),
    },
    Suffix,
    "a suffix",
    "A suffix that not all tags have.",
)
TAGS: Final = ListOf(
    Either(
        "a suffix, or a mapping with its keys",
        {"scalar": replace(TAG, build=lambda text: Suffix(suffix=text)), "mapping": _SUFFIX},
    ),
    "tags",
)
CONSTRAINTS: Final = ListOf(
    Text(
        "a constraint (it may contain {suite}, {cycle}, {version}, {name}, and axes)",
        rf"(?:[^\s,{{}}{NOT_IN_LINE}]|{HOLE})+",
    ),
    "constraints",
)
ALIASES: Final = ListOf(ALIAS, "aliases")
ALSO_VERSIONS: Final = ListOf(
    Record(
        {
            "version": Field(VERSION, "The other version.", required=True),
            "why": Field(SENTENCE, "Whose version it is.", required=True, default=""),
        },
        AlsoVersion,
        "a version and a reason",
    ),
    "versions and reasons",
)
