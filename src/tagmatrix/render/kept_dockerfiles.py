"""The Dockerfiles of the last run, and what it found in them.

A Dockerfile follows from versions.yaml and the folder templates/; what is found in it follows from
its text and from facts of its image. Files beside Dockerfiles also depend on git, so the Dockerfile
of an image that has some is always rendered. A run of some cycles renders too: which templates
these cycles use is not known from a run of all.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix.util import kept_values, private_cache
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    from collections.abc import Collection

    from tagmatrix.render.dockerfile_review import Reviewed

_KIND: Final = "dockerfiles"
_MOST_BYTES: Final = 16 * 1024 * 1024
"""The largest folder templates/ that is compared with that of the last run."""


class KeptDockerfiles:
    """What the last run left for this one; nothing without the cache.

    Attributes:
        reviewed: the Dockerfiles by path, with what was found in them.
        texts: the Dockerfiles by path, if this run would render the same ones.
        used: the templates that made them.
    """

    def __init__(self, folder: Path, versions: bytes, *, whole: bool) -> None:
        """Take the folder templates/, a hash of versions.yaml, and whether all images are made."""
        self._folder, self._versions, self._whole = folder, versions, whole
        self._place = kept_values.place_of(folder)
        self._before = self.digest()
        self.reviewed: dict[str, Reviewed] = {}
        self.texts: dict[str, bytes] = {}
        self.used: frozenset[str] = frozenset()
        if self._before and (found := kept_values.latest(_KIND, self._place)):
            digest, (used, self.reviewed) = found
            if whole and digest == self._before:
                self.used = used
                self.texts = {path: each.dockerfile for path, each in self.reviewed.items()}

    def keep(self, paths: Collection[str], used: Collection[str]) -> None:
        """Keep the Dockerfiles for the next run, if they are new, and of all images.

        `paths` are the Dockerfiles, and `used` the templates that made them.
        """
        # Templates may have changed meanwhile: then nothing follows from this input.
        if self._whole and self._before and not self.texts and self._before == self.digest():
            reviewed = {path: self.reviewed[path] for path in paths}
            kept_values.put(_KIND, self._place, self._before, (frozenset(used), reviewed))

    def digest(self) -> bytes:
        """Return a hash of versions.yaml and of the templates now; empty if nothing is kept."""
        if private_cache.folder is None or self._folder.is_symlink():
            return b""
        parts, size = [self._versions], 0
        try:
            for top, folders, names in os.walk(self._folder, onerror=_raise):
                folders.sort()
                names.sort()
                paths = [Path(top, name) for name in (*names, *folders)]
                if any(path.is_symlink() for path in paths):
                    return b""
                for path in paths[: len(names)]:
                    content = read_bounded(path, _MOST_BYTES)
                    size += len(content)
                    if size > _MOST_BYTES:
                        return b""
                    parts += [os.fsencode(path.relative_to(self._folder)), content]
        except OSError:
            return b""
        return private_cache.digest(*parts)


def _raise(error: OSError) -> None:
    raise error
