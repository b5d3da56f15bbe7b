"""Folders: one for each image, on any file system, and inside of its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.laws.findings import Findings, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.laws.findings import Finding
    from tagmatrix.matrix import Image, Matrix

_SIGN: Final = {"": "`//`", ".": "`.`", "..": "`..`"}


def one_folder(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """One folder, one image; on any file system, inside its cycle's, and not where a file is."""
    reserved = {name.lower() for name in (config.image, f"{config.image}.json", "README.md")}
    owners: dict[str, Image] = {}
    spelled: dict[str, tuple[str, Image]] = {}
    told: set[str] = set()
    wrong = Findings()
    for image in matrix.images:
        segments = image.folder.split("/")
        for segment in segments:
            if segment in {"", ".", ".."}:
                message = f'the folder "{image.folder}" leaves its place'
                wrong.add(image, f"{message}; write it without {_SIGN[segment]}")
            elif segment.lower() in {".git", "dockerfile"}:
                message = f"no folder can be called {segment}"
                wrong.add(image, f'{message} (in "{image.folder}"); name it otherwise')
        owner = owners.setdefault(image.folder, image)
        if owner is not image:
            both = f"{name_of(owner)} and {name_of(image)} have one folder, {image.folder}"
            wrong.add(image, f"{both}; give each its own", own=owner.cycle != image.cycle)
        for length in range(1, len(segments) + 1):
            folder = "/".join(segments[:length])
            first, other = spelled.setdefault(folder.lower(), (folder, image))
            if first == folder:
                continue
            if folder not in told:
                told.add(folder)
                both = f"{first} ({name_of(other)}) and {folder} ({name_of(image)})"
                message = (
                    f"the folders {both} differ in case only; some systems cannot tell them apart: "
                    "name one otherwise"
                )
                wrong.add(image, message, own=other.cycle != image.cycle)
            break
        if segments[0].lower() in reserved:
            message = f"the folder {segments[0]} is where the file library/{segments[0]} stands"
            wrong.add(image, f"{message}; name it otherwise", own=True)
    yield from wrong
