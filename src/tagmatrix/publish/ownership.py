"""The files beside Dockerfiles that tagmatrix wrote: the headers of Dockerfiles name them.

A file without a header of its own is tagmatrix's only as long as it has the SHA-256 that
the header of a Dockerfile gives it, on disk or in HEAD.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.header import is_generated, named_files
from tagmatrix.layout import ROOT, folder_of, inside, parents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tagmatrix.git.folders import LibraryInHead
    from tagmatrix.layout import Layout

Named = dict[str, set[str]]
"""By path, each SHA-256 that a header gives the file."""


def dockerfiles_above(paths: Iterable[str], there: Iterable[str], layout: Layout) -> frozenset[str]:
    """Return the Dockerfiles among some files whose headers may name some paths.

    >>> from tagmatrix.layout import Layout
    >>> there = ["library/8.4/Dockerfile", "library/8.3/Dockerfile"]
    >>> sorted(dockerfiles_above(["library/8.4/trixie/run.sh"], there, Layout()))
    ['library/8.4/Dockerfile']
    """
    folders = {folder for path in paths for folder in (*parents(path), ROOT)}
    if not folders:
        return frozenset()
    return frozenset(
        path for path in there if folder_of(path) in folders and layout.is_dockerfile(path)
    )


def named(dockerfiles: Iterable[tuple[str, bytes]]) -> Named:
    """Return the files that Dockerfiles name, given the path and the content of each."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path, content in dockerfiles:
        for name, digest in named_files(content).items():
            found[inside(folder_of(path), name)].add(digest)
    return dict(found)


def in_head(head: LibraryInHead, paths: Collection[str]) -> dict[str, bytes]:
    """Return the content of those files that HEAD has, with one call of git. Raises GitError."""
    there = [path for path in paths if path in head.tree and head.tree[path].type == "blob"]
    if not there or isinstance(head.repository, git.NoRepository):
        return {}
    ids = [head.tree[path].object_id for path in there]
    found = git.objects(head.repository, ids, content=True)
    return {path: each.content for path, each in zip(there, found, strict=True) if each}


def is_own(path: str, content: bytes, names: Mapping[str, Collection[str]]) -> bool:
    """Return whether tagmatrix wrote a file: by its own header, or by that of a Dockerfile.

    A checkout may have changed its line endings to CRLF.
    """
    if is_generated(content):
        return True
    if path not in names:
        return False
    texts = {content, content.replace(git.CRLF, b"\n")}
    return any(hashlib.sha256(text).hexdigest() in names[path] for text in texts)
