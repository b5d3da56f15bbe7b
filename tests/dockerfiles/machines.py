"""What a script does on a machine: `case "$machine"` chooses by the machine's GNU name."""

from __future__ import annotations

import fnmatch
import functools
import itertools
from typing import TYPE_CHECKING, Final

from tests.dockerfiles.parse import commands, text_of

if TYPE_CHECKING:
    import tree_sitter

    from tests.dockerfiles.parse import Instruction

MACHINES: Final = (
    *("x86_64-linux-gnu", "i586-linux-musl", "i686-linux-gnu", "aarch64-linux-gnu"),
    *("arm-linux-gnueabi", "arm-linux-gnueabihf", "armv6-alpine-linux-musleabihf"),
    *("powerpc64le-linux-gnu", "riscv64-linux-gnu", "s390x-linux-gnu"),
)
"""Names that dpkg-architecture prints for the architectures of the images."""


def arguments_on(run: Instruction, machine: str) -> list[str]:
    r"""Return the positional parameters that `set --` leaves on a machine.

    >>> from tests.dockerfiles.parse import parse
    >>> script = 'set -- a; case "$machine" in i?86-*) set -- "$@" b ;; *) set -- c ;; esac'
    >>> [run] = parse(f"RUN {script}").named("RUN")
    >>> arguments_on(run, "i686-linux-gnu"), arguments_on(run, "s390x-linux-gnu")
    (['a', 'b'], ['c'])
    """
    found: list[str] = []
    for command in commands(run, functools.partial(_skipped, machine)):
        if command.starts("set", "--"):
            words = ((found if word == "$@" else [word]) for word in command.words[2:])
            found = list(itertools.chain.from_iterable(words))
    return found


def variable_on(run: Instruction, machine: str, name: str) -> str:
    """Return the value that assignments leave on a machine, with the earlier values in it."""
    found = ""
    for command in commands(run, functools.partial(_skipped, machine)):
        if command.starts("=", name):
            found = command.words[2].replace(f"${name}", found)
    return found


def _skipped(machine: str, node: tree_sitter.Node) -> bool:
    """Return whether this item of a `case` is not the machine's."""
    if node.type != "case_item" or node.parent is None:
        return False
    items = (one for one in node.parent.named_children if one.type == "case_item")
    return node != next((one for one in items if _matches(one, machine)), None)


def _matches(item: tree_sitter.Node, machine: str) -> bool:
    patterns = itertools.takewhile(lambda one: one.type != ")", item.children)
    return any(fnmatch.fnmatchcase(machine, text_of(one)) for one in patterns)
