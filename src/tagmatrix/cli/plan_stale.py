"""Ask registries for `plan --stale`: which images were built on a base that has moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagmatrix.cli import request_options
from tagmatrix.cli.registry import arguments
from tagmatrix.plan.base_digests import BaseDigests, KnownDigests
from tagmatrix.references import parse as parse_reference
from tagmatrix.registry import current_bases
from tagmatrix.registry.repositories import RegistryRepository
from tagmatrix.registry.stale import CURRENT, STALE, UNREADABLE, ages
from tagmatrix.registry.targets import targets
from tagmatrix.util.wording import join_names
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.plan.families import Read
    from tagmatrix.plan.images import PlanImage
    from tagmatrix.plan.records import Plan
    from tagmatrix.registry.current_bases import BaseNow
    from tagmatrix.registry.stale import Age
    from tagmatrix.registry.targets import Target
    from tagmatrix.web.answers import Answer


@dataclass(slots=True)
class Stale:
    """What registries say: stale images with the reasons, bases, and what can't be read.

    Attributes:
        why: the reason for each stale image.
        cells: the reason for each of its architectures.
        others: for other images, what is known of their bases.
        digests: the digests of bases.
        keys: the keys that builds of stale images have, by family, Dockerfile and architecture.
        published: the keys of all other builds that are published.
        failures: what could not be read, each with the reason.
    """

    why: dict[PlanImage, str] = field(default_factory=dict)
    cells: dict[tuple[PlanImage, str], str] = field(default_factory=dict)
    others: dict[PlanImage, str] = field(default_factory=dict)
    digests: BaseDigests = field(default_factory=lambda: BaseDigests(references={}))
    keys: dict[tuple[str, str, str], str] = field(default_factory=dict)
    published: dict[tuple[str, str, str], str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def find(reads: Sequence[tuple[Config, Read]], args: argparse.Namespace) -> Stale:
    """Return the stale images of families, in the repositories that they are published to."""
    result = Stale()
    names = dict.fromkeys(
        name
        for _, read in reads
        for image in read.family.images
        for found in image.bases.values()
        for name in found.all
    )
    registry = arguments.connect(args, *(config for config, _ in reads))
    # bases that are images of the families themselves are not asked for
    own = {str(target.repository) for config, _ in reads for target in _targets(config, args)}
    wanted = [name for name in names if not _is_own(name, own, reads)]
    present = current_bases.now(registry, wanted, request_options.progress("asking for bases"))
    result.failures += [each.reason for each in present.values() if isinstance(each, FetchFailed)]
    result.digests = _known(present)
    for config, read in reads:
        for target in _targets(config, args):
            progress = request_options.progress(f"asking {target.repository.host}")
            found = ages(registry, target.repository, read.matrix, target.has, present, progress)
            _take(found, read, result)
    _complete(result, [image for _, read in reads for image in read.family.images])
    return result


def same_keys(plan: Plan, stale: Stale) -> Iterator[str]:
    """Yield a warning for each build whose key is the one that it was built with before."""
    for build in plan.builds:
        key = stale.keys.get((build.family, f"{build.folder}/{build.file}", build.architecture))
        if key and key == build.key:
            yield (
                f"{build.name} for {build.architecture}: it was built with the same key before, so "
                "building it again changes nothing; look for the base that never settles"
            )


def _targets(config: Config, args: argparse.Namespace) -> list[Target]:
    named = args.registry.replace("{image}", config.image) if args.registry else None
    return targets(config, named)


def _is_own(name: str, own: set[str], reads: Sequence[tuple[Config, Read]]) -> bool:
    """Return whether a base is an image of one of the families."""
    try:
        named = parse_reference(name)
    except ValueError:
        return False
    families = {config.image for config, _ in reads}
    return named.path in families or str(RegistryRepository.of(named)) in own


def _known(present: Mapping[str, Answer[BaseNow]]) -> BaseDigests:
    """Return the digests of bases as the plan reads them."""
    found = {
        name: KnownDigests(**answer.value.to_json())
        for name, answer in present.items()
        if isinstance(answer, Found)
    }
    return BaseDigests(references=found)


def _take(found: Sequence[Age], read: Read, result: Stale) -> None:
    """Add what was found in one repository."""
    planned = dict(
        zip(
            (image.dockerfile_path for image in read.matrix.images),
            read.family.images,
            strict=True,
        )
    )
    for age in found:
        image = planned[age.image.dockerfile_path]
        place = (image.family, f"{image.folder}/{image.file}", age.architecture)
        if age.state == STALE:
            result.why.setdefault(image, age.why)
            result.cells.setdefault((image, age.architecture), age.why)
            result.keys[place] = age.key
        elif age.state == CURRENT:
            result.others.setdefault(image, "its base has not moved")
            result.published[place] = age.key
        elif age.state == UNREADABLE:
            result.failures.append(f"{image.name} for {age.architecture}: {age.why}")
            result.others[image] = f"it can't be read: {age.why}"
        else:
            result.others[image] = f"it is unknown whether its base has moved: {age.why}"


def _complete(result: Stale, images: Iterable[PlanImage]) -> None:
    """Add the reasons that no repository gives.

    A build that is stale in one repository counts as published in none.
    """
    for image in images:
        result.others.setdefault(image, "it goes to no registry")
    for place in result.keys:
        result.published.pop(place, None)
    for image in result.why:
        stale = [name for name in image.architectures if (image, name) in result.cells]
        verb = "is" if len(stale) == 1 else "are"
        text = f"{join_names(stale)} {verb} built again, and the tags need all architectures"
        for name in image.architectures:
            result.cells.setdefault((image, name), text)
