"""Rules for configuring, compiling, removing files, and testing the result."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.dockerfiles.rules.packages import flavor_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dockerfiles.parse import Command, Dockerfile

ARGUMENTS: Final = {
    *('--build="$machine"', "--enable-loadable-sqlite-extensions"),
    *("--enable-option-checking=fatal", "--enable-shared", "--with-ensurepip"),
}
FRAMES: Final = ("-fno-omit-frame-pointer -mno-omit-leaf-frame-pointer", "-fno-omit-frame-pointer")
MODULES: Final = {
    *("_uuid", "bz2", "ctypes", "curses", "dbm.gnu", "lzma", "readline", "sqlite3", "ssl", "zlib"),
}
NAMES: Final = ("idle3", "pip3", "pydoc3", "python3", "python3-config")
MAKE: Final = ("make", "-j", "$(nproc)", 'EXTRA_CFLAGS="$cflags"')
RPATH: Final = "LDFLAGS=\"$ldflags -Wl,-rpath='\\$\\$ORIGIN/../lib'\""
MADE: Final = [
    (*MAKE, 'LDFLAGS="$ldflags"'),
    (*MAKE, RPATH, "python"),
    ("make", "install"),
]
"""The second link of the program makes it look for libpython next to itself first."""

DISTRIBUTION: Final = ("$(dpkg-buildflags --get CFLAGS)", "$(dpkg-buildflags --get LDFLAGS)")
SOURCE_GOES: Final = ("rm", "-rf", "/usr/src/python")
MUSL: Final = ("-DTHREAD_STACK_SIZE=0x100000", "-Wl,-z,stack-size=0x100000")
"""The second is for programs: musl ignores it where another program loads libpython."""

MACHINES: Final = ("i?86-*", "x86_64-*", "aarch64-*", "riscv64-*", "*")
"""The beginnings of the GNU names of machines, which differ from Debian's and Docker's names."""

GDB: Final = (
    ("=", "python", "$(readlink -e /usr/local/bin/python3)"),
    (
        *("install", "-D", "-m", "644", "Tools/gdb/libpython.py"),
        "/usr/share/gdb/auto-load$python-gdb.py",
    ),
)
"""https://sourceware.org/gdb/current/onlinedocs/gdb.html/objfile_002dgdbdotext-file.html"""

LAST: Final = ('[ "$(python --version)" = "Python $PYTHON_VERSION" ]', "pip --version")
PINS: Final = {"setuptools": Version("78.1.1"), "wheel": Version("0.46.3")}
"""The oldest versions without a known vulnerability: CVE-2025-47273, CVE-2026-24049. This wheel
also has bdist_wheel for a setuptools without it."""

CHECKED_LINK: Final = (
    '[ -s "/usr/local/bin/$name" ]',
    '[ ! -e "/usr/local/bin/$plain" ]',
    'ln -svT "$name" "/usr/local/bin/$plain"',
)
PRUNED: Final = ("test", "tests", "idle_test", "__pycache__", "*.pyc", "libpython*.a")


def _version(file: Dockerfile) -> Version:
    return Version(file.environment().get("PYTHON_VERSION", "0"))


def _only(file: Dockerfile, *words: str) -> Command | None:
    found = [command for command in file.commands if command.starts(*words)]
    return found[0] if len(found) == 1 else None


def path_and_locale(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The Python in /usr/local is found first; before 3.13 LANG is set."""
    found = file.environment()
    if found.get("PATH") != "/usr/local/bin:$PATH":
        yield 1, "ENV PATH=/usr/local/bin:$PATH is missing"
    if found.get("LANG") != ("C.UTF-8" if _version(file) < Version("3.13.0a0") else None):
        yield 1, "ENV LANG=C.UTF-8 must be in the images before 3.13, and only there"


def configured(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Configure gets the options of every image, and PGO and LTO according to the matrix."""
    given = [command for command in file.commands if command.starts("set", "--")]
    words = {word for command in given for word in command.words[2:]} - {"$@"}
    expected = ARGUMENTS | {"--with-lto"}
    if flavor_of(file) != "alpine":
        expected = expected | {"--enable-optimizations"}
    if _version(file).release[:2] == (3, 15):
        expected = expected | {"--without-system-libmpdec", "--without-frame-pointers"}
    if words != expected:
        differ = ", ".join(sorted(words ^ expected))
        yield (
            given[0].line if given else 1,
            f"configure's arguments differ: {differ}",
        )
    if _only(file, "./configure", "$@") is None:
        yield 1, 'configure does not get its options with `./configure "$@"`'
    if not any("riscv64-*) ;;" in run.value for run in file.named("RUN")):
        yield 1, "LTO is not left out on riscv64"


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
    """The compiler's and linker's flags are those of the distribution, plus those of the matrix."""
    flavor = flavor_of(file)
    cflags, ldflags = MUSL if flavor == "alpine" else DISTRIBUTION
    framed = FRAMES if _version(file) >= Version("3.12.0a0") else ()
    stripped = () if flavor == "default" else ("-Wl,--strip-all",)
    expected = {
        "cflags": [cflags, *(f"$cflags {words}" for words in framed)],
        "ldflags": [ldflags, *(f"$ldflags {words}" for words in stripped)],
    }
    for name, values in expected.items():
        found = [command.words[2] for command in file.commands if command.starts("=", name)]
        if found != values:
            yield 1, f"${name} is made of {found}, not of {values}"


def pruned(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The source, tests, bytecode and the static library are removed, from outside the source."""
    run = file.runs[-1]
    found = next((one for one in run if one.starts("find", "/usr/local", "-depth")), None)
    words = () if found is None else found.words
    names = {after for word, after in itertools.pairwise(words) if word == "-name"}
    if missing := [name for name in PRUNED if name not in names]:
        yield run[0].line, f"not removed from /usr/local: {', '.join(missing)}"
    elif words[-5:] != ("-exec", "rm", "-rf", "{}", "+"):
        yield run[0].line, "the found files are not removed"
    if not any(one.starts("tar", "-x") and "/usr/src/python" in one.words for one in run):
        yield run[0].line, "the source is not unpacked in /usr/src/python"
    moves = [one.words for one in run if one.name == "cd" or one.words == SOURCE_GOES]
    if moves[-2:] != [("cd", "/"), SOURCE_GOES]:
        yield run[0].line, "the source is not removed, or is removed from inside its folder"


def named(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Links without the 3 are made, but never replace a file."""
    loops = [re.search(r"for name in ([^;]*); do", run.value) for run in file.named("RUN")]
    listed = [tuple(match[1].split()) for match in loops if match]
    if listed != [NAMES]:
        yield 1, f"the names without the 3 are made of {', '.join(NAMES)}"
    texts = [command.whole for command in file.commands]
    for text in CHECKED_LINK:
        if text not in texts:
            yield 1, f"`{text}` is missing"


def tried(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The last commands run Python and pip, and import the modules that need libraries."""
    run = file.runs[-1]
    wholes = [command.whole for command in run if command.whole != "python --version"]
    for text in LAST:
        if text not in wholes:
            yield run[-1].line, f"`{text}` is missing"
    if tuple(wholes[-3:-1]) != LAST:
        yield run[-1].line, f"what was tried may change after {' and '.join(LAST)}"
    imports = run[-1].words[-1] if run[-1].starts("python", "-c") else ""
    found = set(imports.removeprefix("import ").split(", "))
    expected = MODULES | {"_decimal"}
    if _version(file) >= Version("3.14.0a0"):
        expected = expected | {"compression.zstd"}
    if flavor_of(file) == "default":
        expected = expected | {"tkinter"}
    if found != expected:
        yield (
            run[-1].line,
            f"the tested modules differ by {', '.join(sorted(found ^ expected))}",
        )


def no_bytecode(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Before Python runs for the first time after the removal, bytecode is turned off."""
    run = file.runs[-1]
    reported = [at for at, one in enumerate(run) if one.whole == "export PYTHONDONTWRITEBYTECODE=1"]
    ran = [at for at, one in enumerate(run) if re.match(r"(?:python|pip)3?$", one.name)]
    if not reported or (ran and ran[0] < reported[0]):
        yield run[-1].line, "`export PYTHONDONTWRITEBYTECODE=1` is missing before Python runs"
    for at in ran:
        pip = run[at]
        if pip.starts("pip3", "install"):
            for option in ("--no-cache-dir", "--no-compile", "--disable-pip-version-check"):
                if option not in pip.words:
                    yield pip.line, f"pip3 install without {option}"


def pinned(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Before 3.12 setuptools and wheel have exact, safe versions; from 3.12 on there are none."""
    installs = [one.words for one in file.commands if one.starts("pip3", "install")]
    found = dict(
        word.partition("==")[::2] for words in installs for word in words[2:] if word[0] != "-"
    )
    expected = PINS if _version(file) < Version("3.12.0a0") else {}
    if set(found) != set(expected):
        yield 1, f"pip installs {', '.join(sorted(found)) or 'nothing'}"
    for name in sorted(found.keys() & expected.keys()):
        exact = re.fullmatch(r"\d+(\.\d+)+", found[name])
        if exact is None or Version(found[name]) < expected[name]:
            yield 1, f"{name} is not pinned with == to {expected[name]} or a later version"


def machines(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The patterns of a `case` are GNU names of machines, as dpkg-architecture prints them."""
    for run in file.named("RUN"):
        for match in re.finditer(r"\bcase (.+?) in\b(.*?)\besac\b", run.value):
            if match[1] != '"$machine"':
                yield run.line, f"case {match[1]}: only the machine decides"
            found = re.findall(r"(?:^|;;)\s*([^\s;()]+)\)", match[2])
            for pattern in (one for names in found for one in names.split("|")):
                if pattern not in MACHINES:
                    yield run.line, f"{pattern} is not the GNU name of a machine"


def gdb_helper(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Images with debug symbols have gdb's helper, at the path from which gdb loads it."""
    found = tuple(one.words for one in file.commands if one.words[:2] in {one[:2] for one in GDB})
    if found != (GDB if flavor_of(file) == "default" else ()):
        yield 1, f"gdb loads {GDB[1][-1]} by the real name of Python, in default images only"


RULES: Final = (
    *(path_and_locale, configured, configured_for, compiled, flags, pruned, named, tried),
    *(no_bytecode, pinned, machines, gdb_helper),
)
