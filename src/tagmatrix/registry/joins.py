"""Joins: which builds become one index, and under which tags.

A plan has the joins and the builds that they need; each build leaves a file with the digest
of its image. `read_joins` and `read_built` read both.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 (json_records reads the types of fields)
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix.errors import InputError
from tagmatrix.references import is_digest, is_tag, parse as parse_reference
from tagmatrix.registry.left_out import LeftOut  # noqa: TC001 (json_records reads the types)
from tagmatrix.registry.repositories import repository
from tagmatrix.util import json_records

if TYPE_CHECKING:
    from tagmatrix.registry.repositories import RegistryRepository

KEY: Final = "tagmatrix.key"
"""The annotation of a platform's descriptor with the key of its build."""
IMAGE: Final = "tagmatrix.image"
"""The annotation of a platform's descriptor with the image's cycle and variant."""
PARENT_KEY: Final = "tagmatrix.parent.key"
"""The annotation with the key of the parent's build, if the base is an image of the plan."""
PLATFORM_DIGEST: Final = "tagmatrix.base.platform-digest"
"""The annotation with the digest of the platform's image in the index of the base."""

TEMPORARY: Final = "build-"
"""The beginning of the tags of builds that cannot be pushed by digest."""


class Member(Struct, frozen=True, kw_only=True):
    """One image of an index.

    Attributes:
        build: the id of the build that makes the image.
        architecture: its architecture, in official-images' words.
        platform: its platform, in OCI's words.
        commit: the newest commit of the image's folder.
        key: the hash of all that the build is made of.
        tested: whether the image must pass its test before it is published.
        constraints: the constraints of its builder: the Windows build.
        annotations: those of its descriptor in the index.
    """

    build: str
    architecture: str
    platform: str
    commit: str | None
    key: str | None
    tested: bool
    constraints: tuple[str, ...]
    annotations: Mapping[str, str]


class Join(Struct, frozen=True, kw_only=True):
    """One index: its members, and its tags in a repository.

    Attributes:
        repository: host and path of the repository.
        family: the name of the family of images.
        version: the version of its images.
        final: whether the version is final; None if that is not known.
        tags: its tags in the order of pushing.
        stamped: those of its tags that are immutable.
        fixed: those of its tags that have the full version.
        members: the images in the order of the index.
        required: the builds that must not be missing.
        annotations: those of the index.
    """

    repository: str
    family: str
    version: str | None
    final: bool | None
    tags: tuple[str, ...]
    stamped: tuple[str, ...]
    fixed: tuple[str, ...]
    members: tuple[Member, ...]
    required: tuple[str, ...]
    annotations: Mapping[str, str]


class PlannedBuild(Struct, frozen=True, kw_only=True):
    """What a registry needs of a build: its id, and where its image goes; null: nowhere."""

    id: str
    repository: str | None


class PlanJoins(Struct, frozen=True, kw_only=True):
    """The part of a plan that a registry needs: id, builds, joins, and what is left out."""

    id: str
    builds: tuple[PlannedBuild, ...]
    joins: tuple[Join, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def repositories(self) -> set[RegistryRepository]:
        """Return the repositories where its images may be."""
        names = {join.repository for join in self.joins}
        names |= {build.repository for build in self.builds if build.repository is not None}
        return set(map(repository, names))


class TestResult(Struct, frozen=True, kw_only=True):
    """The result of a build's test."""

    passed: bool
    seconds: int | None


class BuiltImage(Struct, frozen=True, kw_only=True):
    """What a build leaves: the digest of its image, and where the image is.

    `media_type` and `size` are null if the engine names only the digest.
    """

    plan: str
    build: str
    key: str | None
    commit: str | None
    platform: str
    repository: str
    digest: str
    media_type: str | None
    size: int | None
    seconds: int | None
    test: TestResult | None


def read_joins(data: bytes, name: str) -> PlanJoins:
    """Read the joins of a plan; `name` is the file's name in messages. Raises InputError."""
    found = json_records.load(PlanJoins, data, name)
    check(found.joins, name)
    for number, build in enumerate(found.builds):
        if build.repository is not None:
            check_repository(build.repository, f"{name}: builds[{number}].repository")
    return found


def check(joins: tuple[Join, ...], name: str) -> None:
    """Check the names and tags of joins, which may come from any file. Raises InputError."""
    owners: dict[tuple[str, str], int] = {}
    for number, join in enumerate(joins):
        where = f"{name}: joins[{number}]"
        check_repository(join.repository, f"{where}.repository")
        for tag in join.tags:
            if not is_tag(tag):
                raise InputError(f"{where}.tags: invalid tag {tag!r}")
            target = (parse_reference(join.repository).repository, tag)
            if (owner := owners.setdefault(target, number)) != number:
                raise InputError(f"{where}.tags: {tag} is a tag of joins[{owner}] too")


def read_built(data: bytes, name: str) -> BuiltImage:
    """Read what a build left; `name` is the file's name in messages. Raises InputError."""
    found = json_records.load(BuiltImage, data, name)
    if not is_digest(found.digest):
        raise InputError(f"{name}: digest: expected sha256: and 64 hex digits")
    check_repository(found.repository, f"{name}: repository")
    return found


def check_repository(text: str, where: str) -> None:
    """Check the name of a repository, without tag and digest. Raises InputError."""
    try:
        found = parse_reference(text)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None
    if found.tag or found.digest:
        raise InputError(f"{where}: expected a repository without tag and digest, not {text!r}")
