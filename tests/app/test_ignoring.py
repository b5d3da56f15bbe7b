"""What .dockerignore hides: no package, and files that may hold secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.app.ignoring import FOLDERS, SECRET_FOLDERS
from tests.app import conftest

if TYPE_CHECKING:
    from tests.app.conftest import App

HATCH = '[project]\nname = "a"\n[build-system]\nrequires = ["hatchling"]\n[tool.hatch'


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        ({}, ""),
        ({"pyproject.toml": f'{HATCH}.build]\npackages = ["env", "./build"]\n'}, "env build"),
        ({"pyproject.toml": f'{HATCH}.version]\npath = "venv/version.py"\n'}, "!venv/version.py"),
        ({"pyproject.toml": '[tool.poetry]\npackages = [{include = "build"}]\n'}, "build"),
        ({"pyproject.toml": '[tool.poetry]\npackages = [{include = "a", from = "env"}]\n'}, "env"),
        ({"pyproject.toml": '[tool.setuptools]\npackages = ["dist.a"]\n'}, "dist"),
        ({"pyproject.toml": '[tool.setuptools.packages.find]\nwhere = ["build"]\n'}, "build"),
        ({"pyproject.toml": '[tool.setuptools.package-dir]\n"" = "build"\n'}, "build"),
        ({"setup.cfg": "[metadata]\nversion = file: build/VERSION\n"}, "!build/VERSION"),
        ({"setup.cfg": "[metadata]\nversion = attr: build.VERSION\n"}, "build"),
        ({"setup.cfg": "[options]\npackages =\n  env\n  a\npackage_dir =\n  =dist\n"}, "env dist"),
        ({"setup.py": "import setuptools\nsetuptools.setup(packages=['env.a'])\n"}, "env"),
        ({"setup.py": "open('build/V').read()\nsetup()\n", "build/V": "1"}, "!build/V"),
        ({"env/__init__.py": "", "secrets/__init__.py": ""}, "env secrets"),
        ({"env/__init__.py": "", "env/pyvenv.cfg": ""}, ""),
        ({"app.py": f"from env import a\nimport venv\n{conftest.FLASK}", "env/a.py": ""}, "env"),
        ({"app.py": f"import secrets\n{conftest.FLASK}", "secrets/rotate.py": ""}, ""),
    ],
)
def test_packages_are_not_hidden(app: App, files: dict[str, str], shown: str) -> None:
    """A folder that is a package, and a file that settings name, are in the build context."""
    for path, text in files.items():
        app.add(path, text)
    code, _, err = app.run("write")
    assert code == 0, err
    lines = app.read(".dockerignore").splitlines()
    kept = [name for name in (*FOLDERS, *SECRET_FOLDERS) if name not in lines]
    assert {*kept, *(line for line in lines if line.startswith("!"))} == set(shown.split())


def test_secrets(app: App) -> None:
    """Files that may be secret are hidden; a person's .dockerignore without them is a warning."""
    app.add("a/id_rsa", "x")
    app.add("pip.conf", "x")
    app.add(".env.example", "x")
    app.add("ca.pem", "-----BEGIN CERTIFICATE-----\n")
    app.add("key.pem", "-----BEGIN RSA PRIVATE KEY-----\n")
    _, _, err = app.run("write", "--dry-run")
    assert [line for line in err.splitlines() if "secret" in line] == [
        (
            "warning: .dockerignore: does not hide key.pem, which may be secret: "
            "move it out of this folder"
        )
    ]
    app.add(".dockerignore", "*.log\npip.conf\n")
    _, _, err = app.run("write")
    for path, warned in (("a/id_rsa", 1), ("key.pem", 1), ("pip.conf", 0), (".env.example", 0)):
        assert (f"hide {path}, which may be secret: add {path}" in err) == warned, path


def test_settings_that_are_not_read(app: App) -> None:
    """Settings with credentials are refused if they are in the build context."""
    app.add("uv.toml", 'index-url = "https://token@example.com/simple"\n')
    code, _, err = app.run("write")
    assert (code, "uv.toml:1: an address has credentials" in err) == (2, True)
    app.add(".dockerignore", "uv.toml\n")
    assert app.run("write")[0] == 0
