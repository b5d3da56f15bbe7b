"""Which images a Dockerfile is built from, read from its text.

Only as much of the language is known as that takes: comments, continued lines,
here-documents, the `escape` directive, `ARG` before the first `FROM`, stages.
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
"""The base that is no image."""

_DIRECTIVE: Final = re.compile(r"\s*#\s*(\w+)\s*=\s*(\S*)\s*$")
_HEREDOC: Final = re.compile(r"""<<(-?)(["']?)([A-Za-z_]\w*)\2""")
_VARIABLE: Final = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:[-+])([^{}]*))?\})")
_HOME: Final = re.compile(r"(?:(?:index\.)?docker\.io/)(?:library/)?|library/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """The images that a Dockerfile is built from, as `name:tag`.

    Attributes:
        last: the base of what is published, that of the last stage; may be
            `scratch`, and is empty where there is no stage at all.
        all: `last` and what else is built from or copied from, in order, each once.
    """

    last: str
    all: tuple[str, ...]


def read_bases(text: str) -> Bases:
    r"""Return the images that a Dockerfile is built from.

    Stages are followed to the images they begin with. A variable that has no
    default is kept as it is written (`${BASE}`): nobody knows its value.

    >>> read_bases('''
    ... ARG SUITE=trixie
    ... FROM --platform=$BUILDPLATFORM golang:1.25 AS build
    ... RUN make
    ... FROM debian:${SUITE}-slim
    ... COPY --from=build /a /a
    ... COPY --from=busybox /bin/sh /bin/sh
    ... ''')
    Bases(last='debian:trixie-slim', all=('golang:1.25', 'debian:trixie-slim', 'busybox:latest'))
    """
    reader = _Reader()
    for words in _instructions(text):
        reader.read(words)
    return Bases(
        last=reader.stages[-1] if reader.stages else "", all=tuple(dict.fromkeys(reader.images))
    )


def normal_name(image: str) -> str:
    """Return an image's name with its tag, and without what stands for Docker Hub's own.

    >>> normal_name("docker.io/library/debian"), normal_name("debian:trixie@sha256:c0ffee")
    ('debian:latest', 'debian:trixie@sha256:c0ffee')
    """
    image = _HOME.sub("", image, count=1) if _HOME.match(image) else image
    if image == SCRATCH or "$" in image or "@" in image or ":" in image.rpartition("/")[2]:
        return image
    return f"{image}:latest"


@dataclass(slots=True)
class _Reader:
    """What was read so far."""

    arguments: dict[str, str] = field(default_factory=dict)
    stages: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)

    def read(self, words: list[str]) -> None:
        """Take an instruction."""
        keyword, options = words[0].upper(), _options(words)
        if keyword == "ARG" and not self.stages:
            for word in words[1:]:
                name, _, default = word.partition("=")
                self.arguments[name] = self._expand(default.strip("\"'"))
        elif keyword == "FROM":
            self._read_from([word for word in words[1:] if not word.startswith("--")])
        elif keyword in {"COPY", "ADD"}:
            self._use(option[1] for option in options if option[0] == "from")
        elif keyword == "RUN":
            mounts = [option[1].split(",") for option in options if option[0] == "mount"]
            parts = [part.partition("=") for mount in mounts for part in mount]
            self._use(value for key, _, value in parts if key == "from")

    def _read_from(self, words: list[str]) -> None:
        if not words:
            return
        image = self._stage(self._expand(words[0]))
        self.stages.append(image)
        self.images.append(image)
        if len(words) > 2 and words[1].upper() == "AS":  # noqa: PLR2004 - FROM image AS name
            self.names[words[2].lower()] = image

    def _use(self, names: Iterable[str]) -> None:
        """Take what files come from; a stage's own base was taken with the stage."""
        for text in names:
            name = self._expand(text.strip("\"'"))
            stage = name.isdecimal() and int(name) < len(self.stages)
            if not stage and name.lower() not in self.names:
                self.images.append(normal_name(name))

    def _stage(self, name: str) -> str:
        return self.names.get(name.lower()) or normal_name(name.strip("\"'"))

    def _expand(self, text: str) -> str:
        """Replace variables by the defaults they were given before the first stage."""

        def value(match: re.Match[str]) -> str:
            known = self.arguments.get(match[1] or match[2], "")
            if match[3] == ":+":
                return match[4] if known else ""
            return known or match[4] or match[0]

        return _VARIABLE.sub(value, text)


def _instructions(text: str) -> Iterator[list[str]]:
    """Yield the words of each instruction, continued lines and here-documents apart."""
    lines = iter(text.removeprefix("\ufeff").splitlines())
    escape = "\\"
    directives = True
    for line in lines:
        if directives and (match := _DIRECTIVE.match(line)):
            if match[1].lower() == "escape":
                escape = match[2]
            continue
        directives = False
        whole = line.strip()
        if not whole or whole.startswith("#"):
            continue
        while whole.endswith(escape):
            more = next(lines, None)
            if more is None:
                break
            if more.strip() and not more.strip().startswith("#"):
                whole = whole.removesuffix(escape) + more.rstrip()
        words = whole.split()
        if words[0].upper() in {"RUN", "COPY", "ADD"}:
            for match in _HEREDOC.finditer(whole):
                _skip(lines, match[3], tabs=bool(match[1]))
        yield words


def _options(words: list[str]) -> list[tuple[str, str]]:
    """Return the options that stand right after the instruction, each with its value."""
    options = itertools.takewhile(lambda word: word.startswith("--"), words[1:])
    return [(name, value) for name, _, value in (text[2:].partition("=") for text in options)]


def _skip(lines: Iterator[str], end: str, *, tabs: bool) -> None:
    """Pass over a here-document."""
    for line in lines:
        if (line.lstrip("\t") if tabs else line) == end:
            return
