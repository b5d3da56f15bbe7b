"""Query one manifest: its tags, the entries of a tag, the Dockerfile for an architecture.

The functions return the manifest's own objects, so that callers can compare entries with
`is`, in the manifest's order.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from tagmatrix.manifest.architecture_names import named_in
from tagmatrix.manifest.values import ARCH_FIELDS

if TYPE_CHECKING:
    from tagmatrix.manifest.model import Entry, Manifest


class Resolved(Struct, frozen=True, kw_only=True):
    """The build for one architecture: an entry's fields with the overrides applied."""

    architecture: str
    git_repo: str
    git_fetch: str
    git_commit: str
    directory: str
    file: str
    builder: str

    @property
    def path(self) -> str:
        """The path of the Dockerfile in the repository.

        >>> Resolved(
        ...     architecture="amd64", git_repo="r", git_fetch="refs/heads/main",
        ...     git_commit="" + "c0" * 20, directory=".", file="Dockerfile", builder="",
        ... ).path
        'Dockerfile'
        """
        return posixpath.normpath(posixpath.join(self.directory, self.file))

    @property
    def url(self) -> str:
        """The web address of the Dockerfile; empty if the repository's forge is unknown."""
        from tagmatrix.util.forges import file_link  # noqa: PLC0415 (parsing does not need it)

        return file_link(self.git_repo, self.git_commit, self.path)


class SharedGroup(NamedTuple):
    """Shared tags of the same entries: one image index for each tag.

    See https://github.com/opencontainers/image-spec/blob/main/image-index.md.
    """

    tags: tuple[str, ...]
    entries: tuple[Entry, ...]


def all_tags(manifest: Manifest, architecture: str | None = None) -> tuple[str, ...]:
    """Return every tag once, in order: of each entry first its own tags, then the shared ones.

    Args:
        manifest: the manifest to look in.
        architecture: only tags with an image for this architecture, by any of its usual
            names: `arm64v8`, `linux/arm64`.

    Raises InputError if the architecture is unknown.

    >>> from tagmatrix.manifest import parse
    >>> manifest = parse('''
    ... Maintainers: Ada Lovelace (@ada)
    ... GitRepo: https://example.org/engine.git
    ... GitCommit: deadbeefdeadbeefdeadbeefdeadbeefdeadbeef
    ...
    ... Tags: 1-linux
    ... SharedTags: 1
    ... Directory: linux
    ...
    ... Tags: 1-windows
    ... SharedTags: 1
    ... Architectures: windows-amd64
    ... ''')
    >>> all_tags(manifest)
    ('1-linux', '1', '1-windows')
    >>> all_tags(manifest, "windows-amd64")
    ('1-windows', '1')
    """
    tags: dict[str, None] = {}
    architecture = _listed(manifest, architecture)
    for entry in manifest.entries:
        if architecture is None or architecture in entry.architectures:
            tags |= dict.fromkeys((*entry.tags, *entry.shared_tags))
    return tuple(tags)


def find(manifest: Manifest, tag: str, architecture: str | None = None) -> tuple[Entry, ...]:
    """Return the entries of a tag: at most one unless the tag is shared.

    Args:
        manifest: the manifest to look in.
        tag: the tag, without the image's name.
        architecture: only entries that are built for this architecture. There is more
            than one if they differ by Windows build.

    Raises InputError if the architecture is unknown.

    >>> from tagmatrix.manifest import parse
    >>> manifest = parse('''
    ... Maintainers: Ada Lovelace (@ada)
    ... GitRepo: https://example.org/engine.git
    ... GitCommit: deadbeefdeadbeefdeadbeefdeadbeefdeadbeef
    ...
    ... Tags: 1-linux
    ... SharedTags: 1
    ... Directory: linux
    ...
    ... Tags: 1-windows
    ... SharedTags: 1
    ... Architectures: windows-amd64
    ... ''')
    >>> [entry.tags for entry in find(manifest, "1")]
    [('1-linux',), ('1-windows',)]
    >>> [entry.tags for entry in find(manifest, "1", "windows-amd64")]
    [('1-windows',)]
    >>> find(manifest, "2")
    ()
    """
    architecture = _listed(manifest, architecture)
    return tuple(
        [
            entry
            for entry in manifest.entries
            if (tag in entry.tags or tag in entry.shared_tags)
            and (architecture is None or architecture in entry.architectures)
        ]
    )


def _listed(manifest: Manifest, architecture: str | None) -> str | None:
    """Return the name of an architecture in a manifest."""
    if architecture is None:
        return None
    every = (name for entry in manifest.entries for name in entry.architectures)
    return named_in(architecture, every)


def shared_tag_groups(manifest: Manifest) -> tuple[SharedGroup, ...]:
    """Return the shared tags, grouped by the entries that have them.

    >>> from tagmatrix.manifest import parse
    >>> manifest = parse('''
    ... Maintainers: Ada Lovelace (@ada)
    ... GitRepo: https://example.org/engine.git
    ... GitCommit: deadbeefdeadbeefdeadbeefdeadbeefdeadbeef
    ...
    ... Tags: 1-linux
    ... SharedTags: 1, latest
    ... Directory: linux
    ...
    ... Tags: 1-windows
    ... SharedTags: 1, windows, latest
    ... Architectures: windows-amd64
    ... ''')
    >>> for group in shared_tag_groups(manifest):
    ...     print(group.tags, [entry.tags[0] for entry in group.entries])
    ('1', 'latest') ['1-linux', '1-windows']
    ('windows',) ['1-windows']
    """
    owners: dict[str, list[int]] = {}
    for number, entry in enumerate(manifest.entries):
        for tag in entry.shared_tags:
            owners.setdefault(tag, []).append(number)
    groups: dict[tuple[int, ...], list[str]] = {}
    for tag, numbers in owners.items():
        groups.setdefault(tuple(numbers), []).append(tag)
    return tuple(
        [
            SharedGroup(
                tags=tuple(tags), entries=tuple([manifest.entries[number] for number in numbers])
            )
            for numbers, tags in groups.items()
        ]
    )


def resolve(entry: Entry, architecture: str) -> Resolved:
    """Return the build for an architecture, also if the entry does not list it.

    Raises InputError if the architecture is unknown.

    >>> from tagmatrix.manifest import Entry
    >>> entry = Entry(git_commit="" + "c0" * 20, arch_values={"arm64v8-Directory": "aarch64"})
    >>> resolve(entry, "arm64v8").path, resolve(entry, "amd64").path
    ('aarch64/Dockerfile', 'Dockerfile')
    """
    architecture = named_in(architecture, entry.architectures)
    values = {
        attribute: entry.arch_values.get(f"{architecture}-{name}") or getattr(entry, attribute)
        for name, attribute in ARCH_FIELDS.items()
    }
    return Resolved(architecture=architecture, **values)
