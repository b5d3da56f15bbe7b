"""Python works in the image for its typical uses."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.image.conftest import Asked
    from tests.image.runner import Container, Image

RECURSION = """
import threading
def down(n): return down(n + 1)
def reaches():
    try:
        down(0)
    except RecursionError:
        found.append(True)
found = []
reaches()
thread = threading.Thread(target=reaches)
thread.start()
thread.join()
nested = []
for _ in range(200_000):
    nested = [nested]
try:
    repr(nested)
except RecursionError:
    found.append(True)
while nested:
    nested = nested.pop()
assert len(found) == 3, found
"""

WHEEL = """
import zipfile
info = "spot-1.dist-info"
with zipfile.ZipFile("/tmp/spot-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr("spot.py", "def main(): print('it runs')\\n")
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: spot\\nVersion: 1\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/entry_points.txt", "[console_scripts]\\nspot = spot:main\\n")
    wheel.writestr(f"{info}/RECORD", "")
"""

EXTENSION = """
#include <Python.h>
static struct PyModuleDef spot = {PyModuleDef_HEAD_INIT, "spotted", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_spotted(void) { return PyModule_Create(&spot); }
"""


def test_version(container: Container, asked: Asked) -> None:
    """`python` is `python3`, and both have the expected version."""
    for name in ("python", "python3"):
        assert container.run(name, "--version").ok().strip() == f"Python {asked.version}"


def test_command(image: Image) -> None:
    """Without a command the image starts Python, and finds it before any other Python."""
    assert image.config["Cmd"] == ["python3"]
    assert not image.config.get("Entrypoint")
    assert image.environment["PATH"].split(":")[0] == "/usr/local/bin"


def test_prefix(container: Container) -> None:
    """The Python of /usr/local runs, with its own library, not that of a package."""
    code = "import sys; print(sys.executable, sys.prefix, sys.base_prefix)"
    assert container.run("python3", "-c", code).ok().split()[1:] == ["/usr/local", "/usr/local"]
    linked = container.run("ldd", "/usr/local/bin/python3").ok()
    assert "=> /usr/local/bin/../lib/libpython3" in linked


def test_utf8(container: Container) -> None:
    """Text input and output are in UTF-8, with any locale."""
    code = "import sys; assert sys.getfilesystemencoding() == 'utf-8'; print('\\u20ac')"
    assert container.run("python3", "-c", code).ok() == "\u20ac\n"


def test_recursion(container: Container) -> None:
    """Recursion that is too deep raises an exception, also in threads and in C, and no segfault."""
    container.python(RECURSION).ok()


def test_pip(container: Container) -> None:
    """Pip installs a wheel with its command, and removes it."""
    assert container.run("pip", "--version").ok() == container.run("pip3", "--version").ok()
    container.python(WHEEL).ok()
    quiet = ("--no-index", "--disable-pip-version-check", "--root-user-action=ignore")
    container.run("pip", "install", *quiet, "/tmp/spot-1-py3-none-any.whl").ok()  # noqa: S108 (a path in the container)
    assert container.run("spot").ok() == "it runs\n"
    container.run("pip", "uninstall", "--yes", "--root-user-action=ignore", "spot").ok()
    container.run("pip", "check").ok()


def test_venv(container: Container) -> None:
    """A virtual environment has its own pip."""
    container.run("python3", "-m", "venv", "/tmp/venv").ok()  # noqa: S108 (a path in the container)
    assert "/tmp/venv/" in container.run("/tmp/venv/bin/pip", "--version").ok()  # noqa: S108 (a path in the container)


def test_time_zones_and_services(container: Container) -> None:
    """The system has the data that Python needs: time zones and names of services."""
    code = (
        "import datetime, socket, zoneinfo;"
        "zone = zoneinfo.ZoneInfo('Europe/Berlin');"
        "assert datetime.datetime(2024, 7, 1, tzinfo=zone).utcoffset().seconds == 7200;"
        "assert socket.getservbyname('https') == 443"
    )
    container.run("python3", "-c", code).ok()


def test_sqlite(container: Container, tmp_path: Path) -> None:
    """SQLite loads an extension."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no compiler to make an extension for SQLite")
    source, made = tmp_path / "spot.c", tmp_path / "spot.so"
    source.write_text("int sqlite3_spot_init(void *a, char **b, void *c) { return 0; }\n")
    options = ("-shared", "-fPIC", "-nostdlib", "-o")
    subprocess.run([compiler, *options, made, source], check=True)
    container.write("/tmp/spot.so", made.read_bytes())  # noqa: S108 (a path in the container)
    code = (
        "import sqlite3;"
        "db = sqlite3.connect(':memory:');"
        "db.enable_load_extension(True);"
        "db.load_extension('/tmp/spot.so')"
    )
    container.run("python3", "-c", code).ok()


def test_compiling(container: Container, asked: Asked) -> None:
    """If the base has a compiler, users can compile an extension module."""
    if asked.slim:
        assert container.run("sh", "-c", "command -v cc gcc make").text == ""
        return
    container.write("/tmp/spotted.c", EXTENSION.encode())  # noqa: S108 (a path in the container)
    script = "cd /tmp && gcc -shared -fPIC $(python3-config --includes) spotted.c -o spotted.so"
    container.run("sh", "-c", script).ok()
    container.run("sh", "-c", "cd /tmp && python3 -c 'import spotted'").ok()
