"""Credentials for registries: only from docker's config.json and its credential helpers.

https://docs.docker.com/reference/cli/docker/login/ describes the file and the helpers.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.errors import InputError
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST: Final = 1_000_000
_SECONDS: Final = 30
_TOKEN_USER: Final = "<token>"  # noqa: S105 (the user name that marks an identity token)
_helper: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*").fullmatch


@dataclass(frozen=True, slots=True)
class Login:
    """A user name and a password, or an identity token; `repr` shows neither."""

    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @property
    def basic(self) -> str:
        """Return the value of a header with the user name and the password."""
        pair = f"{self.username}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the texts that no message may have."""
        basic = self.basic.removeprefix("Basic ") if self.password else ""
        return tuple(text for text in (self.password, self.token, basic) if text)


@dataclass(frozen=True, slots=True)
class Logins:
    """The credentials that docker's config.json has, or names a helper for.

    Attributes:
        file: the path of config.json.
    """

    file: Path

    @classmethod
    def of_user(cls, environment: Mapping[str, str], home: Path) -> Logins:
        """Return the credentials of docker's folder, which DOCKER_CONFIG may name."""
        folder = environment.get("DOCKER_CONFIG", "")
        return cls((Path(folder) if folder else home / ".docker") / "config.json")

    def find(self, host: str) -> Login | None:
        """Return the credentials for a host; None if there are none.

        A helper for the host counts first, then the store, then the file itself, as for docker.
        Raises InputError if the file can't be read, or a helper fails.
        """
        login = self._found(host)
        try:
            "".join(login.secrets if login else ()).encode()
        except UnicodeEncodeError:  # JSON may have one half of a surrogate pair
            raise InputError(
                f"{self.file}: the credentials for {host} are not valid text; run `docker login` "
                "again"
            ) from None
        return login

    def _found(self, host: str) -> Login | None:
        config = self._read()
        helpers = self._mapping(config, "credHelpers")
        helper = helpers.get(host) or config.get("credsStore") or ""
        if helper:
            return self._ask(helper, host)
        auths = self._mapping(config, "auths")
        for key, entry in auths.items():
            if key == host or _plain_host(key) == host:
                return self._login(entry, key)
        return None

    def _read(self) -> Mapping[str, Any]:
        try:
            data = read_bounded(self.file, _LARGEST)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise InputError(f"{self.file}: {error.strerror}") from None
        try:
            value = json.loads(data) if len(data) <= _LARGEST else None
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise InputError(f"{self.file}: not a JSON object; `docker login` writes this file")
        return value

    def _mapping(self, config: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = config.get(key) or {}
        if not isinstance(value, dict):
            raise InputError(f"{self.file}: {key}: expected an object")
        return value

    def _login(self, entry: object, key: str) -> Login | None:
        if not isinstance(entry, dict) or not entry:
            return None  # docker writes an empty object if a store has the credentials
        if token := str(entry.get("identitytoken") or ""):
            return Login(token=token)
        encoded = entry.get("auth")
        if not encoded:
            username, password = entry.get("username"), entry.get("password")
            return Login(str(username), str(password or "")) if username else None
        try:
            user, colon, password = (
                base64.b64decode(str(encoded), validate=True).decode().rstrip("\0").partition(":")
            )
        except (binascii.Error, ValueError):
            colon = user = password = ""
        if not colon:
            raise InputError(
                f"{self.file}: auths: {key!r}: the value of `auth` is not USER:PASSWORD in "
                "base64; run `docker login` again"
            )
        return Login(user, password)

    def _ask(self, helper: object, host: str) -> Login | None:
        """Return what a credential helper has for a host.

        https://github.com/docker/docker-credential-helpers describes the protocol.
        """
        if not isinstance(helper, str) or not _helper(helper):
            raise InputError(f"{self.file}: invalid name of a credential helper")
        program = f"docker-credential-{helper}"
        try:
            done = subprocess.run(
                [program, "get"],
                input=host.encode(),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            raise InputError(
                f"{self.file}: the credential helper {program} is not installed"
            ) from None
        except (OSError, subprocess.TimeoutExpired):
            raise InputError(f"the credential helper {program} does not answer") from None
        if done.returncode:
            # the words of docker's own helpers; another failure is not "no credentials"
            if b"credentials not found" in done.stdout + done.stderr:
                return None
            raise InputError(f"the credential helper {program} failed with {done.returncode}")
        return self._given(done.stdout, program)

    @staticmethod
    def _given(output: bytes, program: str) -> Login | None:
        try:
            value = json.loads(output)
            username, secret = value["Username"], value["Secret"]
        except (ValueError, KeyError, TypeError, RecursionError):
            username = secret = None
        if not isinstance(username, str) or not isinstance(secret, str):
            raise InputError(f"the credential helper {program} sent no Username and Secret")
        if not secret:
            return None
        return Login(token=secret) if username == _TOKEN_USER else Login(username, secret)


def of_user() -> Logins:
    """Return the credentials of the user who runs this program."""
    return Logins.of_user(os.environ, Path.home())


def _plain_host(key: str) -> str:
    """Return the host of a key, which may be an address.

    >>> _plain_host("https://ghcr.io/v2/"), _plain_host("localhost:5000")
    ('ghcr.io', 'localhost:5000')
    """
    return re.sub(r"^https?://", "", key).partition("/")[0]
