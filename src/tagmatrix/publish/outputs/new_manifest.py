"""The manifest for official-images, made of the images and their commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.header import SENTENCES
from tagmatrix.layout import directory
from tagmatrix.manifest import Entry, assemble, check_text, dumps
from tagmatrix.manifest.values import read_maintainer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.config import Config
    from tagmatrix.manifest import Manifest
    from tagmatrix.matrix.expand import Image


def manifest(
    config: Config, images: Iterable[Image], commits: Mapping[str, str], *, prefix: str
) -> Manifest:
    """Return the manifest; `text` checks that its printed form is complete.

    Args:
        config: repository, branch, maintainers and the global builder.
        images: the published images, in order.
        commits: the commit of each image, by its `source`.
        prefix: the path of the image's root inside the repository; "" at its top.

    Raises:
        ManifestError: the manifest would be invalid.
    """
    defaults = Entry(
        maintainers=tuple(filter(None, map(read_maintainer, config.maintainers))),
        git_repo=config.repository,
        git_fetch=f"refs/heads/{config.branch}",
        builder=config.builder or "",
    )
    entries = [
        replace(
            defaults,
            tags=tuple(tag.name for tag in image.tags),
            shared_tags=tuple(tag.name for tag in image.shared_tags),
            architectures=tuple(sorted(image.architectures)),
            git_commit=commits[image.source],
            git_fetch=image.ref or defaults.git_fetch,
            directory=directory(prefix, image.directory),
            file=image.dockerfile,
            builder=image.builder or defaults.builder,
            constraints=image.constraints,
        )
        for image in images
    ]
    return assemble(defaults, entries)


def text(value: Manifest, present: bytes | None = None) -> bytes:
    """Return the text of the manifest, header included.

    A text that differs from `present` is parsed again, and the result must equal the
    manifest. Raises ManifestError if it does not.
    """
    printed = dumps(value, comment="\n".join(SENTENCES))
    encoded = printed.encode("utf-8", "surrogateescape")
    if encoded != present:
        check_text(value, printed)
    return encoded
