"""The mounts of RUN: https://docs.docker.com/reference/dockerfile/#run---mount."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.instructions import Instruction

_BEGINNING = "--mount="


class Mount(NamedTuple):
    """A mount: its type, the stage or image that it is from, and the path there.

    `values` are those of all fields but `from`: variables in them are replaced.
    """

    type: str
    origin: str
    source: str
    values: tuple[str, ...] = ()

    @property
    def is_context(self) -> bool:
        """Return whether it is a file or a folder of the build context."""
        return self.type == "bind" and not self.origin


def mounts(instruction: Instruction) -> Iterator[Mount]:
    """Yield the mounts of an instruction; only RUN has any."""
    for fields in mount_fields(instruction):
        values = {"src": "", "type": "bind", "from": ""}
        for key, _, value in fields:
            name = key.lower()
            values["src" if name == "source" else name] = value
        own = tuple([value for name, value in values.items() if name != "from"])
        yield Mount(values["type"].lower(), values["from"], values["src"], own)


def mount_fields(instruction: Instruction) -> Iterator[list[tuple[str, str, str]]]:
    """Yield the fields of each mount: key, equals sign and value."""
    if instruction.keyword != "RUN":
        return
    for word in instruction.options:
        if word.startswith(_BEGINNING):
            yield [field.partition("=") for field in _fields(word.removeprefix(_BEGINNING))]


def _fields(text: str) -> list[str]:
    """Return the fields of a mount, which are CSV."""
    if '"' not in text:
        return text.split(",")
    import csv  # noqa: PLC0415 (hardly any mount has quotes)

    return next(csv.reader([text]), [])
