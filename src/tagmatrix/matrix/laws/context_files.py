"""Law of the files beside Dockerfiles: each has a path of its own that any system accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.layout import LONGEST_SEGMENT, OTHERS, TEMPLATES, inside, parents
from tagmatrix.matrix.laws.findings import LawFindings, name_of
from tagmatrix.matrix.laws.image_folders import (
    LONGEST_PATH,
    windows_refuses,
)
from tagmatrix.problems import shown
from tagmatrix.util.files import LEFTOVER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding


def well_placed(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check the paths of the files beside each Dockerfile."""
    wrong = LawFindings()
    folders: dict[str, Image] = {}
    above: dict[str, Image] = {}
    if any(image.files for image in matrix.own):
        folders = {image.directory.lower(): image for image in matrix.own}
        for folder, image in folders.items():
            for outer in parents(folder):
                above.setdefault(outer, image)
    reserved = {each.lower() for each in (*config.layout.outputs, *OTHERS)}
    for image in matrix.own:
        names: dict[str, str] = {}
        inner: dict[str, str] = {}
        spelled: dict[str, str] = {}
        for file in image.files:
            message = _unfit(file.name, image.dockerfile) or _reserved(reserved, image, file.name)
            message = message or _too_long(file.name) or _not_alone(file.name, names, inner)
            message = message or _other_spelling(file.name, spelled)
            if not message and (other := _other_image(image, file.name, folders, above)):
                message = (
                    f"the file {file.name} of {name_of(image)} is in the folder of "
                    f"{name_of(other)}; give it another `to`"
                )
            if message:
                wrong.add(image, message)
            low = file.name.lower()
            names.setdefault(low, file.name)
            for outer in parents(low):
                inner.setdefault(outer, file.name)
    yield from wrong


def _unfit(path: str, dockerfile: str) -> str:
    """Return why a path is not allowed for a file; empty if it is allowed."""
    first, slash, _ = path.partition("/")
    if first.lower() in {"dockerfile", dockerfile.lower()}:
        what = "a folder" if slash else "a file"
        return f"{what} of `files` has the name of the Dockerfile; give it another `to`"
    for segment in path.split("/"):
        if segment in {"", ".", ".."}:
            return f'invalid path "{path}" of a file: write it without `//`, `.` and `..`'
        if windows_refuses(segment):
            return f"Windows cannot check out a file with the path {path}; give it another `to`"
        if segment.lower() == ".git" or LEFTOVER.fullmatch(segment):
            return f"a file cannot have the path {path}; give it another `to`"
    return ""


def _reserved(reserved: Collection[str], image: Image, name: str) -> str:
    """Return which file of tagmatrix a file would replace; empty if it replaces none."""
    path = inside(image.directory, name)
    low = path.lower()
    if low in reserved:
        return f"the file {path} is not one of an image; give it another `to`"
    if low.startswith((f"{TEMPLATES}/", ".git/")):
        return f"{path} is in a folder that belongs to no image; give it another `to`"
    return ""


def _too_long(path: str) -> str:
    """Return which name in a path is too long for a file system; empty if none is."""
    if len(path) > LONGEST_PATH:
        return (
            f'the path "{shown(path)}" of a file has {len(path):,} characters, but at most '
            f"{LONGEST_PATH:,} are allowed; give it a shorter `to`"
        )
    longest = max(path.split("/"), key=len)
    if len(longest) > LONGEST_SEGMENT:
        return (
            f'the name "{shown(longest)}" of a file has {len(longest)} characters, but at most '
            f"{LONGEST_SEGMENT} are allowed; give it a shorter `to`"
        )
    return ""


def _not_alone(path: str, others: Mapping[str, str], inner: Mapping[str, str]) -> str:
    """Return which other file of the image has this path, or a folder in its place.

    `others` are the files by their paths, `inner` a file in each folder.
    """
    low = path.lower()
    if low in others:
        return f"two files beside the Dockerfile would be {others[low]}; give one another `to`"
    outer = next((others[each] for each in parents(low) if each in others), None)
    if spelled := outer or inner.get(low):
        return (
            f"the files {spelled} and {path} cannot both exist, because one path is the "
            "folder of the other; give one another `to`"
        )
    return ""


def _other_spelling(path: str, spelled: dict[str, str]) -> str:
    """Note the folders of a path; return which of them differs from another in case only."""
    while path := path.rpartition("/")[0]:
        other = spelled.setdefault(path.lower(), path)
        if other != path:
            return (
                f"the folders {other} and {path} of `files` differ in case only; some systems "
                "treat them as one: give a file another `to`"
            )
    return ""


def _other_image(
    image: Image, name: str, folders: Mapping[str, Image], above: Mapping[str, Image]
) -> Image | None:
    """Return the image whose folder contains a file of another image, or is in its place.

    `folders` are those of images, and `above` has an image inside each folder above them.
    """
    own = image.directory.lower()
    path = inside(own, name.lower())
    at = path
    while at not in {own, ""}:
        if at in folders:
            return folders[at]
        at = at.rpartition("/")[0]
    return above.get(path)
