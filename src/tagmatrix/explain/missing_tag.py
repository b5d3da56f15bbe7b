"""Why there is no such tag, in words, and which tags are near."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError
from tagmatrix.explain import missing_version
from tagmatrix.matrix.architectures import named
from tagmatrix.matrix.laws import TAG
from tagmatrix.matrix.tags import LATEST, join
from tagmatrix.matrix.variants import default_suite
from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.config import Config
    from tagmatrix.config.model import Release
    from tagmatrix.matrix.expand import Image, Matrix

NEAREST: Final = 3
_MOST: Final = 5_000
"""So many tags are compared with one that does not exist."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A tag that does not exist, or not for an architecture: why, and what may be meant."""

    tag: str
    why: str
    nearest: tuple[str, ...]
    exists: bool = False


class Absences:
    """Explains tags that do not exist in a matrix."""

    def __init__(self, config: Config, matrix: Matrix) -> None:
        self._config = config
        self._matrix = matrix
        self._releases = {release.cycle: release for release in config.releases}
        # Who owns a word, by the word; and every tag.
        self._aliases: dict[str, str] = {}
        self._spellings: dict[str, Image] = {}
        self._tags: dict[str, None] = {}
        for image in matrix.images:
            for tag in (*image.tags, *image.shared_tags):
                self._aliases.setdefault(tag.alias.text, image.cycle)
                self._spellings.setdefault(tag.spelling.text, image)
                self._tags[tag.name] = None
        self._words = {*self._aliases, *missing_version.without_images(config, matrix)}

    def explain(self, tag: str) -> Absent:
        """Say why a tag that does not exist does not."""
        if not TAG.fullmatch(tag):
            why = "this can be no tag: letters, digits, `_`, `.` and `-` are allowed, 128 at most"
            return Absent(tag, why, ())
        same = [name for name in self._tags if name.lower() == tag.lower()]
        if same:
            return Absent(tag, "upper and lower case are not the same", tuple(same))
        if tag.startswith(f"{LATEST}-"):
            rest = tag.removeprefix(f"{LATEST}-")
            return Absent(
                tag,
                f"nothing is called {LATEST}-…; `{LATEST}` is left out before a word",
                self._nearest(tag, [rest]),
            )
        alias, spelling = self._split(tag)
        if alias in self._aliases:
            why, meant = self._spelling(alias, spelling)
        else:
            why, aliases = missing_version.explain(self._config, self._matrix, alias)
            meant = [join(name, spelling) for name in aliases]
        return Absent(tag, why, self._nearest(tag, meant))

    def _split(self, tag: str) -> tuple[str, str]:
        """Return the alias and the spelling that a tag seems to be made of."""
        words = tag.split("-")
        if words[1:2] == ["rc"] and "-".join(words[:2]) not in self._words and tag[0].isdigit():
            return "-".join(words[:2]), "-".join(words[2:])
        for count in range(len(words), 0, -1):
            if (alias := "-".join(words[:count])) in self._words:
                return alias, "-".join(words[count:])
        if tag[0].isdigit():
            return words[0], "-".join(words[1:])
        return LATEST, tag

    def _spelling(self, alias: str, spelling: str) -> tuple[str, list[str]]:
        """Say why nothing with an alias has a spelling; and which tags may be meant."""
        release = self._releases[self._aliases[alias]]
        images = [image for image in self._matrix.images if image.cycle == release.cycle]
        if why := self._left_out(release, spelling) or self._not_here(release, spelling):
            return why, self._others(alias, images, spelling)
        if (found := _architecture(spelling)) is not None:
            word, rest = found
            why = f"`{word}` is an architecture, and a tag is for all of its own: --platform picks"
            return why, [join(alias, rest)]
        for known in self._spellings:
            if sorted(known.split("-")) == sorted(spelling.split("-")):
                return f"the words stand in another order: `{known}`", [join(alias, known)]
        if spelling in self._config.flavors:
            why = f"{spelling} is a flavor whose name does not stand in tags"
            return why, _of_flavor(alias, images, spelling)
        return self._no_suite(alias, images, spelling)

    def _left_out(self, release: Release, spelling: str) -> str:
        """Return why a cycle has no image of that name although there could be one."""
        cells = {
            cell.variant: cell.why for cell in self._matrix.left_out if cell.cycle == release.cycle
        }
        if spelling in cells:
            return f"{release.cycle} has no {spelling}: {cells[spelling].rstrip('.')}"
        # A short spelling of a variant, or of several, that this cycle does without.
        owners = {
            image.name
            for image in self._matrix.images
            for tag in (*image.tags, *image.shared_tags)
            if tag.spelling.text == spelling
        }
        owners |= self._meant_for(release, spelling)
        missing: dict[str, list[str]] = {}
        for name, why in cells.items():
            if name in owners:
                missing.setdefault(why.rstrip("."), []).append(name)
        reasons = [f"no {' and no '.join(names)}: {why}" for why, names in missing.items()]
        return f"{release.cycle} has {'; '.join(reasons)}" if reasons else ""

    def _meant_for(self, release: Release, spelling: str) -> set[str]:
        """Return the variants to which a flavor would give a spelling in a cycle."""
        names = set()
        for name, (flavor, suite) in self._config.known_variants().items():
            entry = self._config.flavors[flavor]
            short = (*entry.default_suite_tags, *entry.default_suite_shared_tags)
            on_default = suite == default_suite(self._config, release, flavor)
            if spelling in (*entry.tags, *entry.shared_tags) or (on_default and spelling in short):
                names.add(name)
        return names

    def _not_here(self, release: Release, spelling: str) -> str:
        """Return why a spelling that a flavor or another cycle has is not one of this cycle's."""
        for name, flavor in self._config.flavors.items():
            if spelling in (*flavor.default_suite_tags, *flavor.default_suite_shared_tags):
                suite = default_suite(self._config, release, name)
                if suite is None:
                    return f"{name} has no default suite in {release.cycle}"
                return f"{release.cycle} has no {name} on its default suite, {suite}"
        if spelling not in self._spellings:
            return ""
        return f"{release.cycle} has no {spelling or 'image without a suffix'}"

    def _no_suite(
        self, alias: str, images: Iterable[Image], spelling: str
    ) -> tuple[str, list[str]]:
        """Say which part of a spelling nobody knows: a suite, or all of it."""
        best: tuple[int, str, str] | None = None
        for name, flavor in self._config.flavors.items():
            before, hole, after = flavor.name.partition("{suite}")
            long_enough = len(spelling) > len(before) + len(after)
            if hole and long_enough and spelling.startswith(before) and spelling.endswith(after):
                suite = spelling[len(before) : len(spelling) - len(after)]
                candidate = (len(before) + len(after), name, suite)
                best = max(best or candidate, candidate, key=lambda item: item[0])
        if best is None or not best[0]:
            near = difflib.get_close_matches(spelling, list(self._spellings), n=NEAREST)
            meant = [join(alias, name) for name in near]
            if not near and alias != LATEST:
                meant = [join(alias, name) for name in self._spellings]
            return f"there is no variant and no suite {shown(spelling)}", meant
        _, name, suite = best
        suites = [other for other, entry in self._config.suites.items() if name in entry.flavors]
        there = f"{name} is on {', '.join(suites)}"
        meant = sorted(_of_flavor(alias, images, name), key=lambda tag: tag == alias)
        if suite in self._config.suites:
            return f"the suite {suite} has no {name}; {there}", meant
        return f"there is no suite {shown(suite)}; {there}", meant

    def _others(self, alias: str, images: Iterable[Image], spelling: str) -> list[str]:
        """Return tags of the same alias: those most like the spelling first."""
        names = dict.fromkeys(
            tag.spelling.text for image in images for tag in (*image.tags, *image.shared_tags)
        )
        near = difflib.get_close_matches(spelling, list(names), n=NEAREST, cutoff=0.5)
        if not spelling:  # nothing is like nothing: the shortest will do
            near = sorted(names, key=len)
        return [join(alias, name) for name in near]

    def _nearest(self, tag: str, meant: Iterable[str]) -> tuple[str, ...]:
        """Return tags that exist: those that may be meant, else those that look alike.

        What looks alike need not be near: 3.10 is like 3.15.0.
        """
        near = [name for name in meant if name in self._tags]
        if not near and len(tag) <= 128:  # noqa: PLR2004 (no tag is longer)
            near = difflib.get_close_matches(tag, list(self._tags)[:_MOST], n=NEAREST, cutoff=0.7)
        return tuple(dict.fromkeys(near))[:NEAREST]


def _architecture(spelling: str) -> tuple[str, str] | None:
    """Return the architecture that a spelling ends or begins with, and the rest."""
    words = spelling.split("-")
    for word, rest in ((words[-1], words[:-1]), (words[0], words[1:])):
        try:
            named(word)
        except InputError:
            continue
        return word, "-".join(rest)
    return None


def _of_flavor(alias: str, images: Iterable[Image], flavor: str) -> list[str]:
    """Return the tags of an alias that belong to a flavor, the shortest first."""
    names = [
        tag.name
        for image in images
        if image.flavor == flavor
        for tag in (*image.tags, *image.shared_tags)
        if tag.alias.text == alias
    ]
    return sorted(names, key=len)
