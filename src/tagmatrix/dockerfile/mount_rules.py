"""What BuildKit refuses of the mounts of RUN.

https://github.com/moby/buildkit/blob/master/frontend/dockerfile/instructions/commands_runmount.go
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.dockerfile.mounts import mount_fields
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest
from tagmatrix.util.wording import either

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
_OF_TYPES: Final = {
    **dict.fromkeys(("gid", "mode", "uid"), ("cache", "secret", "ssh")),
    "required": ("secret", "ssh"),
    "sharing": ("cache",),
    "size": ("tmpfs",),
}
"""The types of mount that a key is for."""
_AFTER_TYPE: Final = frozenset({"required", "size"})
"""The keys that BuildKit compares with the type that is before them."""

# https://pkg.go.dev/github.com/docker/go-units#RAMInBytes
_SIZE: Final = re.compile(
    r"\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?(?:b|[kmgtp](?:i?b)?)?", re.IGNORECASE
)
_BITS: Final = 32


def mount_errors(instruction: Instruction) -> Iterator[str]:
    """Yield what is wrong with the mounts of an instruction, whatever its variables are."""
    for fields in mount_fields(instruction):
        values = {key.lower(): value for key, _, value in fields}
        kind, before = values.get("type", "bind").lower(), "bind"
        for key, equals, value in fields:
            name = key.lower()
            before = value.lower() if name == "type" else before
            if not name and not equals:
                yield "--mount is empty: write --mount=type=TYPE,target=PATH"
            elif name not in _KEYS:
                near = nearest(name, sorted(_KEYS))
                yield f"a mount has no {shown(key)}: remove it{near}"
            elif not equals and name not in _SWITCHES:
                yield f"the mount's {name} has no value: write {name}=VALUE"
            elif equals and (problem := _value_error(name, value)):
                yield f"the mount's {name} is {shown(value)}{problem}"
            else:
                yield from _type_errors(name, kind, before)
        if "" not in values:
            yield from _lacking_errors(kind, values)


def _type_errors(name: str, kind: str, before: str) -> Iterator[str]:
    """Yield what is wrong if a key is not for the type of its mount."""
    if kind not in _CHOICES["type"] or name not in _OF_TYPES:
        return
    types = _OF_TYPES[name]
    if kind not in types:
        yield f"the mount's {name} is for type {either(types)} only, not {kind}: remove it"
    elif name in _AFTER_TYPE and before not in types:
        yield f"the mount's {name} is before its type: write type={kind} first"


def _lacking_errors(kind: str, values: Mapping[str, str]) -> Iterator[str]:
    """Yield what the fields of a mount lack, and which ones exclude each other."""
    if kind in _AT_A_TARGET:
        if not any(values.get(name) for name in _TARGETS):
            yield f"a mount of type {kind} needs a path in the image: add target=PATH"
        return
    if kind != "secret":
        return
    source = values.get("source") or values.get("src")
    if values.get("from"):
        yield "a mount of type secret does not come from a stage: remove its `from`"
    if source and values.get("id"):
        yield "a mount of type secret has both `source` and `id`: remove `source`"
    if not source and not values.get("id") and not any(values.get(name) for name in _TARGETS):
        yield "a mount of type secret needs the name of the secret: add id=NAME"


def _value_error(name: str, value: str) -> str:
    """Return what is wrong with a value; that of a variable is not known."""
    if any(character in value for character in "$'\"\\`"):
        return ""
    if name in _CHOICES:
        known = (value if name in _SWITCHES else value.lower()) in _CHOICES[name]
        near = nearest(value, sorted(_CHOICES[name]))
        return "" if known else f", which Docker does not know{near}"
    if name in {"gid", "uid"} and not _is_number(value, 10):
        return ": write a number such as 1000"
    if name == "mode" and not _is_number(value, 8):
        return ": write a mode such as 0755"
    if name == "size" and not _SIZE.fullmatch(value):
        return ": write a size such as 64m"
    return ""


def _is_number(value: str, base: int) -> bool:
    """Return whether BuildKit reads a text as a number without a sign."""
    if not value.isdecimal() or not value.isascii():
        return False
    try:
        return int(value[-_BITS:], base) < 1 << _BITS and not value[:-_BITS].strip("0")
    except ValueError:
        return False
