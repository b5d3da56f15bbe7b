"""Read the images of a plan from versions.yaml, the Dockerfiles on disk, and git."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.git.folders import look_up
from tagmatrix.layout import directory
from tagmatrix.matrix.expand import files_in_root
from tagmatrix.matrix.laws.findings import name_of
from tagmatrix.plan.dockerfile_needs import Dockerfiles
from tagmatrix.plan.git_facts import GitFacts
from tagmatrix.plan.image_settings import ImageSettings
from tagmatrix.plan.images import PlanFamily, PlanImage, UnavailableImage, plan_tag
from tagmatrix.problems import format_path
from tagmatrix.util.workers import in_background
from tagmatrix.versions import is_final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.git.folders import LibraryInHead
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.tags import Tag
    from tagmatrix.plan.images import PlanTag


@dataclass(frozen=True, slots=True)
class Read:
    """A family as it was read, with warnings for people.

    `dirty` has the images whose folders differ from HEAD; `registry` replaces the repositories
    of the file.
    """

    family: PlanFamily
    settings: ImageSettings
    registry: str
    matrix: Matrix
    in_head: LibraryInHead
    dirty: frozenset[PlanImage]
    warnings: tuple[str, ...]


def read(root: Path, config: Config, matrix: Matrix, *, registry: str = "") -> Read:
    """Return the family of ROOT/versions.yaml. Raises git.GitError."""
    folders = {image.directory for image in matrix.own}
    files = files_in_root(matrix.own)

    def ask_git() -> tuple[LibraryInHead, GitFacts]:
        found = look_up(root, folders, config.layout, files, matrix.elsewhere)
        return found, GitFacts(found, folders)

    settings = ImageSettings(config, registry)
    dockerfiles = Dockerfiles(root)
    with in_background(ask_git) as answer:
        texts = [dockerfiles.read(image) for image in matrix.images]
        in_head, facts = answer()
    images = [
        _image(config, image, text, facts, settings, dockerfiles)
        for image, text in zip(matrix.images, texts, strict=True)
    ]
    family = PlanFamily(
        name=config.image,
        source=config.repository,
        images=tuple(images),
        publish=replace(config.publish, staging=None) if registry else config.publish,
        left_out=tuple(_left_out(matrix)),
        places={} if registry else _places(config),
    )
    dirty = frozenset(image for image in images if facts.is_dirty(image.place))
    return Read(
        family,
        settings,
        registry,
        matrix,
        in_head,
        dirty,
        (*facts.warnings(images), *dockerfiles.warnings()),
    )


def _image(
    config: Config,
    image: Image,
    text: str | None,
    facts: GitFacts,
    settings: ImageSettings,
    dockerfiles: Dockerfiles,
) -> PlanImage:
    flavor = config.flavors.get(image.flavor)
    path = image.source
    secrets = settings.secrets(image)
    dockerfiles.check_secrets(image, text, secrets)
    return PlanImage(
        family=config.image,
        name=name_of(image),
        cycle=image.cycle,
        variant=image.name,
        flavor=image.flavor or None,
        version=image.version or None,
        final=is_final(image.version, image.release.style) if image.version else None,
        folder=_context(config, image, facts),
        file=image.dockerfile,
        place=path,
        architectures=image.architectures,
        builder=settings.builder(image),
        constraints=image.constraints,
        commit=facts.commit(path),
        epoch=facts.epoch(path),
        tree=facts.tree(path),
        tags=_tags(image, image.tags),
        shared_tags=_tags(image, image.shared_tags),
        bases=dockerfiles.bases(image, text),
        repositories=settings.repositories(image),
        replaced=settings.replaced(image),
        labels=config.publish.labels,
        secrets=secrets,
        test=flavor.test if flavor else None,
        weight=config.publish.weights.get(image.flavor),
    )


def _context(config: Config, image: Image, facts: GitFacts) -> str:
    """Return the build context of an image: its folder, or the address of that of another ref."""
    folder = directory(facts.prefix, image.directory)
    if not image.ref:
        return folder
    return f"{config.repository}#{facts.commit(image.source) or image.ref}:{folder}"


def _tags(image: Image, tags: Iterable[Tag]) -> tuple[PlanTag, ...]:
    version, cycle = image.version_tag, image.cycle
    return tuple(
        [
            plan_tag(name, alias.text, version, cycle, fixed=not alias.moves)
            for name, alias, _ in tags
        ]
    )


def _left_out(matrix: Matrix) -> Iterable[UnavailableImage]:
    for cell in matrix.left_out:
        name = "/".join(filter(None, (cell.cycle, cell.variant)))
        yield UnavailableImage(cell.cycle, (cell.variant,), name, cell.why)
    for image in matrix.images:
        for item in image.excluded:
            name = f"{name_of(image)} for {item.architecture}"
            yield UnavailableImage(image.cycle, (image.name, image.flavor), name, item.why)


def _places(config: Config) -> dict[str, str]:
    """Return where the file names each repository, as messages begin."""
    found: dict[str, str] = {}
    for number, each in enumerate(config.publish.registries):
        path = ("publish", "registries", number)
        found.setdefault(each.repository, f"{config.where(path)}: {format_path(path)}")
    return found
