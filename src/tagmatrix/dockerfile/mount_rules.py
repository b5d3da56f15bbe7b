"""What BuildKit refuses of the mounts of RUN.

https://github.com/moby/buildkit/blob/master/frontend/dockerfile/instructions/commands_runmount.go
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.dockerfile.mounts import mount_fields
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.instructions import Instruction

_SWITCHES: Final = frozenset({"readonly", "readwrite", "required", "ro", "rw"})
_TARGETS: Final = frozenset({"destination", "dst", "target"})
_OTHERS: Final = ("env", "from", "gid", "id", "mode", "sharing", "size", "source", "src", "type")
_KEYS: Final = _SWITCHES | _TARGETS | {*_OTHERS, "uid"}
# https://pkg.go.dev/strconv#ParseBool
_BOOLEANS: Final = frozenset(
    {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"}
)
_CHOICES: Final = {
    **dict.fromkeys(_SWITCHES, _BOOLEANS),
    "sharing": frozenset({"locked", "private", "shared"}),
    "type": frozenset({"bind", "cache", "secret", "ssh", "tmpfs"}),
}
_AT_A_TARGET: Final = frozenset({"bind", "cache", "tmpfs"})


def mount_errors(instruction: Instruction) -> Iterator[str]:
    """Yield what is wrong with the mounts of an instruction, whatever its variables are."""
    for fields in mount_fields(instruction):
        values = {key.lower(): value for key, _, value in fields}
        for key, equals, value in fields:
            name = key.lower()
            if not name and not equals:
                yield "--mount is empty: write --mount=type=TYPE,target=PATH"
            elif name not in _KEYS:
                near = nearest(name, sorted(_KEYS))
                yield f"a mount has no {shown(key)}: remove it{near}"
            elif not equals and name not in _SWITCHES:
                yield f"the mount's {name} has no value: write {name}=VALUE"
            elif equals and _is_wrong(name, value):
                near = nearest(value, sorted(_CHOICES[name]))
                yield f"the mount's {name} is {shown(value)}, which Docker does not know{near}"
        kind = values.get("type", "bind").lower()
        if (
            "" not in values
            and kind in _AT_A_TARGET
            and not any(values.get(name) for name in _TARGETS)
        ):
            yield f"a mount of type {kind} needs a path in the image: add target=PATH"


def _is_wrong(name: str, value: str) -> bool:
    """Return whether a value is none of the choices; that of a variable is not known."""
    if name not in _CHOICES or any(character in value for character in "$'\"\\`"):
        return False
    return (value if name in _SWITCHES else value.lower()) not in _CHOICES[name]
