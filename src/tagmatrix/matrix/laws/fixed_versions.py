"""Law of fixed tags: a tag that has a full version belongs to that version alone."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.tag_dates import split_alias
from tagmatrix.matrix.laws.findings import name_of
from tagmatrix.matrix.laws.tag_names import names_a_final
from tagmatrix.matrix.tags import LATEST
from tagmatrix.problems import shown
from tagmatrix.versions import leading_version, parse, significant, split_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding
    from tagmatrix.problems import ValuePath
    from tagmatrix.versions import Version

_WORD: Final = re.compile("[^A-Za-z0-9]?([A-Za-z]+)[^A-Za-z0-9]?[0-9]")
_PLAIN: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def own_version(_config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that no alias begins with another full version than that of its image.

    A version behind words, such as `cli-3.13.14`, counts if its first number is the image's. A
    version of another product is allowed if `also_versions` lists it, or if it is that of a
    component or of an axis. The law of owners reports an alias that another release has too,
    and the law of final names reports the name of a final release on a pre-release.
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
                if found and alone and _is_other(text, found, own, image):
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
    """Return the full version that a word has, if it is not the own one; None if there is none."""
    plain = _PLAIN.fullmatch(text)
    if plain and own.scheme == "numbers" and text.count(".") + 1 < len(own.numbers):
        return None  # no full version, whatever it is: most aliases need no reading
    before, date = split_alias(text)
    if date and before and (parse(before, own.style) or own.scheme == "numbers"):
        text = before  # the date of a build: 24-20260801
    version = leading_version(text, own.style) or _behind_words(text, own)
    if version is None or not (version.is_full(own) or _is_marked(version, own)):
        return None
    # 8.8-m of 8.8-m03; and 1.0.0_rc1, the tag of 1.0.0+rc1, reads as a pre-release
    longer = [part for part in own.parts if len(part) >= len(version.text)]
    if any(text == part or text.startswith(f"{part}-") for part in longer):
        return None
    return version


def _is_marked(version: Version, own: Version) -> bool:
    """Return whether a version is full because of its pre-release or its build: 28-ea-11, 20_36.

    A pre-release has a word and a number; a word alone is the name of a line: 3.15-rc. A build
    looks like that of the own version. Other numbers and single letters may be of another product:
    17-3.5, 9-a100. The M of a milestone is the exception, behind two numbers: 8.8-m03.
    """
    if version.pre_release:
        word = _WORD.match(version.text, version.ends[-1])
        letters = word[1] if word else ""
        return len(letters) > 1 or (letters in {"M", "m"} and len(version.numbers) > 1)
    mine, theirs = (
        [(mark.word, len(mark.numbers)) for mark in each.after] for each in (version, own)
    )
    return bool(mine) and mine == theirs


def _behind_words(text: str, own: Version) -> Version | None:
    """Return the version behind the words of an alias, if it may be one of the same product."""
    found = split_tag(text).version
    version = parse(found.tag, own.style) if found else None
    if version is None or version.scheme != own.scheme:
        return None
    return version if version.calendar[0] == own.calendar[0] else None


def _build(found: Version | None, own: Version) -> Version:
    """Return the build that an image is at, if an alias names one; else its own version.

    An image is one build: it cannot have the tags of two.
    """
    if found and _names(found, own) and len(found.after) > len(own.after):
        return found
    return own


def _is_other(text: str, version: Version, own: Version, image: Image) -> bool:
    """Return whether the full version in an alias is another one than its image may have."""
    components = (each.version for each in image.components.values() if each)
    also = [*components, *(value for _, value in image.axes)]
    if not _order_in_cycle(text, version, own, image):
        also += [each.version for each in image.also_versions]
    others = (parse(each, own.style) for each in also)
    return not any(each and _names(version, each) for each in (own, *others))


def _names(version: Version, own: Version) -> bool:
    """Return whether a full version is an own one: 25.0.4_7 of 25.0.4, but 25_7 is not."""
    if len(version.after) > len(own.after) and len(version.numbers) < len(own.numbers):
        return significant(version.numbers) == significant(own.numbers) and version.names(own)
    return version.names(own)


def _order_in_cycle(text: str, version: Version, own: Version, image: Image) -> int:
    """Return -1 or 1 if an alias begins with an earlier or a later version of the same product.

    It must be one of the same product if it is of the same cycle, and has no more numbers. A
    word before it names another product. Else return 0, also for the final version that a
    pre-release leads to: `also_versions` may allow its name.
    """
    if not own.is_final and version.text == own.final:
        return 0
    same = (
        (version.is_full(own) or version.pre_release is not None)
        and text.startswith(version.text)
        and own.is_full(version)
        and version.calendar[0] == own.calendar[0]
        and version.belongs_to(image.cycle)
    )
    return (version.compare(own) or 0) if same else 0


def _message(text: str, version: Version, own: Version, image: Image) -> str:
    has = "begins with" if text.startswith(version.text) else "has"
    what = f"`{shown(text)}` {'is' if version.text == text else has} the version {version}"
    where = f"{name_of(image)} is at {own}"
    law = "the tag of a version never moves to another"
    if order := _order_in_cycle(text, version, own, image):
        than = "a later" if order < 0 else "an earlier"
        return f"{what}, and {where}, {than} version of {image.cycle}: {law}; remove it"
    declared = f'`also_versions: [{{version: "{version}", why: ...}}]`'
    return (
        f"{what}, and {where}: {law}; remove it, or declare the version of another product: "
        f"{declared}"
    )
