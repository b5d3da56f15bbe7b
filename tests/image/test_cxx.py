"""Extensions in C++ get a C++ compiler, which links them to the library of C++."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.image.conftest import Asked
    from tests.image.runner import Container, Image

VARIABLES: Final = """
import json, sysconfig
names = ("CXX", "LDCXXSHARED", "CCSHARED", "EXT_SUFFIX", "INCLUDEPY")
print(json.dumps({name: sysconfig.get_config_var(name) for name in names}))
"""

COMPILER: Final = re.compile(r"(?:.*/)?(?:[\w.]+-)*(?:g\+\+|c\+\+|clang\+\+)(?:-[\d.]+)?")

EXTENSION: Final = """
#include <Python.h>
#include <stdexcept>
#include <string>

static PyObject *length(PyObject *, PyObject *) {
    try {
        throw std::length_error(std::string(40, 'a'));
    } catch (const std::exception &error) {
        return PyLong_FromSize_t(std::string(error.what()).size());
    }
}

static PyMethodDef methods[] = {{"length", length, METH_NOARGS, nullptr}, {}};
static PyModuleDef spot = {PyModuleDef_HEAD_INIT, "spotted", nullptr, -1, methods};
PyMODINIT_FUNC PyInit_spotted() { return PyModule_Create(&spot); }
"""
"""Exceptions and texts need libstdc++: without it, the module can't be imported."""

TRY: Final = "import spotted; assert spotted.length() == 40"


@pytest.fixture(scope="module")
def recorded(container: Container) -> dict[str, str]:
    """Return what the image recorded for building extensions."""
    found: dict[str, str] = json.loads(container.python(VARIABLES).ok())
    return found


@pytest.mark.parametrize("name", ["CXX", "LDCXXSHARED"])
def test_compiler(recorded: dict[str, str], name: str) -> None:
    """The recorded command for C++ names a C++ compiler: gcc does not link libstdc++."""
    assert COMPILER.fullmatch(shlex.split(recorded[name])[0]), recorded[name]


def test_extension(
    image: Image, container: Container, asked: Asked, recorded: dict[str, str], tmp_path: Path
) -> None:
    """An extension in C++, made with the recorded commands, can be imported."""
    if asked.slim:
        made = _compile_here(image, recorded, tmp_path)
        container.write(f"/tmp/spotted{recorded['EXT_SUFFIX']}", made)  # noqa: S108 (a path in the container)
    else:
        container.write("/tmp/spotted.cc", EXTENSION.encode())  # noqa: S108 (a path in the container)
        for command in _commands(recorded, recorded["INCLUDEPY"]):
            container.run("sh", "-c", f"cd /tmp && {shlex.join(command)}").ok()
    container.run("sh", "-c", f"cd /tmp && python3 -c '{TRY}'").ok()


def _commands(recorded: dict[str, str], headers: str) -> list[list[str]]:
    """Return the commands that compile and link, as setuptools runs them."""
    compiler, linker = shlex.split(recorded["CXX"]), shlex.split(recorded["LDCXXSHARED"])
    shared = shlex.split(recorded["CCSHARED"])
    return [
        [*compiler, *shared, f"-I{headers}", "-c", "spotted.cc", "-o", "spotted.o"],
        [*linker, "spotted.o", "-o", f"spotted{recorded['EXT_SUFFIX']}"],
    ]


def _compile_here(image: Image, recorded: dict[str, str], folder: Path) -> bytes:
    """Return the extension, made on this machine: a slim image has no compiler."""
    folder.joinpath("spotted.cc").write_text(EXTENSION)
    headers = folder / "include"
    for path, content in image.below(f"{recorded['INCLUDEPY']}/").items():
        file = headers / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for command in _commands(recorded, str(headers)):
        program = shutil.which(Path(command[0]).name)
        if program is None:
            pytest.skip(f"this machine has no {command[0]}, so an extension in C++ is NOT built")
        subprocess.run([program, *command[1:]], cwd=folder, check=True)
    return folder.joinpath(f"spotted{recorded['EXT_SUFFIX']}").read_bytes()
