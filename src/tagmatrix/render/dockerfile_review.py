"""Read one rendered Dockerfile, and find what is wrong with it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.dockerfile.copies import MOUNT, copied, mounted_paths
from tagmatrix.dockerfile.docker_rules import (
    DockerfileFinding,
    copied_paths,
    errors,
    instruction_errors,
    must_have_values,
)
from tagmatrix.dockerfile.doubts import doubts
from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.image_names import SCRATCH, needs_digest, normal_name
from tagmatrix.dockerfile.outline import outline
from tagmatrix.dockerfile.parse import parse
from tagmatrix.dockerfile.stages import base_image, stages
from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.render.downloads import missing
from tagmatrix.util.printable import unprintable_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.copies import Copied
    from tagmatrix.dockerfile.outline import Outline
    from tagmatrix.dockerfile.stages import Stage
    from tagmatrix.render.downloads import Checksums

_KEPT: Final = 10_000


class Review(NamedTuple):
    """What is wrong or doubtful in a Dockerfile, and what it takes from the build context."""

    errors: tuple[DockerfileFinding, ...]
    warnings: tuple[DockerfileFinding, ...] = ()
    copied: tuple[Copied, ...] = ()


class Reviewed(NamedTuple):
    """A Dockerfile, the facts of its image that it is compared with, and the result.

    The facts are its base, its architectures, and the checksums that it has to verify.
    """

    dockerfile: bytes
    facts: tuple[str, tuple[str, ...], Checksums]
    review: Review


@functools.lru_cache(_KEPT)
def review(
    content: bytes,
    base: str,
    architectures: tuple[str, ...],
    checksums: Checksums,
) -> Review:
    """Return the findings about a Dockerfile; the same text is read only once in a run."""
    text = content.decode()
    dockerfile = parse(text, strict=False)
    wrong = [DockerfileFinding(line, what) for line, what in unprintable_lines(text)]
    wrong += [DockerfileFinding(error.line, error.reason) for error in dockerfile.refused]
    if any(error.unread for error in dockerfile.refused):
        # What needs the whole Dockerfile is not known: stages, files, checksums.
        for instruction in dockerfile.instructions:
            wrong += instruction_errors(instruction)
        return Review(tuple(sorted(set(wrong))))
    found = outline(dockerfile)
    windows = is_windows(architectures[0])
    copies = copied(dockerfile, windows=windows)
    wrong += [*errors(dockerfile, text), *missing(dockerfile, checksums, windows=windows)]
    warnings: list[DockerfileFinding] = []
    try:
        for own in _on_each(found, architectures):
            wrong += _base_errors(own, base)
            warnings += _doubtful(own)
        if must_have_values(text):
            from tagmatrix.dockerfile.required_values import unset_variables  # noqa: PLC0415 (few Dockerfiles need it)

            for each in architectures:
                for unset in unset_variables(found, each):
                    (wrong if unset.certain else warnings).append(unset.finding)
        warnings += doubts(dockerfile, text, windows=windows)
    except DockerfileError as error:
        wrong.append(DockerfileFinding(error.line, error.reason))
    return Review(tuple(sorted(set(wrong))), tuple(sorted(set(warnings))), copies)


def _on_each(found: Outline, architectures: tuple[str, ...]) -> Iterator[tuple[Stage, ...]]:
    """Yield the stages on each architecture; once if they are the same on all."""
    for architecture in architectures if found.varies else architectures[:1]:
        yield stages(found, architecture)


def _base_errors(own: tuple[Stage, ...], base: str) -> Iterator[DockerfileFinding]:
    for stage in own:
        if stage.problem:
            yield DockerfileFinding(stage.line, stage.problem)
        for source in stage.sources:
            if source.problem:
                yield DockerfileFinding(source.line, source.problem)
            if source.word:
                yield DockerfileFinding(
                    source.line,
                    f"from={source.word}: no stage above has this name; name a stage, or write "
                    f"the tag of an image, as in {source.image}; for a build context of this name, "
                    f"write `FROM scratch AS {source.word}` above",
                )
    if not own:
        return
    last = own[-1]
    actual, wanted = base_image(own, last), normal_name(base)
    if actual and wanted not in {actual, actual.partition("@")[0]}:
        text = f"the last stage is built from {actual}, but versions.yaml says {wanted}"
        yield DockerfileFinding(last.line, f"{text}: write FROM {{{{ image.base }}}}")


def _doubtful(own: tuple[Stage, ...]) -> Iterator[DockerfileFinding]:
    for stage in own:
        uses = [(source.line, source.image) for source in stage.sources if not source.word]
        if stage.parent is None:
            uses.append((stage.line, stage.base))
        for line, image in uses:
            if image in {"", SCRATCH}:
                continue
            if needs_digest(image):
                yield DockerfileFinding(
                    line, f"{image} is not an official image: pin it with @sha256:..."
                )
            elif image.endswith(":latest"):
                yield DockerfileFinding(line, f"{image} changes without notice: name a version")
        for each in stage.instructions:
            paths = [(each.keyword, path) for path in copied_paths(each)]
            paths += [(MOUNT, path) for path in mounted_paths(each)]
            for keyword, path in paths:
                if "$" in path:
                    text = f"{keyword} of {path} depends on a variable, so tagmatrix can't check it"
                    yield DockerfileFinding(each.line, text)
