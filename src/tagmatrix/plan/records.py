"""A plan as records: builds, jobs, joins, what is left out, and the cost.

Its JSON has the same names; `json_records` writes, reads and describes it.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 (json_records reads the types of fields)
from typing import Final

from msgspec import Struct

from tagmatrix.config.publishing import ImageTest  # noqa: TC001 (as above)
from tagmatrix.registry.joins import Join  # noqa: TC001 (as above)
from tagmatrix.registry.left_out import LeftOut  # noqa: TC001 (as above)

CLASSIC: Final = "classic"
"""The builder of images that `docker build` builds, never BuildKit."""


class Base(Struct, frozen=True, kw_only=True):
    """A base image that another repository publishes.

    Attributes:
        name: its name with a tag, as in the Dockerfile.
        digest: the digest of its index, if it is known.
        platform_digest: the digest of this platform's image in the index, if it is known.
    """

    name: str
    digest: str | None
    platform_digest: str | None


class Parent(Struct, frozen=True, kw_only=True):
    """A base image that the same plan builds.

    Attributes:
        name: its name with a tag, as in the Dockerfile.
        build: the id of its build.
        digest: its digest, once it is built.
        repository: where it is, once it is built.
    """

    name: str
    build: str
    digest: str | None
    repository: str | None


class SecretName(Struct, frozen=True, kw_only=True):
    """A secret of a build: its id, and the variable that has its value."""

    id: str
    env: str


class Build(Struct, frozen=True, kw_only=True):
    """One image for one architecture.

    Attributes:
        id: its name in this plan: letters, digits, `_` and `-`.
        family: the name of the family of images.
        image: the id of its image, the same for all architectures.
        name: its image in words: cycle and variant.
        cycle, variant, flavor, version: its cell in the matrix, as far as it is known.
        folder: the build context: a folder, or an address of git.
        file: the Dockerfile in the folder.
        architecture: the architecture in official-images' words.
        platform: the same in OCI's words.
        builder: `buildkit` or `classic`.
        constraints: the constraints of its builder.
        commit: the newest commit of the folder.
        epoch: the date of that commit in seconds: SOURCE_DATE_EPOCH.
        key: the hash of all that it is built from; null if a base's digest is unknown.
        base: the name of the base of its last stage; null if it has none, or is unknown.
        bases: its bases of other repositories.
        parents: its bases in this plan.
        labels: the labels of the image.
        repository: where its image is pushed by digest; null if nothing is pushed.
        runner: the class of its machine.
        emulated: whether that machine emulates the architecture.
        stage: 1, or one more than the highest stage of its parents.
        secrets, test: what the build needs, and how its image is tested.
        weight: how expensive it is; null if versions.yaml has no weights.
        why: why it is in the plan.
    """

    id: str
    family: str
    image: str
    name: str
    cycle: str | None
    variant: str | None
    flavor: str | None
    version: str | None
    folder: str
    file: str
    architecture: str
    platform: str
    builder: str
    constraints: tuple[str, ...]
    commit: str | None
    epoch: int | None
    key: str | None
    base: str | None
    bases: tuple[Base, ...]
    parents: tuple[Parent, ...]
    labels: Mapping[str, str]
    repository: str | None
    runner: str
    emulated: bool
    stage: int
    secrets: tuple[SecretName, ...]
    test: ImageTest | None
    weight: int | None
    why: str

    @property
    def in_bake(self) -> bool:
        """Return whether `docker buildx bake` builds it."""
        return self.builder != CLASSIC and not self.platform.startswith("windows/")


class Job(Struct, frozen=True, kw_only=True):
    """Builds that one machine runs, one after another.

    Attributes:
        id: its name in this plan.
        runner: the class of the machine.
        label: the label of the machine.
        stage: the stage of its builds.
        builds: the ids of its builds.
        emulates: the platforms that the machine emulates for them.
        required: whether a tag waits for one of its builds.
    """

    id: str
    runner: str
    label: str
    stage: int
    builds: tuple[str, ...]
    emulates: tuple[str, ...]
    required: bool


class Cost(Struct, frozen=True, kw_only=True):
    """What the plan costs: numbers of images, builds, jobs and stages.

    Attributes:
        weight: the sum of all weights; null if versions.yaml has none.
        minutes: the sum of the builds' durations; null without a history of durations.
        unknown: the number of builds without a known duration; null as `minutes`.
    """

    images: int
    builds: int
    jobs: int
    stages: int
    weight: int | None
    minutes: float | None
    unknown: int | None


class Attestations(Struct, frozen=True, kw_only=True):
    """What is attached to images."""

    sbom: bool
    provenance: str | None


class Plan(Struct, frozen=True, kw_only=True):
    """What to build, where, and in which order.

    Attributes:
        id: a hash of everything else; empty until it is needed.
        as_of: the date that the caller gave.
        push: whether builds are pushed; if not, parents are built again for their children.
        by: what a job is for: image, cycle or build.
        attest: the attestations of all images.
        cache: the cache of each build, with {id} for its id; null for none.
        builds: in the order of building.
        jobs: in the order of stages.
        joins: the indexes to publish.
        left_out: what is not in the plan.
        cost: the numbers before anything starts.
    """

    id: str
    as_of: str | None
    push: bool
    by: str
    attest: Attestations
    cache: str | None
    builds: tuple[Build, ...]
    jobs: tuple[Job, ...]
    joins: tuple[Join, ...]
    left_out: tuple[LeftOut, ...]
    cost: Cost
