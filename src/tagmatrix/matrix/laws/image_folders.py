"""Laws of folders: each image has its own, on any file system, inside its cycle's folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.layout import (
    DEFAULT,
    DOCKERFILE,
    LONGEST_SEGMENT,
    OTHERS,
    ROOT,
    TEMPLATES,
    parents,
    short,
)
from tagmatrix.matrix.laws.findings import LawFindings, name_of
from tagmatrix.problems import shown
from tagmatrix.util.files import LEFTOVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.layout import Layout
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_WINDOWS_REFUSES: Final = re.compile(
    r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?|.*\.", re.IGNORECASE
)
LONGEST_PATH: Final = 1_000
"""The longest path of a folder, and of a file in it: systems allow 4,096 bytes with all above."""
_OF_TOOLS: Final = (".dockerignore", ".gitignore", ".gitattributes", ".gitmodules")
"""The ends of names that BuildKit or git read."""
_SIGN: Final = {"": "`//`", ".": "`.`", "..": "`..`"}


def one_folder(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that each image has its own Dockerfile, in a folder that any file system accepts."""
    owners: dict[tuple[str, str, str], Image] = {}
    spelled, reserved = _Spelled(), _Reserved(config.layout)
    wrong = LawFindings()
    for image in matrix.images:
        for message in _unfit_parts(config.layout, image):
            wrong.add(image, message)
        owner = owners.setdefault((image.ref, image.directory, image.dockerfile.lower()), image)
        if owner is not image:
            wrong.add(image, _one_place(owner, image), own=owner.cycle != image.cycle)
        if image.ref:
            continue
        if found := spelled.add(image):
            wrong.add(image, found[1], own=found[0].cycle != image.cycle)
        if message := reserved.in_the_way(image.directory, image.dockerfile_path):
            wrong.add(image, message, own=True)
    for image in matrix.own:
        if image.dockerfile == DOCKERFILE:
            continue  # no folder can have this name
        if other := spelled.owner(short(image.dockerfile_path)):
            what = f"{image.folder} has the Dockerfile {image.dockerfile}, which is also a folder"
            wrong.add(image, f"{what} of {name_of(other)}; rename one of them")
    yield from wrong


class _Spelled:
    """The folders of images, and how they are spelled."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, Image]] = {}
        self._reported: set[str] = set()

    def add(self, image: Image) -> tuple[Image, str] | None:
        """Add an image's folder; return an image whose folder differs in case only, and why."""
        whole = image.folder
        for folder in reversed((whole, *parents(whole))):
            first, other = self._first.setdefault(folder.lower(), (folder, image))
            if first == folder:
                continue
            if folder in self._reported:
                return None
            self._reported.add(folder)
            both = f"{first} ({name_of(other)}) and {folder} ({name_of(image)})"
            return other, (
                f"the folders {both} differ in case only; some systems treat them as one: "
                "rename one of them"
            )
        return None

    def owner(self, folder: str) -> Image | None:
        """Return the first image in or below a folder; None if there is none."""
        return self._first.get(folder.lower(), ("", None))[1]


def _unfit_parts(layout: Layout, image: Image) -> Iterator[str]:
    """Yield why the names in the path of an image's Dockerfile are not allowed."""
    own = image.release.folder if layout.pattern == DEFAULT else ""
    whole, last = image.folder, own.count("/") if own else -1
    for number, segment in enumerate(whole.split("/") if whole != ROOT else ()):
        if message := _unfit(segment, own if number <= last else whole, whole):
            yield message
    if image.dockerfile == DOCKERFILE:
        return
    if message := _unfit_name(image.dockerfile):
        yield message


def _one_place(owner: Image, image: Image) -> str:
    """Return the message for two images with one Dockerfile."""
    both = f"{name_of(owner)} and {name_of(image)}"
    if owner.dockerfile == DOCKERFILE == image.dockerfile:
        where = f"one folder, {image.folder}{f' at {image.ref}' if image.ref else ''}"
    else:
        where = f"one Dockerfile, {short(image.dockerfile_path)}"
    return f"{both} have {where}; give each its own"


class _Reserved:
    """The files that belong to no image: in their places and above them no image has its folder."""

    def __init__(self, layout: Layout) -> None:
        self._files = {path.lower() for path in (*layout.outputs, *OTHERS)}
        self._above = {
            folder.lower(): path
            for path in reversed((*layout.outputs, *OTHERS))
            for folder in parents(path)
        }

    def in_the_way(self, directory: str, dockerfile: str) -> str:
        """Return why an image's folder or Dockerfile cannot be at its place; empty if it can."""
        if dockerfile.lower() in self._files:
            return f"the Dockerfile would replace the file {dockerfile}; rename it: `dockerfile`"
        low = directory.lower()
        if low in self._above:
            return (
                f"{self._above[low]} is in the folder of this image, {directory}, so each commit "
                "of it would give the image another commit; change `layout` or `manifest`"
            )
        for above in (low, *parents(low)):
            if above in self._files:
                folder = directory[: len(above)]
                return f"the folder {short(folder)} has the name of the file {folder}; rename it"
        if low.partition("/")[0] == TEMPLATES:
            return f"{directory} is in the folder of the templates; give it another folder"
        return ""


def _unfit_name(name: str) -> str:
    """Return why a Dockerfile cannot have a name; empty if it can."""
    if len(name) > LONGEST_SEGMENT or name in {".", ".."} or name.lower() == ".git":
        return f'a Dockerfile cannot have the name "{shown(name)}"; rename it'
    if name.lower().endswith(_OF_TOOLS):
        return f"Docker and git read {name} as a file of their own; rename the Dockerfile"
    if LEFTOVER.fullmatch(name) or windows_refuses(name):
        return f"Windows or tagmatrix do not accept a Dockerfile with the name {name}; rename it"
    return ""


def windows_refuses(segment: str) -> bool:
    """Return whether Windows has no files and folders with this name."""
    return _WINDOWS_REFUSES.fullmatch(segment) is not None


def _unfit(segment: str, part: str, folder: str) -> str:
    """Return why a name is not allowed in a folder; empty if it is allowed.

    `part` is the folder as versions.yaml sets it: the cycle's, or the whole one.
    """
    if segment in {"", ".", ".."}:
        return f'invalid folder "{folder}": write it without {_SIGN[segment]}'
    if len(segment) > LONGEST_SEGMENT:
        return (
            f'the folder "{shown(segment)}" has {len(segment)} characters, but at most '
            f"{LONGEST_SEGMENT} are allowed; shorten it"
        )
    if len(folder) > LONGEST_PATH:
        return f"the path of a folder has more than {LONGEST_PATH:,} characters; shorten it"
    end = f'{segment} (in "{part}"); rename it'
    if LEFTOVER.fullmatch(segment):
        return f"tagmatrix gives its temporary files the name {end}"
    if windows_refuses(segment):
        return f"Windows cannot check out a folder with the name {end}"
    return (
        f"a folder cannot have the name {end}" if segment.lower() in {".git", "dockerfile"} else ""
    )
