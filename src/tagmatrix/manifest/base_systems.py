"""Names of base systems and of their releases, as words of tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# Releases of base systems with their numbers, for images whose manifest does not show them.
# https://www.debian.org/releases/ and https://wiki.ubuntu.com/Releases
_DEBIAN: Final = {
    "wheezy": "7",
    "jessie": "8",
    "stretch": "9",
    "buster": "10",
    "bullseye": "11",
    "bookworm": "12",
    "trixie": "13",
    "forky": "14",
    "duke": "15",
    "sid": "sid",
}
_UBUNTU: Final = {
    "trusty": "14.04",
    "vivid": "15.04",
    "wily": "15.10",
    "xenial": "16.04",
    "yakkety": "16.10",
    "zesty": "17.04",
    "artful": "17.10",
    "bionic": "18.04",
    "cosmic": "18.10",
    "disco": "19.04",
    "eoan": "19.10",
    "focal": "20.04",
    "groovy": "20.10",
    "hirsute": "21.04",
    "impish": "21.10",
    "jammy": "22.04",
    "kinetic": "22.10",
    "lunar": "23.04",
    "mantic": "23.10",
    "noble": "24.04",
    "oracular": "24.10",
    "plucky": "25.04",
    "questing": "25.10",
    "resolute": "26.04",
    "stonking": "26.10",
}
# Other words for a distribution; vendors' words, such as `oracle`, may mean something else.
_SHORT: Final = {"al": "amazonlinux", "ol": "oraclelinux"}
DISTRIBUTIONS: Final = frozenset(
    {"alpine", "debian", "ubuntu", "centos", "fedora", "rockylinux", "oraclelinux", "amazonlinux"}
)
# Base systems with numbered releases: the family stays when the number changes.
_FAMILIES: Final = (
    "alpine|ubi|debian|ubuntu|centos|fedora|rockylinux|oraclelinux|oracle|ol|al|"
    "amazonlinux|rhel|leap"
)
_NUMBERED: Final = re.compile(rf"(?P<family>{_FAMILIES})(?P<release>\d[\d.]*)")
_FAMILY: Final = re.compile(_FAMILIES)
_RELEASE: Final = re.compile(r"\d[\d.]*")
_EDITIONS: Final = frozenset({"windowsservercore", "nanoserver", "servercore"})
_WINDOWS: Final = re.compile(r"ltsc\d{4}|sac\d{4}|1[5-9]\d\d|\d\dH[12]|200\d", re.IGNORECASE)


def split_suite(word: str, before: str = "") -> tuple[str, str] | None:
    """Return the family and the release that a word names; the family may be empty.

    `before` is the word before it. None if the word does not name a release of a base system.

    >>> split_suite("trixie"), split_suite("alpine3.24"), split_suite("slim")
    (('', 'trixie'), ('alpine', '3.24'), None)
    >>> split_suite("3.24", "alpine"), split_suite("1809", "nanoserver"), split_suite("3.24")
    (('', '3.24'), ('', '1809'), None)
    """
    if word in _DEBIAN or word in _UBUNTU:
        return "", word
    if before in _EDITIONS:
        return ("", word) if _WINDOWS.fullmatch(word) else None
    if match := _NUMBERED.fullmatch(word):
        return match["family"], match["release"]
    if is_family(before) and _RELEASE.fullmatch(word):
        return "", word
    return None


def distribution(codename: str) -> str:
    """Return the distribution whose release has a name; empty if it is unknown.

    >>> distribution("trixie"), distribution("noble"), distribution("slim")
    ('debian', 'ubuntu', '')
    """
    if codename in _DEBIAN:
        return "debian"
    return "ubuntu" if codename in _UBUNTU else ""


def base_release(family: str, release: str) -> tuple[str, str]:
    """Return the distribution of a release, and its number; unknown ones as they are.

    >>> base_release("", "jammy"), base_release("al", "2023"), base_release("ubi", "9")
    (('ubuntu', '22.04'), ('amazonlinux', '2023'), ('ubi', '9'))
    """
    number = _DEBIAN.get(release) or _UBUNTU.get(release) or release
    return _SHORT.get(family) or distribution(release) or family, number


def names_system(text: str) -> bool:
    """Return whether a word of a text names a base system; a codename alone does not.

    >>> names_system("windowsservercore"), names_system("jre-alpine3.24"), names_system("jammy")
    (True, True, False)
    """
    words = text.split("-")
    return any(word in _EDITIONS or _NUMBERED.fullmatch(word) or is_family(word) for word in words)


def is_family(word: str) -> bool:
    """Return whether a word is a family of numbered releases: `alpine`."""
    return _FAMILY.fullmatch(word) is not None


class Suites:
    """Finds the release of the base system in the name of a variant.

    A word in the position of another variant's known suite is a suite too: with
    `slim-bookworm`, `slim-whatever` has a suite `whatever`.
    """

    def __init__(self, variants: Iterable[str]) -> None:
        every = [tuple(variant.split("-")) for variant in dict.fromkeys(variants)]
        slots = {
            (*words[:number], "*", *words[number + 1 :])
            for words in every
            for number in range(len(words))
            if len(words) > 1 and self._known(words, number) == ("", words[number])
        }
        self._inferred = {
            words[number]
            for words in every
            for number in range(len(words))
            if (*words[:number], "*", *words[number + 1 :]) in slots
            and words[number].isalpha()
            and not is_family(words[number])
        }

    def split(self, variant: str) -> tuple[str, str]:
        """Return flavor and suite of a variant."""
        words = tuple(variant.split("-"))
        for number, word in enumerate(words):
            found = self._known(words, number)
            if found is None and word in self._inferred:
                found = "", word
            if found is not None:
                kept = [*words[:number], found[0], *words[number + 1 :]]
                return "-".join(word for word in kept if word), found[1]
        return variant, ""

    @staticmethod
    def _known(words: tuple[str, ...], number: int) -> tuple[str, str] | None:
        return split_suite(words[number], words[number - 1] if number else "")
