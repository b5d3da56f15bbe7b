"""Read rendered Dockerfiles before they are written, and report what is wrong with them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from msgspec import Struct, field

from tagmatrix.dockerfile.copies import missing_sources
from tagmatrix.dockerfile.ignore import ignore_files
from tagmatrix.layout import DOCKERFILE_TEMPLATE, ROOT, folder_of, short
from tagmatrix.problems import MAX_PROBLEMS
from tagmatrix.render.dockerfile_review import Reviewed, review
from tagmatrix.render.downloads import checksums_of
from tagmatrix.render.other_files import OtherFiles
from tagmatrix.render.template_folder import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from tagmatrix.dockerfile.copies import Copied
    from tagmatrix.dockerfile.docker_rules import DockerfileFinding
    from tagmatrix.render.dockerfiles import BuildContext
    from tagmatrix.render.template_lines import Places, TemplateLines
    from tagmatrix.render.templates import Templates


def read_rendered(
    templates: Templates,
    made: Iterable[BuildContext],
    others: Callable[[str], OtherFiles] = lambda _: OtherFiles(),
    failed: Sequence[str] = (),
    reviewed: dict[str, Reviewed] | None = None,
) -> tuple[str, ...]:
    """Read the Dockerfiles of images, and return a warning for each thing that is doubtful.

    Args:
        templates: the templates that they come from.
        made: the folders of the images.
        others: returns the files of maintainers in the folder of an image; it is called
            only for a Dockerfile that copies files.
        failed: why some could not be rendered; these are empty.
        reviewed: what earlier runs found in Dockerfiles, by path; the result is added.

    Raises TemplateError with all errors, each with the template and its line.
    """
    wrong, doubtful = _Report(), _Report()
    traced = functools.cache(functools.partial(_traced, templates))
    made = tuple(made)
    reviewed = {} if reviewed is None else reviewed
    inner = _files_inside(made)
    for each in made:
        image, content = each.image, each.dockerfile
        if not content:
            continue
        facts = (image.base, image.architectures, checksums_of(image))
        known = reviewed.get(image.dockerfile_path)
        if known is None or known[:2] != (content, facts):
            known = Reviewed(content, facts, review(content, *facts))
            reviewed[image.dockerfile_path] = known
        found = known.review
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
                places[path] = lines().of_dockerfile(name, made.values(), text)
            key = (places[path](finding.line), finding.text)
            found.setdefault(key, []).append(f"line {finding.line} of {short(path)}")
        return [
            f"{place}: {text} ({where}{f' and {len(more)} more' if more else ''})"
            for (place, text), (where, *more) in found.items()
        ]


def _traced(templates: Templates) -> TemplateLines:
    from tagmatrix.render.template_lines import TemplateLines  # noqa: PLC0415 (rarely needed)

    return TemplateLines(templates)


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
