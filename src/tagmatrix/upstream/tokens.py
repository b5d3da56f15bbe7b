"""The token for the host of an upstream, from the environment variable that versions.yaml names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from tagmatrix.errors import InputError
from tagmatrix.web.answers import FetchFailed, NotPublished
from tagmatrix.web.request_rules import is_credential

if TYPE_CHECKING:
    from tagmatrix.config.model import Upstream
    from tagmatrix.web.answers import Answer


class Token:
    """The token of an upstream; only the host of `releases` gets it."""

    def __init__(self, upstream: Upstream) -> None:
        """Read the variable. Raises InputError if no request can hold its value."""
        self._name, self._releases = upstream.token, upstream.releases
        # a line break at the end comes with many ways to store a secret
        value = os.environ.get(self._name, "").rstrip("\r\n") if self._name else ""
        if value and not is_credential(value):
            raise InputError(
                f"the environment variable {self._name}, which `token` in `upstream` names, has "
                "characters that a token can't have, such as a space, a line break or a letter "
                "outside of ASCII; set it to the token alone"
            )
        self._value = value

    @property
    def missing(self) -> str:
        """Return a note if versions.yaml names a variable that is not set; else ""."""
        missing = self._name and not self._value
        return f"{self._name} is not set, so tagmatrix sends no token" if missing else ""

    def headers(self, address: str) -> dict[str, str]:
        """Return the header with the token, if the host of an address gets it."""
        sent = self._value and self._is_for(address)
        return {"Authorization": f"Bearer {self._value}"} if sent else {}

    def noted(self, address: str, answer: Answer[Any]) -> Answer[Any]:
        """Return an answer; a failure at the host of a missing token names its variable."""
        note = self.missing if self._is_for(address) else ""
        if note and isinstance(answer, FetchFailed):
            return replace(answer, reason=f"{answer.reason}; {note}")
        if note and isinstance(answer, NotPublished):
            return replace(answer, what=f"{answer.what}; {note}")
        return answer

    def _is_for(self, address: str) -> bool:
        own, other = urlsplit(self._releases.address if self._releases else ""), urlsplit(address)
        return (own.scheme, own.netloc) == (other.scheme, other.netloc)
