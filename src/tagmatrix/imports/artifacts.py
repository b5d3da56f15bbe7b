"""Name the artifacts whose checksums are in Dockerfiles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.imports.dockerfile_templates import Sum
from tagmatrix.manifest.architecture_names import ARCHITECTURES, OTHER_NAMES, is_windows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.imports.dockerfile_templates import Draft
    from tagmatrix.imports.placing import Placed

_ARCHITECTURE: Final = re.compile(
    r"(?<![A-Za-z0-9])(amd64|x86_64|arm64v8|arm64|aarch64|arm32v[567]|armv[67]l|armel|armhf|i386"
    r"|ppc64le|ppc64el|riscv64|s390x|mips64le|mips64el)(?![A-Za-z0-9])"
)
_NEAR: Final = 200
_MOST: Final = 1000
SOURCE: Final = "source"
WINDOWS: Final = "windows"
LINUX: Final = "linux"


class Artifacts:
    """Names artifacts: those with the same checksums in all releases are the same.

    `sums` has the checksums by owner: a release's cycle, or the number of a cell with a version
    of its own. The name of an artifact with a file for each architecture is `linux.arm64v8`.
    """

    def __init__(self) -> None:
        self.sums: dict[str | int, dict[str, str]] = {}

    def name(
        self, flavor: str, members: Sequence[Placed], drafts: Sequence[Draft]
    ) -> dict[int, str]:
        """Return the names of a template's checksums."""
        near = _words_before(drafts[0])
        digests = {number: _digests(number, members, drafts) for number in near}
        if len(near) > 1 and _is_by_architecture([*near.values()], members):
            stem = next(
                stem
                for stem in (LINUX, *_names(_snake(flavor)))
                if all(self._fits(f"{stem}.{near[one]}", digests[one]) for one in near)
                and not any(stem in each for each in self.sums.values())
            )
            names = {number: f"{stem}.{word}" for number, word in near.items()}
            for number, name in names.items():
                self._add(name, digests[number])
            return names
        windows = all(map(is_windows, members[0].cell.entry.architectures))
        single = WINDOWS if windows else SOURCE
        return {
            number: self._name(
                [single, word] if len(near) == 1 else [word],
                _snake(flavor),
                digests[number],
            )
            for number, word in near.items()
        }

    def _name(self, wishes: Iterable[str], stem: str, digests: Mapping[str | int, str]) -> str:
        known = dict.fromkeys(name for each in self.sums.values() for name in each)
        same = (
            name
            for name in known
            if self._fits(name, digests)
            and any(self.sums.get(owner, {}).get(name) for owner in digests)
        )
        taken = {name.partition(".")[0] for name in known}
        free = (one for one in (*wishes, *_names(stem)) if one and one not in taken)
        name = next(same, "") or next(free)
        self._add(name, digests)
        return name

    def _fits(self, name: str, digests: Mapping[str | int, str]) -> bool:
        """Return whether an artifact has no other checksums than these."""
        return all(
            self.sums.get(owner, {}).get(name, digest) == digest
            for owner, digest in digests.items()
        )

    def _add(self, name: str, digests: Mapping[str | int, str]) -> None:
        for owner, digest in digests.items():
            self.sums.setdefault(owner, {})[name] = digest


def needed(names: Iterable[str]) -> list[Any]:
    """Return the items of `needs`.

    >>> needed(["source", "linux.amd64", "linux.arm64v8"])
    ['source', {'name': 'linux', 'by': 'architecture'}]
    """
    found: dict[str, Any] = {}
    for name in names:
        stem, dot, _ = name.partition(".")
        found[stem] = {"name": stem, "by": "architecture"} if dot else stem
    return list(found.values())


def nested(sums: Mapping[str, str]) -> dict[str, Any]:
    """Return checksums with a mapping for each artifact that differs by architecture.

    >>> nested({"source": "c0", "linux.amd64": "ff"})
    {'source': 'c0', 'linux': {'amd64': 'ff'}}
    """
    found: dict[str, Any] = {}
    for name, digest in sums.items():
        stem, dot, architecture = name.partition(".")
        if dot:
            found.setdefault(stem, {})[architecture] = digest
        else:
            found[stem] = digest
    return found


def _digests(
    number: int, members: Sequence[Placed], drafts: Sequence[Draft]
) -> dict[str | int, str]:
    """Return the checksums with a number, by owner."""
    return {_owner(placed): each.sums[number] for placed, each in zip(members, drafts, strict=True)}


def _owner(placed: Placed) -> str | int:
    """Return whose the checksums are: the release's, or the cell's if its version is its own."""
    own = placed.release.version and placed.cell.version != placed.release.version
    return placed.cell.number if own else placed.release.cycle


def _words_before(one: Draft) -> dict[int, str]:
    """Return the numbers of the checksums, each with the architecture that is named before it."""
    near: dict[int, str] = {}
    text = ""
    for part in one.parts:
        if isinstance(part, str):
            text = (text + part)[-_NEAR:]
        elif isinstance(part, Sum):
            found = _ARCHITECTURE.findall(text)
            word = found[-1] if found else ""
            near.setdefault(part.number, OTHER_NAMES.get(word, word))
            text = ""
    return near


def _is_by_architecture(words: Sequence[str], members: Sequence[Placed]) -> bool:
    """Return whether there is one checksum for each architecture of all images."""
    wanted = sorted(words)
    return set(words) <= ARCHITECTURES and all(
        sorted(placed.cell.entry.architectures) == wanted for placed in members
    )


def _names(stem: str) -> list[str]:
    """Return a name, and others that are like it."""
    return [stem, *(f"{stem}_{number}" for number in range(2, _MOST))]


def _snake(flavor: str) -> str:
    """Return the name of a flavor as the name of an artifact."""
    stem = re.sub("[^a-z0-9]+", "_", flavor.lower()).strip("_")
    return stem if stem[:1].isalpha() else f"file_{stem}"
