"""Credentials: only from docker's config.json, its helpers and stores."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tagmatrix.errors import InputError
from tagmatrix.registry.credentials import Login, Logins, of_user

PAIR = base64.b64encode(b"ada:pass:word").decode()
LOGIN = Login("ada", "pass:word")


@pytest.fixture
def logins(tmp_path: Path) -> Logins:
    """Return the credentials of a folder."""
    return Logins(tmp_path / "config.json")


def _write(logins: Logins, value: object) -> None:
    logins.file.write_text(value if isinstance(value, str) else json.dumps(value))


def _helper(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, script: str) -> None:
    """Put a credential helper on PATH."""
    program = folder / f"docker-credential-{name}"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("key", "host"),
    [
        ("ghcr.io", "ghcr.io"),
        ("https://ghcr.io/v2/", "ghcr.io"),
        ("http://localhost:5000", "localhost:5000"),
        ("https://index.docker.io/v1/", "https://index.docker.io/v1/"),
    ],
)
def test_the_file(logins: Logins, key: str, host: str) -> None:
    """A key is a host, or an address of it."""
    assert logins.find(host) is None
    _write(logins, {"auths": {key: {"auth": PAIR}}})
    assert logins.find(host) == LOGIN
    assert logins.find("other.example.org") is None


@pytest.mark.parametrize(
    ("entry", "login"),
    [
        ({"username": "ada", "password": "x"}, Login("ada", "x")),
        ({"identitytoken": "t"}, Login("", "", "t")),
        ({}, None),
        ("x", None),
        ({"email": "a@b"}, None),
    ],
)
def test_entries(logins: Logins, entry: object, login: Login | None) -> None:
    """An entry has a pair, a token or nothing."""
    _write(logins, {"auths": {"a.b": entry}})
    assert logins.find("a.b") == login


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"auths": 3}',
        '{"auths": {"a.b": {"auth": "s3cret?"}}}',
        '{"auths": {"a.b": {"auth": "c2VjcmV0"}}}',
        '{"auths": {"a.b": {"identitytoken": "s3cret\\ud800"}}}',
        '{"auths": {"a.b": {"username": "ada", "password": "s3cret\\ud800"}}}',
        '{"credsStore": "../evil"}',
        '{"credsStore": ["a"]}',
        '{"credsStore": "is-not-there"}',
        " " * 1_000_001,
    ],
)
def test_files_that_can_not_be_read(logins: Logins, text: str) -> None:
    """The message names the file, and nothing of its content."""
    _write(logins, text)
    with pytest.raises(InputError, match=r"config\.json") as caught:
        logins.find("a.b")
    assert "c2VjcmV0" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_file_that_is_a_folder(logins: Logins) -> None:
    """A folder in place of the file is an error, not an absence."""
    logins.file.mkdir()
    with pytest.raises(InputError, match=r"config\.json"):
        logins.find("a.b")


def test_helpers(logins: Logins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper for the host counts before the store; both get the host on stdin."""
    answer = 'read host; echo "{\\"Username\\": \\"$host\\", \\"Secret\\": \\"x\\"}"'
    _helper(tmp_path, monkeypatch, "one", answer)
    _helper(tmp_path, monkeypatch, "all", 'echo \'{"Username": "<token>", "Secret": "t"}\'')
    value = {"credHelpers": {"a.b": "one"}, "credsStore": "all", "auths": {"a.b": {"auth": PAIR}}}
    _write(logins, value)
    assert logins.find("a.b") == Login("a.b", "x")
    assert logins.find("c.d") == Login("", "", "t")


@pytest.mark.parametrize(
    ("script", "none"),
    [
        ("echo credentials not found in native keychain; exit 1", True),
        ('echo \'{"Username": "a", "Secret": ""}\'', True),
        ("echo s3cret >&2; exit 1", False),
        ("echo s3cret", False),
        ("echo '{\"Username\": 3}'", False),
    ],
)
def test_helpers_without_an_answer(
    logins: Logins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, *, none: bool
) -> None:
    """A helper may have no credentials; any other failure is an error, without its output."""
    _helper(tmp_path, monkeypatch, "one", script)
    _write(logins, {"credsStore": "one"})
    if none:
        assert logins.find("a.b") is None
        return
    with pytest.raises(InputError, match="docker-credential-one") as caught:
        logins.find("a.b")
    assert "s3cret" not in str(caught.value)


def test_a_helper_that_is_not_a_program(
    logins: Logins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that can't be run is an error."""
    _helper(tmp_path, monkeypatch, "one", "")
    (tmp_path / "docker-credential-one").write_bytes(b"\x7fELF")
    _write(logins, {"credsStore": "one"})
    with pytest.raises(InputError, match="does not answer"):
        logins.find("a.b")


def test_secrets_are_not_shown() -> None:
    """A login has its secrets for comparison, but not in its repr."""
    login = Login("ada", "hidden-word", "hidden-token")
    assert "hidden" not in repr(login)
    assert {"hidden-word", "hidden-token"} < set(login.secrets)


def test_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """DOCKER_CONFIG names the folder; otherwise it is in the user's home."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert of_user().file == tmp_path / "config.json"
    assert Logins.of_user({}, Path("/home/me")).file == Path("/home/me/.docker/config.json")
