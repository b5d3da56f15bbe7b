"""What the folder templates/ has when a run begins.

Templates may change during a run, and change back. So what a run renders follows from these
hashes only if the files that it read are the same ones.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.util import private_cache
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MOST_BYTES: Final = 16 * 1024 * 1024
"""The largest folder templates/ that is hashed."""
ABSENT: Final = b""
"""The hash of a file that is not there."""


class TemplateHashes(NamedTuple):
    """The hash of each file in templates/, by its path there.

    `together` is a hash of all of them, and of versions.yaml; it is empty if nothing is kept.
    """

    together: bytes = b""
    files: Mapping[str, bytes] = MappingProxyType({})

    def are_of(self, read: Iterable[tuple[str, bytes]]) -> bool:
        """Return whether a run may keep what it made; `read` are the files and their hashes."""
        return self.together != b"" and all(
            self.files.get(name, ABSENT) == found for name, found in read
        )


def hash_templates(folder: Path, versions: bytes) -> TemplateHashes:
    """Return the hashes of the files in a folder; `versions` is that of versions.yaml."""
    if private_cache.folder is None or folder.is_symlink():
        return TemplateHashes()
    parts, size, files = [versions], 0, {}
    try:
        for top, folders, names in os.walk(folder, onerror=_raise):
            folders.sort()
            names.sort()
            paths = [Path(top, name) for name in (*names, *folders)]
            if any(path.is_symlink() for path in paths):
                return TemplateHashes()
            for path in paths[: len(names)]:
                content = read_bounded(path, _MOST_BYTES)
                size += len(content)
                if size > _MOST_BYTES:
                    return TemplateHashes()
                name = path.relative_to(folder).as_posix()
                files[name] = private_cache.digest(content)
                parts += [os.fsencode(name), files[name]]
            # A folder may be in the way of a template.
            parts += [os.fsencode(path.relative_to(folder)) + b"/" for path in paths[len(names) :]]
    except OSError:
        return TemplateHashes()
    return TemplateHashes(private_cache.digest(*parts), files)


def _raise(error: OSError) -> None:
    raise error
