"""Guess the base of a flavor from the words of its name: a manifest does not have it."""

from __future__ import annotations

from typing import Final

from tagmatrix.manifest.base_systems import distribution, is_family

UNKNOWN: Final = "scratch"
"""The base of a flavor whose name says nothing about it."""
_REPOSITORIES: Final = {
    "al": "amazonlinux:{suite}",
    "ol": "oraclelinux:{suite}",
    "oracle": "oraclelinux:{suite}",
    "rhel": "registry.access.redhat.com/ubi{suite}/ubi",
    "ubi": "registry.access.redhat.com/ubi{suite}/ubi",
    "leap": "opensuse/leap:{suite}",
    "nanoserver": "mcr.microsoft.com/windows/nanoserver:{suite}",
    "servercore": "mcr.microsoft.com/windows/servercore:{suite}",
    "windowsservercore": "mcr.microsoft.com/windows/servercore:{suite}",
}
_HOLE: Final = "{suite}"


def guess_base(pattern: str, suite: str) -> str:
    """Return the base of variants with this name; `suite` is one of their suites.

    >>> guess_base("slim-{suite}", "trixie"), guess_base("alpine{suite}", "3.24")
    ('debian:{suite}', 'alpine:{suite}')
    >>> guess_base("nanoserver-{suite}", "ltsc2025"), guess_base("management", "linux")
    ('mcr.microsoft.com/windows/nanoserver:{suite}', 'scratch')
    """
    words = pattern.split("-")
    for number, word in enumerate(words):
        if _HOLE not in word:
            continue
        family = word.removesuffix(_HOLE) or (words[number - 1] if number else "")
        if family in _REPOSITORIES:
            return _REPOSITORIES[family]
        if is_family(family):
            return f"{family}:{_HOLE}"
        if name := distribution(suite):
            return f"{name}:{_HOLE}"
    return UNKNOWN
