"""The paths of generated files: all are below `library/`, each image has a folder there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable

TOP: Final = "library"
"""The folder of all generated files."""
DOCKERFILE: Final = "Dockerfile"
TEMPLATES: Final = "templates"
"""The folder of all templates, beside versions.yaml."""


def directory(prefix: str, folder: str) -> str:
    """Return the path of an image's folder inside its repository.

    >>> directory("images/python", "3.14/slim-trixie")
    'images/python/library/3.14/slim-trixie'
    """
    return "/".join(part for part in (prefix, TOP, folder) if part)


def dockerfile_path(folder: str) -> str:
    """Return the path of the Dockerfile in an image's folder.

    >>> dockerfile_path("3.14/slim-trixie")
    'library/3.14/slim-trixie/Dockerfile'
    """
    return f"{TOP}/{folder}/{DOCKERFILE}"


def context_path(folder: str, name: str) -> str:
    """Return the path of a file beside the Dockerfile in an image's folder.

    >>> context_path("8.4/bookworm", "conf/my.cnf")
    'library/8.4/bookworm/conf/my.cnf'
    """
    return f"{TOP}/{folder}/{name}"


def image_folder(path: str, folders: Container[str]) -> str:
    """Return the innermost of some images' folders that contains a path; empty if none does.

    >>> image_folder("library/3.4/jessie/slim/conf/x", {"3.4/jessie", "3.4/jessie/slim"})
    '3.4/jessie/slim'
    """
    folder = path.removeprefix(f"{TOP}/").rpartition("/")[0]
    while folder and folder not in folders:
        folder = folder.rpartition("/")[0]
    return folder


def manifest_path(image: str) -> str:
    """Return the path of an image's manifest.

    >>> manifest_path("python")
    'library/python'
    """
    return f"{TOP}/{image}"


def prefix_of(directories: Collection[str], folders: Iterable[str]) -> str:
    """Return the path of the image's root inside its repository, found in a manifest.

    `directories` are the manifest's, `folders` the folders of images relative to `library/`.

    >>> prefix_of({"images/python/library/3.14/slim"}, ["3.14/slim"])
    'images/python'
    """
    for folder in folders:
        end = directory("", folder)
        for name in directories:
            if name == end:
                return ""
            if name.endswith(f"/{end}"):
                return name.removesuffix(f"/{end}")
    return ""
