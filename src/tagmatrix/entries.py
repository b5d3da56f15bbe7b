"""Images and their commits become the manifest of official-images."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix import library
from tagmatrix.header import SENTENCES
from tagmatrix.library.values import read_maintainer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tagmatrix.config import Config
    from tagmatrix.matrix import Image

TOP = "library"
"""The folder that holds everything generated."""


def directory(prefix: str, folder: str) -> str:
    """Return the path of an image's folder inside its repository.

    >>> directory("images/python", "3.14/slim-trixie")
    'images/python/library/3.14/slim-trixie'
    """
    return "/".join(part for part in (prefix, TOP, folder) if part)


def prefix_of(directories: Collection[str], images: Iterable[Image]) -> str:
    """Return the path of the image's root inside its repository, as a manifest shows it."""
    for image in images:
        end = directory("", image.folder)
        for name in directories:
            if name == end:
                return ""
            if name.endswith(f"/{end}"):
                return name.removesuffix(f"/{end}")
    return ""


def manifest(
    config: Config, images: Iterable[Image], commits: Mapping[str, str], *, prefix: str
) -> library.Manifest:
    """Return the manifest; whether its text says all of it is for `text` to check.

    Args:
        config: repository, branch, maintainers and the global builder.
        images: what is published, in order.
        commits: the commit of each image, by its `folder`.
        prefix: the path of the image's root inside the repository, "" at its top.

    Raises:
        library.ManifestError: it would be no valid manifest.
    """
    defaults = library.Entry(
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
            git_commit=commits[image.folder],
            directory=directory(prefix, image.folder),
            builder=image.builder or defaults.builder,
            constraints=image.constraints,
        )
        for image in images
    ]
    return library.assemble(defaults, entries)


def text(value: library.Manifest, present: bytes | None = None) -> bytes:
    """Return the manifest as it stands in the file, header included.

    A text that is not `present` already is read back: what it says must be the
    manifest. Raises library.ManifestError if it is not.
    """
    printed = library.dumps(value, comment="\n".join(SENTENCES))
    encoded = printed.encode("utf-8", "surrogateescape")
    if encoded != present:
        library.check_text(value, printed)
    return encoded
