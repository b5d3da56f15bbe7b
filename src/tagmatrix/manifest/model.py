"""What a manifest says, as plain immutable values.

An entry is always complete: what its paragraph leaves out is filled in from the
manifest's first paragraph, and that one from the format's own defaults. Printing
leaves the same things out again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.manifest.architectures import DEFAULT_ARCHITECTURE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NO_VALUES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintainer:
    """Who answers for the images.

    >>> str(Maintainer(name="Ada Lovelace", email="ada@example.org", handle="ada"))
    'Ada Lovelace <ada@example.org> (@ada)'
    >>> str(Maintainer(name="Ada Lovelace", handle="ada"))
    'Ada Lovelace (@ada)'
    """

    name: str
    email: str = ""
    """An e-mail address or a URL; may be empty."""
    handle: str
    """The name on GitHub, without the `@`."""

    def __str__(self) -> str:
        contact = f" <{self.email}>" if self.email else ""
        return f"{self.name}{contact} (@{self.handle})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One build and its tags, or the defaults of all of them.

    `Entry()` holds the format's own defaults. `arch_values` maps the names of the
    fields that hold for one architecture, as the file spells them, to their values:
    `{"arm64v8-Directory": "aarch64"}`; the `..._for` methods look them up.

    >>> entry = Entry(tags=("1",), arch_values={"arm64v8-Directory": "aarch64"})
    >>> entry.directory_for("arm64v8"), entry.directory_for("amd64")
    ('aarch64', '.')
    """

    maintainers: tuple[Maintainer, ...] = ()
    tags: tuple[str, ...] = ()
    shared_tags: tuple[str, ...] = ()
    architectures: tuple[str, ...] = (DEFAULT_ARCHITECTURE,)
    git_repo: str = ""
    git_fetch: str = "refs/heads/master"
    git_commit: str = ""
    directory: str = "."
    file: str = "Dockerfile"
    builder: str = ""
    constraints: tuple[str, ...] = ()
    # Not hashed: a mapping has no hash. Equal entries still have equal hashes.
    arch_values: Mapping[str, str] = field(default_factory=lambda: _NO_VALUES, hash=False)

    def __post_init__(self) -> None:
        """Close `arch_values` against changes from outside."""
        if type(self.arch_values) is not MappingProxyType:
            object.__setattr__(self, "arch_values", MappingProxyType(dict(self.arch_values)))

    def __reduce__(self) -> tuple[Callable[..., Entry], tuple[dict[str, Any]]]:
        """Let an entry be copied and pickled, which a mapping proxy cannot be."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        values["arch_values"] = dict(self.arch_values)
        return _entry, (values,)

    def git_repo_for(self, architecture: str) -> str:
        """Return the repository to clone for this architecture."""
        return self.arch_values.get(f"{architecture}-GitRepo") or self.git_repo

    def git_fetch_for(self, architecture: str) -> str:
        """Return the branch or tag that holds the commit for this architecture."""
        return self.arch_values.get(f"{architecture}-GitFetch") or self.git_fetch

    def git_commit_for(self, architecture: str) -> str:
        """Return the commit to build for this architecture."""
        return self.arch_values.get(f"{architecture}-GitCommit") or self.git_commit

    def directory_for(self, architecture: str) -> str:
        """Return the folder of the build context for this architecture."""
        return self.arch_values.get(f"{architecture}-Directory") or self.directory

    def file_for(self, architecture: str) -> str:
        """Return the name of the Dockerfile for this architecture."""
        return self.arch_values.get(f"{architecture}-File") or self.file

    def builder_for(self, architecture: str) -> str:
        """Return the builder for this architecture; empty where none is named."""
        return self.arch_values.get(f"{architecture}-Builder") or self.builder


DEFAULTS: Final = Entry()
"""What the format says where a manifest says nothing."""


def _entry(values: dict[str, Any]) -> Entry:
    """Make an entry again from its pickled values."""
    return Entry(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A manifest: what `parse` returns and `dumps` prints.

    Made by `parse`, `from_json` and `build`, which validate; calling this class
    does not. `global_` holds the first paragraph on top of the format's defaults.
    """

    global_: Entry
    entries: tuple[Entry, ...] = ()
