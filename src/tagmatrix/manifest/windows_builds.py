"""Windows builds in manifests and Dockerfiles.

A container with process isolation runs only on the build of Windows that it was built for, so
bashbrew's constraints name builds: `windowsservercore-ltsc2025`.
https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/version-compatibility
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.manifest.model import Entry

_CONSTRAINT: Final = re.compile(r"(windowsservercore|nanoserver)-(\w+)", re.ASCII)
_IN_TAG: Final = re.compile(r"(?:^|-)(windowsservercore|nanoserver)-(\w+)", re.ASCII)
_BASE: Final = re.compile(
    r"mcr\.microsoft\.com/windows/(servercore|nanoserver):([0-9A-Za-z.]+)", re.ASCII
)
_KINDS: Final = {"servercore": "windowsservercore", "nanoserver": "nanoserver"}
# Different names of the same build: https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/version-compatibility
_SAME: Final = {
    "1607": "ltsc2016",
    "sac2016": "ltsc2016",
    "14393": "ltsc2016",
    "1809": "ltsc2019",
    "17763": "ltsc2019",
    "20348": "ltsc2022",
    "26100": "ltsc2025",
}

BARE: Final = frozenset({"windowsservercore", "nanoserver"})
"""The constraints of the time when there was one build of Windows Server."""

FIRST: Final = frozenset({"ltsc2016"})
"""The build of that time."""


def constraints(names: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Return the kind and build of the constraints that name a build of Windows.

    >>> sorted(constraints(["nanoserver-1809", "windowsservercore-ltsc2019", "aufs"]))
    [('nanoserver', 'ltsc2019'), ('windowsservercore', 'ltsc2019')]
    """
    found = (_CONSTRAINT.fullmatch(name) for name in names)
    return frozenset([(match[1], _build(match[2])) for match in found if match])


def base_constraint(base: str) -> tuple[str, str] | None:
    """Return the kind and build of a Microsoft base, or None for another image.

    >>> base_constraint("mcr.microsoft.com/windows/nanoserver:ltsc2022")
    ('nanoserver', 'ltsc2022')
    >>> base_constraint("mcr.microsoft.com/windows/servercore:10.0.20348.5256")
    ('windowsservercore', 'ltsc2022')
    >>> base_constraint("golang:1.25")
    """
    match = _BASE.match(base)
    return (_KINDS[match[1]], _build(match[2])) if match else None


def tag_builds(entry: Entry) -> frozenset[str]:
    """Return the builds in the names of an entry's own tags.

    >>> from tagmatrix.manifest import Entry
    >>> tag_builds(Entry(tags=("1-windowsservercore-1809", "1-windowsservercore")))
    frozenset({'ltsc2019'})
    """
    found = (_IN_TAG.search(tag) for tag in entry.tags)
    return frozenset([_build(match[2]) for match in found if match])


def builds(entry: Entry) -> frozenset[str]:
    """Return the builds of an entry: from its constraints, or else from its tags."""
    return frozenset([build for _, build in constraints(entry.constraints)]) or tag_builds(entry)


def is_build(constraint: str) -> bool:
    """Return whether a constraint names a build of Windows, or the only one of early years.

    >>> [is_build(name) for name in ("nanoserver", "nanoserver-1809", "aufs")]
    [True, True, False]
    """
    return constraint in BARE or _CONSTRAINT.fullmatch(constraint) is not None


def build_names(variant: str, named: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return the builds of a Windows image by kind and build, each with its name.

    The constraints in `named` decide, or else the variant's name. Of constraints for two kinds,
    those count that the variant is named after: nanoserver needs the same build of its host.

    >>> build_names("windowsservercore", ["windowsservercore-1809"])
    {('windowsservercore', 'ltsc2019'): 'windowsservercore-1809'}
    >>> build_names("jdk-nanoserver-1809", ["nanoserver-1809", "windowsservercore-1809"])
    {('nanoserver', 'ltsc2019'): 'jdk-nanoserver-1809'}
    """
    match = _IN_TAG.search(variant)
    own = (match[1], _build(match[2])) if match else ("", variant)
    found = {}
    for name in named:
        kind, _, build = name.partition("-")
        found[kind, _build(build or "ltsc2016")] = name
    if not found or own in found:
        return {own: variant}
    return {key: name for key, name in found.items() if key[0] in variant} or found


def _build(name: str) -> str:
    """Return the canonical name of a build."""
    number = name.removeprefix("10.0.").partition(".")[0]
    return _SAME.get(number, name)
