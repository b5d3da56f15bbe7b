"""What holds for all who fetch over HTTP: who asks, how far they are led, what is shown.

Nothing here imports what speaks HTTP: `upstream.fetch` and `library.remote` do that.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from tagmatrix import __version__

USER_AGENT: Final = f"tagmatrix/{__version__}"
CONNECT: Final = 10.0
"""Seconds until a connection stands."""
REDIRECTIONS: Final = 5
"""So many are followed."""
MOVED: Final = frozenset({301, 302, 303, 307, 308})
PIECE: Final = 1 << 16
"""A body is read in pieces of so many bytes: it may drip, or have no end."""

_LONGEST: Final = 200
_SECRET: Final = re.compile(r"(?<=://)[^\s/]*@")


def shown(text: str) -> str:
    """Return an address, or words about one, for a message: without a password, and not endless.

    >>> shown("https://me:secret@example.org/a?b=c")
    'https://example.org/a?b=c'
    """
    text = _SECRET.sub("", text)
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
