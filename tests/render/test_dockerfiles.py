"""The Dockerfiles of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.header import SENTENCES
from tagmatrix.matrix.load import load
from tagmatrix.render.context_files import ContextFiles
from tagmatrix.render.dockerfiles import build_contexts
from tagmatrix.render.template_folder import TemplateError
from tagmatrix.render.templates import Templates
from tests.projects import write_sources

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tagmatrix.matrix.expand import Image
    from tagmatrix.render.dockerfiles import BuildContext


def render(root: Path, images: Collection[Image]) -> list[BuildContext]:
    """Return the folders of some images."""
    templates = Templates(root / "templates")
    return [*build_contexts(templates, ContextFiles(root / "templates", templates), images)]


def test_dockerfiles(tmp_path: Path) -> None:
    """Each Dockerfile has the header, the text and a final newline."""
    write_sources(tmp_path)
    (tmp_path / "templates/linux.Dockerfile.j2").write_text("\n\nFROM {{ image.base }}")
    _, matrix = load(tmp_path)
    made = render(tmp_path, matrix.images)
    assert [each.image.folder for each in made] == [image.folder for image in matrix.images]
    header = "".join(f"# {sentence}\n" for sentence in SENTENCES)
    assert made[0].dockerfile.decode() == f"{header}\nFROM debian:trixie\n"
    windows = next(each for each in made if each.image.flavor == "windowsservercore")
    assert windows.dockerfile.decode().startswith(f"# escape=`\n{header}\nFROM mcr.")


def test_errors_name_the_image(tmp_path: Path) -> None:
    """The error of a template names the image for which it fails."""
    write_sources(tmp_path)
    (tmp_path / "templates/linux.Dockerfile.j2").write_text(
        "{% if image.flavor == 'alpine' %}\n{{ oops }}\n{% endif %}\n"
    )
    _, matrix = load(tmp_path)
    alpine = next(image for image in matrix.images if image.flavor == "alpine")
    with pytest.raises(TemplateError, match=rf"j2:2: 'oops' is undefined \(for {alpine.folder}\)"):
        render(tmp_path, matrix.images)
