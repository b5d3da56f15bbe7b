"""The images that a plan is made from, whatever names them: versions.yaml or a manifest."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct, field

from tagmatrix.config.publishing import Publish
from tagmatrix.versions import cycle_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config.publishing import ImageTest
    from tagmatrix.plan.records import SecretName

LATEST: Final = "latest"


class PlanTag(NamedTuple):
    """A tag: its name, its place in the order of pushing, whether it has the full version."""

    name: str
    rank: tuple[int, int]
    fixed: bool


def plan_tag(
    name: str, alias: str, version: str | None, cycle: str | None, *, fixed: bool = False
) -> PlanTag:
    """Return a tag; the full version comes before the cycle, then the major, names, `latest`.

    >>> names = ("latest", "3", "3.14", "3.14.6")
    >>> tags = [plan_tag(name, name, "3.14.6", "3.14") for name in names]
    >>> [tag.name for tag in sorted(tags, key=lambda tag: tag.rank)]
    ['3.14.6', '3.14', '3', 'latest']
    """
    return PlanTag(name, _rank(alias, version, cycle), fixed or alias == version)


@cache
def _rank(alias: str, version: str | None, cycle: str | None) -> tuple[int, int]:
    if alias == version:
        return 0, 0
    if alias == LATEST:
        return 4, 0
    if alias == cycle:
        return 2, 0
    numbers = len(cycle_numbers(alias))
    return (2 if numbers > 1 else 3), -numbers


class ImageBases(Struct, frozen=True):
    """The bases of an image on one architecture, as `name:tag`.

    Attributes:
        last: the base of the last stage; empty if it is unknown or there is none.
        all: all bases.
        foreign: those that need not have the platform of the image.
        known: whether these are all.
    """

    last: str
    all: tuple[str, ...]
    foreign: tuple[str, ...] = ()
    known: bool = True


class PlanImage(Struct, frozen=True, kw_only=True, eq=False):
    """One image of a family.

    Attributes:
        family: the name of its family.
        name: its name in messages: cycle and variant.
        cycle, variant, flavor, version: its cell in the matrix, as far as it is known.
        final: whether its version is final; None if that is not known.
        folder: the build context: a folder, or an address of git.
        file: the Dockerfile in the folder.
        place: folder and Dockerfile in the repository.
        architectures: its architectures, in the order of the index.
        builder: its builder.
        constraints: the constraints of its builder.
        commit: the newest commit of its folder; None if it is not known.
        epoch: the date of that commit.
        tree: the hash of its folder's content; None if it is not known.
        tags, shared_tags: its tags.
        bases: its bases by architecture; an architecture is missing if they are unknown.
        repositories: the repositories that it goes to.
        replaced: the repositories by which bases name it too; it does not go there.
        labels: more labels of it.
        secrets, test, weight: as in a build.
    """

    family: str
    name: str
    cycle: str | None
    variant: str | None
    flavor: str | None
    version: str | None
    final: bool | None
    folder: str
    file: str
    place: str
    architectures: tuple[str, ...]
    builder: str
    constraints: tuple[str, ...]
    commit: str | None
    epoch: int | None
    tree: str | None
    tags: tuple[PlanTag, ...]
    shared_tags: tuple[PlanTag, ...]
    bases: Mapping[str, ImageBases]
    repositories: tuple[str, ...]
    labels: Mapping[str, str]
    replaced: tuple[str, ...] = ()
    secrets: tuple[SecretName, ...] = ()
    test: ImageTest | None = None
    weight: int | None = None

    @property
    def all_tags(self) -> tuple[PlanTag, ...]:
        """Return its tags and its shared tags."""
        return (*self.tags, *self.shared_tags)


class UnavailableImage(NamedTuple):
    """An image, or an image for an architecture, that a family does not have, and why."""

    cycle: str
    variants: tuple[str, ...]
    what: str
    why: str


class PlanFamily(Struct, frozen=True, kw_only=True):
    """A family of images.

    Attributes:
        name: the family's name, which is that of its images: `python`.
        source: the address of its repository.
        images: its images, in the order of the manifest.
        publish: where its images are built and published.
        left_out: what the family does not have, and why.
        places: where versions.yaml names each repository.
    """

    name: str
    source: str
    images: tuple[PlanImage, ...]
    publish: Publish = field(default_factory=Publish)
    left_out: tuple[UnavailableImage, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
