"""Secrets: whatever fails, no output and no file of tagmatrix has a password or a token."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli import main
from tests.projects import VERSIONS
from tests.registry import images
from tests.registry.standin import PASSWORD, USER, body, serve, status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.registry.commands import Commands
    from tests.registry.plans import Plan
    from tests.registry.standin import Fault, Handler, Standin

NAME = "me/python"
PAIR = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
REFRESH = f"refresh-{PASSWORD}"
OWN = (PASSWORD, PAIR, REFRESH, "s3cret-of-the-server")


def echo(handler: Handler) -> bool:
    """Answer with what the client sent, in the words of an error."""
    sent = handler.headers.get("Authorization", "")
    words = f"{sent} {handler.body.decode('latin-1')} s3cret-of-the-server {PASSWORD} {REFRESH}"
    handler.error(400, "UNKNOWN", words)
    return True


def elsewhere(handler: Handler) -> bool:
    """Redirect to an address that has a secret, on a server that does not exist."""
    handler.send(
        307, b"", Location="http://me:s3cret-of-the-server@127.0.0.1:1/?token=s3cret-of-the-server"
    )
    return True


def secret_upload(handler: Handler) -> bool:
    """Name an address for an upload whose query is a secret."""
    path = f"/v2/{NAME}/blobs/uploads/x?_state=s3cret-of-the-server"
    handler.send(202, b"", Location=f"http://127.0.0.1:1{path}")
    return True


FAULTS: dict[str, dict[str, Fault]] = {
    "nothing": {},
    "the server repeats what it got": {"HEAD": echo, "GET": echo, "PUT": echo},
    "a redirect with a secret": {"GET": elsewhere, "HEAD": elsewhere},
    "an upload with a secret": {"POST": secret_upload},
    "a token that can't be read": {"GET /token": body(b'{"token": "s3cret-of-the-server\\n"}')},
    "a token server that repeats": {"GET /token": echo, "POST /token": echo},
    "no token": {"GET /token": status(403), "POST /token": status(403)},
}


def _auths(entry: dict[str, str]) -> Callable[[str], object]:
    return lambda host: {"auths": {host: entry}}


CONFIGS: dict[str, Callable[[str], object]] = {
    "auth": _auths({"auth": PAIR}),
    "password": _auths({"username": USER, "password": PASSWORD}),
    "identity token": _auths({"identitytoken": REFRESH}),
    "broken auth": _auths({"auth": PASSWORD}),
    "helper": lambda host: {"credHelpers": {host: "tests"}},
    "not an object": lambda _: [PASSWORD],
}


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a credential helper on PATH that prints the password everywhere, and fails."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "docker-credential-tests"
    program.write_text(f"#!/bin/sh\necho {PASSWORD}; echo {PASSWORD} >&2; exit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.slow
@pytest.mark.usefixtures("helper")
@pytest.mark.parametrize("auth", ["basic", "bearer"])
@pytest.mark.parametrize("config", CONFIGS)
def test_secrets(
    registry: Standin, commands: Commands, plan: Plan, tmp_path: Path, config: str, auth: str
) -> None:
    """Every command with every fault: no output, log or file has a secret."""
    folder = tmp_path / "docker"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIGS[config](registry.host)))
    (commands.root / "versions.yaml").write_text(VERSIONS)
    where = f"{registry.host}/{NAME}"
    plan.image(registry, NAME, "3.14", architectures=("amd64",))
    images.push_image(registry, NAME, images.ARM64, tag="one")
    file, digests, result = plan.file, plan.digests, commands.root / "result.json"
    registry.auth = auth
    outputs = []
    for faults in FAULTS.values():
        registry.faults = dict(faults)
        for words in (
            ("list", where),
            ("tag", f"{where}:one", f"{registry.host}/you/python:1", "--debug"),
            ("publish", "--plan", file, "--digests", digests, "--result", result, "--wait", "0"),
        ):
            done = commands.run(*words)
            outputs.append(f"{words[0]}: {done.out} {done.err}")
    _look(
        outputs,
        tmp_path,
        {folder / "config.json", tmp_path / "bin/docker-credential-tests"},
        registry,
    )


def _look(outputs: list[str], folder: Path, given: set[Path], registry: Standin) -> None:
    """Look for secrets, and tokens that the server gave, in outputs and files."""
    files = [path for path in folder.rglob("*") if path.is_file() and path not in given]
    outputs += [f"{path}: {path.read_bytes().decode('latin-1')}" for path in files]
    for secret in (*OWN, *(token for token in registry.tokens if len(token) > 8)):
        assert [each for each in outputs if secret in each] == []


def test_secrets_in_names(commands: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    """A password in the name of a repository is refused, and not repeated."""
    name = f"{USER}:{PASSWORD}@ghcr.io/me/python"
    text = f'publish:\n  registries: ["{name}"]\n  staging: "{name}"\n'
    (commands.root / "versions.yaml").write_text(VERSIONS + text)
    for words in (
        ("check", "--registry", name),
        ("list", name),
        ("show", f"{name}:1"),
        ("tag", f"{name}:1", "2"),
        ("untag", f"{name}:1"),
        ("check",),
    ):
        done = commands.run(*words)
        assert done.code == 2
        assert PASSWORD not in done.out + done.err
    assert main(["-C", str(commands.root), "plan", "--registry", name]) == 2
    captured = capsys.readouterr()
    assert PASSWORD not in captured.out + captured.err


def test_secrets_stay_on_their_host(registry: Standin, commands: Commands, tmp_path: Path) -> None:
    """Another registry, to which a copy goes, gets none of the first one's credentials."""
    folder = tmp_path / "docker"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIGS["auth"](registry.host)))
    images.push_image(registry, NAME, images.AMD64, tag="one")
    registry.auth = "bearer"
    with serve() as other:
        name = other.host.replace("127.0.0.1", "localhost")
        done = commands.run("tag", f"{registry.host}/{NAME}:one", f"{name}/you/python:1")
        assert (done.code, done.err) == (0, "")
        assert other.asked
        assert all("Authorization" not in headers for _, _, headers in other.asked)
