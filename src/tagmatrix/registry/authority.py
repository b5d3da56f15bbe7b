"""The Authorization header of requests to registries: Basic, or a token that a server gives.

https://distribution.github.io/distribution/spec/auth/token/ describes tokens.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from tagmatrix.registry.challenges import challenges, may_have
from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import FetchFailed
from tagmatrix.web.request_rules import is_credential
from tagmatrix.web.results import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.registry.challenges import Challenge
    from tagmatrix.registry.credentials import Login, Logins
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.client import Client

_SHORTEST: Final = 60
"""The seconds for which a token is valid if its server sends no time."""
_MARGIN: Final = 5
_HIDDEN: Final = 6
"""Shorter secrets are not looked for in messages: they would be found in other words."""
_OK: Final = 200


@dataclass(slots=True)
class _Held:
    """What a server accepted for a scope: a header, and when it ends by the monotonic clock."""

    header: str = field(repr=False)
    ends: float


@dataclass
class Authority:
    """The headers for each registry and scope; safe to use from several threads.

    Attributes:
        client: sends the requests for tokens.
        logins: where the credentials are.
        plain: returns whether a host may use http.
    """

    client: Client
    logins: Logins
    plain: Callable[[str], bool]
    clock: Callable[[], float] = time.monotonic
    _held: dict[tuple[str, tuple[str, ...]], _Held] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _known: dict[str, Login | None] = field(default_factory=dict, repr=False)
    _secrets: set[str] = field(default_factory=set, repr=False)

    def header(self, repository: RegistryRepository, scopes: tuple[str, ...]) -> Mapping[str, str]:
        """Return the header for a request, if one is known."""
        held = self._held.get((repository.server, scopes))
        if held is None or held.ends < self.clock():
            return {}
        return {"Authorization": held.header}

    def hidden(self, text: str) -> str:
        """Return a text of a server without the secrets that this run knows."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "…")
        return text

    def answer(
        self, repository: RegistryRepository, scopes: tuple[str, ...], challenge: str, used: str
    ) -> FetchFailed | None:
        """Find the header that a challenge asks for; return why there is none.

        Args:
            repository: the repository that was requested.
            scopes: what the request needs.
            challenge: the WWW-Authenticate header of the answer.
            used: the Authorization header of the request; empty if it had none.

        Raises:
            InputError: the credentials can't be read.
        """
        with self._lock:
            current = self.header(repository, scopes).get("Authorization", "")
            if current and current != used:
                return None  # another thread has found it
            known = {each.scheme: each for each in reversed(challenges(challenge))}
            if "bearer" in known:
                result = self._token(repository, scopes, known["bearer"])
            elif "basic" in known:
                result = self._basic(repository, used)
            else:
                return _failed(repository, "asks for credentials in an unknown way")
            if isinstance(result, _Held):
                self._held[repository.server, scopes] = result
                return None
            return result

    def _login(self, key: str) -> Login | None:
        if key not in self._known:
            self._known[key] = login = self.logins.find(key)
            self._keep_secret(*(login.secrets if login else ()))
        return self._known[key]

    def _keep_secret(self, *texts: str) -> None:
        self._secrets.update(text for text in texts if len(text) >= _HIDDEN)

    def _basic(self, repository: RegistryRepository, used: str) -> _Held | FetchFailed:
        login = self._login(repository.login)
        if login is None or login.token:
            return _failed(repository, _log_in(repository))
        if login.basic == used:
            return _failed(repository, f"refuses the credentials for it; {_log_in(repository)}")
        return _Held(login.basic, float("inf"))

    def _token(
        self, repository: RegistryRepository, scopes: tuple[str, ...], challenge: Challenge
    ) -> _Held | FetchFailed:
        """Request a token for what the registry and the caller name."""
        realm = challenge.parameters.get("realm", "")
        if urlsplit(realm).scheme not in {"http", "https"} or "@" in urlsplit(realm).netloc:
            return _failed(repository, "names no valid address of a token server")
        login = self._login_for(realm, repository)
        wanted = dict.fromkeys([*scopes, *challenge.parameters.get("scope", "").split()])
        service = challenge.parameters.get("service", "")
        begun = self.clock()
        reply = self.client.send(_token_request(realm, service, [*wanted], login))
        if isinstance(reply, FetchFailed):
            return _failed(repository, f"its token server failed: {self.hidden(reply.reason)}")
        if reply.status != _OK:
            why = f"its token server {shown(realm.partition('?')[0])} answered {reply.status}"
            withheld = "" if login else f"; {self._withheld(realm, repository)}"
            return _failed(repository, f"{why}{withheld}")
        try:
            value = json.loads(reply.content)
            token = value.get("token") or value.get("access_token")
            seconds = float(value.get("expires_in") or _SHORTEST)
        except (ValueError, TypeError, AttributeError, RecursionError):
            token, seconds = None, 0.0
        if not isinstance(token, str) or not is_credential(token):
            return _failed(repository, "its token server sent no token")
        self._keep_secret(token)
        return _Held(f"Bearer {token}", begun + max(seconds - _MARGIN, 1))

    def _login_for(self, realm: str, repository: RegistryRepository) -> Login | None:
        """Return the credentials that a token server may get."""
        plain = self.plain(repository.server)
        if may_have(realm, repository.server, plain=plain):
            return self._login(repository.login)
        server = urlsplit(realm).netloc
        if urlsplit(realm).scheme == "https" or self.plain(server):
            return self._login(server)
        return None

    def _withheld(self, realm: str, repository: RegistryRepository) -> str:
        if self._login(repository.login) is None:
            return _log_in(repository)
        server = urlsplit(realm).netloc
        return (
            f"the credentials for {repository.host} are not sent there, because it is another "
            f"host; if it is the right one, run `docker login {server}`"
        )


def _token_request(realm: str, service: str, scopes: list[str], login: Login | None) -> Request:
    """Return the request for a token: a GET, or a POST for an identity token.

    https://distribution.github.io/distribution/spec/auth/oauth/
    """
    if login is not None and login.token:
        form = {
            "grant_type": "refresh_token",
            "service": service,
            "client_id": "tagmatrix",
            "scope": " ".join(scopes),
            "refresh_token": login.token,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Request(url=realm, method="POST", headers=headers, body=urlencode(form).encode())
    query = urlencode(
        [*([("service", service)] if service else []), *(("scope", scope) for scope in scopes)]
    )
    join = "&" if urlsplit(realm).query else "?"
    url = f"{realm}{join}{query}" if query else realm
    return Request(url=url, headers={"Authorization": login.basic} if login else {})


def _log_in(repository: RegistryRepository) -> str:
    return f"it needs credentials: run `docker login {repository.host}`"


def _failed(repository: RegistryRepository, why: str) -> FetchFailed:
    return FetchFailed(f"{repository}: {why}", permanent=True)
