"""What runs without a framework, and which base is chosen or refused: by `app write`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.app.conftest import App

PROJECT = '[project]\nname = "shop"\nversion = "1"\n[build-system]\nrequires = ["hatchling"]\n'
SCRIPTS = f'{PROJECT}[project.scripts]\na = "shop.a:main"\nb = "shop.b:main"\n'
SETUP = "from setuptools import setup\n\nsetup(name='shop', packages=['shop'], entry_points={})\n"


def write(app: App, files: dict[str, str], *words: str) -> tuple[int, str, str]:
    """Write the files of an application that has these files only, and return what is printed."""
    for name in ("app.py", "requirements.txt"):
        (app.folder / name).unlink()
    for path, text in files.items():
        app.add(path, text)
    return app.run("write", *words)


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"bot.py": ""}, '["python3", "bot.py"]'),
        ({"any.py": "if __name__ == '__main__':\n    pass\n"}, '["python3", "any.py"]'),
        ({"src/shop/__main__.py": "print(1)\n"}, '["python3", "-m", "shop"]'),
        ({"pyproject.toml": f'{PROJECT}[project.scripts]\nserve = "shop:main"\n'}, '["serve"]'),
        ({"pyproject.toml": SCRIPTS.replace("\na =", "\nshop =")}, '["shop"]'),
        ({"setup.py": SETUP.replace("{}", "{'console_scripts': ['s = shop:f']}")}, '["s"]'),
        (
            {
                "jobs.py": "import celery\n\njobs = celery.Celery()\n",
                "requirements.txt": "celery\n",
            },
            '["celery", "--app=jobs:jobs", "worker", "--loglevel=INFO"]',
        ),
    ],
)
def test_found(files: dict[str, str], command: str, app: App) -> None:
    """The main module, the console script or the worker is the command."""
    code, _, err = write(app, files)
    assert code == 0, err
    assert app.read("Dockerfile").splitlines()[-1] == f"CMD {command}"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"pyproject.toml": SCRIPTS}, "pyproject.toml:7: 2 console scripts, a and b: choose one"),
        (
            {"pyproject.toml": SCRIPTS.replace("a =", "'a b' =").replace("\nb =", "\n#")},
            "pyproject.toml:7: invalid console script 'a b'",
        ),
        (
            {"pyproject.toml": SCRIPTS.replace("shop.a:main", "x; y").replace("\nb =", "\n#")},
            "pyproject.toml:7: invalid console script 'a'",
        ),
        (
            {
                "x.py": "if __name__ == '__main__': ...\n",
                "y.py": "if __name__ == '__main__': ...\n",
            },
            "x.py and y.py can each be run: choose one with --command",
        ),
        ({"a.py": "print 'x'\n"}, "a.py:1: is not valid Python 3"),
        ({"a-b/__main__.py": ""}, "app: nothing to run was found"),
        ({"main.py": "", "Procfile": "web: ''\n"}, "Procfile:1: the command is empty"),
        ({"main.py": "", "Procfile": "web: python3 'main.py\n"}, "Procfile:1: invalid command"),
        ({"main.py": "", "Procfile": "web: a\nw: b '\n"}, "Procfile:2: invalid command"),
        ({"main.py": "print 'x'\n", "Procfile": "web: python3 main.py\n"}, "main.py:1: is not"),
    ],
)
def test_refused(files: dict[str, str], message: str, app: App) -> None:
    """What can't be run, or could be two things, is refused with what to do."""
    code, _, err = write(app, files)
    assert code == 2
    assert f"error: {message}" in err


@pytest.mark.parametrize(
    ("files", "words", "message"),
    [
        ({".python-version": "3.9\n"}, (), ".python-version:1: no cycle of python satisfies 3.9"),
        (
            {
                ".python-version": "3.13\n",
                "pyproject.toml": '[project]\nrequires-python=">=3.14"\n',
            },
            (),
            "no cycle of python satisfies all of 3.13 (.python-version:1) and >=3.14",
        ),
        ({}, ("--tag", "3.13-slm"), "has no tag 3.13-slm; did you mean 3.13-slim?"),
        (
            {".python-version": "3.14\n"},
            ("--tag", "3.13-slim"),
            ".python-version:1: 3.13-slim is Python 3.13",
        ),
        (
            {".python-version": "pypy3.10\n"},
            (),
            ".python-version:1: 'pypy3.10': expected a version",
        ),
    ],
)
def test_base_refused(
    files: dict[str, str], words: tuple[str, ...], message: str, app: App
) -> None:
    """A base that the application excludes is refused, with the nearest and the ends of cycles."""
    code, _, err = write(app, {"main.py": "", **files}, *words)
    assert code == 2
    assert message in err
    assert not words or "FROM" not in err


def test_nearest(app: App) -> None:
    """The error has the nearest cycle, and the end of each."""
    err = write(app, {"main.py": "", "runtime.txt": "python-3.9.1\n"}, "--as-of", "2026-11-01")[2]
    own = "tagmatrix's image list"
    assert f"the nearest cycle is 3.10; {own} has 3.14 (ends on 2030-10-31), " in err
    assert ", 3.10 (ended on 2026-10-31)\n" in err


def test_tag_without_a_suite(app: App) -> None:
    """A tag that does not pin the suite is a warning."""
    code, _, err = write(app, {"main.py": ""}, "--tag", "3.14-slim")
    assert code == 0
    assert "tag 3.14-slim does not pin the suite: 3.14-slim-trixie does" in err


def test_packages_of_old_suites(app: App) -> None:
    """On bookworm some packages have their old names."""
    files = {"main.py": "", "requirements.txt": "python-magic==0.4.27\npsycopg[c]==3.2.13\n"}
    assert write(app, files, "--tag", "3.14-slim-bookworm")[0] == 0
    text = app.read("Dockerfile")
    assert "libmagic1;" in text
    assert "libpq-dev" in text
