"""Rules for addresses: the User-Agent, redirects, and how messages show an address.

This module does not import an HTTP library; `fetch` does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from tagmatrix import __version__
from tagmatrix.util.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

USER_AGENT: Final = f"tagmatrix/{__version__}"

_LONGEST: Final = 200
_ADDRESS: Final = re.compile(r"(\b[a-z][a-z0-9+.-]*://)(\S*)", re.IGNORECASE)
_FIRST: Final = re.compile(r"[^/?#]*")
_KEPT_SECRET: Final = re.compile(
    r"([?&;#][^=&;\s]*(?:token|secret|passw|pwd|key(?!word)|auth(?!ors?\b)|(?<!de)sig|cred|session)"
    r"[^=&;\s]*=)([^&;#\s'\"]+)",
    re.IGNORECASE,
)
_WRITTEN: Final = re.compile(r"(\b[a-z][a-z0-9+.-]*)://([^\s'\"<>]*)", re.IGNORECASE)
_PORT: Final = re.compile(r".*:[0-9]*|\[.*\]")


def harmless(text: str) -> str:
    """Return a text without the users, passwords and secret query values of its addresses.

    A password may contain `/`, `?`, `#` or `@`: where an address may have a password,
    everything up to the last @ is removed.

    >>> harmless("unable to access 'https://me:secret@example.org/a.git/'")
    "unable to access 'https://example.org/a.git/'"
    >>> harmless("http://me:se/cr@et@example.org/?private_token=abc&page=2")
    'http://example.org/?private_token=…&page=2'
    """
    return _KEPT_SECRET.sub(r"\1…", _ADDRESS.sub(_without_user, text))


def _without_user(address: re.Match[str]) -> str:
    # https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1; unlike there, a password may have a `/`.
    scheme, rest = address.groups()
    first = _FIRST.match(rest)
    begin = first[0] if first else ""
    end = (rest if ":" in begin else begin).rfind("@") + 1
    return f"{scheme}{rest[end:]}"


def credentials(text: str) -> Iterator[tuple[str, str]]:
    """Yield user and password, or "" and a secret query value, of the addresses of a text.

    A user without a password is one of HTTP only: a token may be a user's name there, and it is
    the account of the server for SSH.

    >>> list(credentials("git+https://token:@example.org/a.git?page=2"))
    [('token', '')]
    >>> list(credentials("git+ssh://git@example.org:22/a@v1 https://example.org:443/a.git@v1"))
    []
    >>> list(credentials('url = "https://example.org/?private_token=abc", mail = "me@example.org"'))
    [('', 'abc')]
    """
    for scheme, rest in _WRITTEN.findall(text):
        begin = _FIRST.match(rest)
        host = begin[0] if begin else ""
        # A password may have a `/`; what is before it is then no host with a port.
        where = rest if ":" in host and not _PORT.fullmatch(host) else host
        user, colon, password = where.rpartition("@")[0].partition(":")
        if password or ((user or colon) and scheme.lower().endswith(("http", "https"))):
            yield user, password
        yield from (("", match[2]) for match in _KEPT_SECRET.finditer(rest))


def shown(text: str) -> str:
    """Return an address, or a text about one, for a message: without secrets, and shortened.

    >>> shown("https://me:secret@example.org/a?b=c")
    'https://example.org/a?b=c'
    """
    text = shortened(harmless(text), _LONGEST)
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def places(address: str, led: str = "") -> str:
    """Return an address for a message, with the one that it was redirected to.

    >>> places("https://a.example/", "https://b.example/")
    'https://a.example/ (redirected to https://b.example/)'
    """
    return f"{shown(address)} (redirected to {shown(led)})" if led else shown(address)


def led_to(address: str, location: str) -> str:
    """Return the target of a Location header, decoded from Latin-1 to the UTF-8 that it holds.

    Raises ValueError for an invalid address.
    """
    return urljoin(address, location.encode("latin-1", "replace").decode("utf-8", "replace"))


def origin(address: str) -> tuple[str, str]:
    """Return what the server of an address is known by: scheme, and host with port.

    Raises ValueError for an invalid address.

    >>> origin("https://me@Example.org:443/a"), origin("http://[::1]:5000/")
    (('https', 'example.org:443'), ('http', '[::1]:5000'))
    """
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2].lower()
    standard = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts.scheme, host if parts.port is not None else f"{host.removesuffix(':')}{standard}"
