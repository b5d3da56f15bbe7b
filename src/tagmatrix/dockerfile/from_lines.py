"""The base images of a Dockerfile on an architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.outline import NO_STAGE, outline
from tagmatrix.dockerfile.parse import parse
from tagmatrix.dockerfile.stages import base_image, stages, used
from tagmatrix.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.outline import Outline
    from tagmatrix.dockerfile.stages import Stage


class Bases(Struct, frozen=True, kw_only=True):
    """The images that a Dockerfile is built from, as `name:tag`.

    Attributes:
        last: the base of the last stage, which is the published one. It may be
            `scratch`; it is empty if it is unknown.
        all: `last` and all other images of FROM, COPY and the like, in order, each once.
        foreign: the images of `all` that run on the platform of the build or on a named
            one (`FROM --platform=...`), which need not be the platform of the image.
        problems: why bases are unknown, each with its line.
    """

    last: str
    all: tuple[str, ...]
    foreign: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class BasesReader:
    r"""Reads a Dockerfile once, and returns its bases for each architecture.

    >>> text = "FROM a AS for-amd64\nFROM b AS for-arm64\nFROM for-$TARGETARCH\n"
    >>> BasesReader(text).bases("arm64v8").last
    'b:latest'
    """

    def __init__(self, text: str) -> None:
        self._problem = ""
        try:
            found = outline(parse(text), keep_instructions=False)
        except DockerfileError as error:
            self._problem = str(error)
            return
        self._outline = found
        self._known: dict[str, Bases] = {}

    def bases(self, architecture: str) -> Bases:
        """Return the bases on an architecture."""
        if self._problem:
            return Bases(last="", all=(), problems=(self._problem,))
        key = architecture if self._outline.varies else ""
        if key not in self._known:
            try:
                self._known[key] = _bases(self._outline, architecture)
            except DockerfileError as error:
                self._known[key] = Bases(last="", all=(), problems=(str(error),))
        return self._known[key]


def read_bases(text: str, architecture: str) -> Bases:
    r"""Return the images that a Dockerfile is built from on an architecture.

    Stages are followed to the images that they begin with. Stages that only other
    architectures need are left out.

    >>> read_bases('''
    ... ARG SUITE=trixie
    ... FROM --platform=$BUILDPLATFORM golang:1.25 AS build
    ... RUN make
    ... FROM debian:${SUITE}-slim
    ... COPY --from=build /a /a
    ... COPY --from=busybox /bin/sh /bin/sh
    ... ''', "amd64").all
    ('golang:1.25', 'debian:trixie-slim', 'busybox:latest')
    """
    return BasesReader(text).bases(architecture)


def _bases(found: Outline, architecture: str) -> Bases:
    own = stages(found, architecture)
    skipped: frozenset[int] = frozenset()
    if found.varies:
        skipped = frozenset().union(*(used(stages(found, each)) for each in PLATFORMS)) - used(own)
    here = [stage for number, stage in enumerate(own) if number not in skipped]
    images: dict[str, bool] = {}
    for image, native in (use for stage in here for use in _images(own, stage)):
        images[image] = images.get(image, False) or native
    problems = [(stage.line, stage.problem) for stage in here]
    problems += [] if own else [(1, NO_STAGE)]
    problems += [(source.line, source.problem) for stage in here for source in stage.sources]
    return Bases(
        last=base_image(own, own[-1]) if own else "",
        all=tuple(images),
        foreign=tuple([image for image, native in images.items() if not native]),
        problems=tuple([f"line {line}: {text}" for line, text in sorted(problems) if text]),
    )


def _images(found: tuple[Stage, ...], stage: Stage) -> Iterator[tuple[str, bool]]:
    """Yield the images of a stage, each with whether it runs on the image's platform."""
    if base := base_image(found, stage):
        yield base, stage.native and stage.parent is None
    yield from ((source.image, True) for source in stage.sources if source.image)
