"""The builds of a plan: one for each image and architecture that is selected."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tagmatrix.dockerfile.image_names import SCRATCH
from tagmatrix.plan.base_digests import digests_of
from tagmatrix.plan.build_names import BuildNames
from tagmatrix.plan.records import CLASSIC, Base, Build, Parent
from tagmatrix.plan.runners import Runners
from tagmatrix.platforms import PLATFORMS
from tagmatrix.references import qualified
from tagmatrix.registry.left_out import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.plan.base_digests import BaseDigests
    from tagmatrix.plan.graph import Graph, Link
    from tagmatrix.plan.images import ImageBases, PlanFamily, PlanImage

    Builds = dict[tuple[PlanImage, str], Build]

OCI: Final = "org.opencontainers.image"
BASE_NAME: Final = f"{OCI}.base.name"
BASE_DIGEST: Final = f"{OCI}.base.digest"
IMPORTED: Final = "oci-import"
_KEY_SCHEME: Final = 1


class Builder:
    """Makes the builds of a plan, each after its parents."""

    def __init__(
        self,
        families: Sequence[PlanFamily],
        graph: Graph,
        digests: BaseDigests,
        *,
        push: bool,
    ) -> None:
        self._families = {family.name: family for family in families}
        self._graph = graph
        self._digests = digests
        self._push = push
        self._runners = {family.name: Runners(family.publish.runners) for family in families}
        classes = [name for some in self._runners.values() for name in some.classes]
        self.names = BuildNames(graph, several=len(families) > 1, runners=classes)
        self._known_labels: dict[
            tuple[PlanImage, tuple[str | None, str | None]], Mapping[str, str]
        ] = {}
        self._known_bases: dict[
            tuple[ImageBases | None, str, frozenset[str]], tuple[Base, ...]
        ] = {}
        self.left_out: list[LeftOut] = []

    def builds(self, selected: Mapping[tuple[PlanImage, str], str]) -> Builds:
        """Return the builds in the order of stages; `left_out` then has what cannot be built."""
        stages = self._graph.stages
        order = sorted(selected, key=lambda cell: stages.get(cell[0], 1)) if stages else selected
        found: Builds = {}
        for image, architecture in order:
            made = self._build(image, architecture, found, selected[image, architecture])
            if isinstance(made, Build):
                found[image, architecture] = made
            else:
                self.left_out.append(LeftOut(what=self.names.build(image, architecture), why=made))
        return self._with_targets(found) if self._push else found

    def _with_targets(self, found: Builds) -> Builds:
        """Return the builds that a registry gets; a parent that goes nowhere is pushed too."""
        kept: Builds = {}
        targets: dict[str, str] = {}
        left: list[LeftOut] = []
        for cell, build in reversed(found.items()):  # children come after their parents
            target = build.repository or targets.get(build.id)
            if target is None:
                why = "no repository of `publish.registries` is for it"
                left.append(LeftOut(what=build.id, why=why))
                continue
            kept[cell] = build if build.repository else replace(build, repository=target)
            for parent in build.parents:
                targets.setdefault(parent.build, target)
        self.left_out += reversed(left)
        return dict(reversed(kept.items()))

    def _build(
        self,
        image: PlanImage,
        architecture: str,
        before: Mapping[tuple[PlanImage, str], Build],
        why: str,
    ) -> Build | str:
        """Return a build, or why it is not possible."""
        if image.builder == IMPORTED:
            return "it is imported, not built (oci-import)"
        platform = PLATFORMS.get(architecture)
        place = self._runners[image.family].find(architecture, image.constraints)
        if platform is None or place is None:
            return f"no runner builds {architecture}; add one to `publish.runners`"
        builder = _builder(image, platform)
        if builder == CLASSIC and place.emulated:
            return (
                f"no runner builds {architecture} natively, and a build without BuildKit cannot be "
                "emulated"
            )
        parents = []
        links = self._graph.links(image, architecture)
        for link in links:
            parent = before.get((link.image, link.architecture))
            if parent is None:
                return f"its parent {link.image.name} is not built for {link.architecture}"
            parents.append(Parent(name=link.name, build=parent.id, digest=None, repository=None))
            if not self._push and builder != CLASSIC and not parent.in_bake:
                return (
                    f"its parent {parent.id} is built without BuildKit, and BuildKit finds it only "
                    "after a push"
                )
        found = image.bases.get(architecture)
        bases = self._bases(found, platform, frozenset([link.name for link in links]))
        base = found.last if found and found.last not in {"", SCRATCH} else None
        family = self._families[image.family]
        keys = [before[link.image, link.architecture].key for link in links]
        labels = self._labels(image, family.source, _base(base, links, bases))
        return Build(
            id=self.names.build(image, architecture),
            family=image.family,
            image=self.names.images[image],
            name=image.name,
            cycle=image.cycle,
            variant=image.variant,
            flavor=image.flavor,
            version=image.version,
            folder=image.folder,
            file=image.file,
            architecture=architecture,
            platform=platform,
            builder=builder,
            constraints=image.constraints,
            commit=image.commit,
            epoch=image.epoch,
            key=self._key(image, architecture, bases, keys, labels.get(BASE_NAME)),
            base=base,
            bases=bases,
            parents=tuple(parents),
            labels=labels,
            repository=self._target(image),
            runner=place.name,
            emulated=place.emulated,
            stage=self._graph.stages.get(image, 1),
            secrets=image.secrets,
            test=image.test,
            weight=image.weight,
            why=why,
        )

    def _labels(
        self, image: PlanImage, source: str, base: tuple[str | None, str | None]
    ) -> Mapping[str, str]:
        """Return the labels of an image, the same for all builds with the same base."""
        key = (image, base)
        if key not in self._known_labels:
            self._known_labels[key] = {**_labels(image, source, base), **image.labels}
        return self._known_labels[key]

    def _target(self, image: PlanImage) -> str | None:
        """Return the repository that a build is pushed to by digest."""
        if not self._push or not image.repositories:
            return None
        return self._families[image.family].publish.staging or image.repositories[0]

    def _bases(
        self, found: ImageBases | None, platform: str, parents: frozenset[str]
    ) -> tuple[Base, ...]:
        """Return the bases that are not parents; builds with the same bases share them."""
        key = (found, platform, parents)
        if key not in self._known_bases:
            names = [name for name in (found.all if found else ()) if name not in parents]
            self._known_bases[key] = tuple(
                [self._base(name, platform) for name in names if name != SCRATCH]
            )
        return self._known_bases[key]

    def _base(self, name: str, platform: str) -> Base:
        index, own = digests_of(self._digests, name, platform)
        return Base(name=name, digest=index, platform_digest=own)

    def _key(
        self,
        image: PlanImage,
        architecture: str,
        bases: Sequence[Base],
        parents: Sequence[str | None],
        base_name: str | None,
    ) -> str | None:
        """Return the hash of all that a build is made of; None if a part is not known."""
        found = image.bases.get(architecture)
        if image.tree is None or found is None or not found.known or None in parents:
            return None
        built_on: list[tuple[str, str]] = [("parent", key) for key in parents if key]
        for base in bases:
            index = base.digest if base.name in found.foreign or "@" in base.name else None
            if (digest := base.platform_digest or index) is None:
                return None
            built_on.append((base.name, digest))
        family = self._families[image.family]
        publish = family.publish
        settings = (
            # ImageSettings.of_the_build has the same for --changed-since.
            family.source,
            base_name,
            image.constraints,
            publish.attest.sbom,
            publish.attest.provenance,
            sorted(image.labels.items()),
            [secret.id for secret in image.secrets],
        )
        source = (_KEY_SCHEME, image.tree, image.file, image.epoch)
        facts = (source, architecture, image.builder, settings, built_on)
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _builder(image: PlanImage, platform: str) -> str:
    return CLASSIC if image.builder == CLASSIC or platform.startswith("windows/") else "buildkit"


def _base(
    name: str | None, links: Iterable[Link], bases: Iterable[Base]
) -> tuple[str | None, str | None]:
    """Return the whole name of a base, and the digest of its index.

    The name of a parent is the one that it is published under.
    """
    if name is None:
        return None, None
    for link in links:
        if link.name == name and link.image.repositories:
            return qualified(f"{link.image.repositories[0]}:{name.rpartition(':')[2]}"), None
    return qualified(name), next((each.digest for each in bases if each.name == name), None)


def _labels(image: PlanImage, source: str, base: tuple[str | None, str | None]) -> dict[str, str]:
    """Return the labels of an image that OCI defines, as far as they are known.

    https://github.com/opencontainers/image-spec/blob/main/annotations.md
    """
    found = {
        f"{OCI}.source": source,
        f"{OCI}.revision": image.commit,
        f"{OCI}.version": image.version,
        f"{OCI}.created": created(image.epoch),
        BASE_NAME: base[0],
        BASE_DIGEST: base[1],
    }
    return {name: text for name, text in found.items() if text}


@cache
def created(epoch: int | None) -> str | None:
    """Return a date in seconds as RFC 3339 text.

    >>> created(1764288000)
    '2025-11-28T00:00:00Z'
    """
    if epoch is None:
        return None
    return dt.datetime.fromtimestamp(epoch, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
