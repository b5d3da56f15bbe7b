"""The files beside Dockerfiles: copied from templates/files/, or rendered from there."""

from __future__ import annotations

import hashlib
import stat
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix import git
from tagmatrix.render.template_folder import TemplateError
from tagmatrix.util.files import read_bounded
from tagmatrix.util.printable import unprintable_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tagmatrix.config.model import ContextFile
    from tagmatrix.render.sandbox import Names
    from tagmatrix.render.templates import Templates

FOLDER: Final = "files"
"""The folder inside templates/ that has the sources."""
MAX_FILE_BYTES: Final = 16 * 1024 * 1024


class FileContent(Struct, frozen=True, kw_only=True, dict=True):
    """The content of a file, and whether users may run it."""

    content: bytes = b""
    executable: bool = False

    @cached_property
    def sha256(self) -> str:
        """Return its SHA-256 in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


class ContextFiles:
    """The sources of the files beside Dockerfiles; each is read once in a run."""

    def __init__(self, folder: Path, templates: Templates) -> None:
        """Take the folder templates/, and its templates."""
        self._folder = folder
        self._templates = templates
        self._copies: dict[str, FileContent] = {}
        self._rendered: dict[tuple[str, str], FileContent] = {}

    def errors(self, files: Iterable[ContextFile]) -> dict[str, str]:
        """Read the sources of files; return why some can't be read, by source."""
        problems = {}
        for source in dict.fromkeys(f"{FOLDER}/{file.source}" for file in files):
            try:
                self._source(source)
            except TemplateError as error:
                problems[source] = str(error)
        return problems

    def get(self, file: ContextFile, values: dict[str, Names]) -> FileContent:
        """Return a file of an image; `values` are those that a template sees.

        Raises TemplateError.
        """
        source = f"{FOLDER}/{file.source}"
        copied = self._source(source)
        if file.template is None:
            return copied
        text = self._templates.render(source, **values)
        key = (text, source)
        if key not in self._rendered:  # many images have the same text: it is hashed once
            self._refuse_unprintable(text, source, values)
            content = FileContent(content=text.encode(), executable=copied.executable)
            self._rendered[key] = content
        return self._rendered[key]

    def _refuse_unprintable(self, text: str, source: str, values: dict[str, Names]) -> None:
        """Raise TemplateError if a rendered file has what no reader sees; a copy may have it."""
        problems = list(unprintable_lines(text))
        if not problems:
            return
        from tagmatrix.render.template_lines import TemplateLines  # noqa: PLC0415 (rarely needed)

        places = TemplateLines(self._templates).of(source, values)
        raise TemplateError("\n".join(f"{places(line)}: {what}" for line, what in problems))

    def scripts_without_run_bit(self, run_bits: Mapping[str, bool]) -> list[str]:
        """Return the paths in templates/ of the scripts that users may not run.

        `run_bits` has those of git's index by the path in templates/, where they decide.
        """
        return [
            source
            for source, found in self._copies.items()
            if found.content.startswith(b"#!") and not run_bits.get(source, found.executable)
        ]

    def _source(self, source: str) -> FileContent:
        """Return a source in templates/, read once. Raises TemplateError."""
        found = self._copies.get(source)
        if found is None:
            found = self._copies[source] = self._read(source)
        return found

    def _read(self, source: str) -> FileContent:
        """Return a file in templates/, with the line endings that git stores.

        So it is the same in every checkout. Raises TemplateError.
        """
        path = self._folder
        try:
            for segment in ("", *source.split("/")):
                path = path / segment if segment else path
                if path.is_symlink():
                    name = path.relative_to(self._folder.parent)
                    raise TemplateError(f"{name} is a symbolic link; replace it with a copy")
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise TemplateError(
                    f"templates/{source} is a folder; list each of its files under `files`"
                )
            content = read_bounded(path, MAX_FILE_BYTES)
        except FileNotFoundError:
            raise TemplateError(f"templates/{source}: no such file") from None
        except OSError as error:
            raise TemplateError(f"templates/{source}: {error.strerror or error}") from None
        if len(content) > MAX_FILE_BYTES:
            raise TemplateError(f"templates/{source} is larger than {MAX_FILE_BYTES:,} bytes")
        self._templates.note(source, content)
        content = git.with_stored_line_endings(self._folder, source, content)
        return FileContent(content=content, executable=bool(mode & stat.S_IXUSR))
