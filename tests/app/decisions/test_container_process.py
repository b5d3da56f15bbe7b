"""What the container runs, and on which port."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.app import conftest

if TYPE_CHECKING:
    from tests.app.conftest import App


FACTORY = "import flask as f\n\n\ndef create_app(x=1):\n    return f.Flask('a')\n"


@pytest.mark.parametrize(
    ("command", "port", "variables"),
    [
        ("gunicorn app:app", "8000", ["PORT"]),
        ("gunicorn --bind 0.0.0.0:5000 app:app", "5000", ["PORT"]),
        ("uvicorn app:app --port 9000", "9000", ["UVICORN_HOST", "UVICORN_PORT"]),
        ("granian app:app --port $PORT", "8000", ["GRANIAN_HOST", "GRANIAN_PORT"]),
        ("daphne -b 0.0.0.0 -p $PORT app:app", "8000", ["PORT"]),
        ("fastapi run --port $PORT", "8000", ["PORT"]),
        ("python bot.py", "", []),
        ("uv run gunicorn app:app", "8000", ["PORT"]),
        ("cd . && uvicorn app:app --port $PORT", "8000", ["PORT", "UVICORN_HOST"]),
        ("PORT=9000 gunicorn app:app", "9000", ["PORT"]),
        ("env PORT=9000 gunicorn -b :$PORT app:app", "9000", ["PORT"]),
        ("env PORT=9000 uvicorn app:app --port $PORT", "9000", ["PORT", "UVICORN_PORT"]),
        ("PORT=9000 python app.py", "9000", ["PORT"]),
        ("cd . && PORT=9000 gunicorn app:app", "9000", []),
        ('GUNICORN_CMD_ARGS="--bind 0.0.0.0:9000" gunicorn app:app', "9000", []),
        ("streamlit run app.py --server.port $PORT", "8000", ["STREAMLIT_SERVER_PORT"]),
    ],
)
def test_port(app: App, command: str, port: str, variables: list[str]) -> None:
    """EXPOSE and the variables of a server name the port of the web process."""
    app.add("Procfile", f"web: {command}\n")
    code, _, err = app.run("write")
    text = app.read("Dockerfile")
    assert code == 0
    assert re.findall(r"^EXPOSE (\d+)$", text, re.MULTILINE) == ([port] if port else [])
    for name in variables:
        assert f'{name}="' in text
    if port == "9000" and not variables:  # the container's variables do not decide
        assert "environ" not in text
    assert ("127.0.0.1" in text) == bool(port)  # the health check
    assert "in the container only" not in err


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("PORT=9000 gunicorn app:app", "Procfile:1: it listens on 9000, and not on --port 8000"),
        ("PORT=x gunicorn app:app", "Procfile:1: invalid port PORT=x: use 1 to 65535"),
    ],
)
def test_fixed_port_is_refused(app: App, command: str, message: str) -> None:
    """A port that the command sets is a valid one, and that of --port."""
    app.add("Procfile", f"web: {command}\n")
    code, _, err = app.run("write", "--port", "8000")
    assert (code, message in err) == (2, True), err


def test_credentials_are_refused(app: App) -> None:
    """--command has no credentials either, and they are not shown."""
    code, out, err = app.run("write", "--command", "gunicorn app:app --x https://joe:s3cr3t@h/")
    assert (code, "--command: an address has credentials" in err) == (2, True), err
    assert "s3cr3t" not in out + err
    assert not (app.folder / "Dockerfile").exists()


@pytest.mark.parametrize(
    ("command", "warning"),
    [
        ("flask run", "development server: use gunicorn"),
        ("python manage.py runserver", "development server: use gunicorn"),
        ("uvicorn app:app --reload", "the same command without --reload"),
        ("python manage.py migrate && gunicorn app:app", "would migrate the database"),
        ("gunicorn -b 127.0.0.1:8000 app:app", "listen on 0.0.0.0"),
        ("daphne app:app", "listen on 0.0.0.0"),
        ("gunicorn app:app | tee log", "the shell gets SIGTERM, and the program does not"),
        ("celery -A app beat", "add --schedule /tmp/celerybeat-schedule"),
        ("./start gunicorn app:app", "can't see whether this starts gunicorn"),
        ("SECRET_KEY=x gunicorn app:app", "can read SECRET_KEY: remove it from the command"),
        ("cd . && PGPASSWORD='x' gunicorn app:app", "can read PGPASSWORD: remove"),
        ("cd src && gunicorn app:app", "needs a shell, because it has &"),
    ],
)
def test_warnings(app: App, command: str, warning: str) -> None:
    """A command that a person wrote is taken, with a warning that says what to use."""
    app.add("Procfile", f"web: {command}\n")
    code, _, err = app.run("write")
    assert (code, warning in err) == (0, True), err


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"wsgi.py": conftest.FLASK, "app.py": "x = 1\n"}, '"wsgi:app"'),
        ({"app.py": "import flask\n\nserver = flask.Flask(__name__)\n"}, '"app:server"'),
        ({"app.py": FACTORY}, '"app:create_app()"'),
        ({"app.py": "class Flask: ...\n\napp = Flask()\n"}, '["python3", "app.py"]'),
        ({"app.py": "", "bot/__main__.py": "print(1)\n"}, '["python3", "app.py"]'),
        ({"src/web/app.py": conftest.FLASK, "app.py": "def f(): ...\n"}, '"web.app:app"'),
    ],
)  # fmt: skip
def test_found(app: App, files: dict[str, str], command: str) -> None:
    """The application object is found by what its name was imported as."""
    for path, text in files.items():
        app.add(path, text)
    assert app.run("write")[0] == 0
    assert command in app.read("Dockerfile").splitlines()[-1]


@pytest.mark.parametrize(
    ("files", "warning"),
    [
        ({"a.py": conftest.FLASK, "app.py": "", "b.py": conftest.FLASK}, "b:app (b.py:3) could"),
        (
            {"app.py": "import dash\n\nserver = dash.Dash(__name__).server\n"},
            "that it serves: give",
        ),
        (
            {"Procfile": "web: gunicorn app:app\nworker: python w.py > /tmp/log\n"},
            "a shell, because",
        ),
    ],
)
def test_doubts(app: App, files: dict[str, str], warning: str) -> None:
    """A second object, a server without one, and a shell of another process are warnings."""
    assert warning not in app.run("write")[2]
    for path, text in files.items():
        app.add(path, text)
    code, _, err = app.run("write")
    assert (code, warning in err) == (0, True), err


def test_needed_files_are_not_hidden(app: App) -> None:
    """.dockerignore does not hide what the build reads: requirements, and what projects name."""
    app.add("requirements.txt", "-r build/base.txt\n")
    app.add("build/base.txt", "flask==3.1.2\ngunicorn==23.0.0\n")
    app.add(
        "pyproject.toml",
        '[project]\nname = "app"\nreadme = "dist/README.md"\n'
        'license-files = ["env/LIC*", "LICENSE"]\n'
        '[tool.setuptools]\ndynamic = {version = {file = "venv/VERSION"}}\n'
        '[tool.setuptools.package-data]\napp = ["*.sqlite3", "*.html", ".env"]\n'
        '[tool.poetry]\ninclude = ["node_modules/a.js", {path = "secrets/public.pem"}]\n'
        '[tool.hatch.build.targets.wheel.force-include]\n".idea/x" = "x"\n',
    )
    app.add(
        "setup.cfg",
        "[metadata]\nlicense_files = .tox/A, LICENSE\n[options.package_data]\napp =\n  .env.txt\n",
    )
    assert app.run("write")[0] == 0
    lines = app.read(".dockerignore").splitlines()
    assert [line for line in lines if line.startswith("!")] == [
        "!**/*.sqlite3",
        "!**/.env",
        "!**/.env.txt",
        "!.idea/x",
        "!.tox/A",
        "!dist/README.md",
        "!env/LIC*",
        "!node_modules/a.js",
        "!secrets/public.pem",
        "!venv/VERSION",
        "!build/base.txt",
    ]


def test_left_out_manager(app: App) -> None:
    """The output says that `uv run` was left out; a script of PDM is an error."""
    app.add("Procfile", "web: uv run gunicorn app:app\nworker: exec poetry run python app.py\n")
    _, out, _ = app.run("write")
    assert "gunicorn app:app: it is written there, without uv run: the image has no uv" in out
    assert "python app.py: a service of compose, without poetry run: the image has" in out
    app.add("Pipfile", "[scripts]\nserve = 'x'\n")
    app.add("Procfile", "web: pipenv run serve\n")
    code, _, err = app.run("write", "--manager", "pip")
    assert (code, "Procfile:1: the image has no pipenv, which runs serve" in err) == (2, True), err


def test_ci_in_a_subfolder(app: App) -> None:
    """CI's files in a folder below the top of a repository are a warning."""
    (app.folder.parent / ".git").mkdir()
    assert "top of the repository only" in app.run("write", "--with", "ci-github")[2]


@pytest.mark.parametrize(
    "command", ["TOKEN=$TOKEN a", "TOKEN_TTL=9 a", "DB_PASSWORD_FILE=/run/secrets/db a"]
)
def test_no_secret(app: App, command: str) -> None:
    """A variable of the container, a number and the path of a secret get no warning."""
    app.add("Procfile", f"web: {command}\n")
    assert "can read" not in app.run("write")[2]
