"""The build added only needed packages to the base, and removed none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.image.conftest import Asked
    from tests.image.runner import Container, Image

RUNTIME = {"ca-certificates", "netbase", "tzdata"}
"""The packages that Python needs besides libraries."""

TOOLS = re.compile(
    r".*-dev|binutils.*|bzip2|cpp.*|dirmngr|dpkg-dev|g\+\+.*|gcc(?!-\d+-base).*|gnupg.*|gpg(?!v).*"
    r"|make|patch|perl|perl-modules.*|pkg.*|wget|xz-utils"
)
"""Packages for the build only."""

LIBRARY = re.compile(r"=> (/(?:usr/)?lib\S+)")


@pytest.fixture
def added(image: Image, base: Image) -> set[str]:
    """Return the packages that the image has in addition to its base."""
    return set(image.packages) - set(base.packages)


def test_none_lost(image: Image, base: Image) -> None:
    """The image has every package of the base."""
    assert set(base.packages) - set(image.packages) == set()


def test_runtime(image: Image) -> None:
    """The image has the packages that Python needs besides libraries."""
    assert set(image.packages) >= RUNTIME


def test_no_tools(image: Image, asked: Asked) -> None:
    """A slim image has no build tools."""
    tools = [name for name in image.packages if TOOLS.fullmatch(name)]
    assert bool(tools) is not asked.slim, tools


def test_no_stray(image: Image, asked: Asked, added: set[str], container: Container) -> None:
    """Each package added to slim has a library that Python links to, directly or indirectly."""
    if not asked.slim:
        pytest.skip("other images keep all added packages on purpose")
    find = "find /usr/local -type f -executable ! -name '_tkinter*' -exec ldd {} ';'"
    linked = set(LIBRARY.findall(container.run("sh", "-c", find + " 2>/dev/null").text))
    assert linked
    needed = RUNTIME | {owner for path in linked for owner in _owners(image, path)}
    waiting = list(needed)
    while waiting:
        for name in _dependencies(image, waiting.pop()):
            if name not in needed:
                needed.add(name)
                waiting.append(name)
    assert added - needed == set()


def test_sound(container: Container) -> None:
    """Dpkg finds no problem, and apt no missing dependency."""
    assert container.run("dpkg", "--audit").ok() == ""
    container.run("apt-get", "check", "-qq").ok()


def _owners(image: Image, path: str) -> set[str]:
    """Return the owners of a library; dpkg may know it with or without the leading /usr."""
    other = path.removeprefix("/usr") if path.startswith("/usr/") else f"/usr{path}"
    return image.owners.get(path, set()) | image.owners.get(other, set())


def _dependencies(image: Image, package: str) -> Iterator[str]:
    fields = image.packages.get(package, {})
    for word in ("Depends", "Pre-Depends"):
        for one in re.split(r"[,|]", fields.get(word, "")):
            name = re.split(r"[ :(]", one.strip())[0]
            if name in image.packages:
                yield name
