"""The keys `publish`, and `test` and `secrets` of a flavor: how images are built and published."""

from __future__ import annotations

import re
from typing import Any, Final

from tagmatrix.config.format.architecture_shapes import ARCHITECTURE_LIST, LISTED_ARCHITECTURE
from tagmatrix.config.format.name_shapes import ANY, MARK, NAME
from tagmatrix.config.format.rules import CONDITION
from tagmatrix.config.publishing import (
    BREAKING,
    BREAKS,
    Attest,
    Destination,
    ImageTest,
    Publish,
    Runner,
    Secret,
)
from tagmatrix.config.shapes import FLAG, Either, Field, ListOf, MapOf, Number, Record, Text
from tagmatrix.problems import shown
from tagmatrix.references import parse as parse_reference
from tagmatrix.util.printable import NOT_IN_LINE


class _Repository(Text, frozen=True):
    """The name of a repository, as `references` reads it."""

    def fits(self, text: str) -> bool:
        try:
            found = parse_reference(text)
        except ValueError:
            return False
        return not found.tag and not found.digest

    def unfit(self, text: str) -> str:
        """Return the message for a name; it names the wrong part."""
        try:
            found = parse_reference(text)
        except ValueError as error:
            return f"{error}; expected {self.what}"
        part = "digest" if found.digest else "tag"
        return f'invalid value "{text}": remove the {part}; tags come from the matrix'


REPOSITORY: Final = _Repository("a repository such as ghcr.io/me/python", rf"{MARK}+", longest=400)


class _Stamp(Text, frozen=True):
    """The pattern of an immutable tag."""

    def fits(self, text: str) -> bool:
        holes = set(re.findall(r"\{(\w+)\}", text))
        return bool(re.fullmatch(self.pattern, text)) and "tag" in holes and len(holes) > 1


_STAMP: Final = _Stamp(
    "a tag with {tag} and {date} or {key}, such as {tag}-{date}",
    r"(?:[A-Za-z0-9_]|\{(?:tag|date|key)\})(?:[A-Za-z0-9_.-]|\{(?:tag|date|key)\})*",
    longest=100,
)

_WHERE: Final = {
    "when": Field(CONDITION, "The images for which this holds. If absent: all."),
    "unless": Field(
        CONDITION, "The images for which this does not hold, although `when` selects them."
    ),
}

_DESTINATION: Final = Record(
    {
        "repository": Field(REPOSITORY, "The repository: host and path, no tag.", required=True),
        "final": Field(
            FLAG,
            "true: only for final versions; false: only for pre-releases. If absent: for both.",
        ),
        "allow_http": Field(
            FLAG,
            "Whether its registry may use http, which does not protect against changes on the way. "
            "On loopback it always may.",
            default=False,
        ),
        **_WHERE,
    },
    Destination,
    "a repository",
    "A repository to publish to, and the images that go there.",
)


_REPOSITORY_ALONE: Final = _Repository(
    REPOSITORY.what,
    REPOSITORY.pattern,
    longest=REPOSITORY.longest,
    build=lambda name: Destination(repository=name),
)

RUNNER: Final = Record(
    {
        "label": Field(
            Text("a runner's label such as ubuntu-24.04-arm", r"[A-Za-z0-9_][A-Za-z0-9_. -]*"),
            "The label of the machines: `runs-on` in GitHub Actions, a tag of GitLab's runners.",
            required=True,
        ),
        "architectures": Field(
            ListOf(LISTED_ARCHITECTURE, "architectures"), "What it builds natively.", default=()
        ),
        "emulates": Field(
            ListOf(LISTED_ARCHITECTURE, "architectures"), "What it builds by emulation.", default=()
        ),
        "constraints": Field(
            ListOf(Text("a constraint", rf"{MARK}+"), "constraints", needed="name one"),
            "Only for images with one of these constraints, such as a Windows build.",
            default=(),
        ),
    },
    Runner,
    "a class of runners",
    "A class of machines that build images.",
)

_LABEL: Final = Text(
    "a label such as org.opencontainers.image.vendor", r"[a-z0-9]+(?:[._-][a-z0-9]+)*", longest=200
)
_WEIGHT: Final = Number("a number from 0 to 1000", 0, 1000)


def _publish(**values: Any) -> Publish:  # noqa: ANN401 (the fields of PUBLISH)
    required = values.pop("required")
    return Publish(
        **{**values, "attest": values["attest"] or Attest()},
        required=None if required == "all" else required,
    )


PUBLISH: Final = Record(
    {
        "registries": Field(
            ListOf(
                Either(
                    "a repository, or a mapping with its keys",
                    {"scalar": _REPOSITORY_ALONE, "mapping": _DESTINATION},
                ),
                "repositories",
                needed="name a repository, or leave the key out",
            ),
            "The repositories to publish to.",
            default=(),
        ),
        "staging": Field(
            REPOSITORY,
            "The repository to which builds are pushed by digest, until `registry publish` makes "
            "their indexes. `registry prune` deletes there only. If absent: the first repository.",
        ),
        "runners": Field(
            MapOf(NAME, RUNNER, "runners", needed="add a class, or leave the key out"),
            "The classes of machines that build images, by name. If absent: GitHub's.",
            default={},
        ),
        "required": Field(
            Either(
                "`all`, or a list of architectures",
                {"scalar": Text("all", choices=("all",)), "list": ARCHITECTURE_LIST},
            ),
            "The architectures without which no tag is published. A tag does not wait for "
            "other architectures.",
            default="all",
        ),
        "stamp": Field(
            _STAMP,
            "One more tag for each image, which never moves: {tag} is its first tag, {date} is "
            "--as-of, {key} is the hash of what the image is built from.",
        ),
        "attest": Field(
            Record(
                {
                    "sbom": Field(FLAG, "Whether to attach a list of packages.", default=False),
                    "provenance": Field(
                        Text("min or max", choices=("min", "max")),
                        "How much provenance to attach: `min` or `max`. If absent: none.",
                    ),
                },
                Attest,
                "attestations",
                "What is attached to images. Provenance makes each rebuild differ.",
            ),
            "Attestations of the images. If absent: none.",
        ),
        "labels": Field(
            MapOf(_LABEL, Text("a text", rf"{ANY}+"), "labels"),
            "More labels of each image.",
            default={},
        ),
        "weights": Field(
            MapOf(NAME, _WEIGHT, "weights"),
            "How expensive a build of each flavor is, in units of your choice, for `plan`.",
            default={},
        ),
    },
    _publish,
    "where images are published",
    "Where images are built and published: `tagmatrix plan`, `tagmatrix registry`.",
)

_WORDS: Final = ListOf(Text("a word", rf"[^{NOT_IN_LINE}]+"), "words", needed="write the command")


class _RunOption(Text, frozen=True):
    """An option of `docker run` that leaves the test as it is."""

    def unfit(self, text: str) -> str:
        if re.fullmatch(BREAKING, text):
            return f'the option "{shown(text)}" {BREAKS}'
        return super().unfit(text)


_OPTION: Final = _RunOption(
    "an option such as --network=none", rf"(?!(?:{BREAKING})$)--?{MARK}{ANY}*"
)
_WAIT: Final = Number("a number of seconds, 1 to 3600", 1, 3600)

TEST: Final = Record(
    {
        "command": Field(
            _WORDS, "The command and its arguments, run in a container.", required=True
        ),
        "wait": Field(_WAIT, "How many seconds it may take.", default=60),
        "options": Field(
            ListOf(_OPTION, "options"),
            "Options of `docker run`, without those that tagmatrix sets itself, such as "
            "`--platform`, and without `--detach`.",
            default=(),
        ),
    },
    ImageTest,
    "a test",
    "A command that must succeed in a container of the built image. It has TAGMATRIX_DIGEST, "
    "TAGMATRIX_VERSION, TAGMATRIX_VARIANT and TAGMATRIX_PLATFORM in its environment.",
)

SECRETS: Final = ListOf(
    Record(
        {
            "id": Field(
                Text("an id such as token", r"[A-Za-z0-9_][A-Za-z0-9_.-]*", longest=100),
                "Its id, as in `RUN --mount=type=secret,id=token`.",
                required=True,
            ),
            "env": Field(
                Text("the name of a variable such as TOKEN", r"[A-Za-z_][A-Za-z0-9_]*"),
                "The environment variable that has its value. tagmatrix never reads it.",
                required=True,
            ),
            **_WHERE,
        },
        Secret,
        "a secret",
        "A secret that a build needs, by name.",
    ),
    "secrets",
)
