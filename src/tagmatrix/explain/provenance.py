"""The entries of the committed manifest for tags and images, and since which commit."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.git import baseline
from tagmatrix.git.folders import LibraryInHead, look_up
from tagmatrix.layout import DOCKERFILE, directory, prefix_of, short
from tagmatrix.manifest import ManifestError, parse as parse_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.explain.owners import Owned
    from tagmatrix.git.baseline import Baseline
    from tagmatrix.manifest import Entry
    from tagmatrix.matrix.expand import Image, Matrix

REVISIONS: Final = 1_000
"""The limit of revisions of the manifest to search."""
_AT_ONCE: Final = 40


class TagCommit(Struct, frozen=True):
    """A commit: its id, and if git has it, its day and subject."""

    id: str
    day: str = ""
    subject: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the commit as JSON."""
        return {"id": self.id, "day": self.day or None, "subject": self.subject or None}


class Since(Struct, frozen=True):
    """The commit since which a tag names its images; `at_least` if it may be even older."""

    commit: TagCommit
    at_least: bool


class ManifestTag(Struct, frozen=True):
    """A tag in the committed manifest, which versions.yaml may change.

    `version` is empty if it is unknown. `name` describes the tag for people: its variants,
    its folders, or its version if only the version differs.
    """

    version: str
    dockerfiles: tuple[str, ...]
    name: str
    same: bool

    def to_json(self) -> dict[str, Any]:
        """Return the tag as JSON."""
        return {"version": self.version or None, "dockerfiles": list(self.dockerfiles)}


class Provenance:
    """The committed manifest of an image, and its git repository.

    Attributes:
        path: the manifest's path; it may have an older name of the image.
        warning: that it has an older name, or that git refuses to read the repository, so that
            the manifest is the one on disk; empty otherwise.
    """

    def __init__(self, root: Path, config: Config, matrix: Matrix) -> None:
        """Read the manifest. Raises InputError if it exists and cannot be read."""
        refusal = ""
        try:
            in_head = look_up(root, (), config.layout)
        except git.GitError as error:
            in_head = LibraryInHead(git.NoRepository.REFUSED, {}, config.layout)
            refusal = f"{error}\n{config.layout.manifest} is read from disk, committed or not"
        repository = in_head.repository
        self._repository = repository if isinstance(repository, git.Repository) else None
        found, warning = baseline.find(root, config.layout, in_head)
        self.path = found.path if found else config.layout.manifest
        self.warning = refusal or (warning if found else "")
        self._usual = usual_ref(config)
        self._entries = _entries(found, self._usual) if found else {}
        self._prefix = prefix_of(self._entries, (image.dockerfile_path for image in matrix.images))
        self._images = {self.path_of(image): image for image in matrix.images}

    @cached_property
    def _owners(self) -> Mapping[str, Sequence[str]]:
        """The Dockerfiles of each tag, in the order of the manifest."""
        owners: dict[str, list[str]] = {}
        for path, entry in self._entries.items():
            for tag in dict.fromkeys((*entry.tags, *entry.shared_tags)):
                owners.setdefault(tag, []).append(path)
        return owners

    @property
    def tags(self) -> Iterable[str]:
        """Return all tags of the manifest."""
        return self._owners

    def commit(self, image: Image) -> str:
        """Return the commit of an image's folder in the manifest; empty if it is not there."""
        entry = self._entries.get(self.path_of(image))
        return entry.git_commit if entry else ""

    def in_manifest(self, tag: str, owned: Owned | None = None) -> ManifestTag | None:
        """Return a tag of the manifest; None if the manifest does not have it.

        `owned` is the same tag from versions.yaml, for the comparison.
        """
        paths = self._owners.get(tag)
        if paths is None:
            return None
        version = next(filter(None, map(self._version, paths)), "")
        dockerfiles = tuple(map(self._own, paths))
        if owned and {*paths} == {self.path_of(image) for image in owned.images}:
            same = version in {"", owned.version_tag}
            return ManifestTag(version, dockerfiles, "" if same else version, same)
        cycle = owned.owners[0][0].cycle if owned else ""
        name = ", ".join(self._name(path, cycle) for path in paths)
        return ManifestTag(version, dockerfiles, name, same=False)

    def _own(self, path: str) -> str:
        """Return a path of the manifest as a path relative to versions.yaml."""
        return path.removeprefix(f"{self._prefix}/") if self._prefix else path

    def _name(self, path: str, cycle: str) -> str:
        """Return the name of an image's variant if it is in the given cycle, or else its folder."""
        image = self._images.get(path)
        if image is not None and image.cycle == cycle and image.name:
            return image.name
        return short(self._own(path)).removesuffix(f"/{DOCKERFILE}")

    def _version(self, path: str) -> str:
        """Return the published version of an image, from its first tag.

        Empty if that tag is not formed like the one of versions.yaml. A flavor with `alias` has
        a word before its versions.
        """
        image, (first, *_) = self._images.get(path), self._entries[path].tags or ("",)
        if image is None or not image.tags or image.tags[0].alias.text != image.version_tag:
            return ""
        before, _, after = image.tags[0].name.partition(image.version_tag)
        if not (first.startswith(before) and first.endswith(after)):
            return ""
        return first.removeprefix(before).removesuffix(after)

    def commits(self, ids: Iterable[str]) -> Mapping[str, TagCommit]:
        """Return commits, with their days and subjects if git has them."""
        wanted = dict.fromkeys(ids)
        found = {name: TagCommit(name) for name in wanted}
        if self._repository is not None and wanted:
            known = self._log("--no-walk", "--ignore-missing", *wanted)
            found |= {commit.id: commit for commit in known if commit.id in wanted}
        return found

    def since(self, tag: str, images: Iterable[Image]) -> Since | None:
        """Return the commit since which a tag has named exactly these folders.

        None if the committed manifest differs, or there is no history.
        """
        repository = self._repository
        if repository is None or repository.head is None or repository.shallow:
            return None
        wanted = {self.path_of(image) for image in images}
        seen: list[TagCommit] = []
        for commit, text in self._revisions(repository):
            if _folders(text, tag, self._usual) != wanted:
                break
            seen.append(commit)
        return Since(seen[-1], len(seen) == REVISIONS) if seen else None

    def path_of(self, image: Image) -> str:
        """Return the path of an image's Dockerfile in the repository, as in the manifest."""
        path = directory(self._prefix, image.dockerfile_path)
        return f"{image.ref}:{path}" if image.ref else path

    def _revisions(self, repository: git.Repository) -> Iterator[tuple[TagCommit, bytes]]:
        """Yield the manifest at each commit that changed it, newest first."""
        commits = self._log(f"--max-count={REVISIONS}", "HEAD", "--", self.path)
        path = repository.full_path(self.path)
        for start in range(0, len(commits), _AT_ONCE):
            some = commits[start : start + _AT_ONCE]
            names = [f"{commit.id}:{path}" for commit in some]
            files = git.objects(repository, names, content=True)
            for commit, file in zip(some, files, strict=True):
                yield commit, file.content if file else b""

    def _log(self, *args: str) -> list[TagCommit]:
        if self._repository is None:
            return []
        form = ("--format=%H%x00%cs%x00%s", "--no-decorate", "--no-mailmap", "--no-show-signature")
        lines = git.decode(git.run(self._repository, "log", *form, *args)).split("\n")[:-1]
        return [TagCommit(*line.split("\0", 2)) for line in lines]


def usual_ref(config: Config) -> str:
    """Return the ref that the entries of a manifest have if their images set none."""
    return f"refs/heads/{config.branch}"


def place_of(entry: Entry, usual: str) -> str:
    """Return the path of an entry's Dockerfile, with its ref if that is not the usual one."""
    path = directory(entry.directory, entry.file)
    return path if entry.git_fetch == usual else f"{entry.git_fetch}:{path}"


def _entries(found: Baseline, usual: str) -> dict[str, Entry]:
    """Return the entries of a manifest by their Dockerfile. Raises InputError if it is invalid."""
    try:
        entries = parse_manifest(found.manifest).entries
        return {place_of(entry, usual): entry for entry in entries}
    except ManifestError as error:
        where = f" ({found.where})" if found.where else ""
        raise InputError(f"{found.path}{where}: {error}") from None


def _folders(text: bytes, tag: str, usual: str) -> set[str]:
    """Return the Dockerfiles of a tag in a manifest; none if it cannot be parsed."""
    try:
        entries = parse_manifest(text).entries
    except ManifestError:
        return set()
    return {place_of(entry, usual) for entry in entries if tag in (*entry.tags, *entry.shared_tags)}
