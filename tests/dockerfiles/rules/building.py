"""Configuring, compiling, pruning, and the look at whether it works."""

from __future__ import annotations

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
PRUNED: Final = ("test", "tests", "idle_test", "__pycache__", "*.pyc", "libpython*.a")


def _version(file: Dockerfile) -> Version:
    return Version(file.environment().get("PYTHON_VERSION", "0"))


def _only(file: Dockerfile, *words: str) -> Command | None:
    found = [command for command in file.commands if command.starts(*words)]
    return found[0] if len(found) == 1 else None


def path_and_locale(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The Python in /usr/local is found first; below 3.13 LANG is set."""
    found = file.environment()
    if found.get("PATH") != "/usr/local/bin:$PATH":
        yield 1, "ENV PATH=/usr/local/bin:$PATH is missing"
    if found.get("LANG") != ("C.UTF-8" if _version(file) < Version("3.13.0a0") else None):
        yield 1, "ENV LANG=C.UTF-8 stands in the images below 3.13, and only there"


def configured(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Configure gets what every image has, and PGO and LTO as the matrix says."""
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
            f"configure's arguments are not as they should be: {differ}",
        )
    if _only(file, "./configure", "$@") is None:
        yield 1, 'configure does not get them with `./configure "$@"`'
    if not any("riscv64-*) ;;" in run.value for run in file.named("RUN")):
        yield 1, "LTO is not left out on riscv64"


def configured_for(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The machine is that of the packages, not that of the kernel."""
    if _only(file, "=", "machine", "$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)") is None:
        yield 1, "$machine is not asked of dpkg-architecture"


def compiled(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Make gets the flags, uses all cores, links the program again with a path to libpython."""
    makes = [command for command in file.commands if command.name == "make"]
    wanted = [
        ("make", "-j", "$(nproc)", 'EXTRA_CFLAGS="$cflags"', 'LDFLAGS="$ldflags"'),
        ("make", "-j", "$(nproc)", 'EXTRA_CFLAGS="$cflags"', RPATH, "python"),
        ("make", "install"),
    ]
    if [command.words for command in makes] != wanted:
        yield makes[0].line if makes else 1, "make, make python with its rpath, and make install"
    removed = _only(file, "rm", "python")
    if (
        removed is None
        or len(makes) != len(wanted)
        or not makes[0].line < removed.line < makes[1].line
    ):
        yield 1, "`rm python` before the program is linked again, or it is not"


RPATH: Final = "LDFLAGS=\"$ldflags -Wl,-rpath='\\$\\$ORIGIN/../lib'\""


def flags(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The compiler's and linker's flags are those of the distribution, and what the matrix says."""
    cflags = [command.words[2] for command in file.commands if command.starts("=", "cflags")]
    ldflags = [command.words[2] for command in file.commands if command.starts("=", "ldflags")]
    flavor = flavor_of(file)
    begin = {
        True: ["", "-Wl,-z,stack-size=0x100000"],
        False: [f"$(dpkg-buildflags --get {name})" for name in ("CFLAGS", "LDFLAGS")],
    }[flavor == "alpine"]
    frames = (
        [f"$cflags {words}" for words in FRAMES] if _version(file) >= Version("3.12.0a0") else []
    )
    if cflags != [begin[0], *frames]:
        yield 1, f"$cflags: {cflags}"
    strip = ["$ldflags -Wl,--strip-all"] if flavor != "default" else []
    if ldflags != [begin[1], *strip]:
        yield 1, f"$ldflags: {ldflags}"


def pruned(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The source, tests, bytecode and the static library go, from outside of the source."""
    run = file.runs[-1]
    find = next((one for one in run if one.starts("find", "/usr/local", "-depth")), None)
    names = (
        []
        if find is None
        else [b for a, b in zip(find.words, find.words[1:], strict=False) if a == "-name"]
    )
    missing = [name for name in PRUNED if name not in names]
    if missing:
        yield run[0].line, f"not removed from /usr/local: {', '.join(missing)}"
    elif find is not None and find.words[-5:] != ("-exec", "rm", "-rf", "{}", "+"):
        yield find.line, "what is found is not removed"
    removed = next((one for one in run if one.words == ("rm", "-rf", "/usr/src/python")), None)
    unpacked = next((one for one in run if one.starts("tar", "-x")), None)
    if removed is None or unpacked is None or "/usr/src/python" not in unpacked.words:
        yield run[0].line, "the source is unpacked in /usr/src/python, and removed"
    elif [one.words[-1] for one in run if one.name == "cd" and one.line < removed.line][-1:] != [
        "/"
    ]:
        yield removed.line, "a folder that is about to go is left before"


def named(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """There are names without the 3, as links, made only where nothing stood."""
    loops = [re.search(r"for name in ([^;]*); do", run.value) for run in file.named("RUN")]
    listed = [tuple(match[1].split()) for match in loops if match]
    if listed != [NAMES]:
        yield 1, f"the names without the 3 are made of {', '.join(NAMES)}"
    texts = [command.whole for command in file.commands]
    for text in CHECKED_LINK:
        if text not in texts:
            yield 1, f"`{text}` is missing"


CHECKED_LINK: Final = (
    '[ -s "/usr/local/bin/$name" ]',
    '[ ! -e "/usr/local/bin/$plain" ]',
    'ln -svT "$name" "/usr/local/bin/$plain"',
)


def tried(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """In the end Python and pip run, and the modules are there that libraries are needed for."""
    run = file.runs[-1]
    wholes = [command.whole for command in run]
    version = '[ "$(python --version)" = "Python $PYTHON_VERSION" ]'
    for text in ("pip --version", version):
        if text not in wholes:
            yield run[-1].line, f"`{text}` is missing"
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
            f"the modules that are tried differ by {', '.join(sorted(found ^ expected))}",
        )


def no_bytecode(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Before Python runs the first time after pruning, it is told to write no bytecode."""
    run = file.runs[-1]
    told = [at for at, one in enumerate(run) if one.whole == "export PYTHONDONTWRITEBYTECODE=1"]
    ran = [at for at, one in enumerate(run) if re.match(r"(?:python|pip)3?$", one.name)]
    if not told or (ran and ran[0] < told[0]):
        yield run[-1].line, "`export PYTHONDONTWRITEBYTECODE=1` is missing before Python runs"
    for at in ran:
        pip = run[at]
        if pip.starts("pip3", "install"):
            for option in ("--no-cache-dir", "--no-compile", "--disable-pip-version-check"):
                if option not in pip.words:
                    yield pip.line, f"pip3 install without {option}"


def pinned(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Below 3.12 setuptools and wheel are pinned; from 3.12 on neither is there."""
    installs = [one.words for one in file.commands if one.starts("pip3", "install")]
    names = {
        re.split(r"[=<]", word)[0] for words in installs for word in words[2:] if word[0] != "-"
    }
    expected = {"setuptools", "wheel"} if _version(file) < Version("3.12.0a0") else set()
    if names != expected:
        yield 1, f"pip installs {', '.join(sorted(names)) or 'nothing'}"


RULES: Final = (
    *(path_and_locale, configured, configured_for, compiled, flags, pruned, named, tried),
    *(no_bytecode, pinned),
)
