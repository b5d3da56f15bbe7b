"""Rules for the variants of a cycle: their number, tags, architectures and builders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.dockerfiles.rules.family.releases import number, releases
from tests.facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.matrix.expand import Image
    from tests.dockerfiles.family import Family

    Finding = tuple[str, str]

NOT_SUPPORTED: Final = frozenset({"mips64le"})
"""https://peps.python.org/pep-0011/"""

SHORT: Final = {"slim": "slim", "alpine": "alpine"}
"""The short name of a flavor's newest suite; that of default is the bare version."""


def complete(family: Family) -> Iterator[Finding]:
    """A version has the variants that it was published with, in their order, if suites stay."""
    suites = tuple(family.config.suites)
    for cycle, fact in releases().items():
        images = [one for one in family.matrix.images if one.cycle == cycle]
        folders = [one.folder for one in images if one.version == fact["version"]]
        found = [folder.partition("/")[2] for folder in folders]
        expected = [name for name in fact["variants_in_order"] if name.endswith(suites)]
        if found and [name for name in found if name in fact["variants_in_order"]] != expected:
            yield cycle, f"the variants are {', '.join(found)}, not {', '.join(expected)}"


def architectures(family: Family) -> Iterator[Finding]:
    """An image has the architectures of its base, except those that Python does not support."""
    known = facts("base-architectures-2026-06-24")
    for image in family.matrix.images:
        expected = set(known.get(image.base, image.architectures)) - NOT_SUPPORTED
        if "windows" in image.base:
            expected = {"windows-amd64"}
        if set(image.architectures) != expected:
            differ = ", ".join(sorted(expected ^ set(image.architectures)))
            yield image.folder, f"the architectures differ from those of the base by {differ}"


def tags(family: Family) -> Iterator[Finding]:
    """An image has its long tags; the newest suite of a flavor has the short ones, too."""
    newest = newest_of(family)
    for image in family.matrix.images:
        aliases = [image.version, image.cycle]
        if newest.get("latest") == image.cycle:
            aliases += [image.cycle.partition(".")[0], ""]
        first = newest[image.flavor] == image.suite
        plain, shared = [image.name], list[str]()
        if image.flavor in SHORT and first:
            plain.append(SHORT[image.flavor])
        if image.flavor == "default" and first:
            shared.append("")
        if image.flavor == "windowsservercore":
            shared += ["windowsservercore", ""]
        for kind, names, found in (
            ("tags", plain, image.tags),
            ("shared tags", shared, image.shared_tags),
        ):
            expected = {_joined(alias, name) for name in names for alias in aliases}
            if {tag.name for tag in found} != expected:
                differ = ", ".join(sorted({tag.name for tag in found} ^ expected))
                yield image.folder, f"the {kind} differ by {differ}"


def _joined(alias: str, name: str) -> str:
    return "-".join(filter(None, (alias, name))) or "latest"


def newest_of(family: Family) -> dict[str, str]:
    """Return the first suite of each flavor, and the newest cycle with a final version."""
    found: dict[str, str] = {}
    for image in family.matrix.images:
        found.setdefault(image.flavor, image.suite)
    finals = [one.cycle for one in family.config.releases if not Version(one.version).is_prerelease]
    return found | {"latest": max(finals, key=number)}


def builders(family: Family) -> Iterator[Finding]:
    """Linux is built with BuildKit; Windows with the classic builder, on hosts of its build."""
    for image in family.matrix.images:
        builder = image.builder or family.config.builder
        expected = _windows(image) if "windows" in image.base else ("buildkit", ())
        if (builder, image.constraints) != expected:
            yield image.folder, f"builder and constraints are {builder}, {image.constraints}"


def _windows(image: Image) -> tuple[str, tuple[str, ...]]:
    return "classic", (image.name,)


def in_order(family: Family) -> Iterator[Finding]:
    """The releases are listed newest first."""
    found = [release.cycle for release in family.config.releases]
    if found != sorted(found, key=number, reverse=True):
        yield "releases", f"{', '.join(found)} are not newest first"


RULES: Final = (complete, architectures, tags, builders, in_order)
