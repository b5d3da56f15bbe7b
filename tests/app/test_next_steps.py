"""What `app write` says that a person must do next."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.repos import environment

if TYPE_CHECKING:
    from tests.app.conftest import App

FILE = "secrets/postgres-password.txt"


@pytest.fixture
def database(app: App) -> App:
    """Return an application that connects to Postgres and Redis."""
    app.add("requirements.txt", "flask==3.1.2\ngunicorn==23.0.0\npsycopg2==2.9.10\nredis==6.4.0\n")
    return app


def steps(app: App, *words: str) -> list[str]:
    """Return the next steps that `app write` prints."""
    code, out, _ = app.run("write", *words)
    assert code == 0
    return [line for line in out.splitlines() if line.startswith("next: ")]


def test_password(database: App) -> None:
    """The command that is printed makes the file that compose.yaml names, in one line."""
    assert steps(database) == []
    first, second = steps(database, "--with", "compose")
    assert first.startswith(f"next: compose.yaml needs {FILE}: ")
    assert f"file: {FILE}\n" in database.read("compose.yaml")
    assert second.removeprefix("next: ").startswith(
        "let the application connect to postgres with PGDATABASE, PGHOST and PGUSER, and the "
        "password from the file that POSTGRES_PASSWORD_FILE names; to redis with REDIS_URL."
    )
    assert [line[:18] for line in steps(database)] == ["next: compose.yaml"]
    command = first.partition(f"{FILE}: ")[2]
    subprocess.run(["sh", "-euc", command], cwd=database.folder, check=True)
    assert len(database.read(FILE)) == len(database.read(FILE).strip()) == 32
    assert steps(database) == []


def test_git_ignores_the_password(database: App) -> None:
    """A password that git would commit is a warning, before and after it exists."""
    words = ("write", "--with", "compose")
    assert "git would commit" not in database.run(*words)[2]
    subprocess.run(["git", "init", "--quiet"], cwd=database.folder, check=True, env=environment())
    warning = f"warning: {FILE}: git would commit this password: add /secrets/ to .gitignore\n"
    assert warning in database.run(*words)[2]
    database.add(FILE, "x")
    assert warning in database.run(*words)[2]
    database.add(".gitignore", "/secrets/\n")
    assert warning not in database.run(*words)[2]
    assert "git would commit" not in database.run("write", "--fresh")[2]


def test_build_context_has_no_password(database: App) -> None:
    """.dockerignore hides the password, also in a package; a person's may not: a warning."""
    database.add("secrets/__init__.py", "")
    database.run("write", "--with", "compose")
    assert f"\n{FILE}\n" in database.read(".dockerignore")
    database.add(".dockerignore", "venv\n")
    warning = f"warning: .dockerignore: does not hide {FILE}, a password: add {FILE}\n"
    assert warning in database.run("write")[2]
    database.add(".dockerignore", "secrets\n")
    assert warning not in database.run("write")[2]


def test_variable_of_ci(app: App) -> None:
    """A new workflow or pipeline says which variable it reads; the next run does not."""
    found = steps(app, "--with", "ci-github,ci-gitlab")
    assert [step.partition(": .")[0] for step in found] == [
        f"next: set the variable TAGMATRIX_PACKAGE of the {owner}"
        for owner in ("repository", "project")
    ]
    assert steps(app) == []


def test_json(database: App) -> None:
    """The steps are in JSON too."""
    value = json.loads(database.run("write", "--with", "compose", "--format", "json")[1])
    assert [step[:10] for step in value["next"]] == ["compose.ya", "let the ap"]
