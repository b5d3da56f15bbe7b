"""The joins of a plan: which builds become one index, under which tags, in which repository."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.matrix.laws.publishing import KEY_LENGTH, stamp
from tagmatrix.plan.builds import BASE_DIGEST, OCI
from tagmatrix.references import parse as parse_reference
from tagmatrix.registry.joins import IMAGE, KEY, PARENT_KEY, PLATFORM_DIGEST, Join, Member
from tagmatrix.registry.left_out import LeftOut
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.plan.images import PlanFamily, PlanImage, PlanTag
    from tagmatrix.plan.records import Build

    Builds = Mapping[tuple[PlanImage, str], Build]

_PER_PLATFORM = (f"{OCI}.revision", f"{OCI}.base.name", BASE_DIGEST)
_ADVICE = "give one of them another repository, or another stamp"


@cache
def _spelling(repository: str) -> str:
    """Return the one name of a repository, whatever its spelling."""
    return parse_reference(repository).repository


class Joins:
    """Makes the joins of a plan.

    Attributes:
        joins: the joins so far.
        left_out: the tags that are not published, and why.
    """

    def __init__(
        self, builds: Builds, published: Mapping[PlanImage, None], as_of: str | None
    ) -> None:
        self._builds = builds
        self._published = published
        self._date = (as_of or "").replace("-", "")
        self._by_id = {build.id: build for build in builds.values()}
        self._owner: dict[tuple[str, str], str] = {}
        self.joins: list[Join] = []
        self.left_out: list[LeftOut] = []

    def add(self, family: PlanFamily) -> None:
        """Add the joins of a family. Raises InputError if a tag has two joins."""
        repositories = dict.fromkeys(name for image in family.images for name in image.repositories)
        groups = _groups(family.images)
        for repository in repositories:
            for owners, tags in groups.items():
                there = tuple([each for each in owners if repository in each.repositories])
                if there and any(image in self._published for image in there):
                    self._join(family, repository, there, tags)

    def _join(
        self,
        family: PlanFamily,
        repository: str,
        owners: Sequence[PlanImage],
        tags: Sequence[PlanTag],
    ) -> None:
        cells = [(image, name) for image in owners for name in image.architectures]
        wanted = family.publish.required
        needed = [cell for cell in cells if wanted is None or cell[1] in wanted] or cells
        missing = [cell for cell in needed if cell not in self._builds]
        if missing:
            self.left_out.append(self._left_out(repository, tags, missing))
            return
        built = [self._builds[cell] for cell in cells if cell in self._builds]
        ordered = sorted(tags, key=lambda tag: tag.rank)
        stamped = self._stamped(family, repository, ordered, built)
        every = (*stamped, *(tag.name for tag in ordered))
        self._claim(family, repository, every)
        self.joins.append(
            Join(
                repository=repository,
                family=family.name,
                version=owners[0].version,
                final=owners[0].final,
                tags=every,
                stamped=stamped,
                fixed=tuple([tag.name for tag in ordered if tag.fixed]),
                members=tuple([self._member(build) for build in built]),
                required=tuple([self._builds[cell].id for cell in needed]),
                annotations=_agreed(built),
            )
        )

    def _left_out(
        self, repository: str, tags: Sequence[PlanTag], missing: Sequence[tuple[PlanImage, str]]
    ) -> LeftOut:
        """Return the tags of an index whose required images are not in the plan."""
        image = missing[0][0]
        names = [tag.name for tag in tags]
        architectures = [name for other, name in missing if other is image]
        built = {architecture for _, architecture in self._builds}
        return LeftOut(
            what=f"{repository}: {join_names(names)}",
            why=f"{image.name} for {join_names(architectures)} is not in the plan",
            tags=tuple(names),
            lacks=tuple(dict.fromkeys(name for _, name in missing if name not in built)),
        )

    def _claim(self, family: PlanFamily, repository: str, tags: Sequence[str]) -> None:
        """Note who owns tags. Raises InputError for a tag that another join owns."""
        own = f"{family.name} ({tags[-1]})"
        for tag in tags:
            other = self._owner.setdefault((_spelling(repository), tag), own)
            if other != own:
                place = family.places.get(repository, "--registry")
                raise InputError(
                    f"{place}: {repository}:{tag} would be a tag of {other} and of {own}; {_ADVICE}"
                )

    def _stamped(
        self,
        family: PlanFamily,
        repository: str,
        tags: Sequence[PlanTag],
        builds: Sequence[Build],
    ) -> tuple[str, ...]:
        """Return the immutable tag of an index, if the family has a stamp."""
        pattern = family.publish.stamp
        if pattern is None:
            return ()
        if "{date}" in pattern and not self._date:
            raise InputError(
                f"publish.stamp of {family.name} has {{date}}; give the date with --as-of"
            )
        keys = [build.key for build in builds]
        if "{key}" in pattern and None in keys:
            why = "the digest of a base is not known, so there is no key; use --base-digests"
            self.left_out.append(
                LeftOut(what=f"{repository}: {pattern} of {tags[0].name}", why=why)
            )
            return ()
        key = hashlib.sha256(" ".join(filter(None, keys)).encode()).hexdigest()[:KEY_LENGTH]
        return (stamp(pattern, tags[0].name, date=self._date, key=key),)

    def _member(self, build: Build) -> Member:
        return Member(
            build=build.id,
            architecture=build.architecture,
            platform=build.platform,
            commit=build.commit,
            key=build.key,
            tested=build.test is not None,
            constraints=build.constraints,
            annotations=self._annotations(build),
        )

    def _annotations(self, build: Build) -> dict[str, str]:
        """Return the annotations of a build's descriptor in an index."""
        found = {name: build.labels[name] for name in _PER_PLATFORM if name in build.labels}
        found[IMAGE] = build.name
        if build.key:
            found[KEY] = build.key
        if build.parents and (key := self._by_id[build.parents[-1].build].key):
            found[PARENT_KEY] = key
        for base in build.bases:
            if base.name == build.base and base.platform_digest:
                found[PLATFORM_DIGEST] = base.platform_digest
        return found


def _groups(images: Iterable[PlanImage]) -> dict[tuple[PlanImage, ...], list[PlanTag]]:
    """Return the tags that have the same images, by these images."""
    owners: dict[str, list[PlanImage]] = {}
    tags: dict[str, PlanTag] = {}
    for image in images:
        for tag in image.all_tags:
            owners.setdefault(tag.name, []).append(image)
            tags.setdefault(tag.name, tag)
    groups: dict[tuple[PlanImage, ...], list[PlanTag]] = {}
    for name, some in owners.items():
        groups.setdefault(tuple(some), []).append(tags[name])
    return groups


def _agreed(builds: Sequence[Build]) -> dict[str, str]:
    """Return the labels that all members of an index have."""
    first, *others = builds
    labels = [other.labels for other in others if other.labels is not first.labels]
    return {
        name: text
        for name, text in first.labels.items()
        if name.startswith(OCI) and all(other.get(name) == text for other in labels)
    }
