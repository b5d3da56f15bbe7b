"""The standard library is complete."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.image.conftest import Asked
    from tests.image.runner import Container

NEEDED = {
    *("_bz2", "_ctypes", "_curses", "_curses_panel", "_dbm", "_decimal", "_gdbm", "_hashlib"),
    *("_lzma", "_sqlite3", "_ssl", "_uuid", "readline", "zlib", "_tkinter"),
}
"""Extension modules; a build that does not find a module's library omits it without an error."""

EXTENSIONS = """
import importlib, json, os, sys, sysconfig
folder = os.path.join(sysconfig.get_path("stdlib"), "lib-dynload")
names = sorted(file.partition(".")[0] for file in os.listdir(folder) if file.endswith(".so"))
failed = {}
for name in names:
    try:
        importlib.import_module(name)
    except ImportError as error:
        failed[name] = str(error)
print(json.dumps([names + sorted(sys.builtin_module_names), failed]))
"""

MODULES = """
import importlib, json, sys
failed = {}
for name in sorted(sys.stdlib_module_names - {"antigravity", "this"}):
    try:
        importlib.import_module(name)
    except ImportError as error:
        failed[name] = str(error)
print(json.dumps(failed))
"""

ELSEWHERE = {
    *("_msi", "_overlapped", "_scproxy", "_winapi", "_winreg", "_wmi", "_android_support"),
    *("_apple_support", "_ios_support", "msilib", "msvcrt", "nt", "winreg", "winsound"),
}
"""Modules of other systems."""

TK = {"_tkinter", "tkinter", "turtle"}

BZ2 = "import bz2, lzma, zlib; [m.decompress(m.compress(b'a' * 999)) for m in (bz2, lzma, zlib)]"


def test_extensions(container: Container, asked: Asked) -> None:
    """Every extension module exists and imports; that of Tk only in images with Tk's libraries."""
    names, failed = json.loads(container.python(EXTENSIONS).ok())
    needed = NEEDED | ({"_zstd"} if asked.since("3.14.0a0") else set())
    assert needed <= set(names)
    assert set(failed) == ({"_tkinter"} if asked.slim else set()), failed


def test_modules(container: Container, asked: Asked) -> None:
    """Every module of the standard library imports, if it is one of this system."""
    failed = json.loads(container.python(MODULES).ok())
    tk = TK if asked.slim else set()
    assert set(failed) - ELSEWHERE == tk, failed


def test_compression(container: Container, asked: Asked) -> None:
    """Compressed data can be decompressed."""
    container.run("python3", "-c", BZ2).ok()
    if asked.since("3.14.0a0"):
        code = "from compression import zstd; assert zstd.decompress(zstd.compress(b'a')) == b'a'"
        container.run("python3", "-c", code).ok()


def test_ldd(container: Container, asked: Asked) -> None:
    """Every installed program and library finds the libraries that it links to."""
    find = (
        "find /usr/local -type f \\( -name '*.so' -o -name '*.so.*' -o -path '*/bin/python3*' \\)"
    )
    script = find + ' -exec sh -c \'for f; do echo "$f:"; ldd "$f" || :; done\' sh {} +'
    listing = container.run("sh", "-c", script).ok()
    missing: dict[str, list[str]] = {}
    file = ""
    for line in listing.splitlines():
        if line.endswith(":") and line.startswith("/"):
            file = line.removesuffix(":").rpartition("/")[2]
        elif "not found" in line:
            missing.setdefault(file.partition(".")[0], []).append(line.strip())
    assert "libpython" in listing
    assert set(missing) == ({"_tkinter"} if asked.slim else set()), missing
