"""Rules for the environment, for removing files, and for testing the result."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.dockerfiles.rules.packages import flavor_of, has_libmpdec, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dockerfiles.parse import Dockerfile

MODULES: Final = {
    *("_uuid", "bz2", "ctypes", "curses", "dbm.gnu", "lzma", "readline", "sqlite3", "ssl", "zlib"),
}
NAMES: Final = ("idle3", "pip3", "pydoc3", "python3", "python3-config")
SOURCE_GOES: Final = ("rm", "-rf", "/usr/src/python")
GDB: Final = (
    ("=", "python", "$(readlink -e /usr/local/bin/python3)"),
    (
        *("install", "-D", "-m", "644", "Tools/gdb/libpython.py"),
        "/usr/share/gdb/auto-load$python-gdb.py",
    ),
)
"""https://sourceware.org/gdb/current/onlinedocs/gdb.html/objfile_002dgdbdotext-file.html"""

LAST: Final = ('[ "$(python --version)" = "Python $PYTHON_VERSION" ]', "pip --version")
PINS: Final = {
    "setuptools": (
        *("78.1.1", "79.0.0", "79.0.1", "80.0.0", "80.0.1", "80.1.0", "80.2.0", "80.3.1", "80.4.0"),
        *("80.6.0", "80.7.1", "80.8.0", "80.9.0", "80.10.1", "80.10.2", "81.0.0"),
    ),
    "wheel": ("0.46.3", "0.47.0", "0.48.0"),
}
"""The releases on PyPI on 2026-11-29 with the fixes of CVE-2025-47273 and CVE-2026-24049.

82 and later releases of setuptools lack pkg_resources, which users of Python 3.10 and 3.11 expect.
Each wheel here has bdist_wheel for a setuptools without it."""

CHECKED_LINK: Final = (
    '[ -s "/usr/local/bin/$name" ]',
    '[ ! -e "/usr/local/bin/$plain" ]',
    'ln -svT "$name" "/usr/local/bin/$plain"',
)
PRUNED: Final = ("test", "tests", "idle_test", "__pycache__", "*.pyc", "libpython*.a")


def path_and_locale(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The Python in /usr/local is found first; before 3.13 LANG is set."""
    found = file.environment()
    if found.get("PATH") != "/usr/local/bin:$PATH":
        yield 1, "ENV PATH=/usr/local/bin:$PATH is missing"
    if found.get("LANG") != ("C.UTF-8" if version_of(file) < Version("3.13.0a0") else None):
        yield 1, "ENV LANG=C.UTF-8 must be in the images before 3.13, and only there"


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
    imports = run[-1].words[-1] if run[-1].words[:-1] == ("python", "-c") else ""
    found = set(imports.removeprefix("import ").split(", "))
    expected = MODULES
    if version_of(file) < Version("3.16.0a0") or has_libmpdec(file):
        expected = expected | {"_decimal"}
    if version_of(file) >= Version("3.14.0a0"):
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
    expected = PINS if version_of(file) < Version("3.12.0a0") else {}
    if set(found) != set(expected):
        yield 1, f"pip installs {', '.join(sorted(found)) or 'nothing'}"
    for name in sorted(found.keys() & expected.keys()):
        if found[name] not in expected[name]:
            yield 1, f"{name}=={found[name]} is not one of {', '.join(expected[name])}"


def gdb_helper(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Images with debug symbols have gdb's helper, at the path from which gdb loads it."""
    found = tuple(one.words for one in file.commands if one.words[:2] in {one[:2] for one in GDB})
    if found != (GDB if flavor_of(file) == "default" else ()):
        yield 1, f"gdb loads {GDB[1][-1]} by the real name of Python, in default images only"


RULES: Final = (path_and_locale, pruned, named, tried, no_bytecode, pinned, gdb_helper)
