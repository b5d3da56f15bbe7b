"""Locks and pyproject.toml: what is read of their tables, and which values are refused where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.app.reading.application import read
from tagmatrix.app.report import Report
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.app.reading.application import Application

UV = 'version = 1\n[[package]]\nname = "app"\nsource = { virtual = "." }\n'
FLASK = '[[package]]\nname = "flask"\nversion = "3.1.2"\n'
PASSWORD = "https://user:secret@example.com/x.git"  # noqa: S105 (a password to refuse)


def facts(root: Path, files: dict[str, str]) -> Application:
    """Return the facts of an application with these files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read(root, Report())


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("uv.lock", "[[package]]\nname = 1\n", ":2: package.name must be a string"),
        ("uv.lock", '[[package]]\nversion = "1"\n', ":1: package.name must be a string"),
        (
            "uv.lock",
            f"{FLASK}\n[[package]]\nname = 'b'\nversion = 1\n",
            ":7: package.version must be a string",
        ),
        ("uv.lock", f"{FLASK}source = 1\n", ":4: package.source must be a table"),
        ("uv.lock", f"{FLASK}source = {{ git = 1 }}\n", ":4: package.source.git must be a string"),
        ("uv.lock", f"{FLASK}dependencies = [1]\n", ":4: package.dependencies must be an array"),
        (
            "uv.lock",
            f"{FLASK}dependencies = [{{ name = 1 }}]\n",
            ":4: package.dependencies.name must be a string",
        ),
        ("uv.lock", f"{FLASK}wheels = 1\n", ":4: package.wheels must be a list"),
        ("uv.lock", f"{FLASK}sdist = 'x'\n", ":4: package.sdist must be a table"),
        (
            "uv.lock",
            f"{FLASK}[package.optional-dependencies]\nx = 1\n",
            ":5: package.optional-dependencies.x must be a list",
        ),
        ("poetry.lock", f"{FLASK}groups = 'main'\n", ":4: package.groups must be a list"),
        ("poetry.lock", f"{FLASK}groups = [1]\n", ":4: package.groups must be a list of strings"),
        ("poetry.lock", f"{FLASK}optional = 'no'\n", ":4: package.optional must be true or false"),
        ("poetry.lock", f"{FLASK}files = [1]\n", ":4: package.files must be an array of tables"),
        (
            "poetry.lock",
            f"{FLASK}files = [{{ file = 1 }}]\n",
            ":4: package.files.file must be a string",
        ),
        ("poetry.lock", "package = [{ name = 1 }]\n", ":1: package.name must be a string"),
        ("pdm.lock", f"{FLASK}path = 1\n", ":4: package.path must be a string"),
        ("pdm.lock", "[metadata]\ntargets = 1\n", ":2: metadata.targets must be a list"),
        ("pylock.toml", "[[packages]]\nname = 'a'\nvcs = 1\n", ":3: packages.vcs must be a table"),
        ("pylock.toml", "[[packages]]\nname = 'a'\nindex = 1\n", ":3: packages.index must be a"),
        ("Pipfile.lock", '{\n"default": {\n"a": 1}}\n', ":3: default.a must be an object"),
        (
            "Pipfile.lock",
            '{"default": {\n"a": {"version": 1}}}\n',
            ":2: default.a.version must be a string",
        ),
        ("Pipfile.lock", "{", ":1: invalid JSON"),
        ("Pipfile.lock", "[]", ": has no packages"),
        ("Pipfile.lock", '{"default": []}', ": has no packages"),
        ("Pipfile.lock", '{"default":' + "[" * 100_000, ": invalid JSON: it is nested too deeply"),
    ],
)
def test_wrong_types(file: str, text: str, message: str, tmp_path: Path) -> None:
    """A value of a wrong type is refused with the line of its own package."""
    with pytest.raises(InputError) as error:
        facts(tmp_path, {file: text})
    assert f"{file}{message}" in str(error.value)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("uv.lock", f'{FLASK}source = {{ git = "{PASSWORD}" }}\n'),
        ("poetry.lock", f'{FLASK}\n[package.source]\ntype = "git"\nurl = "{PASSWORD}"\n'),
        ("pdm.lock", f'{FLASK}git = "{PASSWORD}"\n'),
        (
            "pylock.toml",
            f'[[packages]]\nname = "a"\nvcs = {{ type = "git", url = "{PASSWORD}" }}\n',
        ),
        ("Pipfile.lock", f'{{"_meta": {{"sources": [{{"url": "{PASSWORD}"}}]}}, "default": {{}}}}'),
        ("Pipfile", f'[packages]\na = {{ git = "{PASSWORD}" }}\n'),
        ("pyproject.toml", f'[tool.poetry.dependencies]\na = [{{ url = "{PASSWORD}" }}]\n'),
        ("pyproject.toml", f'[tool.uv]\nindex-url = "{PASSWORD}"\n'),
        ("pyproject.toml", f'[tool.uv.sources]\na = {{ git = "{PASSWORD}" }}\n'),
        ("pyproject.toml", f'[[tool.pdm.source]]\nurl = "{PASSWORD}"\n'),
        ("pyproject.toml", f'[tool.mine]\nurl = "{PASSWORD}"\n'),
        ("setup.cfg", f"[mine]\nurl = {PASSWORD}\n"),
        ("Procfile", f"web: python app.py --from {PASSWORD}\n"),
    ],
)
def test_credentials(file: str, text: str, tmp_path: Path) -> None:
    """A password in any address of a file is refused, and not shown."""
    with pytest.raises(InputError, match="has credentials") as error:
        facts(tmp_path, {file: text})
    assert "secret@" not in str(error.value)
    assert str(error.value).startswith(f"{file}:")


@pytest.mark.parametrize(("kind", "program"), [("hg", "mercurial"), ("svn", "subversion")])
def test_version_control(kind: str, program: str, tmp_path: Path) -> None:
    """The program that fetches a source has the name of its package."""
    text = f'[[packages]]\nname = "a"\nvcs = {{ type = "{kind}", url = "https://example.com" }}\n'
    lock = facts(tmp_path, {"pylock.toml": text}).locks["pylock"]
    assert lock.packages[0].vcs == program


def test_places(tmp_path: Path) -> None:
    """Each package of a lock has its own line, also if a text has the header of a package."""
    lock = facts(tmp_path, {"uv.lock": f'x = """\n[[package]]\n"""\n{FLASK}'}).locks["uv"]
    assert [one.name for one in lock.packages] == ["flask"]
    lock = facts(tmp_path, {"uv.lock": f"{FLASK}{FLASK.replace('flask', 'click')}"}).locks["uv"]
    assert [one.source.line for one in lock.packages] == [2, 5]


def test_uv_extras(tmp_path: Path) -> None:
    """Extras of other packages are installed, those of the application and groups are not."""
    more = [
        '[package.optional-dependencies]\ndocs = [{ name = "sphinx" }]\n',
        '[[package]]\nname = "a"\nversion = "1"\n',
        '[package.optional-dependencies]\nfast = [{ name = "b" }]\n',
        '[[package]]\nname = "b"\nversion = "1"\n[[package]]\nname = "sphinx"\nversion = "1"\n',
    ]
    text = f'{UV}dependencies = [{{ name = "a", extra = ["fast"] }}]\n{"".join(more)}'
    lock = facts(tmp_path, {"uv.lock": text}).locks["uv"]
    assert {one.name for one in lock.packages} == {"a", "b"}
    assert lock.all_names == {"app", "a", "b", "sphinx"}


def test_folders_of_locks(tmp_path: Path) -> None:
    """Folders, indexes and groups of Poetry and PDM are read."""
    poetry = [
        '[[package]]\nname = "lib"\nversion = "1"\n[package.source]\ntype = "directory"\n',
        'url = "libs/lib"\n[[package]]\nname = "a"\nversion = "1"\n[package.source]\n',
        'type = "legacy"\nurl = "https://packages.example.com/simple"\n[[package]]\n',
        'name = "old"\nversion = "1"\ncategory = "dev"\n[[package]]\nname = "c"\nversion = "1"\n',
        'groups = ["dev"]\n[metadata]\npython-versions = "*"\n',
    ]
    pdm = [
        '[[metadata.targets]]\nrequires_python = ">=3.12"\n[[package]]\nname = "lib"\n',
        'version = "1"\npath = "./libs/lib"\n[[package]]\nname = "c"\nversion = "1"\n',
        'groups = ["dev"]\n',
    ]
    locks = facts(tmp_path, {"poetry.lock": "".join(poetry), "pdm.lock": "".join(pdm)}).locks
    assert {one.name for one in locks["poetry"].packages} == {"lib", "a"}
    assert locks["poetry"].folders == ["libs/lib"]
    assert [url for url, _ in locks["poetry"].indexes] == ["https://packages.example.com/simple"]
    assert locks["poetry"].pythons == []
    assert {one.name for one in locks["pdm"].packages} == {"lib"}
    assert locks["pdm"].folders == ["./libs/lib"]
    assert [one.text for one in locks["pdm"].pythons] == [">=3.12"]


def test_workspace(tmp_path: Path) -> None:
    """The members of uv's workspace are the folders of a pattern that have a pyproject.toml."""
    text = [
        '[tool.uv]\npackage = false\nrequired-version = ">=0.5"\n',
        'extra-index-url = ["https://packages.example.com/simple"]\n',
        '[tool.uv.workspace]\nmembers = ["packages/*", "tools/one", "/x/*"]\n',
        '[tool.uv.sources]\na = { path = "./wheels/a.whl" }\nb = [{ workspace = true }]\n',
        '[build-system]\nrequires = ["setuptools"]\n',
    ]
    files = {
        "pyproject.toml": "".join(text).replace(', "/x/*"', ""),
        "packages/a/pyproject.toml": "",
        "packages/b/README.md": "",
        "packages/c.txt": "",
        "tools/one/pyproject.toml": "",
        "wheels/a.whl": "",
    }
    project = facts(tmp_path, files).project
    assert [path for path, _ in project.folders] == ["wheels/a.whl", "packages/a", "tools/one"]
    assert [url for url, _ in project.indexes] == ["https://packages.example.com/simple"]
    assert project.required[0] == ">=0.5"
    assert not project.backend
    with pytest.raises(InputError, match=r"pyproject.toml:6: /x/\* is outside"):
        facts(tmp_path, {"pyproject.toml": "".join(text)})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[tool.uv.sources]\na = { path = "../a" }\n', ":2: ../a is outside of the application"),
        ('[tool.uv.sources]\na = { path = "a" }\n', ":2: a does not exist: add it"),
        ('[tool.uv.workspace]\nmembers = ["../*"]\n', r":2: ../* is outside"),
        ('[tool.poetry.dependencies]\na = [{ path = "/a" }]\n', ":2: /a is outside"),
        ("[[tool.poetry.source]]\nurl = 1\n", ":2: tool.poetry.source.url must be a string"),
        ("[project.scripts]\na = 1\n", ":2: project.scripts.a must be a string"),
        ('[project]\ndependencies = ["a b"]\n', ":2: invalid requirement"),
    ],
)
def test_invalid_projects(text: str, message: str, tmp_path: Path) -> None:
    """What pyproject.toml can't mean is refused with its line."""
    with pytest.raises(InputError) as error:
        facts(tmp_path, {"pyproject.toml": text})
    assert f"pyproject.toml{message}" in str(error.value)


def test_build_settings(tmp_path: Path) -> None:
    """Settings of setuptools name files, data, packages and C code."""
    text = [
        '[project]\nname = "shop"\ndynamic = ["dependencies"]\nlicense-files = ["LICENSES/*"]\n',
        'readme = { file = "docs/README.md" }\n[build-system]\nrequires = ["setuptools"]\n',
        '[tool.setuptools]\next-modules = [{ name = "shop.fast" }]\npackages = ["shop.a"]\n',
        '[tool.setuptools.package-data]\nshop = ["*.json"]\n',
        '[tool.setuptools.dynamic]\ndependencies = { file = ["requirements/base.txt"] }\n',
    ]
    files = {"pyproject.toml": "".join(text), "requirements/base.txt": "flask==3.1.2\n"}
    found = facts(tmp_path, files)
    assert found.requirements is not None
    assert [one.name for one in found.requirements.dependencies] == ["flask"]
    assert found.project.native
    assert found.project.packages == {"shop"}
    kept = {"LICENSES/*", "docs/README.md", "**/*.json", "requirements/base.txt"}
    assert found.project.keeps == kept
