"""The build used the expected options, and the image contains no secrets."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.image.conftest import Asked
    from tests.image.runner import Container, Image

VARIABLES = """
import json, sysconfig
names = ("CONFIG_ARGS", "CFLAGS", "LDFLAGS", "PY_CORE_LDFLAGS", "Py_ENABLE_SHARED")
print(json.dumps({name: sysconfig.get_config_var(name) for name in names}))
"""

KNOWN = {"PATH", "LANG", "PYTHON_VERSION", "PYTHON_SHA256", "container"}
"""The variables that an image sets; podman itself adds the last one."""

SECRET = re.compile(
    r"(?i)-----BEGIN|passw(?:or)?d|secret|(?:api|access|private)[_-]?key|\btoken\b|://[^/\s:@]+:[^/\s@]+@"
)

PROLOGUE = re.compile(r"push\s+%rbp\n.*mov\s+%rsp,%rbp")


@pytest.fixture(scope="module")
def variables(container: Container) -> dict[str, object]:
    """Return the variables of the build's configuration."""
    found: dict[str, object] = json.loads(container.python(VARIABLES).ok())
    return found


@pytest.mark.parametrize(
    "argument", ["--enable-loadable-sqlite-extensions", "--enable-option-checking=fatal"]
)
def test_arguments(variables: dict[str, object], argument: str) -> None:
    """Configure got the options that every image has."""
    assert argument in str(variables["CONFIG_ARGS"])


def test_shared(variables: dict[str, object]) -> None:
    """Libpython is a shared library, for programs that embed Python."""
    assert variables["Py_ENABLE_SHARED"] == 1


@pytest.mark.parametrize("argument", ["--enable-optimizations", "--with-lto"])
def test_optimized(variables: dict[str, object], asked: Asked, argument: str) -> None:
    """PGO and LTO are as expected."""
    assert (argument in str(variables["CONFIG_ARGS"])) is asked.optimized


def test_lto_links(variables: dict[str, object], asked: Asked) -> None:
    """With LTO, the linker did the optimization."""
    assert ("-flto" in str(variables["PY_CORE_LDFLAGS"])) is asked.optimized


def test_flags_stay_here(variables: dict[str, object]) -> None:
    """The flags of this build are not used for extensions that are built later."""
    for name in ("CFLAGS", "LDFLAGS"):
        assert not re.search(r"frame-pointer|strip-all|ORIGIN|prefix-map", str(variables[name]))


def test_frame_pointers(image: Image, asked: Asked, tmp_path: Path) -> None:
    """From 3.12 on, the functions of libpython begin with setting up a frame."""
    if shutil.which("objdump") is None:
        pytest.skip("objdump is missing, so frame pointers are NOT tested")
    names = [path for path in image.files if re.fullmatch(r".*/libpython3\.\d+\.so\.1\.0", path)]
    library = tmp_path / "libpython.so"
    library.write_bytes(image.read(names[0]))
    listing = subprocess.run(
        ["objdump", "--disassemble", "--no-show-raw-insn", library], check=True, capture_output=True
    ).stdout.decode()
    if "x86-64" not in listing:
        pytest.skip("frame pointers are tested on amd64 only")
    functions = [
        body for body in listing.split("\n\n") if re.match(r"[0-9a-f]+ <_?Py\w+(?:@@\w+)?>:", body)
    ]
    assert len(functions) > 500
    framed = sum(PROLOGUE.search(body) is not None for body in functions)
    # Not all of them: a function that only passes on its arguments needs no frame.
    share = framed / len(functions)
    assert share > 0.5 if asked.since("3.12.0") else share < 0.1


def test_stripped(image: Image, asked: Asked) -> None:
    """A slim image has no symbols; other images keep them for debuggers."""
    name = next(path for path in image.files if re.fullmatch(r".*/libpython3\.\d+\.so\.1\.0", path))
    assert (b".debug_info" in image.read(name)) is not asked.slim


def test_environment(image: Image) -> None:
    """The image sets the documented variables, and no others."""
    assert set(image.environment) <= KNOWN
    assert re.fullmatch(r"[0-9a-f]{64}", image.environment["PYTHON_SHA256"])


def test_no_secret(image: Image, inherited: str) -> None:
    """History and labels have no secrets and no facts about the builder's machine."""
    own = set(image.history.splitlines()) - set(inherited.splitlines())
    assert own
    said = "\n".join(own) + json.dumps(image.config)
    assert SECRET.search(said) is None
    assert re.search(r"(?i)throwaway|add-host|ca-certificates/\w|127\.\d+\.\d+\.\d+", said) is None
