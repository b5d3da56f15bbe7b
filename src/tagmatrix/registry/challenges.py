"""Challenges of registries: what WWW-Authenticate asks for, and which servers may get it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import Struct, field

from tagmatrix.registry.repositories import hostname

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_parameter: Final = re.compile(rf'\s*,?\s*({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|({_WORD}))').match
_scheme: Final = re.compile(rf"[\s,]*({_WORD})(?=[\s,]|$)").match
_FEWEST_LABELS: Final = 2


class Challenge(Struct, frozen=True):
    """A scheme, in lower case, with its parameters."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def challenges(header: str) -> list[Challenge]:
    """Return the challenges of a WWW-Authenticate header, up to what can't be read.

    https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1

    >>> [each.scheme for each in challenges('Bearer realm="https://a/t",scope="x,y", Basic')]
    ['bearer', 'basic']
    """
    found: list[tuple[str, dict[str, str]]] = []
    place = 0
    while place < len(header):
        if found and (match := _parameter(header, place)):
            name, quoted, plain = match.groups()
            value = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            found[-1][1].setdefault(name.lower(), value)
        elif match := _scheme(header, place):
            found.append((match[1].lower(), {}))
        else:
            break
        place = match.end()
    return [Challenge(scheme, parameters) for scheme, parameters in found]


def may_have(realm: str, server: str, *, plain: bool = False) -> bool:
    """Return whether a token server may get the credentials of a registry.

    It may on the registry's own host, and on the hosts of the domain that the registry is in:
    gitlab.com for registry.gitlab.com, auth.docker.io for registry-1.docker.io. Its address must be
    https; for a registry on http (`plain`) it may be http too, on the same host.

    >>> may_have("https://gitlab.com/jwt/auth", "registry.gitlab.com")
    True
    >>> may_have("https://ghcr.evil.io/token", "ghcr.io"), may_have("http://a.b/t", "a.b:5000")
    (False, False)
    """
    parts = urlsplit(realm)
    here, there = hostname(server), hostname(parts.netloc)
    if "@" in parts.netloc or not there:
        return False
    domain = here.partition(".")[2]
    is_name = not re.fullmatch(r"[0-9.]+|\[.*\]", here)
    inside = is_name and domain.count(".") >= _FEWEST_LABELS - 1
    if parts.scheme == "https":
        return there == here or (inside and f".{there}".endswith(f".{domain}"))
    return plain and parts.scheme == "http" and there == here
