"""Read and check single values of a manifest: lists, maintainers, folders, tags."""

from __future__ import annotations

import posixpath
import re
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.model import Maintainer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.manifest.model import Entry

LIST_SPACE: Final = "\n\r\t "
LIST_FIELDS: Final = {"Tags": "tags", "SharedTags": "shared_tags", "Architectures": "architectures"}
"""The attribute of `Entry` for each field with a list, in the order of printing."""
ARCH_FIELDS: Final = {
    "GitRepo": "git_repo",
    "GitFetch": "git_fetch",
    "GitCommit": "git_commit",
    "Directory": "directory",
    "File": "file",
    "Builder": "builder",
}
"""The same for the other fields, which an entry may also have for single architectures."""
FIELDS: Final = frozenset({"Maintainers", *LIST_FIELDS, *ARCH_FIELDS, "Constraints"})
source_of: Final[Callable[[Entry], tuple[str, ...]]] = attrgetter(*ARCH_FIELDS.values())
"""Returns the values of these fields."""
ARCH_SUFFIXES: Final = tuple(f"-{name}" for name in ARCH_FIELDS)
# https://github.com/docker-library/official-images#instruction-format
MAINTAINER_FORMAT: Final = "Full Name <email-or-url> (@github-handle)"

# The reference's patterns, without `\w` and `$`, which match more in Python than in Go.
is_tag: Final[Callable[[str], object]] = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}").fullmatch
is_fetch: Final[Callable[[str], object]] = re.compile(r"refs/(?:heads|tags)/[^*?:]+").fullmatch
is_commit: Final[Callable[[str], object]] = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?").fullmatch

# Possessive quantifiers, because the reference's pattern takes quadratic time on a run of
# spaces. The group of the name includes the one space after it, which is removed later.
_SPACE: Final = r"\t\n\f\r "
_WORD: Final = rf"[^{_SPACE}<>()]"
_match_maintainer: Final = re.compile(
    rf"({_WORD}[^<>()]*+(?<=[{_SPACE}]))(?:<({_WORD}++)>[{_SPACE}]++)?\(@({_WORD}++)\)"
).fullmatch


def split_list(value: str) -> tuple[str, ...]:
    r"""Return the items of a comma-separated list; an empty value has one empty item.

    >>> split_list("1,\n 2 , ")
    ('1', '2', '')
    """
    if "," not in value:
        return (value.strip(LIST_SPACE),)
    return tuple([item.strip(LIST_SPACE) for item in value.split(",")])


def read_maintainer(text: str) -> Maintainer | None:
    """Return the maintainer of a text, or None if it is malformed.

    >>> read_maintainer("Ada Lovelace (@ada)")
    Maintainer(name='Ada Lovelace', email='', handle='ada')
    >>> read_maintainer("Ada Lovelace <ada@example.org>")
    """
    match = _match_maintainer(text)
    if match is None:
        return None
    name, email, handle = match.groups("")
    return Maintainer(name=name[:-1], email=email, handle=handle)


def clean_directory(path: str) -> str:
    """Return the shortest equivalent path, like Go's `path.Clean` (https://pkg.go.dev/path#Clean).

    Unlike `posixpath.normpath` it does not keep a second leading slash.

    >>> clean_directory("./a//b/../c/"), clean_directory(""), clean_directory("//..")
    ('a/c', '.', '/')
    """
    return posixpath.normpath(f"/{path.lstrip('/')}" if path.startswith("/") else path)


def byte_order(text: str) -> bytes:
    """Return a sort key for the order of UTF-8 bytes, which is Go's order of strings."""
    return text.encode("utf-8", "surrogateescape")
