"""Laws of tag names: registries accept each tag, and its image may have it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.matrix.laws.defaults import lacking
from tagmatrix.matrix.laws.findings import LawFindings, name_of
from tagmatrix.matrix.tags import LATEST
from tagmatrix.problems import shown
from tagmatrix.util.wording import few, join_names
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.defaults import Lacking
    from tagmatrix.matrix.laws.findings import Finding

TAG_LENGTH: Final = 128
# https://pkg.go.dev/github.com/distribution/reference: a tag is \w[\w.-]{0,127}, in ASCII
TAG: Final = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_TOO_LONG: Final = (
    f"{{tags}} {{has}} too many characters for a tag: at most {TAG_LENGTH} are allowed; "
    "shorten a part"
)
_IMPOSSIBLE: Final = (
    "{tags} cannot be {a_tag}: letters, digits, `_`, `.` and `-` are allowed, but not `.` or `-` "
    "as the first character; fix the suffix or the alias"
)


def well_formed(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that registries accept each tag."""
    wrong = LawFindings()
    for image in matrix.images:
        for tag in image.all_tags:
            if len(tag.name) > TAG_LENGTH:
                wrong.add(image, _TOO_LONG, tag.name)
            elif not TAG.fullmatch(tag.name):
                wrong.add(image, _IMPOSSIBLE, tag.name)
    yield from wrong


def with_a_tag(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that each image has a simple tag."""
    wrong = LawFindings()
    for image in matrix.images:
        if not image.tags:
            advice = "add a suffix to `tags`"
            if not image.version and not image.all_tags:
                advice = "a release without a version has only the aliases that it lists; add one"
            wrong.add(
                image,
                f"{name_of(image)} has no simple tag, and a manifest entry needs one; {advice}",
            )
    yield from wrong


def not_windows_only(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that no version tag is on Windows only: all other platforms would lose it.

    The cause may be a default suite that the release does not have.
    """
    owners: defaultdict[str, list[Image]] = defaultdict(list)
    for image in matrix.images:
        for tag in image.all_tags:
            if not tag.spelling.text:
                owners[tag.name].append(image)
    alone = LawFindings()
    to_blame = _givers_of_version_tags(config, matrix)
    blamed: defaultdict[Lacking, list[str]] = defaultdict(list)
    for name, images in owners.items():
        platforms = [arch for image in images for arch in image.architectures]
        if not platforms or not all(map(is_windows, platforms)):
            continue
        if default := to_blame.get(images[0].cycle):
            blamed[default].append(f"`{shown(name)}`")
        else:
            message = (
                "version tag{s} {tags} would be on Windows only "
                f"({join_names([name_of(image) for image in images])}); "
                "give {it} to an image of another system as well"
            )
            alone.add(images[0], message, name)
    yield from alone
    for default, names in blamed.items():
        tags = f"the version tag{'s' if len(names) > 1 else ''} {few(names)}"
        advice = default.advice(config)
        yield default.path, f"{default}, so {tags} would be on Windows only{advice}"


def _givers_of_version_tags(config: Config, matrix: Matrix) -> dict[str, Lacking]:
    """Return, for each cycle, a default suite that it does not have and that gives version tags."""
    givers: dict[str, Lacking] = {}
    for default in lacking(config, matrix):
        if "" in config.flavors[default.flavor].suffixes_on_default("suite"):
            for cycle in default.cycles:
                givers.setdefault(cycle, default)
    return givers


def names_a_final(alias: str, image: Image) -> bool:
    """Return whether an alias of a pre-release is the name of a final release.

    `library check` reports the same names as `final-name`. A date is not such a name, nor is the
    version of another product.
    """
    if alias == LATEST:
        return True
    version = parse(alias, "loose")
    if version is None or not version.is_final or version.scheme == "date":
        return False
    also = (parse(each.version, "loose") for each in image.also_versions)
    return not any(each and version.names(each) for each in also)


def final_only(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that no pre-release has `latest` or the name of a final release, such as `7.0`."""
    found = LawFindings()
    for image in matrix.images:
        early = parse(image.version, image.release.style)
        if early is None or early.is_final:
            continue
        for tag in image.all_tags:
            if names_a_final(tag.alias.text, image):
                advice = f"remove {{it}} from the aliases of {name_of(image)}"
                if tag.alias.text == image.cycle and image.version == image.release.version:
                    advice = (
                        f"rename the cycle (for example {image.cycle}-{early.channel or 'rc'}), "
                        "or set `cycle_tag: false`"
                    )
                message = (
                    f"{image.version} is {early.kind}, and {{tags}} {{belongs}} to a final "
                    f"release; {advice}"
                )
                found.add(image, message, tag.alias.text, own=True)
    yield from found
