"""What COPY, ADD and mounts take from the build context, and whether it is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.dockerfile.docker_rules import DockerfileFinding, copied_paths
from tagmatrix.dockerfile.ignore import (
    WILDCARDS,
    ancestry,
    glob,
    ignore_errors,
    ignore_rules,
    is_ignored,
    normal_path,
    pattern_error,
)
from tagmatrix.dockerfile.mounts import mounts
from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from tagmatrix.dockerfile.instructions import Instruction
    from tagmatrix.dockerfile.parse import Dockerfile

MOUNT: Final = "RUN --mount"
_WILDCARD: Final = re.compile(r"[*?\[\\]")


class Copied(NamedTuple):
    """The sources of an instruction in the build context; those with variables are left out.

    `keyword` is COPY, ADD, or `RUN --mount`.
    """

    keyword: str
    sources: tuple[str, ...]
    line: int


def copied(dockerfile: Dockerfile, *, windows: bool = False) -> tuple[Copied, ...]:
    """Return what the instructions of a Dockerfile take from the build context.

    In an image for Windows, a backslash that does not escape anything is a slash.
    """
    found = []
    for each in dockerfile.instructions:
        paths = [path for path in copied_paths(each) if "$" not in path]
        sources = [_unquoted(path, dockerfile.escape) for path in paths]
        if windows:
            sources = [source.replace("\\", "/") for source in sources]
        if not {"--parents", "--parents=true"}.isdisjoint(each.options):
            sources = [part for source in sources if (part := _required(source))]
        if sources:
            found.append(Copied(keyword=each.keyword, sources=tuple(sources), line=each.line))
        found += [
            # a mount has no patterns
            Copied(keyword=MOUNT, sources=(_WILDCARD.sub(r"\\\g<0>", path),), line=each.line)
            for path in mounted_paths(each)
            if "$" not in path
        ]
    return tuple(found)


def mounted_paths(instruction: Instruction) -> tuple[str, ...]:
    """Return what the mounts of RUN take from the build context, with variables."""
    return tuple(mount.source for mount in mounts(instruction) if mount.is_context)


def _unquoted(path: str, escape: str) -> str:
    """Return a source without its quotes and escapes, which BuildKit also finds in JSON."""
    if not any(character in path for character in ("'", '"', escape)):
        return path
    from tagmatrix.dockerfile.word_expansion import Style, expand  # noqa: PLC0415 (few Dockerfiles need it)

    try:
        return expand(path, {}, Style(escape=escape))
    except ValueError:
        return path


def _required(source: str) -> str:
    """Return what has to be there of a source of `COPY --parents`; "" for nothing.

    A pattern may match in any folder below `/./`, or match nothing.
    https://docs.docker.com/reference/dockerfile/#copy---parents
    """
    top, pivot, below = source.partition("/./")
    if not _WILDCARD.search(below if pivot else source):
        return source
    return top if pivot else ""


class _Context(NamedTuple):
    """The files of a build context, and the folders that contain them."""

    paths: frozenset[str]

    def has(self, source: str) -> bool:
        """Return whether a source of COPY is there; it may be a pattern."""
        path = normal_path(source)
        if not path or path in self.paths:
            return True
        if WILDCARDS.isdisjoint(path):
            return False
        try:
            pattern = re.compile(glob(path))
        except re.error:
            return False
        return any(map(pattern.fullmatch, self.paths))


def missing_sources(
    copies: tuple[Copied, ...], files: Collection[str], ignore: str
) -> Iterator[DockerfileFinding]:
    """Yield the sources that a build context lacks.

    A pattern without a match is not reported if the instruction has another source.

    Args:
        copies: what the instructions take from it.
        files: the paths of the files in it.
        ignore: the text of its .dockerignore.
    """
    if not copies:
        return
    for number, problem in ignore_errors(ignore):
        text = f"line {number} of the folder's .dockerignore is {problem}"
        yield DockerfileFinding(copies[0].line, text)
    rules = ignore_rules(ignore)
    whole = _Context(_with_folders(files))
    kept = _Context(_with_folders([path for path in files if not is_ignored(path, rules)]))
    for each in copies:
        refused = {source: problem for source in each.sources if (problem := pattern_error(source))}
        for source, problem in refused.items():
            yield DockerfileFinding(each.line, f"{each.keyword} of {shown(source)}: {problem}")
        missing = [source for source in each.sources if not kept.has(source)]
        if len(missing) < len(each.sources):
            missing = [source for source in missing if WILDCARDS.isdisjoint(source)]
        for source in (source for source in missing if source not in refused):
            text = f"{each.keyword} of {shown(source)}: "
            if whole.has(source):
                text += "the folder has it, but its .dockerignore leaves it out"
            else:
                text += "the folder will not have it; list it under `files` in versions.yaml"
            yield DockerfileFinding(each.line, text)


def takes(copies: Iterable[Copied], path: str, ignore: str) -> bool:
    """Return whether instructions take a file, or something in a folder, that is in the context.

    >>> takes([Copied("COPY", ("conf/*",), 1)], "conf/a", ignore="")
    True
    """
    if is_ignored(path, ignore_rules(ignore)):
        return False
    around = _Context(frozenset(ancestry(path)))
    return any(
        around.has(source) or path in ancestry(normal_path(source))
        for each in copies
        for source in each.sources
    )


def _with_folders(files: Collection[str]) -> frozenset[str]:
    return frozenset(part for path in files for part in ancestry(path))
