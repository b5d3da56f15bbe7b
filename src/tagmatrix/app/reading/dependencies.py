"""Requirements by PEP 508: a dependency of the application, with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from packaging.markers import (
    InvalidMarker,
    Marker,
    UndefinedComparison,
    UndefinedEnvironmentName,
)
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from tagmatrix.app.report import SourceLine, clean
from tagmatrix.web.addresses import credentials

if TYPE_CHECKING:
    from tagmatrix.app.report import Report

LONGEST: Final = 4000
"""No requirement has more characters."""
_LINUX: Final = {
    "extra": "",
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "sys_platform": "linux",
}
_MACHINES: Final = ("x86_64", "aarch64", "ppc64le", "s390x", "riscv64", "armv7l", "i686")
_VARIABLES: Final = re.compile(r"(?:\$\{[A-Za-z_][A-Za-z0-9_]*\}|\$[A-Za-z_][A-Za-z0-9_]*)+")
_HARMLESS: Final = frozenset(
    {"", "__token__", "aws", "git", "oauth2accesstoken", "VssSessionToken"}
)
"""Names of users that servers document, which are the same for all users."""
PROGRAMS: Final = {"git": "git", "hg": "mercurial", "svn": "subversion"}
"""The packages of version control systems, by their names in addresses and locks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """A distribution that the application needs.

    Attributes:
        name: its canonical name.
        text: the requirement, as packaging prints it; empty for one of a lock.
        extras: its extras.
        version: the locked version, if there is one.
        vcs: the program that fetches its source: `git`, or "".
        source_only: whether a lock names no wheel for it, so that it has to be built.
        marker: where it is needed, by PEP 508; empty for everywhere.
    """

    name: str
    source: SourceLine
    text: str = ""
    extras: frozenset[str] = frozenset()
    version: str = ""
    vcs: str = ""
    source_only: bool = False
    marker: str = ""

    def needed(self, version: str) -> bool:
        """Return whether CPython of a version on Linux needs it, on any machine."""
        try:
            marker = Marker(self.marker) if self.marker else None
            return marker is None or any(
                marker.evaluate(_LINUX | _versions(version) | {"platform_machine": machine})
                for machine in _MACHINES
            )
        except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, ValueError):
            return True  # the manager decides


def read_requirement(text: str, source: SourceLine, report: Report) -> Dependency | None:
    """Return a requirement; None, with a problem, if it is invalid."""
    if len(text) > LONGEST:
        report.refuse(f"has more than {LONGEST} characters: is this a requirement?", source)
        return None
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        report.refuse(f"invalid requirement {clean(text)!r}: {reason}", source)
        return None
    refuse_credentials(requirement.url or "", source, report)
    return Dependency(
        name=canonicalize_name(requirement.name),
        source=source,
        text=str(requirement),
        extras=frozenset(map(canonicalize_name, requirement.extras)),
        vcs=vcs_of(requirement.url or ""),
        marker=str(requirement.marker or ""),
    )


def marker_of(details: dict[str, object]) -> str:
    """Return the marker of a table of Poetry or Pipenv.

    >>> marker_of({"markers": "extra == 'x'", "sys_platform": "== 'win32'"})
    "(extra == 'x') and (sys_platform == 'win32')"
    >>> marker_of({"platform": "darwin"})
    "(sys_platform == 'darwin')"
    """
    texts = {key: value for key, value in details.items() if isinstance(value, str)}
    found = [texts["markers"]] if texts.get("markers") else []
    keys = ("os_name", "platform_system", "python_version", "sys_platform")
    found += [f"{key} {texts[key]}" for key in keys if key in texts]
    if "platform" in texts:
        found.append(f"sys_platform == '{texts['platform']}'")
    return " and ".join(f"({each})" for each in found)


def _versions(version: str) -> dict[str, str]:
    cycle = ".".join(version.split(".")[:2])
    return {
        "python_version": cycle,
        "python_full_version": version,
        "implementation_version": version,
    }


def vcs_of(url: str) -> str:
    """Return the program of a version control system that fetches an address.

    >>> vcs_of("git+https://example.com/a.git"), vcs_of("https://example.com/a.whl")
    ('git', '')
    """
    scheme, plus, _ = url.partition("+")
    return PROGRAMS.get(scheme, "") if plus else ""


def refuse_credentials(text: str, source: SourceLine, report: Report) -> None:
    """Report a user, a password or a secret query value as a problem, without showing it.

    Variables such as ${TOKEN} are not credentials.
    """
    for user, password in credentials(text):
        secret = password or user
        if _VARIABLES.fullmatch(secret):
            report.warn(
                "the build does not have the variables of this address: remove them from it, and "
                "give --secret id=netrc,src=FILE to the build",
                source,
            )
        elif password or user not in _HARMLESS:
            report.refuse(
                "an address has credentials, which would be in the image: remove them from this "
                "file, and give them to the build with --secret id=netrc,src=FILE",
                source,
            )


def refuse_lines_with_credentials(text: str, file: str, report: Report) -> None:
    """Report each line of a file that has an address with a user, a password or a secret."""
    for number, line in enumerate(text.split("\n"), 1):
        if "://" in line and ("@" in line or "=" in line):
            refuse_credentials(line, SourceLine(file, number), report)
