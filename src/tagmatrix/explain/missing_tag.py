"""Explain why a tag does not exist, and find similar tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix.matrix.expand import expand_everything
from tagmatrix.matrix.laws.tag_names import TAG
from tagmatrix.matrix.tags import LATEST, join
from tagmatrix.matrix.variants import default_suite
from tagmatrix.util.nearest import similar
from tagmatrix.util.wording import join_names
from tagmatrix.versions import cycle_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.config import Config
    from tagmatrix.config.model import Release
    from tagmatrix.matrix.expand import Matrix, MissingImage

_NEAREST: Final = 3
_COMPARED: Final = 5_000
"""The limit of tags to compare with a missing tag, because comparing is slow."""


class MissingTag(Struct, frozen=True, kw_only=True):
    """A tag that does not exist, the reason, and similar tags.

    With `exists`, the tag exists, but not for the requested architecture.
    """

    tag: str
    why: str
    nearest: tuple[str, ...] = ()
    exists: bool = False


class MissingTags:
    """Explains tags that a matrix does not have."""

    def __init__(self, config: Config, matrix: Matrix) -> None:
        """Expand the matrix also without exclusions, held-back variants and missing artifacts."""
        self._config, self._matrix = config, matrix
        self._full = expand_everything(config).images
        self._cycles = {
            tag.alias.text: image.cycle for image in self._full for tag in image.all_tags
        }
        self._tags = {tag.name: tag.alias.text for image in matrix.images for tag in image.all_tags}

    def explain(self, tag: str) -> MissingTag:
        """Return why a tag does not exist, and similar tags."""
        if not TAG.fullmatch(tag):
            why = "invalid tag: a tag has at most 128 letters, digits, `_`, `.` and `-`"
            return MissingTag(tag=tag, why=why)
        alias, spelling = self._split(tag)
        meant: list[str] = []
        if cells := self._left_out(tag):
            why = why_left_out(self._matrix, cells)
        elif release := self._untagged(tag):
            own = "has no version" if not release.version else "sets `cycle_tag: false`"
            why = f"{release.cycle} {own}, so the cycle is not an alias"
            words = tag.removeprefix(release.cycle).removeprefix("-")
            aliases = [name for name, cycle in self._cycles.items() if cycle == release.cycle]
            meant = [join(each, words) for each in aliases]
        elif tag != join(alias, spelling):
            why, meant = f"`{LATEST}` takes no suffix", [spelling]
        elif alias in self._cycles:
            why = self._no_spelling(self._cycles[alias], spelling)
        else:
            why, aliases = self._no_alias(alias)
            meant = [join(each, spelling) for each in aliases]
        return MissingTag(tag=tag, why=why, nearest=self._nearest(tag, alias, meant))

    def _split(self, tag: str) -> tuple[str, str]:
        """Return the probable alias and spelling of a tag."""
        words = tag.split("-")
        if tag[0].isdigit() and words[1:2] == ["rc"]:
            return "-".join(words[:2]), "-".join(words[2:])
        for count in range(len(words), 0, -1):
            if (alias := "-".join(words[:count])) in {*self._cycles, LATEST}:
                return alias, "-".join(words[count:])
        return (words[0], "-".join(words[1:])) if tag[0].isdigit() else (LATEST, tag)

    def _untagged(self, tag: str) -> Release | None:
        """Return the built release whose cycle a tag begins with, if the cycle is not an alias."""
        cycles = {*self._cycles.values()} - self._cycles.keys()
        return next(
            (
                each
                for each in self._config.releases
                if each.cycle in cycles and f"{tag}-".startswith(f"{each.cycle}-")
            ),
            None,
        )

    def _left_out(self, tag: str) -> list[MissingImage]:
        """Return the left-out cells that would have a tag if they were built."""
        owners = {
            (image.cycle, image.name)
            for image in self._full
            if any(each.name == tag for each in image.all_tags)
        }
        return [cell for cell in self._matrix.left_out if (cell.cycle, cell.variant) in owners]

    def _no_spelling(self, cycle: str, spelling: str) -> str:
        """Return why a cycle has no variant with a spelling."""
        release = next(each for each in self._config.releases if each.cycle == cycle)
        if aliases := self._aliases_of(cycle, spelling):
            return f"in {cycle}, the suffix `{spelling}` takes only {join_names(aliases)}"
        for name, flavor in self._config.flavors.items():
            if spelling in flavor.suffixes_on_default("suite"):
                suite = default_suite(self._config, release, name)
                if suite is None:
                    return f"{name} has no default suite in {cycle}"
                return f"{cycle} has no {name} on its default suite, {suite}"
        return f"{cycle} has no variant {spelling}"

    def _aliases_of(self, cycle: str, spelling: str) -> list[str]:
        """Return the aliases of a suffix that does not take all, in a cycle."""
        found = {
            f"`{tag.alias.text}`": None
            for image in self._full
            for tag in image.all_tags
            if image.cycle == cycle and spelling and tag.spelling.text == spelling
        }
        return list(found)

    def _no_alias(self, alias: str) -> tuple[str, list[str]]:
        """Return why no release has an alias, and which aliases may be intended."""
        numbers = cycle_numbers(alias)
        cycles = {cycle_numbers(each.cycle): each for each in self._config.releases}
        cycles.pop((), None)
        for of_cycle, release in cycles.items():
            if numbers[: len(of_cycle)] == of_cycle:
                if not release.version:
                    return f"{release.cycle} has no version", [release.cycle]
                why = f"{release.cycle} is at {release.version}"
                return why, [release.cycle, release.version]
        same_major = [each.cycle for of, each in cycles.items() if [*of[:1]] == [*numbers]]
        if alias == LATEST or same_major:
            return self._unowned(alias), same_major
        why = f"no release cycle matches {alias}"
        if not cycles or min(cycles) < numbers < max(cycles):
            return why, []
        which, end = ("newest", max) if numbers > max(cycles) else ("oldest", min)
        cycle = cycles[end(cycles)].cycle
        return f"{why}; the {which} is {cycle}", [cycle]

    def _unowned(self, alias: str) -> str:
        """Return why no image has a major alias, or `latest`."""
        if not self._config.derive_aliases:
            return f"derive_aliases is off in versions.yaml, and no release lists `{alias}`"
        if alias in self._config.hold:
            return f"versions.yaml holds `{alias}` back: it belongs to no cycle"
        return f"no cycle{'' if alias == LATEST else f' of major {alias}'} has a final release"

    def _nearest(self, tag: str, alias: str, meant: Sequence[str]) -> tuple[str, ...]:
        """Return existing tags: probably intended ones, or with the same alias, or similar ones."""
        near = [name for name in meant if name in self._tags]
        for of in (alias, None):
            names = [name for name, its in self._tags.items() if of in {its, None}]
            near = near or similar(tag, names, count=_NEAREST, most=_COMPARED, compared=_COMPARED)
        return tuple(dict.fromkeys(near))[:_NEAREST]


def why_left_out(matrix: Matrix, cells: Sequence[MissingImage]) -> str:
    """Return which variants of a cycle are not built, and why."""
    cycle = cells[0].cycle
    variants: dict[str, list[str]] = {}
    for cell in cells:
        variants.setdefault(cell.why.rstrip("."), []).append(cell.variant)
    if all(image.cycle != cycle for image in matrix.images):
        return f"{cycle} has no images: {'; '.join(variants)}"
    without = [f"no {' and no '.join(names)}: {why}" for why, names in variants.items()]
    return f"{cycle} has {'; '.join(without)}"
