"""Commands of a Procfile as words, or as a text for a shell."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tagmatrix.app.decisions import command_words
from tagmatrix.errors import InputError

ANY = "0.0.0.0"  # noqa: S104 (in a container)


@pytest.mark.parametrize(
    ("text", "words", "environment"),
    [
        ("gunicorn app:app", ("gunicorn", "app:app"), {}),
        ("gunicorn -b 0.0.0.0:$PORT a:b", ("gunicorn", "a:b"), {"PORT": "8000"}),
        ("gunicorn --bind=:${PORT} a:b", ("gunicorn", "a:b"), {"PORT": "8000"}),
        ("gunicorn --bind '[::]:${PORT:-5000}' a:b", ("gunicorn", "a:b"), {"PORT": "8000"}),
        (
            "uvicorn a:b --host 0.0.0.0 --port $PORT",
            ("uvicorn", "a:b", "--host", ANY),
            {"UVICORN_HOST": ANY, "UVICORN_PORT": "8000"},
        ),
        (
            "DEBUG=0 python -m flask run -p $PORT",
            ("python", "-m", "flask", "run"),
            {"DEBUG": "0", "FLASK_RUN_HOST": ANY, "FLASK_RUN_PORT": "8000"},
        ),
        ("exec gunicorn a:b", ("gunicorn", "a:b"), {}),
        ("exec uv run --frozen -- gunicorn a:b", ("gunicorn", "a:b"), {}),
        ("uv run web.py", ("python3", "web.py"), {}),
        ("uv run -q -m web", ("python3", "-m", "web"), {}),
        ("A=1 python3 -m pipenv run python a.py", ("python", "a.py"), {"A": "1"}),
        ("poetry run a && pdm run b", ("sh", "-c", "a && exec b"), {}),
        ("env A=1 B='c d' gunicorn a:b", ("gunicorn", "a:b"), {"A": "1", "B": "c d"}),
        ('env A="c d" gunicorn -b :$PORT a:b', ("gunicorn", "a:b"), {"A": "c d", "PORT": "8000"}),
        (
            "env A=1 \"B=c d\" 'C=e' gunicorn a:b",
            ("gunicorn", "a:b"),
            {"A": "1", "B": "c d", "C": "e"},
        ),
        ("A=1 env 'B=$c' gunicorn a:b", ("env", "B=$c", "gunicorn", "a:b"), {"A": "1"}),
        ('env A=1 "B=$C" d', ("sh", "-c", 'exec env A=1 "B=$C" d'), {}),
        ("bash -c 'gunicorn -b :$PORT a:b'", ("gunicorn", "a:b"), {"PORT": "8000"}),
        ('bash -lc "A=1 hatch run a | b"', ("bash", "-lc", "A=1 a | b"), {}),
        ('bash -c "a && b $X"', ("bash", "-c", "a && exec b $X"), {}),
        (
            "gunicorn a:b --bind :$PORT --bind :9000",
            ("sh", "-c", "exec gunicorn a:b --bind :$PORT --bind :9000"),
            {},
        ),
        (
            "gunicorn a:b -b :$PORT -b [::]:$PORT",
            ("sh", "-c", "exec gunicorn a:b -b :$PORT -b [::]:$PORT"),
            {},
        ),
        ("python 'my file.py' \"a b\"", ("python", "my file.py", "a b"), {}),
        ("daphne -p $PORT a:b", ("sh", "-c", "exec daphne -p $PORT a:b"), {}),
        ("a && b $X", ("sh", "-c", "a && exec b $X"), {}),
        ('a 0.", "b', ("a", "0., b"), {}),
        ("a \"b'c\" 'd\"e'", ("a", "b'c", 'd"e'), {}),
        ('a "b\\"c"', ("sh", "-c", 'exec a "b\\"c"'), {}),
        ('a \\"b', ("sh", "-c", 'exec a \\"b'), {}),
        (
            "flask run --port $PORT --name ' --port $PORT'",
            ("sh", "-c", "exec flask run --port $PORT --name ' --port $PORT'"),
            {},
        ),
        ("echo `id`", ("sh", "-c", "exec echo `id`"), {}),
        ("a | b", ("sh", "-c", "a | b"), {}),
        ("A=$B c", ("sh", "-c", "A=$B exec c"), {}),
        ("cat *.txt", ("sh", "-c", "exec cat *.txt"), {}),
        ("while true; do a; done", ("sh", "-c", "while true; do a; done"), {}),
        ("if a; then b; fi; c $X", ("sh", "-c", "if a; then b; fi; c $X"), {}),
        ("f() { a; }; f $X", ("sh", "-c", "f() { a; }; f $X"), {}),
        ("(a; b) && c", ("sh", "-c", "(a; b) && c"), {}),
        ('a; eval "$X"', ("sh", "-c", 'a; eval "$X"'), {}),
        (". ./env.sh; ! a", ("sh", "-c", ". ./env.sh; ! a"), {}),
        (". ./env.sh; forward $X", ("sh", "-c", ". ./env.sh; exec forward $X"), {}),
    ],
)
def test_read(text: str, words: tuple[str, ...], environment: dict[str, str]) -> None:
    """A command without a shell's characters is a list of words; others get `exec`."""
    command = command_words.read(text, 8000)
    assert command.words == words
    assert command.environment == environment
    assert bool(command.shell) == (words[0] in {"sh", "bash"})


@pytest.mark.parametrize(
    ("text", "server", "signals"),
    [
        ("P=src:$P gunicorn a:b", "gunicorn", True),
        ("cd src && ddtrace-run uvicorn a:b", "uvicorn", True),
        ("gunicorn a:b | tee log", "gunicorn", False),
        ("while true; do gunicorn a:b; done", "", False),
    ],
)
def test_server(text: str, server: str, signals: bool) -> None:  # noqa: FBT001 (a parameter)
    """A server is known behind variables, other programs and commands."""
    command = command_words.read(text, 8000)
    assert (command.server.program if command.server else "") == server
    assert command.gets_signals == signals


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("uv run --with gunicorn gunicorn a:b", "no uv: write the program.*--with can't be"),
        ("uvx gunicorn a:b", "the image has no uvx"),
        ("pip install -r r.txt && gunicorn a:b", "the image has no pip:"),
        ("(cd a; poetry run b)", "the image has no poetry"),
        ("pdm run start", "the image has no pdm, which runs start: write its command"),
        ("hatch run prod:web", "the image has no hatch, which runs prod:web"),
        ("exec", "exec is a command of the shell"),
    ],
)
def test_refused(text: str, message: str) -> None:
    """A command that needs a manager, or that is not a program, is an error."""
    with pytest.raises(InputError, match=message):
        command_words.read(text, 8000, {"start"})


def test_open_quote() -> None:
    """A quote that is not closed is an error."""
    with pytest.raises(InputError, match="no closing quotation"):
        command_words.read("python 'a", 8000)


@pytest.mark.parametrize(
    "text",
    [
        "true; sh -c 'echo $$'",
        "true && A='x y' sh -c 'echo $$'",
        'echo "a;b" > /dev/null; sh -c "echo \\$\\$"',
        "true 2>&1 && sh -c 'echo $$' 2>&1",
    ],
)
def test_exec_replaces_the_shell(text: str) -> None:
    """In a real shell the last program has the process id of the shell."""
    program = shutil.which("sh")
    assert program is not None
    with subprocess.Popen(
        [program, "-c", command_words.with_exec(text)], stdout=subprocess.PIPE, text=True
    ) as process:
        out, _ = process.communicate(timeout=60)
    assert out.strip() == str(process.pid)
