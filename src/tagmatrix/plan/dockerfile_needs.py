"""The Dockerfiles of a plan: what they are built on, and which secrets they need."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from tagmatrix.dockerfile.from_lines import BasesReader
from tagmatrix.matrix.laws.findings import name_of
from tagmatrix.plan.images import ImageBases
from tagmatrix.references import parse as parse_reference
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.dockerfile.from_lines import Bases
    from tagmatrix.matrix.expand import Image
    from tagmatrix.plan.records import SecretName

_FROM: Final = re.compile(r"^[ \t]*FROM[ \t]", re.IGNORECASE | re.MULTILINE)
_SECRET: Final = re.compile(r"--mount=(?=\S*\btype=secret\b)(\S+)")
_MOST: Final = 1 << 20
"""The most bytes of a Dockerfile to read."""
_PIECE: Final = 1 << 16


class Dockerfiles:
    """The Dockerfiles on disk, and what they are built on."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._missing: list[str] = []
        self._unknown: list[str] = []
        self._secrets: dict[str, list[str]] = {}
        self._familiar: dict[str, str] = {}

    def read(self, image: Image) -> str | None:
        """Return the text of a Dockerfile; None if it does not exist."""
        if image.ref:
            return None
        try:
            return _read(f"{self._root}/{image.dockerfile_path}").decode("utf-8", "replace")
        except OSError:
            self._missing.append(name_of(image))
            return None

    def bases(self, image: Image, text: str | None) -> Mapping[str, ImageBases]:
        """Return the bases of an image: those of its Dockerfile, or else that of the matrix."""
        if text is None or _is_plain(text, image.base):
            base = self._name(image.base)
            found = ImageBases(base, (base,), known=text is not None)
            return dict.fromkeys(image.architectures, found)
        reader = BasesReader(text)
        bases = {name: self._found(reader.bases(name)) for name in image.architectures}
        if not all(each.known for each in bases.values()):
            self._unknown.append(name_of(image))
        return bases

    def check_secrets(self, image: Image, text: str | None, secrets: Sequence[SecretName]) -> None:
        """Note the secrets that a Dockerfile needs and versions.yaml does not name."""
        if text is None or "type=secret" not in text:
            return
        known = {secret.id for secret in secrets}
        for mount in _SECRET.findall(text):
            options = dict(part.partition("=")[::2] for part in mount.split(","))
            target = options.get("target") or options.get("dst") or options.get("destination", "")
            name = options.get("id") or target.rpartition("/")[2]
            if name and name not in known:
                self._secrets.setdefault(name, []).append(name_of(image))

    def warnings(self) -> Iterable[str]:
        """Yield what is missing, for people."""
        if self._missing:
            yield f"{few(self._missing)}: no Dockerfile yet; run tagmatrix generate"
        if self._unknown:
            yield f"{few(self._unknown)}: not all base images can be read from the Dockerfile"
        for name, images in self._secrets.items():
            yield (
                f"{few(dict.fromkeys(images))}: the Dockerfile mounts the secret {name}, which "
                "is not in `secrets` of its flavor"
            )

    def _found(self, bases: Bases) -> ImageBases:
        return ImageBases(
            last=self._name(bases.last),
            all=tuple([self._name(name) for name in bases.all]),
            foreign=tuple([self._name(name) for name in bases.foreign]),
            known=not bases.problems,
        )

    def _name(self, name: str) -> str:
        """Return the familiar form of a base's name; an invalid name stays."""
        if name not in self._familiar:
            self._familiar[name] = familiar(name)
        return self._familiar[name]


def _read(path: str) -> bytes:
    """Return the bytes of a file, as many as a Dockerfile may have.

    Strings and descriptors are faster than Path and file objects, and this runs for every image.
    """
    file = os.open(path, os.O_RDONLY)
    try:
        pieces = [os.read(file, _PIECE)]
        while len(pieces[-1]) == _PIECE and len(pieces) * _PIECE < _MOST:
            pieces.append(os.read(file, _PIECE))
    finally:
        os.close(file)
    return b"".join(pieces)


def familiar(name: str) -> str:
    """Return the shortest form of an image's name with a tag; `scratch` and "" stay.

    >>> familiar("docker.io/library/debian:trixie"), familiar("scratch")
    ('debian:trixie', 'scratch')
    """
    if name in {"", "scratch"}:
        return name
    try:
        return parse_reference(name).familiar
    except ValueError:
        return name


def _is_plain(text: str, base: str) -> bool:
    """Return whether a Dockerfile has one stage, on this base, and copies from no other image."""
    found = _FROM.search(text)
    if found is None or "from=" in text.lower() or _FROM.search(text, found.end()):
        return False
    return text[found.end() :].partition("\n")[0].strip() == base
