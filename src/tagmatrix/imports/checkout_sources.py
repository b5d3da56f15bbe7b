"""Read the Dockerfiles of a checkout, and the files beside them."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix.dockerfile.from_lines import read_bases
from tagmatrix.dockerfile.image_names import normal_name
from tagmatrix.header import without_header
from tagmatrix.problems import shown
from tagmatrix.render.context_files import MAX_FILE_BYTES, FileContent
from tagmatrix.render.template_folder import MAX_TEMPLATE_BYTES
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tagmatrix.imports.cells import ImportedCell
    from tagmatrix.manifest import Entry

_MOST_FILES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerfileSource:
    """The Dockerfile of an entry, its base image, and the files beside it by their paths.

    `path` is its path in the checkout. `crlf` is whether its lines end with CR and LF; those of
    `text` end with LF.
    """

    path: str
    text: str
    crlf: bool
    base: str
    files: Mapping[str, FileContent]


@dataclass(slots=True)
class CheckoutSources:
    """What a checkout has: a source for each entry by its number, or why there is none."""

    found: dict[int, DockerfileSource] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


class _Unusable(Exception):  # noqa: N818 (no error: the reason is reported for the entry)
    """A Dockerfile that can't be a template, and why."""


def read_sources(checkout: Path, cells: Collection[ImportedCell]) -> CheckoutSources:
    """Return what a checkout has for entries; nothing outside of it is read."""
    sources = CheckoutSources()
    folders = {cell.entry.directory for cell in cells}
    for cell in cells:
        try:
            sources.found[cell.number] = _read(checkout, cell.entry, folders)
        except _Unusable as error:
            sources.problems[cell.number] = str(error)
    return sources


def _read(checkout: Path, entry: Entry, folders: Collection[str]) -> DockerfileSource:
    folder = _inside(checkout, entry.directory)
    path = _inside(folder, entry.file)
    name = entry.file if entry.directory == "." else f"{entry.directory}/{entry.file}"
    written = _text(path, name)
    text = without_header(written.replace("\r\n", "\n"))
    found = read_bases(text, entry.architectures[0])
    if not found.last:
        problem = found.problems[0] if found.problems else "it has no FROM"
        raise _Unusable(f"the base image in {name} is unknown: {problem}")
    files = {} if entry.directory == "." else dict(_beside(folder, entry, folders))
    base = _as_written(text, found.last)
    return DockerfileSource(path=name, text=text, crlf="\r\n" in written, base=base, files=files)


def _inside(folder: Path, path: str) -> Path:
    """Return a path in a folder. Raises _Unusable if it is outside, or a link."""
    whole = folder
    for part in path.split("/"):
        if part == ".":
            continue
        whole = whole / part
        if part in {"", ".."} or whole.is_symlink():
            raise _Unusable(f"{shown(path)} is a link, or leads out of the checkout")
    return whole


def _text(path: Path, name: str) -> str:
    try:
        content = read_bounded(path, MAX_TEMPLATE_BYTES // 2)
    except OSError as error:
        raise _Unusable(f"the checkout has no {shown(name)} ({error.strerror})") from None
    if len(content) > MAX_TEMPLATE_BYTES // 2:
        raise _Unusable(f"{shown(name)} is too large for a template")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise _Unusable(f"{shown(name)} is not UTF-8") from None


def _as_written(text: str, base: str) -> str:
    """Return a base image as FROM names it, without the tag `latest` that it does not name."""
    words = {word for line in text.splitlines() for word in line.split()[1:3]}
    return next((word for word in sorted(words) if normal_name(word) == base), base)


def _beside(
    folder: Path, entry: Entry, folders: Collection[str]
) -> Iterator[tuple[str, FileContent]]:
    """Yield the files in an entry's folder, without those of other entries' folders."""
    names = sorted(_names(folder, entry.directory, folders))
    if len(names) > _MOST_FILES:
        raise _Unusable(f"{entry.directory} has more than {_MOST_FILES} files")
    for name in names:
        if name == entry.file or Path(name).name.lower().startswith("dockerfile"):
            continue
        path = folder / name
        if path.is_symlink():
            raise _Unusable(f"{entry.directory}/{shown(name)} is a link; replace it with a copy")
        if "{" in name or "}" in name:
            raise _Unusable(
                f"{entry.directory}/{shown(name)} has braces in its name, which are placeholders "
                "in versions.yaml; give the file another name"
            )
        try:
            content = read_bounded(path, MAX_FILE_BYTES)
        except OSError as error:
            where = f"{entry.directory}/{shown(name)}"
            raise _Unusable(f"{where} can't be read ({error.strerror})") from None
        if len(content) > MAX_FILE_BYTES:
            raise _Unusable(f"{entry.directory}/{shown(name)} is larger than {MAX_FILE_BYTES:,} B")
        executable = bool(path.stat().st_mode & stat.S_IXUSR)
        yield name, FileContent(content=content, executable=executable)


def _names(folder: Path, directory: str, folders: Collection[str]) -> Iterator[str]:
    for here, inner, names in os.walk(folder):
        place = Path(here).relative_to(folder).as_posix()
        inner[:] = [
            name
            for name in sorted(inner)
            if name != ".git" and Path(directory, place, name).as_posix() not in folders
        ]
        yield from (name if place == "." else f"{place}/{name}" for name in names)
