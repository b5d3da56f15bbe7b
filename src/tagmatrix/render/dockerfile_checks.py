"""Read rendered Dockerfiles before they are written, and report what is wrong with them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct, field

from tagmatrix.dockerfile.copies import MOUNT, copied, missing_sources, mounted_paths
from tagmatrix.dockerfile.docker_rules import (
    DockerfileFinding,
    copied_paths,
    errors,
    instruction_errors,
    must_have_values,
)
from tagmatrix.dockerfile.doubts import doubts
from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.ignore import ignore_files
from tagmatrix.dockerfile.image_names import SCRATCH, needs_digest, normal_name
from tagmatrix.dockerfile.outline import outline
from tagmatrix.dockerfile.parse import parse
from tagmatrix.dockerfile.stages import base_image, stages
from tagmatrix.layout import DOCKERFILE_TEMPLATE, ROOT, folder_of, short
from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.problems import MAX_PROBLEMS
from tagmatrix.render.downloads import checksums_of, missing
from tagmatrix.render.other_files import OtherFiles
from tagmatrix.render.template_folder import TemplateError
from tagmatrix.util.printable import unprintable_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from tagmatrix.dockerfile.copies import Copied
    from tagmatrix.dockerfile.outline import Outline
    from tagmatrix.dockerfile.stages import Stage
    from tagmatrix.render.dockerfiles import BuildContext
    from tagmatrix.render.downloads import Checksums
    from tagmatrix.render.template_lines import Places, TemplateLines
    from tagmatrix.render.templates import Templates

_KEPT: Final = 10_000


def read_rendered(
    templates: Templates,
    made: Iterable[BuildContext],
    others: Callable[[str], OtherFiles] = lambda _: OtherFiles(),
    failed: Sequence[str] = (),
) -> tuple[str, ...]:
    """Read the Dockerfiles of images, and return a warning for each thing that is doubtful.

    Args:
        templates: the templates that they come from.
        made: the folders of the images.
        others: returns the files of maintainers in the folder of an image; it is called
            only for a Dockerfile that copies files.
        failed: why some could not be rendered; these are empty.

    Raises TemplateError with all errors, each with the template and its line.
    """
    wrong, doubtful = _Report(), _Report()
    traced = functools.cache(functools.partial(_traced, templates))
    made = tuple(made)
    inner = _files_inside(made)
    for each in made:
        image, content = each.image, each.dockerfile
        if not content:
            continue
        checksums = checksums_of(image)
        found = _review(content, image.base, image.architectures, checksums)
        inside = inner.get(image.directory, ())
        lacking = _lacking(each, found.copied, others, inside) if found.copied else ()
        for findings, report in (
            ((*found.errors, *lacking), wrong),
            (found.warnings, doubtful),
        ):
            for finding in findings:
                report.findings.append((each, finding))
    if failed or wrong.findings:
        lines = [*failed, *wrong.lines(traced)]
        if len(lines) > MAX_PROBLEMS:
            lines = [*lines[:MAX_PROBLEMS], f"there may be more; fix these {MAX_PROBLEMS} first"]
        raise TemplateError("\n".join(lines))
    return tuple(doubtful.lines(traced))


class _Report(Struct):
    """Findings about the Dockerfiles of images."""

    findings: list[tuple[BuildContext, DockerfileFinding]] = field(default_factory=list)

    def lines(self, lines: Callable[[], TemplateLines]) -> list[str]:
        """Return a line for each finding, with its place in the template if it is known.

        A finding of several images is reported once, if it has one place.
        """
        found: dict[tuple[str, str], list[str]] = {}
        places: dict[str, Places] = {}
        for made, finding in self.findings:
            path = made.image.dockerfile_path
            if path not in places:
                name = f"{made.image.template}{DOCKERFILE_TEMPLATE}"
                text = made.dockerfile.decode()
                places[path] = lines().of_dockerfile(name, made.values, text)
            key = (places[path](finding.line), finding.text)
            found.setdefault(key, []).append(f"line {finding.line} of {short(path)}")
        return [
            f"{place}: {text} ({where}{f' and {len(more)} more' if more else ''})"
            for (place, text), (where, *more) in found.items()
        ]


def _traced(templates: Templates) -> TemplateLines:
    from tagmatrix.render.template_lines import TemplateLines  # noqa: PLC0415 (rarely needed)

    return TemplateLines(templates)


class _Review(NamedTuple):
    errors: tuple[DockerfileFinding, ...]
    warnings: tuple[DockerfileFinding, ...] = ()
    copied: tuple[Copied, ...] = ()


def _lacking(
    made: BuildContext,
    copies: tuple[Copied, ...],
    others: Callable[[str], OtherFiles],
    inner: Collection[str],
) -> tuple[DockerfileFinding, ...]:
    """Return what a Dockerfile copies although its folder lacks it.

    `inner` are the files of other images in this folder, or in folders inside.
    """
    theirs = others(made.image.directory)
    ignores = {**theirs.ignores, **{name: file.content for name, file in made.files.items()}}
    ignore = next(
        (ignores[name] for name in ignore_files(made.image.dockerfile) if name in ignores), b""
    )
    files = {*theirs.names, *inner, *made.files, made.image.dockerfile}
    return tuple(missing_sources(copies, files, ignore.decode(errors="replace")))


def _files_inside(made: Sequence[BuildContext]) -> dict[str, list[str]]:
    """Return by folder, relative to it, the files of other images in it and in folders inside."""
    folders = {each.image.directory for each in made}
    alone = len(folders) == len(made)
    found: dict[str, list[str]] = {}
    for each in made:
        folder = outer = each.image.directory
        while outer:
            if outer in folders and not (alone and outer == folder):
                place = "" if outer == folder else f"{_below(outer, folder)}/"
                files = [f"{place}{name}" for name in (each.image.dockerfile, *each.files)]
                found.setdefault(outer, []).extend(files)
            outer = folder_of(outer) if outer != ROOT else ""
    return found


def _below(outer: str, folder: str) -> str:
    return folder if outer == ROOT else folder.removeprefix(f"{outer}/")


@functools.lru_cache(_KEPT)
def _review(
    content: bytes,
    base: str,
    architectures: tuple[str, ...],
    checksums: Checksums,
) -> _Review:
    """Return the findings about a Dockerfile; the same text is read only once in a run."""
    text = content.decode()
    dockerfile = parse(text, strict=False)
    wrong = [DockerfileFinding(line, what) for line, what in unprintable_lines(text)]
    wrong += [DockerfileFinding(error.line, error.reason) for error in dockerfile.refused]
    if any(error.unread for error in dockerfile.refused):
        # What needs the whole Dockerfile is not known: stages, files, checksums.
        for instruction in dockerfile.instructions:
            wrong += instruction_errors(instruction)
        return _Review(tuple(sorted(set(wrong))))
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
    return _Review(tuple(sorted(set(wrong))), tuple(sorted(set(warnings))), copies)


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
