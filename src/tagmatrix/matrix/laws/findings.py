"""The findings of laws, each reported once at the place where a user can correct it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.util.wording import about_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.matrix.expand import Image
    from tagmatrix.problems import ValuePath

Finding: TypeAlias = "tuple[ValuePath, str]"

"""A message names at most this many images."""


class LawFindings:
    """Findings about images, with the tags of one finding together.

    If several releases have the same finding, its cause is their flavor, and it is
    reported there; except for findings about a release's own list of variants.
    """

    def __init__(self) -> None:
        self._tags: dict[tuple[ValuePath, str], dict[str, None]] = {}
        self._images: dict[tuple[ValuePath, str], Image] = {}
        self._own: set[tuple[ValuePath, str]] = set()

    def add(self, image: Image, sentence: str, *tags: str, own: bool = False) -> None:
        """Add a sentence (see `about_tags`) about an image, or about some of its tags.

        `own` is set if it concerns this release only, even if others have the same finding.
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
                yield ("flavors", flavor), f"{self._message(keys[0])} (the same {where})"
            else:
                yield from ((key[0], self._message(key)) for key in keys)

    def _cause(self, key: tuple[ValuePath, str]) -> tuple[str, str]:
        """Return the flavor that may be the cause, and the sentence without the image's names."""
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
    """Return the name of an image in messages.

    Sentences for `about_tags` may contain it, because no name contains braces.
    """
    return f"{image.cycle}/{image.name}" if image.name else image.cycle
