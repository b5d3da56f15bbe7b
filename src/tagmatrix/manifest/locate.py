"""Locate manifests: by name, path, address or git revision, or on standard input.

It imports git and HTTP only when an argument needs them, because that is slow.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tagmatrix.errors import InputError, UpstreamError
from tagmatrix.manifest.library_folder import FoundManifests, read_folder
from tagmatrix.manifest.raw import (
    MAX_BYTES,
    RawManifest,
    raw_manifest,
    read_file,
    read_stream,
    succeeds,
    too_large,
)
from tagmatrix.manifest.values import is_tag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ADDRESS_SECONDS: Final = 30.0
"""The time limit of a request to an address, redirects included."""

_is_address: Final = re.compile(r"https?://", re.IGNORECASE).match


class Finder:
    """Finds the manifests that command-line arguments name.

    Args:
        root: the folder that relative paths start from; `REV:path` is looked up in its
            git repository.
        library: the folder that names are looked up in.
    """

    def __init__(self, root: Path, library: Path) -> None:
        self._root = root
        self._library = library
        self._stdin_is_read = False

    def find(self, argument: str) -> RawManifest:
        """Return the manifest that an argument names.

        An argument is, in this order: `-` for standard input; an http or https address; a
        name in the library; a path; `REV:path` in the repository. There, `path` starts at
        the top of the repository, or with `./` at the root folder.

        Raises:
            InputError: there is no such manifest, or it cannot be read.
            UpstreamError: the address cannot be reached.
        """
        source = self._find(argument)
        if source is None:
            raise InputError(self._nothing(argument))
        return source

    def find_tag(self, argument: str) -> RawManifest:
        """Return the manifest of `MANIFEST` or `MANIFEST:TAG`, with the tag as an attribute.

        Raises:
            InputError, UpstreamError: as `find`.
        """
        before, colon, tag = argument.rpartition(":")
        if _is_address(argument) and "/" not in before.partition("//")[2]:
            colon = ""  # the colon of a port
        if colon and is_tag(tag) and (source := self._find(before)):
            return replace(source, tag=tag)
        return self.find(argument)

    def find_all(self, arguments: Sequence[str], *, tags: bool = False) -> FoundManifests:
        """Return the manifests of several arguments; a folder names all manifests in it.

        With `tags`, an argument may end in `:TAG`.

        Raises:
            InputError, UpstreamError: as `find` and `read_folder`.
        """
        sources: list[RawManifest] = []
        skipped: list[tuple[str, str]] = []
        single = len(arguments) == 1
        find = self.find_tag if tags else self.find
        for argument in arguments:
            if folder := self._folder(argument):
                found = read_folder(folder)
                sources += found.sources
                skipped += found.skipped
                single = False
            else:
                sources.append(find(argument))
        return FoundManifests(sources=tuple(sources), skipped=tuple(skipped), single=single)

    def library(self) -> FoundManifests:
        """Return all the manifests of the library.

        Raises:
            InputError: the folder does not exist or cannot be read.
        """
        return read_folder(self._library)

    def _find(self, argument: str) -> RawManifest | None:
        if argument == "-":
            return self._from_stdin()
        if _is_address(argument):
            return _from_address(argument)
        if "\0" in argument or not argument:
            return None
        path = self._in_library(argument) or self._root / argument
        if succeeds(path.exists):
            return read_file(path)
        return self._from_git(argument) if ":" in argument else None

    def _folder(self, argument: str) -> Path | None:
        """Return the folder that an argument names, or None."""
        if argument in {"", "-"} or "\0" in argument or _is_address(argument):
            return None
        path = self._root / argument
        return path if succeeds(path.is_dir) and not self._in_library(argument) else None

    def _in_library(self, name: str) -> Path | None:
        """Return the file of that name in the library, or None."""
        if not name or "/" in name or name.startswith("."):
            return None
        path = self._library / name
        return path if succeeds(path.is_file) else None

    def _from_stdin(self) -> RawManifest:
        if self._stdin_is_read:
            raise InputError("-: standard input can be read only once: save it to a file")
        self._stdin_is_read = True
        if sys.stdin is None:  # the shell's <&-
            raise InputError("-: standard input is closed: give it a manifest")
        try:
            content = read_stream(sys.stdin.buffer, "-")
        except OSError as error:
            raise InputError(
                f"-: standard input cannot be read: {error.strerror or error}"
            ) from error
        return RawManifest(name="-", origin="-", content=content)

    def _from_git(self, argument: str) -> RawManifest | None:
        """Return a file at a revision; None if the revision does not have it."""
        from tagmatrix import git  # noqa: PLC0415 (subprocess is slow to import)

        rev, _, path = argument.partition(":")
        try:
            repo = git.locate(self._root)
            if isinstance(repo, git.NoRepository):
                reason = f"{repo.value}, so REV:path cannot be used"
                raise InputError(self._no_revision(argument, reason))
            content = None
            if not path.startswith(("./", "../")):
                content = git.show(replace(repo, prefix=""), rev, path)
            if content is None:
                content = git.show(repo, rev, path)
        except git.GitError as error:
            raise InputError(self._no_revision(argument, str(error))) from error
        if content is None:
            return None
        if len(content) > MAX_BYTES:
            raise too_large(argument)
        return raw_manifest(path, argument, content)

    def _no_revision(self, argument: str, reason: str) -> str:
        """Return the message for an argument of which git has no revision."""
        before, _, tag = argument.rpartition(":")
        path = self._in_library(before) or self._root / before
        if is_tag(tag) and succeeds(path.is_file):
            return f"{argument}: this command takes no tag: write {before}"
        if "/" in before:
            return f"{argument}: {reason}"
        return f"{argument}: no manifest {before} in {self._library}, and {reason}"

    def _nothing(self, argument: str) -> str:
        """Return the message for an argument that names no manifest."""
        if ":" in argument:
            rev, _, path = argument.partition(":")
            return f"{argument}: {rev} has no file {path}; list its files: git ls-tree -r {rev}"
        if "/" in argument or argument.startswith("."):
            return f"{argument}: no such file"
        return (
            f"{argument}: no such manifest in {self._library}: give the folder that has it with "
            "--library DIR or TAGMATRIX_LIBRARY, or give a path, an address or REV:path"
        )


def _from_address(address: str) -> RawManifest:
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415 (slow to import, like requests)

    from tagmatrix.web.addresses import shown  # noqa: PLC0415 (slow: it imports requests)
    from tagmatrix.web.answers import FetchFailed, Found  # noqa: PLC0415 (as above)
    from tagmatrix.web.client import Client  # noqa: PLC0415 (as above)
    from tagmatrix.web.limits import Limits  # noqa: PLC0415 (as above)

    limits = Limits(silence=ADDRESS_SECONDS, total=ADDRESS_SECONDS, attempts=1, size=MAX_BYTES)
    answer = Client(allow_http=True, limits=limits).get(address, bytes)
    if isinstance(answer, FetchFailed):
        error = InputError if answer.permanent else UpstreamError
        raise error(answer.reason)
    if not isinstance(answer, Found):
        raise InputError(answer.what)
    content = answer.value
    path = unquote(urlsplit(address).path).rstrip("/")
    return raw_manifest(path or "-", shown(address), content)
