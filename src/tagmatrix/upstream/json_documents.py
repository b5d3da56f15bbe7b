"""Read the JSON documents of any source."""

from __future__ import annotations

import json
from typing import Any, Final

from tagmatrix.web.answers import UnreadableError

_SHOWN: Final = 40
"""How much of another document a message shows."""


def read_json(body: bytes) -> Any:  # noqa: ANN401 (whatever JSON holds)
    """Return the value of a JSON body. Raises UnreadableError if it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        beginning = body[:_SHOWN].decode(errors="replace").strip()
        raise UnreadableError(f"not JSON: it begins with {beginning!r}") from None
