"""Law of fixed tags: a tag that is or begins with a full version belongs to that version alone."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tagmatrix.matrix.laws.findings import name_of
from tagmatrix.matrix.laws.tag_names import names_a_final
from tagmatrix.matrix.tags import LATEST
from tagmatrix.problems import shown
from tagmatrix.versions import leading_version, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding
    from tagmatrix.problems import ValuePath
    from tagmatrix.versions import Version

_DIGITS: Final = re.compile("[0-9]+")


def own_version(_config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that no alias begins with another full version than that of its image.

    A version of another product is allowed if `also_versions` lists it. The law of owners
    reports an alias that another release has too, and the law of final names reports the name
    of a final release on a pre-release.
    """
    cycles: defaultdict[str, set[str]] = defaultdict(set)
    for image in matrix.images:
        for text, _ in _words(image):
            cycles[text].add(image.cycle)
    seen: dict[tuple[ValuePath, str, str], Version] = {}
    for image in matrix.images:
        own = parse(image.version, image.release.style)
        if own is None:
            continue
        for text, path in _words(image):
            key = (path, text, own.text)
            if key not in seen:
                found = _full(text, own)
                seen[key] = _build(found, own)
                early = not own.is_final and names_a_final(text, image)
                alone = len(cycles[text]) == 1 and not early
                if found and alone and _is_other(found, own, image):
                    yield path, _message(text, found, own, image)
            own = seen[key]


def _words(image: Image) -> Iterator[tuple[str, ValuePath]]:
    """Yield the words at the beginning of the image's tags, each with its path.

    Tags of `latest` begin with their suffix.
    """
    for tag in (*image.tags, *image.shared_tags):
        if tag.alias.text != LATEST:
            yield tag.alias.text, tag.alias.path
        elif tag.spelling.text:
            yield tag.spelling.text, tag.spelling.path


def _full(text: str, own: Version) -> Version | None:
    """Return the full version that a word begins with; None if there is none."""
    if len(_DIGITS.findall(text)) < len(own.numbers):
        return None  # no full version, whatever it is: most aliases need no reading
    version = leading_version(text, own.style)
    if version is None or not version.is_full(own):
        return None
    longer = [part for part in own.parts if len(part) > len(version.text)]
    if any(text == part or text.startswith(f"{part}-") for part in longer):
        return None  # 8.8-m of 8.8-m03
    return version


def _build(found: Version | None, own: Version) -> Version:
    """Return the build that an image is at, if an alias names one; else its own version.

    An image is one build: it cannot have the tags of two.
    """
    if found and found.names(own) and len(found.after) > len(own.after):
        return found
    return own


def _is_other(version: Version, own: Version, image: Image) -> bool:
    """Return whether a full version is another one than an image may have in its tags."""
    also = (parse(each.version, own.style) for each in image.also_versions)
    return not any(each and version.names(each) for each in (own, *also))


def _message(text: str, version: Version, own: Version, image: Image) -> str:
    what = (
        f"`{shown(text)}` {'is' if str(version) == text else 'begins with'} the version {version}"
    )
    where = f"{name_of(image)} is at {own}"
    declared = f'`also_versions: [{{version: "{version}", why: ...}}]`'
    return (
        f"{what}, and {where}: the tag of a version never moves to another; remove it, or declare "
        f"the version of another product: {declared}"
    )
