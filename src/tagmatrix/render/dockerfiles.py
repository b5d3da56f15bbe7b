"""Render a Dockerfile for each image.

A template decides text, never policy: it sees one image, its release and the
image's settings in versions.yaml, and nothing of the machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.header import with_header
from tagmatrix.render.sandbox import Names
from tagmatrix.render.templates import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagmatrix.matrix.expand import Image
    from tagmatrix.render.templates import Templates

IMAGE_NAMES: Final = ("name", "flavor", "suite", "cycle", "base", "folder", "architectures")
"""The values of an image that a template sees."""


def dockerfiles(templates: Templates, images: Iterable[Image]) -> Iterator[tuple[Image, bytes]]:
    """Yield each image with the bytes of its Dockerfile."""
    for image in images:
        try:
            text = templates.render(f"{image.template}.Dockerfile.j2", **context(image))
        except TemplateError as error:
            raise TemplateError(f"{error} (for {image.folder})") from None
        if not text.endswith("\n"):
            text += "\n"
        yield image, with_header(text).encode()


def context(image: Image) -> dict[str, Names]:
    """Return the values that a template sees for an image."""
    seen_image = {name: getattr(image, name) for name in IMAGE_NAMES}
    seen_release = {
        "cycle": image.cycle,
        "version": image.version,
        "final_version": image.final_version,
        "sha256": Names("checksum", image.sha256),
        "manager": image.release.release_manager,
        "openpgp_key": image.release.openpgp_key,
    }
    return {
        "image": Names("value image.*", seen_image),
        "release": Names("value release.*", seen_release),
        "settings": Names("setting", image.settings),
    }
