"""What holds for all who fetch over HTTP: who asks, how far they are led, what is shown.

Nothing here imports what speaks HTTP: `fetch` does that.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from tagmatrix import __version__

USER_AGENT: Final = f"tagmatrix/{__version__}"

_LONGEST: Final = 200
_ADDRESS: Final = re.compile(r"(\b[a-z][a-z0-9+.-]*://)(\S*)", re.IGNORECASE)
_FIRST: Final = re.compile(r"[^/?#]*")
_KEPT_SECRET: Final = re.compile(
    r"([?&;#][^=&;\s]*(?:token|secret|passw|pwd|key|auth|sig|cred|session)[^=&;\s]*=)[^&;#\s'\"]+",
    re.IGNORECASE,
)


def harmless(text: str) -> str:
    """Return words in which no address has a user, a password or a secret in its query.

    A password may have in it what ends it elsewhere: where there may be one, all up to the
    last @ goes.

    >>> harmless("unable to access 'https://me:secret@example.org/a.git/'")
    "unable to access 'https://example.org/a.git/'"
    >>> harmless("http://me:se/cr@et@example.org/?private_token=abc&page=2")
    'http://example.org/?private_token=…&page=2'
    """
    return _KEPT_SECRET.sub(r"\1…", _ADDRESS.sub(_without_user, text))


def _without_user(address: re.Match[str]) -> str:
    scheme, rest = address.groups()
    first = _FIRST.match(rest)
    begin = first[0] if first else ""
    end = (rest if ":" in begin else begin).rfind("@") + 1
    return f"{scheme}{rest[end:]}"


def shown(text: str) -> str:
    """Return an address, or words about one, for a message: without a secret, and not endless.

    >>> shown("https://me:secret@example.org/a?b=c")
    'https://example.org/a?b=c'
    """
    text = harmless(text)
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def led_to(address: str, location: str) -> str:
    """Return where a Location leads; headers come as Latin-1, and mean UTF-8.

    Raises ValueError for what is no address.
    """
    return urljoin(address, location.encode("latin-1", "replace").decode("utf-8", "replace"))


def is_downgrade(address: str, target: str) -> bool:
    """Tell whether a redirection leads from https to http, where nobody follows.

    Raises ValueError for what is no address.
    """
    schemes = [urlsplit(each).scheme.lower() for each in (address, target)]
    return schemes == ["https", "http"]
