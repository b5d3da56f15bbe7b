"""Laws of folders: each image has its own, on any file system, inside its cycle's folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.matrix.laws.findings import Findings, name_of
from tagmatrix.problems import shown
from tagmatrix.util.files import LEFTOVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_WINDOWS_REFUSES: Final = re.compile(
    r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?|.*\.", re.IGNORECASE
)
LONGEST_SEGMENT: Final = 255
"""The longest name of a file or folder: https://man7.org/linux/man-pages/man7/path_resolution.7.html"""
LONGEST_PATH: Final = 1_000
"""The longest path of a folder, and of a file in it: systems allow 4,096 bytes with all above."""
_SIGN: Final = {"": "`//`", ".": "`.`", "..": "`..`"}


def one_folder(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that each image has a folder of its own that any file system accepts."""
    reserved = {name.lower() for name in (config.image, f"{config.image}.json", "README.md")}
    owners: dict[str, Image] = {}
    spelled: dict[str, tuple[str, Image]] = {}
    reported: set[str] = set()
    wrong = Findings()
    for image in matrix.images:
        segments = image.folder.split("/")
        own = image.release.folder
        for number, segment in enumerate(segments):
            folder = own if number <= own.count("/") else image.folder
            if message := _unfit(segment, folder, image.folder):
                wrong.add(image, message)
        owner = owners.setdefault(image.folder, image)
        if owner is not image:
            both = f"{name_of(owner)} and {name_of(image)} have one folder, {image.folder}"
            wrong.add(image, f"{both}; give each its own", own=owner.cycle != image.cycle)
        for length in range(1, len(segments) + 1):
            folder = "/".join(segments[:length])
            first, other = spelled.setdefault(folder.lower(), (folder, image))
            if first == folder:
                continue
            if folder not in reported:
                reported.add(folder)
                both = f"{first} ({name_of(other)}) and {folder} ({name_of(image)})"
                message = (
                    f"the folders {both} differ in case only; some systems treat them as one: "
                    "rename one of them"
                )
                wrong.add(image, message, own=other.cycle != image.cycle)
            break
        if segments[0].lower() in reserved:
            message = f"the folder {segments[0]} has the name of the file library/{segments[0]}"
            wrong.add(image, f"{message}; rename it", own=True)
    yield from wrong


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
