"""The parts of a Dockerfile that decide where its stages come from, as they are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.dockerfile.mounts import mounts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.instructions import Instruction
    from tagmatrix.dockerfile.parse import Dockerfile

_PLATFORM_WORDS: Final = ("TARGET", "BUILD")
_STAGE_NAME: Final = re.compile(r"[a-z][a-z0-9_.-]*")

NO_STAGE: Final = "there is no FROM: a Dockerfile begins with FROM, or with ARG and FROM"
"""What is wrong with a Dockerfile without stages."""


class Argument(NamedTuple):
    """An `ARG` before the first stage; `default` is None without one."""

    name: str
    default: str | None
    line: int


class Origin(NamedTuple):
    """A stage or an image that files are taken from; a mount names no stage by its number."""

    name: str
    line: int
    mount: bool


class StageText(NamedTuple):
    """A stage as it is written.

    Attributes:
        image: the word after FROM.
        line: the line of FROM.
        platform: the value of `--platform`, or "".
        name: the name of the stage in lower case, or "".
        origins: what its files are copied from, apart from the build context.
        instructions: what follows FROM.
        problem: why FROM is invalid, or "".
    """

    image: str
    line: int
    platform: str = ""
    name: str = ""
    origins: tuple[Origin, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    problem: str = ""


class Outline(NamedTuple):
    """The arguments before the first stage, and the stages."""

    escape: str
    arguments: tuple[Argument, ...]
    stages: tuple[StageText, ...]

    @property
    def varies(self) -> bool:
        """Return whether the stages may depend on the platform."""
        texts = [argument.default or "" for argument in self.arguments]
        texts += [stage.image for stage in self.stages]
        return any(stage.platform for stage in self.stages) or any(
            word in text for word in _PLATFORM_WORDS for text in texts
        )


def outline(dockerfile: Dockerfile, *, keep_instructions: bool = True) -> Outline:
    """Return the outline of a Dockerfile, which is small without the stages' instructions."""
    before, groups = _split(dockerfile)
    return Outline(
        escape=dockerfile.escape,
        arguments=tuple(
            Argument(name=name, default=default if equals else None, line=each.line)
            for each in before
            if each.keyword == "ARG"
            for name, equals, default in (word.partition("=") for word in each.arguments)
        ),
        stages=tuple(_stage(group, keep_instructions=keep_instructions) for group in groups),
    )


def _split(dockerfile: Dockerfile) -> tuple[list[Instruction], list[list[Instruction]]]:
    """Return what is before the first stage, and the instructions of each stage."""
    before: list[Instruction] = []
    groups: list[list[Instruction]] = []
    current = before
    for instruction in dockerfile.instructions:
        if instruction.keyword == "FROM":
            current = []
            groups.append(current)
        current.append(instruction)
    return before, groups


def _stage(group: list[Instruction], *, keep_instructions: bool) -> StageText:
    beginning, *rest = group
    words = beginning.arguments
    name, problem = "", ""
    if len(words) == 3 and words[1].upper() == "AS":  # noqa: PLR2004 (FROM image AS name)
        name = words[2].lower()
        if not _STAGE_NAME.fullmatch(name):
            problem = (
                f"invalid name {words[2]!r} of a stage: expected a letter, then letters, "
                'digits, "_", "." and "-"'
            )
    elif len(words) != 1:
        problem = "FROM needs the name of an image; only `AS name` may follow"
    return StageText(
        image=words[0] if words else "",
        platform=beginning.option("platform") or "",
        name=name,
        line=beginning.line,
        origins=tuple(origin for each in rest for origin in _origins(each)),
        instructions=tuple(rest) if keep_instructions else (),
        problem=problem,
    )


def _origins(instruction: Instruction) -> Iterator[Origin]:
    if instruction.keyword == "COPY":
        if name := instruction.option("from"):
            yield Origin(name=name, line=instruction.line, mount=False)
    else:
        for mount in mounts(instruction):
            if mount.origin:
                yield Origin(name=mount.origin, line=instruction.line, mount=True)
