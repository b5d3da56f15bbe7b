"""Tags: registries accept each, and each has one owner that may have it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tagmatrix.architectures import is_windows
from tagmatrix.cycles import is_final
from tagmatrix.laws.findings import Findings, name_of
from tagmatrix.tags import LATEST
from tagmatrix.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.laws.findings import Finding
    from tagmatrix.matrix import Image, Matrix

TAG_LENGTH: Final = 128
# https://pkg.go.dev/github.com/distribution/reference: a tag is \w[\w.-]{0,127}, in ASCII
TAG: Final = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_TOO_LONG: Final = (
    f"{{tags}} {{has}} too many characters for a tag: {TAG_LENGTH} are allowed; shorten a part"
)
_IMPOSSIBLE: Final = (
    "{tags} cannot be {a_tag}: letters, digits, `_`, `.` and `-` are allowed, "
    "the first no `.` or `-`; mend the suffix or the alias"
)


def well_formed(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """A tag is one that registries accept."""
    wrong = Findings()
    for image in matrix.images:
        for tag in (*image.tags, *image.shared_tags):
            if len(tag.name) > TAG_LENGTH:
                wrong.add(image, _TOO_LONG, tag.name)
            elif not TAG.fullmatch(tag.name):
                wrong.add(image, _IMPOSSIBLE, tag.name)
    yield from wrong


def with_a_tag(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """An image has a simple tag."""
    wrong = Findings()
    for image in matrix.images:
        if not image.tags:
            message = "has no simple tag, and a manifest entry needs one; add a suffix to `tags`"
            wrong.add(image, f"{name_of(image)} {message}")
    yield from wrong


def one_owner(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """No tag has two owners, but for shared tags on disjoint platforms."""
    simple: dict[str, Image] = {}
    shared: defaultdict[str, list[Image]] = defaultdict(list)
    clashes = Findings()
    for image in matrix.images:
        for tag in image.shared_tags:
            for other in shared[tag.name]:
                if clash := _same_platform(image, other):
                    both = f"{name_of(other)} and {name_of(image)}"
                    end = f"{{has}} two owners on {clash}: {both}; leave {{it}} to one of the two"
                    sentence = f"shared tag{{s}} {{tags}} {end}"
                    clashes.add(image, sentence, tag.name, own=other.cycle != image.cycle)
                if image.version != other.version:
                    versions = f"{other.version} ({name_of(other)}) and {image.version}"
                    end = f"({name_of(image)}); give {{it}} to images of one version only"
                    message = f"shared tag{{s}} {{tags}} would be {versions} {end}"
                    clashes.add(image, message, tag.name, own=other.cycle != image.cycle)
            shared[tag.name].append(image)
    for image in matrix.images:
        for tag in image.tags:
            owner = simple.setdefault(tag.name, image)
            if owner is not image:
                both = f"{name_of(owner)} and {name_of(image)}; leave {{it}} to one of the two"
                sentence = f"tag{{s}} {{tags}} {{has}} two owners: {both}"
                clashes.add(image, sentence, tag.name, own=owner.cycle != image.cycle)
            for other in shared.get(tag.name, ())[:1]:
                message = (
                    f"{{tags}} {{is_tag}} of {name_of(image)} and shared by {name_of(other)}; "
                    "move {it} to `tags` or to `shared_tags` in both"
                )
                clashes.add(image, message, tag.name, own=other.cycle != image.cycle)
    yield from clashes


def not_windows_only(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """No version tag is on Windows only: it would vanish for everyone else."""
    owners: defaultdict[str, list[Image]] = defaultdict(list)
    for image in matrix.images:
        for tag in (*image.tags, *image.shared_tags):
            if not tag.spelling.text:
                owners[tag.name].append(image)
    alone = Findings()
    for name, images in owners.items():
        platforms = [arch for image in images for arch in image.architectures]
        if platforms and all(map(is_windows, platforms)):
            message = (
                "version tag{s} {tags} would be on Windows only "
                f"({join_names([name_of(image) for image in images])}); "
                "give {it} to an image of another system as well"
            )
            alone.add(images[0], message, name)
    yield from alone


def final_only(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """A pre-release owns neither a major nor latest."""
    early = Findings()
    for image in matrix.images:
        if is_final(image.version):
            continue
        for tag in (*image.tags, *image.shared_tags):
            if tag.alias.text == LATEST or tag.alias.text.isdigit():
                message = (
                    f"{image.version} is a pre-release, and {{tags}} {{belongs}} to a final "
                    f"release; take {{it}} from the aliases of {name_of(image)}"
                )
                early.add(image, message, tag.alias.text, own=True)
    yield from early


def _same_platform(left: Image, right: Image) -> str:
    """Return the platforms that two images share; Windows builds differ by suite."""
    both = [name for name in left.architectures if name in right.architectures]
    if left.suite != right.suite:
        both = [name for name in both if not is_windows(name)]
    return ", ".join(both)
