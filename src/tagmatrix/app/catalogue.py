"""The images that an application can be built from: a manifest, or the packed python.json."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tagmatrix import references
from tagmatrix.errors import InputError
from tagmatrix.manifest.locate import Finder
from tagmatrix.manifest.raw import RawManifest
from tagmatrix.util.dates import parse_date
from tagmatrix.versions import cycle_numbers, is_final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tagmatrix.manifest.model import Entry

PACKED: Final = Path(__file__).with_name("python.json")
"""A wheel has it: the build packs library/python.json, with its date."""
OWN: Final = "tagmatrix's image list"
"""The name of the packed catalogue in messages and documents."""
PYTHON: Final = "python"
"""The name of the image in OWN, and in official-images."""
_CHECKOUT: Final = Path(__file__).parents[3] / "library" / "python.json"
_TAG: Final = re.compile(r"([0-9]+(?:\.[0-9]+)+(?:(?:a|b|rc)[0-9]+)?)-([a-z][a-z0-9.-]*)")
_CYCLE_PARTS: Final = 2
_MAJORS: Final = (2, 3)
"""Python's: the manifest of another language has no base for a Python application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueImage:
    """An image of the catalogue: one version on one variant."""

    version: str
    variant: str
    flavor: str
    suite: str
    tags: frozenset[str]
    architectures: tuple[str, ...]

    @property
    def cycle(self) -> str:
        """The release cycle: `3.14`."""
        return ".".join(map(str, cycle_numbers(self.version)[:_CYCLE_PARTS]))

    @property
    def final(self) -> bool:
        """Return whether its version is final."""
        return is_final(self.version)

    @property
    def tag(self) -> str:
        """Return the tag that follows the cycle's fixes and pins the suite: `3.14-slim-trixie`."""
        tag = f"{self.cycle}-{self.variant}"
        return tag if tag in self.tags else f"{self.version}-{self.variant}"

    @property
    def owns_short(self) -> bool:
        """Return whether it is the one that its flavor's tag without a suite names."""
        short = self.cycle if self.flavor == "default" else f"{self.cycle}-{self.flavor}"
        return short in self.tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All images, in the manifest's order; ends are known if the manifest has them.

    Attributes:
        name: the image's name in FROM: `python`.
        origin: where it was read, for messages.
        named_by_file: whether only the file's name says the image's name.
        date: its own date; None if it has none.
        ends_origin: where the ends were read, if not there.
    """

    name: str
    origin: str
    images: tuple[CatalogueImage, ...]
    named_by_file: bool = False
    date: dt.date | None = None
    cycle_ends: Mapping[str, dt.date] = field(default_factory=dict)
    suite_ends: Mapping[str, dt.date] = field(default_factory=dict)
    ends_origin: str = ""

    @property
    def undated(self) -> bool:
        """Return whether it is tagmatrix's own, and has no date: that of a checkout."""
        return self.origin == OWN and self.date is None

    def owner(self, tag: str) -> CatalogueImage | None:
        """Return the image that a tag names; None if there is none."""
        return next((image for image in self.images if tag in image.tags), None)

    def final(self, flavor: str) -> list[CatalogueImage]:
        """Return the images of a flavor that have final versions."""
        return [image for image in self.images if image.final and image.flavor == flavor]

    def ends(self, image: CatalogueImage) -> list[tuple[str, dt.date]]:
        """Return the known ends of an image: of its cycle and of its suite."""
        return [(what, date) for what, date in self._all_ends(image) if date]

    def unknown_ends(self, image: CatalogueImage) -> list[str]:
        """Return what has no known end: an image without a known suite may end at any time."""
        return [what for what, date in self._all_ends(image) if not date]

    def _all_ends(self, image: CatalogueImage) -> list[tuple[str, dt.date | None]]:
        distribution = "alpine" if image.flavor == "alpine" else ""
        suite = f"suite {distribution}{image.suite}" if image.suite else "its suite"
        return [
            (f"release cycle {image.cycle}", self.cycle_ends.get(image.cycle)),
            (suite, self.suite_ends.get(image.suite)),
        ]


def load(root: Path, argument: str) -> Catalogue:
    """Return the catalogue of a manifest, or the packed one.

    Args:
        root: the folder that relative paths start from.
        argument: a path, an address, `-` or REV:path; empty for the packed catalogue.

    Raises:
        InputError: it can't be read, or has no image of a version.
        UpstreamError: the address can't be reached.
    """
    raw = Finder(root, root / "library").find(argument) if argument else _packed()
    manifest = raw.manifest()
    facts = json.loads(raw.content) if raw.is_json else {}
    named = "image" in facts
    name = _name(facts["image"] if named else raw.name, raw.origin, named=named)
    images = tuple(filter(None, map(_image, manifest.entries)))
    if not images:
        raise InputError(f"{raw.origin}: no image has a tag such as 3.14-slim: is this Python's?")
    found = Catalogue(
        name=name,
        origin=raw.origin,
        images=images,
        named_by_file=not named,
        date=_date(facts.get("date")),
        cycle_ends=_ends(facts.get("releases")),
        suite_ends=_ends(facts.get("suites")),
    )
    return _with_own_ends(found) if not {"releases", "suites"} & facts.keys() else found


def _name(text: object, origin: str, *, named: bool) -> str:
    """Return the image's name, which `image` in our JSON has, or else the file. Raises InputError.

    Standard input has no name: its image is python.
    """
    if text == "-" and not named:
        return PYTHON
    remedy = "correct `image`" if named else "rename the file"
    try:
        reference = references.parse(text if isinstance(text, str) else "")
    except ValueError as error:
        raise InputError(f"{origin}: {error}: {remedy}") from None
    if reference.name != text:
        raise InputError(f"{origin}: the image's name has a tag or a digest: {remedy}")
    return reference.name


def _with_own_ends(found: Catalogue) -> Catalogue:
    """Return a catalogue without ends with those of tagmatrix's own, if its image is python.

    The ends of CPython's cycles and of suites are the same for every image of that name. Another
    image may be another Python: PyPy has cycles with the same numbers.
    """
    if found.name != PYTHON:
        return found
    try:
        facts = json.loads(_packed().content)
    except InputError:
        return found
    return replace(
        found,
        cycle_ends=_ends(facts.get("releases")),
        suite_ends=_ends(facts.get("suites")),
        ends_origin=OWN,
    )


def _packed() -> RawManifest:
    """Return the packed catalogue, or in a checkout the file that it is made of.

    That file has no date, because the commit that wrote it has it.
    """
    try:
        content = (PACKED if PACKED.is_file() else _CHECKOUT).read_bytes()
    except OSError:
        raise InputError(
            "this installation of tagmatrix has no image list: install a wheel, or give --manifest"
        ) from None
    return RawManifest(name=PYTHON, origin=OWN, content=content)


def _image(entry: Entry) -> CatalogueImage | None:
    """Return an entry as an image; None if it is for Windows or has no tag of Python's."""
    tags = (*entry.tags, *entry.shared_tags)
    found = [match.groups() for tag in entry.tags if (match := _TAG.fullmatch(tag))]
    architectures = tuple(a for a in entry.architectures if not a.startswith("windows-"))
    if not found or not architectures:
        return None
    version = max((pair[0] for pair in found), key=len)
    if cycle_numbers(version)[0] not in _MAJORS:
        return None
    # `3.15-rc-slim` is the cycle's own name, and no variant.
    variants = [pair[1] for pair in found if pair[0] == version]
    variant = max(variants, key=len)
    flavor, suite = _flavor(variant)
    return CatalogueImage(
        version=version,
        variant=variant,
        flavor=flavor,
        suite=suite,
        tags=frozenset(tags),
        architectures=architectures,
    )


def _flavor(variant: str) -> tuple[str, str]:
    """Return a variant's flavor and suite.

    >>> _flavor("slim-trixie"), _flavor("alpine3.24"), _flavor("trixie")
    (('slim', 'trixie'), ('alpine', '3.24'), ('default', 'trixie'))
    """
    if variant.startswith("slim"):
        return "slim", variant.removeprefix("slim").removeprefix("-")
    if variant.startswith("alpine"):
        return "alpine", variant.removeprefix("alpine")
    return "default", variant


def _ends(table: object) -> dict[str, dt.date]:
    """Return the ends of life in a table of our JSON."""
    if not isinstance(table, dict):
        return {}
    found: dict[str, dt.date] = {}
    for name, value in table.items():
        date = _date(value.get("end_of_life")) if isinstance(value, dict) else None
        if date:
            found[name] = date
    return found


def _date(value: Any) -> dt.date | None:  # noqa: ANN401 (a value of JSON)
    try:
        return parse_date(value) if isinstance(value, str) else None
    except ValueError:
        return None
