"""Manifests and configurations by digest, kept on disk for good: a digest never changes.

Commands work without it: a file that can't be read or written counts as absent.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix.registry.image_manifests import LARGEST, digest_of
from tagmatrix.util.files import read_bounded, replace

if TYPE_CHECKING:
    from pathlib import Path


class DigestCache(Struct, frozen=True):
    """A folder with a file for each digest; None keeps nothing."""

    folder: Path | None

    def get(self, digest: str) -> bytes | None:
        """Return the bytes of a digest; None if they are absent or damaged."""
        if self.folder is None:
            return None
        try:
            content = read_bounded(self._path(self.folder, digest), LARGEST)
        except OSError:
            return None
        return content if digest_of(content, digest) == digest else None

    def put(self, digest: str, content: bytes) -> None:
        """Keep the bytes of a digest. Each file is replaced as a whole."""
        if self.folder is None or len(content) > LARGEST:
            return
        with contextlib.suppress(OSError):
            if not self.folder.exists():
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(self._path(self.folder, digest), content)

    @staticmethod
    def _path(folder: Path, digest: str) -> Path:
        algorithm, _, name = digest.partition(":")
        return folder / f"{algorithm}-{name[:2]}" / name[2:]


NOTHING: Final = DigestCache(None)
