"""setup.cfg, setup.py, pyproject.toml, Pipfile and Procfile: what is read, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.app.reading.application import read
from tagmatrix.app.report import Report
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.app.reading.application import Application

SETUP_CFG = """\
[metadata]
name = shop
[options]
install_requires =
    flask>=3
    gunicorn
python_requires = >=3.11
packages = find:
[options.entry_points]
console_scripts =
    shop = shop.main:run
"""
SETUP_PY = """\
from setuptools import Extension, setup

setup(
    name="shop",
    install_requires=["flask>=3"],
    python_requires=">=3.11",
    packages=["shop"],
    ext_modules=[Extension("shop.fast", ["fast.c"])],
    entry_points={"console_scripts": ["shop = shop.main:run"]},
)
"""
POETRY = """\
[tool.poetry]
name = "shop"
version = "1"
packages = [{include = "shop"}]
[tool.poetry.dependencies]
python = "^3.11"
flask = "^3.0"
requests = {version = "~2.32", extras = ["socks"]}
[tool.poetry.scripts]
shop = "shop.main:run"
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""
PEP621 = """\
[project]
name = "shop"
version = "1"
dependencies = ["flask>=3", "gunicorn; python_version > '3.8'"]
requires-python = ">=3.11,<3.15"
readme = "README.md"
license = {file = "LICENSE"}
[project.scripts]
shop = "shop.main:run"
[dependency-groups]
dev = ["pytest"]
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
"""
PIPFILE = """\
[[source]]
url = "https://packages.example.com/simple"
name = "ours"
[packages]
flask = "*"
requests = {version = ">=2", extras = ["socks"]}
[requires]
python_version = "3.13"
[scripts]
serve = "python app.py"
"""


def application(root: Path, **files: str) -> Application:
    """Return the facts of an application with these files."""
    for name, text in files.items():
        (root / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return read(root, Report())


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("setup__cfg", SETUP_CFG, {"flask", "gunicorn"}),
        ("setup__py", SETUP_PY, {"flask"}),
        ("pyproject__toml", POETRY, {"flask", "requests"}),
        ("pyproject__toml", PEP621, {"flask", "gunicorn"}),
    ],
    ids=["setup.cfg", "setup.py", "poetry", "PEP 621"],
)
def test_project(name: str, text: str, wanted: set[str], tmp_path: Path) -> None:
    """Name, requirements, scripts and the range of Python are read."""
    found = application(tmp_path, **{name: text}).project
    assert found.name == "shop"
    assert found.file == name.replace("__", ".")
    assert wanted <= {dependency.name for dependency in found.dependencies}
    assert found.scripts["shop"][0] == "shop.main:run"
    assert found.backend
    assert len(found.pythons) == 1


def test_native_code(tmp_path: Path) -> None:
    """An extension in setup.py has to be compiled."""
    assert application(tmp_path, setup__py=SETUP_PY).project.native


def test_setup_files_beside_pyproject(tmp_path: Path) -> None:
    """pyproject.toml without a project leaves the facts to setup.cfg."""
    build = '[build-system]\nrequires = ["setuptools"]\n'
    found = application(tmp_path, setup__cfg=SETUP_CFG, pyproject__toml=build).project
    assert found.name == "shop"
    assert found.backend


def test_pipfile(tmp_path: Path) -> None:
    """A Pipfile has requirements and a version of Python."""
    found = application(tmp_path, Pipfile=PIPFILE).pipfile
    assert found is not None
    assert {dependency.name for dependency in found.dependencies} == {"flask", "requests"}
    assert len(found.pythons) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup__cfg", "[metadata\nname = x\n"),
        ("setup__py", "setup(\n"),
        ("pyproject__toml", "[project\n"),
        ("pyproject__toml", '[project]\nname = "x"\ndependencies = ["a b"]\n'),
        ("pyproject__toml", '[project]\nname = "x"\nrequires-python = "three"\n'),
        ("pyproject__toml", "project = 1\n"),
        ("pyproject__toml", "[project]\nname = 1\n"),
        ("pyproject__toml", '[project]\nname = "x"\ndependencies = [1]\n'),
        ("pyproject__toml", '[project]\nname = "x"\ndependencies = "flask"\n'),
        ("pyproject__toml", "tool = [1]\n"),
        ("uv__lock", "package = 1\n"),
        ("poetry__lock", "package = [1]\n"),
        ("Pipfile", "[packages\n"),
        ("Procfile", "web python app.py\n"),
        ("poetry__lock", "[[package]\n"),
    ],
)
def test_invalid(name: str, text: str, tmp_path: Path) -> None:
    """A file that can't be read is refused with its name, and a line where one is known."""
    with pytest.raises(InputError, match="^" + name.replace("__", ".")):
        application(tmp_path, **{name: text})


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Pipfile", '[packages]\na = { path = "../a" }\n', ":2: ../a is outside"),
        ("Pipfile", '[packages]\na = { path = "my lib" }\n', ":2: 'my lib': this path can't be"),
        ("Pipfile", "[[source]]\nurl = 1\n", ":2: source.url must be a string"),
        ("Pipfile", '[requires]\npython_version = "pypy"\n', ":2: 'pypy': expected a version"),
        ("Procfile", "web: a\nweb: b\n", ":2: a second process web: keep one of them"),
        ("Procfile", "web: a \x1b[31m\n", ":1: the command has control characters"),
        ("setup__py", "print 'x'\n", ":1: is not valid Python 3"),
    ],
)
def test_refused(name: str, text: str, message: str, tmp_path: Path) -> None:
    """Values that the build can't use are refused with their lines."""
    with pytest.raises(InputError) as error:
        application(tmp_path, **{name: text})
    assert f"{name.replace('__', '.')}{message}" in str(error.value)


def test_pipfile_folders(tmp_path: Path) -> None:
    """A Pipfile may install the application itself, and folders of it."""
    text = '[packages]\napp = { path = ".", editable = true }\nlib = { path = "./libs/lib" }\n'
    found = application(tmp_path, Pipfile=text).pipfile
    assert found is not None
    assert found.backend
    assert [path for path, _ in found.folders] == ["libs/lib"]


def test_setup_py_with_variables(tmp_path: Path) -> None:
    """Literal variables of setup.py are read; a computed list leaves the requirements unknown."""
    text = 'import setuptools\nNAME = "shop"\nREQUIRES = open("r.txt").read()\nsetuptools.setup({})'
    known = text.format(
        'name=NAME, py_modules=["shop"], entry_points={"console_scripts": "a = b:c"}'
    )
    project = application(tmp_path, setup__py=known).project
    assert (project.name, project.packages, project.dynamic) == ("shop", {"shop"}, False)
    unknown = text.format("name=NAME, install_requires=REQUIRES, ext_modules=x()")
    project = application(tmp_path, setup__py=unknown).project
    assert (project.dynamic, project.native) == (True, True)
