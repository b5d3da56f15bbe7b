"""What Dockerfiles in the folder of versions.yaml copy: that folder has other files too."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tagmatrix.dockerfile.copies import copied, takes
from tagmatrix.dockerfile.ignore import ignore_files
from tagmatrix.dockerfile.parse import parse
from tagmatrix.layout import ROOT
from tagmatrix.manifest.architecture_names import is_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tagmatrix.matrix.expand import Image


def copied_in_root(
    root: Path, images: Iterable[Image], wanted: Mapping[str, bytes]
) -> Callable[[str], bool]:
    """Return a function of a path in the root: whether a Dockerfile there copies it.

    `wanted` are the rendered files by path.
    """
    found = []
    for image in images:
        if image.directory != ROOT or image.dockerfile_path not in wanted:
            continue
        dockerfile = parse(wanted[image.dockerfile_path].decode())
        copies = copied(dockerfile, windows=is_windows(image.architectures[0]))
        found.append((copies, _ignore(root, image.dockerfile, wanted)))
    return lambda path: any(takes(copies, path, ignore) for copies, ignore in found)


def _ignore(root: Path, dockerfile: str, wanted: Mapping[str, bytes]) -> str:
    """Return the text of the .dockerignore that Docker uses; "" without one."""
    for name in ignore_files(dockerfile):
        content = wanted.get(name)
        with contextlib.suppress(OSError):
            content = content or (root / name).read_bytes()
        if content is not None:
            return content.decode(errors="replace")
    return ""
