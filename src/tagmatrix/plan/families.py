"""Read the images of a plan from versions.yaml, the Dockerfiles on disk, and git."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix import git
from tagmatrix.dockerfile.bases import BasesReader
from tagmatrix.git.folders import LibraryInHead, look_up
from tagmatrix.layout import DOCKERFILE, TOP, directory, dockerfile_path
from tagmatrix.matrix.rule_matching import Rules
from tagmatrix.plan.images import ImageBases, PlanFamily, PlanImage, plan_tag
from tagmatrix.plan.records import SecretName, Test
from tagmatrix.references import parse as parse_reference
from tagmatrix.util.wording import join_names
from tagmatrix.versions import is_final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.config.publishing import Destination, Secret
    from tagmatrix.dockerfile.bases import Bases
    from tagmatrix.matrix.expand import Image, Matrix

_FROM: Final = re.compile(r"^[ \t]*FROM[ \t]", re.IGNORECASE | re.MULTILINE)
_SECRET: Final = re.compile(r"--mount=(?=\S*\btype=secret\b)(\S+)")
_MOST: Final = 1 << 20
"""The most bytes of a Dockerfile to read."""
_FEW: Final = 3


@dataclass(frozen=True, slots=True)
class Read:
    """A family as it was read, with warnings for people.

    `folders` has the path of each image's folder relative to the root, `dirty` the images
    whose folders differ from HEAD.
    """

    family: PlanFamily
    matrix: Matrix
    in_head: LibraryInHead
    dirty: frozenset[PlanImage]
    warnings: tuple[str, ...]


def read(root: Path, config: Config, matrix: Matrix, *, registry: str = "") -> Read:
    """Return the family of ROOT/versions.yaml. Raises git.GitError."""
    in_head = look_up(root, [f"{TOP}/{image.folder}" for image in matrix.images])
    facts = _Git(in_head, {f"{TOP}/{image.folder}" for image in matrix.images})
    destinations = _Destinations(config, registry)
    dockerfiles = _Dockerfiles(root)
    images = []
    for image in matrix.images:
        flavor = config.flavors.get(image.flavor)
        path = f"{TOP}/{image.folder}"
        text = dockerfiles.read(image)
        secrets = destinations.secrets(image)
        dockerfiles.check_secrets(image, text, secrets)
        test = flavor.test if flavor else None
        release = image.release
        images.append(
            PlanImage(
                family=config.image,
                name="/".join(filter(None, (image.cycle, image.name))),
                cycle=image.cycle,
                variant=image.name,
                flavor=image.flavor or None,
                version=image.version or None,
                final=is_final(image.version, release.style) if image.version else None,
                folder=directory(facts.prefix, image.folder),
                file=DOCKERFILE,
                place=path,
                architectures=image.architectures,
                builder=image.builder or config.builder or "",
                constraints=image.constraints,
                commit=facts.commit(path),
                epoch=facts.epoch(path),
                tree=facts.tree(path),
                tags=tuple([plan_tag(tag.name, tag.alias.text, image.version_tag, image.cycle) for tag in image.tags]),
                shared_tags=tuple([plan_tag(tag.name, tag.alias.text, image.version_tag, image.cycle) for tag in image.shared_tags]),
                bases=dockerfiles.bases(image, text),
                repositories=destinations.repositories(image),
                labels=config.publish.labels,
                secrets=secrets,
                test=test and Test(command=test.command, wait=test.wait, options=test.options),
                weight=config.publish.weights.get(image.flavor),
            )
        )
    family = PlanFamily(
        name=config.image,
        source=config.repository,
        images=tuple(images),
        publish=config.publish,
        left_out=tuple(_left_out(matrix)),
    )
    dirty = frozenset(image for image in images if facts.is_dirty(image.place))
    return Read(family, matrix, in_head, dirty, (*facts.warnings(images), *dockerfiles.warnings()))


def _left_out(matrix: Matrix) -> Iterable[tuple[str, str]]:
    for cell in matrix.left_out:
        yield f"{cell.cycle}/{cell.variant}", cell.why
    for image in matrix.images:
        for item in image.excluded:
            yield f"{image.cycle}/{image.name} for {item.architecture}", item.why


class _Destinations:
    """The repositories and the secrets of each image."""

    def __init__(self, config: Config, registry: str) -> None:
        self._registry = registry.replace("{image}", config.image)
        self._destinations = config.publish.registries
        self._rules = Rules(self._destinations)
        self._secrets = {
            name: (flavor.secrets, Rules(flavor.secrets))
            for name, flavor in config.flavors.items()
            if flavor.secrets
        }

    def repositories(self, image: Image) -> tuple[str, ...]:
        """Return the repositories that an image goes to."""
        if self._registry:
            return (self._registry,)
        holding = self._rules.holding(*_cell(image)) if self._destinations else 0
        found = [
            each.repository
            for bit, each in enumerate(self._destinations)
            if holding >> bit & 1 and _fits(each, image)
        ]
        return tuple(dict.fromkeys(found))

    def secrets(self, image: Image) -> tuple[SecretName, ...]:
        """Return the secrets that an image needs."""
        secrets: tuple[Secret, ...]
        secrets, rules = self._secrets.get(image.flavor, ((), None))
        holding = rules.holding(*_cell(image)) if rules else 0
        return tuple(
            [
                SecretName(id=each.id, env=each.env)
                for bit, each in enumerate(secrets)
                if holding >> bit & 1
            ]
        )


def _fits(destination: Destination, image: Image) -> bool:
    if destination.final is None:
        return True
    return destination.final == is_final(image.version, image.release.style)


def _cell(image: Image) -> tuple[str, str, str, str]:
    return (image.cycle, image.flavor, image.suite, image.name)


class _Git:
    """What git knows of the folders."""

    def __init__(self, in_head: LibraryInHead, folders: set[str]) -> None:
        repository = in_head.repository
        self._in_head = in_head
        self._dirty: set[str] = set()
        self._absent = isinstance(repository, git.Absence)
        self.prefix = ""
        self._epochs: dict[str, int] = {}
        if isinstance(repository, git.Absence) or repository.head is None:
            return
        self.prefix = repository.prefix
        self._dirty = _dirty(repository, folders)
        self._epochs = _epochs(repository, dict.fromkeys(in_head.commits.values()))

    def is_dirty(self, path: str) -> bool:
        """Return whether a folder differs from HEAD."""
        return path in self._dirty

    def commit(self, path: str) -> str | None:
        """Return the newest commit of a folder; None if HEAD has another content."""
        return None if path in self._dirty else self._in_head.commits.get(path)

    def epoch(self, path: str) -> int | None:
        """Return the date of that commit."""
        return self._epochs.get(self.commit(path) or "")

    def tree(self, path: str) -> str | None:
        """Return the hash of a folder's content; None if HEAD has another content."""
        entry = self._in_head.tree.get(path)
        return None if entry is None or path in self._dirty else entry.object_id

    def warnings(self, images: Sequence[PlanImage]) -> Iterable[str]:
        """Yield why builds have no commit."""
        without = [image.name for image in images if image.commit is None]
        if not without:
            return
        if isinstance(self._in_head.repository, git.Absence):
            why = self._in_head.repository.value
        elif self._in_head.repository.shallow:
            why = "the clone is shallow (to get its history: git fetch --unshallow)"
        else:
            why = "their folders are not committed as they are on disk"
        yield (
            f"{_some(without)}: builds without a commit, a date and a key, because {why}"
        )


def _dirty(repository: git.Repository, folders: set[str]) -> set[str]:
    """Return the folders in which a file differs from HEAD, or is not in HEAD."""
    options = ("--porcelain", "-z", "--untracked-files=all", "--no-renames")
    listing = git.decode(git.run(repository, "status", *options, "--", TOP))
    found: set[str] = set()
    for entry in listing.split("\0")[:-1]:
        path = entry[3:]
        path = path.removeprefix(f"{repository.prefix}/") if repository.prefix else path
        while path := path.rpartition("/")[0]:
            if path in folders:
                found.add(path)
    return found


def _epochs(repository: git.Repository, commits: Iterable[str]) -> dict[str, int]:
    """Return the dates of commits."""
    wanted = list(commits)
    if not wanted:
        return {}
    options = ("--no-walk=unsorted", "--format=%H %ct", "--no-decorate", "--no-show-signature")
    stdin = git.encode("\n".join(wanted) + "\n")
    log = git.run(repository, "log", *options, "--stdin", stdin=stdin)
    lines = (line.split(" ") for line in git.decode(log).splitlines())
    return {commit: int(date) for commit, date in lines}


class _Dockerfiles:
    """The Dockerfiles on disk, and what they are built on."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._missing: list[str] = []
        self._unknown: list[str] = []
        self._secrets: dict[str, list[str]] = {}
        self._familiar: dict[str, str] = {}

    def read(self, image: Image) -> str | None:
        """Return the text of a Dockerfile; None if it does not exist."""
        try:
            # Strings are faster than Path objects, and this runs for every image.
            with open(os.path.join(self._root, dockerfile_path(image.folder)), "rb") as file:  # noqa: PTH118, PTH123
                return file.read(_MOST).decode("utf-8", "replace")
        except OSError:
            self._missing.append(_name(image))
            return None

    def bases(self, image: Image, text: str | None) -> Mapping[str, ImageBases]:
        """Return the bases of an image: those of its Dockerfile, or else that of the matrix."""
        if text is None or _is_plain(text, image.base):
            base = self._name(image.base)
            found = ImageBases(base, (base,), known=text is not None)
            return dict.fromkeys(image.architectures, found)
        reader = BasesReader(text)
        bases = {name: self._found(reader.bases(name)) for name in image.architectures}
        if not all(each.known for each in bases.values()):
            self._unknown.append(_name(image))
        return bases

    def check_secrets(
        self, image: Image, text: str | None, secrets: Sequence[SecretName]
    ) -> None:
        """Note the secrets that a Dockerfile needs and versions.yaml does not name."""
        if text is None or "type=secret" not in text:
            return
        known = {secret.id for secret in secrets}
        for mount in _SECRET.findall(text):
            options = dict(part.partition("=")[::2] for part in mount.split(","))
            target = options.get("target") or options.get("dst") or options.get("destination", "")
            name = options.get("id") or target.rpartition("/")[2]
            if name and name not in known:
                self._secrets.setdefault(name, []).append(_name(image))

    def warnings(self) -> Iterable[str]:
        """Yield what is missing, for people."""
        if self._missing:
            yield f"{_some(self._missing)}: no Dockerfile yet; run tagmatrix generate"
        if self._unknown:
            yield f"{_some(self._unknown)}: not all base images can be read from the Dockerfile"
        for name, images in self._secrets.items():
            yield (
                f"{_some(dict.fromkeys(images))}: the Dockerfile mounts the secret {name}, which "
                "is not in `secrets` of its flavor"
            )

    def _found(self, bases: Bases) -> ImageBases:
        return ImageBases(
            last=self._name(bases.last),
            all=tuple([self._name(name) for name in bases.all]),
            foreign=tuple([self._name(name) for name in bases.foreign]),
            known=not bases.problems,
        )

    def _name(self, name: str) -> str:
        """Return the familiar form of a base's name; the name itself if it is no reference."""
        if name not in self._familiar:
            self._familiar[name] = familiar(name)
        return self._familiar[name]


def familiar(name: str) -> str:
    """Return the shortest form of an image's name with a tag; `scratch` and "" stay.

    >>> familiar("docker.io/library/debian:trixie"), familiar("scratch")
    ('debian:trixie', 'scratch')
    """
    if name in {"", "scratch"}:
        return name
    try:
        return parse_reference(name).familiar
    except ValueError:
        return name


def _is_plain(text: str, base: str) -> bool:
    """Return whether a Dockerfile has one stage, on this base, and copies from no other image."""
    found = _FROM.search(text)
    if found is None or "from=" in text.lower() or _FROM.search(text, found.end()):
        return False
    return text[found.end() :].partition("\n")[0].strip() == base


def _name(image: Image) -> str:
    return "/".join(filter(None, (image.cycle, image.name)))


def _some(names: Iterable[str]) -> str:
    every = list(names)
    if len(every) <= _FEW:
        return join_names(every)
    return join_names([*every[:_FEW], f"{len(every) - _FEW:,} more"])
