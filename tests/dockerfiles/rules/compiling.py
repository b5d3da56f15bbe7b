"""Rules for configuring and compiling, on each machine."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.dockerfiles.machines import MACHINES, arguments_on, variable_on
from tests.dockerfiles.rules.packages import flavor_of, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dockerfiles.parse import Command, Dockerfile

ARGUMENTS: Final = {
    *('--build="$machine"', "--enable-loadable-sqlite-extensions"),
    *("--enable-option-checking=fatal", "--enable-shared", "--with-ensurepip"),
}
FRAMES: Final = (
    ("i?86-*", ""),
    ("x86_64-*", " -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer"),
    ("aarch64-*", " -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer"),
    ("*", " -fno-omit-frame-pointer"),
)
"""The flags for frame pointers by machine; the first that matches holds."""

MAKE: Final = ("make", "-j", "$(nproc)", 'EXTRA_CFLAGS="$cflags"')
RPATH: Final = "LDFLAGS=\"$ldflags -Wl,-rpath='\\$\\$ORIGIN/../lib'\""
MADE: Final = [
    (*MAKE, 'LDFLAGS="$ldflags"'),
    (*MAKE, RPATH, "python"),
    ("make", "install"),
]
"""The second link of the program makes it look for libpython next to itself first."""

DISTRIBUTION: Final = ("$(dpkg-buildflags --get CFLAGS)", "$(dpkg-buildflags --get LDFLAGS)")
MUSL: Final = ("-DTHREAD_STACK_SIZE=0x100000", "-Wl,-z,stack-size=0x100000")
"""The second is for programs: musl ignores it where another program loads libpython."""

PATTERNS: Final = ("i?86-*", "x86_64-*", "aarch64-*", "riscv64-*", "*")
"""The beginnings of the GNU names of machines, which differ from Debian's and Docker's names."""


def configured(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Configure gets the options that every image needs, and those of its machine."""
    run = file.named("RUN")[-1]
    for machine in MACHINES:
        words, expected = arguments_on(run, machine), _arguments(file, machine)
        if sorted(words) != sorted(expected):
            differ = ", ".join(sorted(expected ^ set(words))) or "an option is there twice"
            yield run.line, f"configure's arguments for {machine} differ: {differ}"
    if _only(file, "./configure", "$@") is None:
        yield 1, 'configure does not get its options with `./configure "$@"`'


def _arguments(file: Dockerfile, machine: str) -> set[str]:
    version, found = version_of(file), set(ARGUMENTS)
    if flavor_of(file) != "alpine":
        found.add("--enable-optimizations")
    if not machine.startswith("riscv64-"):
        found.add("--with-lto")
    if Version("3.15.0a0") <= version < Version("3.16.0a0"):
        found.add("--without-system-libmpdec")
    if version >= Version("3.15.0a0") and fnmatch.fnmatchcase(machine, "i?86-*"):
        found.add("--without-frame-pointers")
    return found


def configured_for(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The machine is that of the packages, not that of the kernel."""
    if _only(file, "=", "machine", "$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)") is None:
        yield 1, "$machine is not asked of dpkg-architecture"


def compiled(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Make gets the flags, uses all cores, links the program again with a path to libpython."""
    makes = [command for command in file.commands if command.name == "make"]
    if [command.words for command in makes] != MADE:
        yield 1, "make, make python with its rpath, or make install is wrong"
        return
    removed = _only(file, "rm", "python")
    if removed is None or not makes[0].line < removed.line < makes[1].line:
        yield makes[1].line, "without `rm python` before, the program is not linked again"


def flags(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The flags are those of the distribution, plus those of the matrix and the machine."""
    flavor = flavor_of(file)
    cflags, ldflags = MUSL if flavor == "alpine" else DISTRIBUTION
    stripped = "" if flavor == "default" else " -Wl,--strip-all"
    framed = FRAMES if version_of(file) >= Version("3.12.0a0") else (("*", ""),)
    run = file.named("RUN")[-1]
    for machine in MACHINES:
        frames = next(words for name, words in framed if fnmatch.fnmatchcase(machine, name))
        for name, value in (("cflags", cflags + frames), ("ldflags", ldflags + stripped)):
            found = variable_on(run, machine, name)
            if found != value:
                yield run.line, f"${name} is {found} on {machine}, not {value}"


def machines(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The patterns of a `case` are GNU names of machines, as dpkg-architecture prints them."""
    for run in file.named("RUN"):
        for match in re.finditer(r"\bcase (.+?) in\b(.*?)\besac\b", run.value):
            if match[1] != '"$machine"':
                yield run.line, f"case {match[1]}: only the machine decides"
            found = re.findall(r"(?:^|;;)\s*([^\s;()]+)\)", match[2])
            for pattern in (one for names in found for one in names.split("|")):
                if pattern not in PATTERNS:
                    yield run.line, f"{pattern} is not the GNU name of a machine"


def _only(file: Dockerfile, *words: str) -> Command | None:
    found = [command for command in file.commands if command.starts(*words)]
    return found[0] if len(found) == 1 else None


RULES: Final = (configured, configured_for, compiled, flags, machines)
