"""The build stages of a Dockerfile on an architecture, with variables replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.image_names import SCRATCH, name_error, normal_name
from tagmatrix.dockerfile.platform_arguments import is_platform, platform_arguments
from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.dockerfile.instructions import Instruction
    from tagmatrix.dockerfile.outline import Origin, Outline, StageText

# A name has a few hundred characters. Arguments that contain each other can grow without end.
_LONGEST: Final = 4 << 10
_MOST: Final = 1 << 20
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}")
_PARTS: Final = frozenset("/:@")
_ELSEWHERE: Final = "elsewhere"


class CopySource(NamedTuple):
    """What COPY --from or a mount takes files from.

    Attributes:
        line: its line.
        stage: the number of an earlier stage, or None.
        image: the name of an image with its tag, or "".
        word: the text after `from` if it is an image's name that could be that of a stage:
            without host, path, tag and digest; or "".
        problem: why it is neither, or "".
    """

    line: int
    stage: int | None = None
    image: str = ""
    word: str = ""
    problem: str = ""


class Stage(NamedTuple):
    """A build stage.

    Attributes:
        line: the line of FROM.
        name: its name in lower case, or "".
        base: what it begins with: an image with its tag, or the name of an earlier stage;
            "" if there is a problem.
        parent: the number of the earlier stage that it begins with, or None.
        native: whether it runs on the platform of the image.
        sources: what its files are copied from, apart from the build context.
        instructions: what follows FROM.
        problem: why the base is unknown, or "".
    """

    line: int
    name: str = ""
    base: str = ""
    parent: int | None = None
    native: bool = True
    sources: tuple[CopySource, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    problem: str = ""


def stages(found: Outline, architecture: str) -> tuple[Stage, ...]:
    """Return the stages on an architecture.

    Raises DockerfileError for a default of an ARG that BuildKit refuses.
    """
    arguments = platform_arguments(architecture)
    values = argument_values(found, architecture)
    if any(stage.platform for stage in found.stages):
        built = {name: _ELSEWHERE for name in arguments if name.startswith("BUILD")}
        values_elsewhere = _values(found, arguments | built)
    else:
        values_elsewhere = values
    names: dict[str, int] = {}
    all_names = {stage.name: stage.line for stage in found.stages if stage.name}
    result: list[Stage] = []
    for number, text in enumerate(found.stages):
        base, problem = _base(text, values, found.escape)
        parent = names.get(base)  # as it is written, other than after COPY --from
        if base and parent is None and (begins := all_names.get(base, 0)) > text.line:
            problem = f"FROM {shown(base)}: this stage begins in line {begins}: move it up"
            problem += f", or write the tag of an image, as in {normal_name(base)}"
            base = ""
        elif base and parent is None and (error := name_error(base)):
            base, problem = "", f"{error}; no stage above has this name"
        stage = Stage(
            name=text.name,
            base=base if parent is not None or not base else normal_name(base),
            parent=parent,
            native=_is_native(text, values_elsewhere, found.escape, arguments["TARGETPLATFORM"]),
            line=text.line,
            sources=tuple(_source(each, number, names, all_names) for each in text.origins),
            instructions=text.instructions,
            problem=problem,
        )
        result.append(stage)
        if text.name:
            names[text.name] = number
    return tuple(result)


def base_image(found: tuple[Stage, ...], stage: Stage) -> str:
    """Return the image that a stage comes from, through earlier stages; "" if it is unknown."""
    while stage.parent is not None:
        stage = found[stage.parent]
    return stage.base


def used(found: tuple[Stage, ...]) -> frozenset[int]:
    """Return the numbers of the stages that the last one needs, and its own."""
    waiting = [len(found) - 1] if found else []
    for number in waiting:  # grows
        stage = found[number]
        near = [stage.parent, *(source.stage for source in stage.sources)]
        waiting += [each for each in near if each is not None and each not in waiting]
    return frozenset(waiting)


def _expand(text: str, values: Mapping[str, str], escape: str) -> str:
    """Return a text with its variables replaced. Raises ValueError."""
    if not any(character in text for character in ("$", "'", '"', escape)):
        return text
    from tagmatrix.dockerfile.word_expansion import Style, expand  # noqa: PLC0415 (few Dockerfiles need it)

    return expand(text, values, Style(escape=escape))


def argument_values(found: Outline, architecture: str) -> dict[str, str]:
    """Return the values before the first stage: of the platform, and of ARG with a default.

    Raises DockerfileError for a default that BuildKit refuses.
    """
    return _values(found, platform_arguments(architecture))


def _values(found: Outline, arguments: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the arguments before the first stage; one without a default has none."""
    values = dict(arguments)
    total = 0
    for argument in found.arguments:
        if argument.default is None:
            continue
        try:
            value = _expand(argument.default, values, found.escape)
        except ValueError as error:
            raise DockerfileError(argument.line, f"ARG {argument.name}: {error}") from None
        total += len(value)
        if len(value) > _LONGEST or total > _MOST:
            raise DockerfileError(argument.line, f"the value of ARG {argument.name} is too long")
        values[argument.name] = value
    return values


def _base(text: StageText, values: Mapping[str, str], escape: str) -> tuple[str, str]:
    """Return the word after FROM without variables, and a problem."""
    if text.problem:
        return "", text.problem
    try:
        base = _expand(text.image, values, escape)
    except ValueError as error:
        return "", f"FROM {shown(text.image)}: {error}"
    if not base:
        return "", f"FROM {shown(text.image)} names no image: give the variable a default"
    problem = _platform_error(text.platform, values, escape) if text.platform else ""
    return "" if problem else base, problem


def _platform_error(text: str, values: Mapping[str, str], escape: str) -> str:
    what = f"FROM --platform={shown(text)}"
    try:
        platform = _expand(text, values, escape)
    except ValueError as error:
        return f"{what}: {error}"
    if not platform:
        return f"{what} is empty: give the variable a default"
    if not is_platform(platform):
        return f"{what}: invalid platform {shown(platform)}: write one such as linux/amd64"
    return ""


def _is_native(text: StageText, values: Mapping[str, str], escape: str, target: str) -> bool:
    return not text.platform or _platform(text, values, escape) == target


def _platform(text: StageText, values: Mapping[str, str], escape: str) -> str:
    """Return the platform after FROM without variables; what can't be read stays as it is."""
    try:
        return _expand(text.platform, values, escape)
    except ValueError:
        return text.platform


def _source(
    origin: Origin, number: int, names: Mapping[str, int], all_names: Mapping[str, int]
) -> CopySource:
    name = origin.name
    if "$" in name:
        problem = "variables do not work here: name a stage instead"
    elif not origin.mount and _NUMBER.fullmatch(name):
        if 0 <= int(name) < number:
            return CopySource(line=origin.line, stage=int(name))
        problem = f"there is no stage {name} above"
    elif (known := names.get(name.lower())) is not None:
        return CopySource(line=origin.line, stage=known)
    elif name.lower() in all_names:
        problem = f"this stage begins in line {all_names[name.lower()]}: name a stage above"
    elif not (problem := name_error(name)):
        word = "" if name == SCRATCH or _PARTS.intersection(name) else name
        return CopySource(line=origin.line, image=normal_name(name), word=word)
    what = "the mount's from" if origin.mount else "--from"
    return CopySource(line=origin.line, problem=f"{what}={shown(name)}: {problem}")
