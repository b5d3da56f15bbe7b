"""The base images of a Dockerfile, read from its text.

The reader knows only the part of the language that this needs: comments, continued
lines, here-documents, the `escape` directive, `ARG` before the first `FROM`, stages.
https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SCRATCH: Final = "scratch"
"""The empty base, which is not an image: https://hub.docker.com/_/scratch"""

_DIRECTIVE: Final = re.compile(r"\s*#\s*(\w+)\s*=\s*(\S*)\s*$")
_HEREDOC: Final = re.compile(r"""<<(-?)(["']?)([A-Za-z_]\w*)\2""")
_VARIABLE: Final = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:[-+])([^{}]*))?\})")
_NATIVE: Final = frozenset({"$TARGETPLATFORM", "${TARGETPLATFORM}"})
_ESCAPES: Final = frozenset("\\`")
# A name has a few hundred characters. Arguments that contain each other can grow without end.
_LONGEST: Final = 4 << 10
_MOST: Final = 1 << 20
_HOME: Final = re.compile(r"(?:(?:index\.)?docker\.io/)(?:library/)?|library/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """The images that a Dockerfile is built from, as `name:tag`.

    Attributes:
        last: the base of the last stage, which is the published one. It may be
            `scratch`; it is empty if there is no stage.
        all: `last` and all other images of FROM, COPY and the like, in order, each once.
        foreign: the images of `all` that run on the platform of the build or on a named
            one (`FROM --platform=...`), which need not be the platform of the image.
    """

    last: str
    all: tuple[str, ...]
    foreign: tuple[str, ...] = ()


def read_bases(text: str) -> Bases:
    r"""Return the images that a Dockerfile is built from.

    Stages are followed to the images that they begin with. A variable without a
    default stays as it is written (`${BASE}`), because its value is unknown.

    >>> read_bases('''
    ... ARG SUITE=trixie
    ... FROM --platform=$BUILDPLATFORM golang:1.25 AS build
    ... RUN make
    ... FROM debian:${SUITE}-slim
    ... COPY --from=build /a /a
    ... COPY --from=busybox /bin/sh /bin/sh
    ... ''').all
    ('golang:1.25', 'debian:trixie-slim', 'busybox:latest')
    """
    reader = _Reader()
    for words in _instructions(text):
        reader.read(words)
    images = tuple(dict.fromkeys(reader.images))
    return Bases(
        last=reader.stages[-1] if reader.stages else "",
        all=images,
        foreign=tuple([image for image in images if image not in reader.native]),
    )


def normal_name(image: str) -> str:
    """Return an image's name with its tag, and without the prefix of Docker's own registry.

    >>> normal_name("docker.io/library/debian"), normal_name("debian:trixie@sha256:c0ffee")
    ('debian:latest', 'debian:trixie@sha256:c0ffee')
    """
    image = _HOME.sub("", image, count=1) if _HOME.match(image) else image
    if image == SCRATCH or "$" in image or "@" in image or ":" in image.rpartition("/")[2]:
        return image
    return f"{image}:latest"


@dataclass(slots=True)
class _Reader:
    """Reads the instructions of a Dockerfile one by one, and collects the bases."""

    arguments: dict[str, str] = field(default_factory=dict)
    stages: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)
    native: set[str] = field(default_factory=set)
    expanded: int = 0

    def read(self, words: list[str]) -> None:
        """Read an instruction."""
        keyword, options = words[0].upper(), _options(words)
        if keyword == "ARG" and not self.stages:
            for word in words[1:]:
                name, _, default = word.partition("=")
                self.arguments[name] = self._expand(default.strip("\"'"))
        elif keyword == "FROM":
            platforms = [option[1].strip("\"'") for option in options if option[0] == "platform"]
            self._read_from(
                [word for word in words[1:] if not word.startswith("--")],
                native=_NATIVE.issuperset(platforms),
            )
        elif keyword in {"COPY", "ADD"}:
            self._use(option[1] for option in options if option[0] == "from")
        elif keyword == "RUN":
            mounts = [option[1].split(",") for option in options if option[0] == "mount"]
            parts = [part.partition("=") for mount in mounts for part in mount]
            self._use(value for key, _, value in parts if key == "from")

    def _read_from(self, words: list[str], *, native: bool) -> None:
        if not words:
            return
        name = self._expand(words[0])
        image = self._stage(name)
        if native and name.lower() not in self.names:
            self.native.add(image)
        self.stages.append(image)
        self.images.append(image)
        if len(words) > 2 and words[1].upper() == "AS":  # noqa: PLR2004 - FROM image AS name
            self.names[words[2].lower()] = image

    def _use(self, names: Iterable[str]) -> None:
        """Add images that files are copied from; the base of a stage is already there."""
        for text in names:
            name = self._expand(text.strip("\"'"))
            stage = name.isdecimal() and int(name) < len(self.stages)
            if not stage and name.lower() not in self.names:
                self.images.append(normal_name(name))
                self.native.add(self.images[-1])

    def _stage(self, name: str) -> str:
        return self.names.get(name.lower()) or normal_name(name.strip("\"'"))

    def _expand(self, text: str) -> str:
        """Replace variables with their defaults from before the first stage; cut a long result."""
        text = text[:_LONGEST]
        if "$" not in text or self.expanded > _MOST:
            return text

        def value(match: re.Match[str]) -> str:
            known = self.arguments.get(match[1] or match[2], "")
            if match[3] == ":+":
                return match[4] if known else ""
            return known or match[4] or match[0]

        result = _VARIABLE.sub(value, text)
        self.expanded += len(result)
        return result[:_LONGEST]


def _instructions(text: str) -> Iterator[list[str]]:
    """Yield the words of each instruction; join continued lines, skip here-documents."""
    lines = iter(text.removeprefix("\ufeff").splitlines())
    escape = "\\"
    directives = True
    for line in lines:
        if directives and (match := _DIRECTIVE.match(line)):
            if match[1].lower() == "escape" and match[2] in _ESCAPES:
                escape = match[2]
            continue
        directives = False
        whole = line.strip()
        if not whole or whole.startswith("#"):
            continue
        pieces = [whole]
        while pieces[-1].endswith(escape):
            more = next(lines, None)
            if more is None:
                break
            if more.strip() and not more.strip().startswith("#"):
                pieces[-1] = pieces[-1].removesuffix(escape)
                pieces.append(more.rstrip())
        whole = "".join(pieces)
        words = whole.split()
        if words[0].upper() in {"RUN", "COPY", "ADD"}:
            for match in _HEREDOC.finditer(whole):
                _skip(lines, match[3], tabs=bool(match[1]))
        yield words


def _options(words: list[str]) -> list[tuple[str, str]]:
    """Return the options that follow the instruction, each with its value."""
    options = itertools.takewhile(lambda word: word.startswith("--"), words[1:])
    return [(name, value) for name, _, value in (text[2:].partition("=") for text in options)]


def _skip(lines: Iterator[str], end: str, *, tabs: bool) -> None:
    """Skip the lines of a here-document."""
    for line in lines:
        if (line.lstrip("\t") if tabs else line) == end:
            return
