"""What laws find, reported once where it can be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from tagmatrix.util.wording import about_tags, join_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagmatrix.matrix.expand import Image
    from tagmatrix.problems import ValuePath

Finding: TypeAlias = "tuple[ValuePath, str]"

_FEW: Final = 6
"""So many images are named at once."""


class Findings:
    """What is wrong with images: their tags together, and a flavor's fault at the flavor.

    What is wrong in the same words in several releases comes from the pattern
    of their flavor, unless it is said of a release's own variants.
    """

    def __init__(self) -> None:
        self._tags: dict[tuple[ValuePath, str], dict[str, None]] = {}
        self._images: dict[tuple[ValuePath, str], Image] = {}
        self._own: set[tuple[ValuePath, str]] = set()

    def add(self, image: Image, sentence: str, *tags: str, own: bool = False) -> None:
        """Note that a sentence (see `about_tags`) is true of an image, or of tags of it.

        `own` says that it is about this release, whatever is wrong with others.
        """
        key = (image.path, sentence)
        self._tags.setdefault(key, {}).update(dict.fromkeys(tags))
        self._images.setdefault(key, image)
        if own:
            self._own.add(key)

    def __iter__(self) -> Iterator[Finding]:
        """Yield the place and the message of each finding."""
        groups: dict[tuple[str, str], list[tuple[ValuePath, str]]] = {}
        for key in self._tags:
            groups.setdefault(self._cause(key), []).append(key)
        for (flavor, _), keys in groups.items():
            cycles = dict.fromkeys(self._images[key].cycle for key in keys)
            if flavor and len(cycles) > 1:
                where = f"in {len(cycles)} releases"
                if len(keys) > len(cycles):
                    where = f"with {len(keys)} images {where}"
                yield ("flavors", flavor), f"{self._message(keys[0])} (so it is {where})"
            else:
                yield from ((key[0], self._message(key)) for key in keys)

    def _cause(self, key: tuple[ValuePath, str]) -> tuple[str, str]:
        """Return the flavor that may be at fault, and what is wrong but for the image's names."""
        path, sentence = key
        image = self._images[key]
        listed = len(path) > 2 or path[0] != "releases"  # noqa: PLR2004 (a release's own list)
        if key in self._own or listed or not image.flavor:
            return "", f"{path}{sentence}"
        for word in (image.folder, image.name, image.version, image.cycle, image.suite):
            sentence = sentence.replace(word, "…") if word else sentence
        return image.flavor, sentence

    def _message(self, key: tuple[ValuePath, str]) -> str:
        return about_tags(list(self._tags[key]), key[1])


def name_of(image: Image) -> str:
    """Return what messages call an image.

    It stands in sentences for `about_tags`: no name holds braces.
    """
    return f"{image.cycle}/{image.name}" if image.name else image.cycle


def few(names: Sequence[str]) -> str:
    """Join the names of images: of many the first, and how many more there are.

    >>> few([str(number) for number in range(9)])
    '0, 1, 2, 3, 4, 5 and 3 more'
    """
    if len(names) <= _FEW:
        return join_names(names)
    return join_names([*names[:_FEW], f"{len(names) - _FEW:,} more"])
