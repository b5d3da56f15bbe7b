"""The Dockerfiles of the last run, and what it found in them.

A Dockerfile follows from versions.yaml and the folder templates/; what is found in it follows from
its text and from facts of its image. Files beside Dockerfiles also depend on git, so the Dockerfile
of an image that has some is always rendered. A run of some cycles renders too: which templates
these cycles use is not known from a run of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.render.template_hashes import hash_templates
from tagmatrix.util import kept_values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from tagmatrix.render.dockerfile_review import Reviewed

_KIND: Final = "dockerfiles"


class KeptDockerfiles:
    """What the last run left for this one; nothing without the cache.

    Attributes:
        hashes: those of templates/ now.
        reviewed: the Dockerfiles by path, with what was found in them.
        texts: the Dockerfiles by path, if this run would render the same ones.
        used: the templates that made them.
    """

    def __init__(self, folder: Path, versions: bytes, *, whole: bool) -> None:
        """Take the folder templates/, a hash of versions.yaml, and whether all images are made."""
        self._whole, self._place = whole, kept_values.place_of(folder)
        self.hashes = hash_templates(folder, versions)
        self.reviewed: dict[str, Reviewed] = {}
        self.texts: dict[str, bytes] = {}
        self.used: frozenset[str] = frozenset()
        if self.hashes.together and (found := kept_values.latest(_KIND, self._place)):
            digest, (used, self.reviewed) = found
            if whole and digest == self.hashes.together:
                self.used = used
                self.texts = {path: each.dockerfile for path, each in self.reviewed.items()}

    def keep(
        self,
        paths: Collection[str],
        used: Collection[str],
        read: Iterable[tuple[str, bytes]],
    ) -> None:
        """Keep the Dockerfiles for the next run, if they are new, and of all images.

        `paths` are the Dockerfiles, `used` the templates that made them, and `read` the files that
        this run read, with their hashes.
        """
        if self._whole and not self.texts and self.hashes.are_of(read):
            reviewed = {path: self.reviewed[path] for path in paths}
            kept = (frozenset(used), reviewed)
            kept_values.put(_KIND, self._place, self.hashes.together, kept)
