"""The mounts of RUN: https://docs.docker.com/reference/dockerfile/#run---mount."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.instructions import Instruction

_BEGINNING = "--mount="


class Mount(NamedTuple):
    """A mount: its type, the stage or image that it is from, and the path there."""

    type: str
    origin: str
    source: str

    @property
    def is_context(self) -> bool:
        """Return whether it is a file or a folder of the build context."""
        return self.type == "bind" and not self.origin


def mounts(instruction: Instruction) -> Iterator[Mount]:
    """Yield the mounts of an instruction; only RUN has any."""
    if instruction.keyword != "RUN":
        return
    for word in instruction.options:
        if word.startswith(_BEGINNING):
            values = {"src": "", "type": "bind", "from": ""}
            for field in _fields(word.removeprefix(_BEGINNING)):
                key, _, value = field.partition("=")
                name = key.lower()
                values["src" if name == "source" else name] = value
            yield Mount(values["type"].lower(), values["from"], values["src"])


def _fields(text: str) -> list[str]:
    """Return the fields of a mount, which are CSV."""
    if '"' not in text:
        return text.split(",")
    import csv  # noqa: PLC0415 (hardly any mount has quotes)

    return next(csv.reader([text]), [])
