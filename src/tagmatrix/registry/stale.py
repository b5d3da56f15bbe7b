"""Which images were built on a base that has moved, by the annotations that the plan wrote.

An image is stale on a platform if its base has another image for the platform now than when
it was built; so are the images that are built from it. Where nothing says what an image was
built on, or the old index of its base is gone, it is unknown, not stale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.references import qualified
from tagmatrix.registry import current_bases
from tagmatrix.registry.current_bases import SCRATCH
from tagmatrix.registry.distribution import there
from tagmatrix.registry.identity import is_base
from tagmatrix.registry.image_facts import BASE_DIGEST, BASE_NAME, facts
from tagmatrix.registry.joins import PARENT_KEY, PLATFORM_DIGEST
from tagmatrix.registry.parallel import for_each
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.registry.current_bases import BaseNow
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_facts import ImageFacts, Part
    from tagmatrix.registry.parallel import Progress
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.answers import Answer

    Cell = str

CURRENT: Final = "current"
STALE: Final = "stale"
UNKNOWN: Final = "unknown"
UNREADABLE: Final = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Whether one image is stale for one architecture, and why.

    Attributes:
        image: the image.
        architecture: its architecture.
        state: current, stale, unknown or unreadable.
        why: the reason; empty if it is current.
        key: the key of its build; empty if it is not known.
    """

    image: Image
    architecture: str
    state: str
    why: str = ""
    key: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "cycle": self.image.cycle,
            "variant": self.image.name,
            "architecture": self.architecture,
            "state": self.state,
            "why": self.why or None,
            "key": self.key or None,
        }


def ages(
    registry: Registry,
    repository: RegistryRepository,
    matrix: Matrix,
    goes_there: Callable[[Image], bool],
    present: Mapping[str, Answer[BaseNow]],
    progress: Progress = None,
) -> list[Age]:
    """Return the age of each image of a repository, for each of its architectures.

    Args:
        registry: asks.
        repository: the repository that has the images.
        matrix: the images of the family.
        goes_there: returns whether an image is published in the repository.
        present: what the bases are now, by their names, however they are written.
        progress: gets the number of images that are done, and of all.
    """
    images = {_cell(image): image for image in matrix.images if goes_there(image)}
    published = for_each(
        lambda cell: _published(registry, repository, images[cell]), images, progress
    )
    owners = {tag.name: image for image in images.values() for tag in image.all_tags}
    survey = _AgeSurvey(registry, published, owners, present)
    return [survey.age(image, name) for image in images.values() for name in image.architectures]


def base_names(matrix: Matrix) -> list[str]:
    """Return the names of all bases that are not images of the family."""
    return list(dict.fromkeys(image.base for image in matrix.images if not image.parent))


def _published(
    registry: Registry, repository: RegistryRepository, image: Image
) -> Answer[ImageFacts]:
    """Return what the registry has of an image, by its first tag."""
    tags = image.tags or image.shared_tags
    if not tags:
        return NotPublished("it has no tag")
    head = registry.head(repository, tags[0].name)
    if not isinstance(head, Found):
        return head
    return there(facts(registry, repository, head.value.digest))


class _AgeSurvey:
    """The ages of images; that of a parent is found before those of its children."""

    def __init__(
        self,
        registry: Registry,
        published: Mapping[Cell, Answer[ImageFacts]],
        owners: Mapping[str, Image],
        present: Mapping[str, Answer[BaseNow]],
    ) -> None:
        self._registry = registry
        self._published = published
        self._owners = owners
        self._present = {qualified(name): answer for name, answer in present.items()}
        self._known: dict[tuple[Cell, str], Age] = {}

    def age(self, image: Image, architecture: str) -> Age:
        """Return the age of an image for an architecture."""
        cell = (_cell(image), architecture)
        if cell not in self._known:
            self._known[cell] = self._find(image, architecture)
        return self._known[cell]

    def _find(self, image: Image, architecture: str) -> Age:
        def age(state: str, why: str = "", key: str = "") -> Age:
            return Age(image=image, architecture=architecture, state=state, why=why, key=key)

        answer = self._published[_cell(image)]
        if isinstance(answer, FetchFailed):
            return age(UNREADABLE, answer.reason)
        parts = answer.value.parts if isinstance(answer, Found) else ()
        part = next((each for each in parts if each.architecture == architecture), None)
        if part is None:
            return age(UNKNOWN, "the registry does not have it")
        if image.parent:
            return age(*self._of_parent(image, architecture, part), part.key)
        return age(*self._of_base(image, part), part.key)

    def _of_parent(self, image: Image, architecture: str, part: Part) -> tuple[str, str]:
        """Return state and reason of an image whose base is an image of the family."""
        owner = self._owners.get(image.parent)
        if owner is None or architecture not in owner.architectures:
            return UNKNOWN, f"the repository does not have its parent {image.parent}"
        above = self.age(owner, architecture)
        if above.state in {STALE, UNREADABLE}:
            verb = "is stale" if above.state == STALE else "can't be read"
            return above.state, f"its parent {image.parent} {verb}: {above.why}"
        built_on = part.annotations.get(PARENT_KEY, "")
        if not built_on or not above.key:
            return UNKNOWN, "its annotations do not have the build of its parent"
        if built_on != above.key:
            return STALE, f"its parent {image.parent} was built again"
        return above.state, above.why

    def _of_base(self, image: Image, part: Part) -> tuple[str, str]:
        """Return state and reason of an image whose base another repository publishes."""
        if image.base == SCRATCH:
            return CURRENT, ""
        name, then = part.annotations.get(BASE_NAME, ""), part.annotations.get(BASE_DIGEST, "")
        if name and not is_base(name, image.base, part, is_child=False):
            return STALE, f"it was built on {name}, and versions.yaml has {image.base}"
        if name and part.annotations.get(PARENT_KEY):
            return self._of_other_family(name, part)
        if not name or not then:
            return UNKNOWN, "its annotations do not have its base"
        return self._since(image.base, part, then)

    def _since(self, base: str, part: Part, then: str) -> tuple[str, str]:
        """Return state and reason of an image, by the index that its base was then."""
        answer = self._present.get(qualified(base))
        if not isinstance(answer, Found):
            reason = answer.reason if isinstance(answer, FetchFailed) else "it was not requested"
            return UNREADABLE, reason
        if answer.value.digest == then:
            return CURRENT, ""
        return self._moved(base, part, then, answer.value)

    def _of_other_family(self, base: str, part: Part) -> tuple[str, str]:
        """Return state and reason of an image whose base is an image that another plan made."""
        answer = current_bases.parts(self._registry, base)
        if not isinstance(answer, Found):
            return UNREADABLE, answer.reason
        keys = {each.key for each in answer.value if each.architecture == part.architecture}
        if not any(keys):
            return UNKNOWN, f"the annotations of {base} do not have its build"
        if part.annotations[PARENT_KEY] in keys:
            return CURRENT, ""
        return STALE, f"its base {base} was built again"

    def _moved(self, base: str, part: Part, then: str, now: BaseNow) -> tuple[str, str]:
        """Return state and reason of an image whose base has another index now."""
        current = now.platforms.get(part.architecture, "")
        if not current:
            return UNKNOWN, f"{base} has no image for {part.architecture} any more"
        before = part.annotations.get(PLATFORM_DIGEST, "")
        if not before:
            old = current_bases.child(self._registry, base, then, part.architecture)
            if not isinstance(old, Found):
                return UNKNOWN, f"the old index of {base} can't be read: {old.reason}"
            before = old.value
        return (CURRENT, "") if before == current else (STALE, f"{base} has moved")


def _cell(image: Image) -> Cell:
    return image.dockerfile_path
