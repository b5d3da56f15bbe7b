"""Render the templates that were made, and compare the result with the Dockerfiles."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.header import without_header
from tagmatrix.layout import DOCKERFILE_TEMPLATE, TEMPLATES, short
from tagmatrix.render.context_files import ContextFiles
from tagmatrix.render.dockerfile_checks import read_rendered
from tagmatrix.render.dockerfiles import build_contexts
from tagmatrix.render.template_folder import TemplateError
from tagmatrix.render.templates import Templates
from tagmatrix.util import files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.imports.checkout_sources import DockerfileSource
    from tagmatrix.imports.imported_family import ImportedFamily
    from tagmatrix.matrix.expand import Image


def rendered_differently(
    family: ImportedFamily, images: Sequence[Image], sources: Mapping[int, DockerfileSource]
) -> dict[int, str]:
    """Return by cell why the Dockerfile that its template makes is refused, or another one."""
    numbers = {(one.release.cycle, one.variant): one.cell.number for one in family.placed}
    wrong: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / TEMPLATES
        for path, file in family.templates.items():
            files.replace(folder / path, file.content, executable=file.executable)
        templates = Templates(folder)
        contexts = ContextFiles(folder, templates)
        for image in images:
            number = numbers[image.cycle, image.name]
            try:
                made = build_contexts(templates, contexts, [image])
                read_rendered(templates, made)
            except TemplateError as error:
                wrong[number] = _in_checkout(str(error), image, sources[number])
                continue
            text = without_header(made[0].dockerfile.decode())
            if text.strip() != sources[number].text.strip():
                wrong[number] = "its template makes another Dockerfile"
    return wrong


def _in_checkout(message: str, image: Image, source: DockerfileSource) -> str:
    """Return the first line of a message about a template, with the Dockerfile that it is made of.

    The template has the lines of the Dockerfile.
    """
    first = message.partition("\n")[0]
    template = f"{TEMPLATES}/{image.template}{DOCKERFILE_TEMPLATE}"
    if not first.startswith(f"{template}:"):
        return first
    rendered = re.compile(rf" \(line \d+ of {re.escape(short(image.dockerfile_path))}\)$")
    return source.path + rendered.sub("", first.removeprefix(template))
