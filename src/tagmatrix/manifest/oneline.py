r"""The one-line format of before 2016, read so that history can be compared.

    # maintainer: Full Name <email-or-url> (@github-handle)

    tag: repository@commit-or-git-tag folder

It has no other fields: the branch is any (`refs/heads/*`), and what isn't a commit
is a git tag. bashbrew read it until 2021 (`ParseLineBased`); files of 2014 that name
no maintainer, or not in the form above, are read here too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.errors import ManifestError, quote
from tagmatrix.manifest.model import Entry
from tagmatrix.manifest.paragraphs import SPACE
from tagmatrix.manifest.validate import ONE_LINE_COMMIT, ONE_LINE_FETCH, Assembler, At
from tagmatrix.manifest.values import ARCH_SUFFIXES, FIELDS, is_commit, is_tag, read_maintainer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.manifest.model import Manifest

_MAINTAINER: Final = "# maintainer: "
_is_address: Final = re.compile(f"[^<>(){SPACE}]*").fullmatch
_SPACES: Final = re.compile(f"[{SPACE}]+")


def looks_like_one_line(text: str) -> bool:
    """Tell whether a text that is no manifest of today is meant as one of before.

    It is when its first line is an entry and no line is a field of today's format,
    so that a file of today with a mistake is never mistaken.

    >>> looks_like_one_line("latest: git://example.org/engine@v1 folder")
    True
    >>> looks_like_one_line("GitRepo: git@example.org:engine.git")
    False
    >>> looks_like_one_line("Maintainer: Ada <ada@example.org> (@ada)")
    False
    """
    lines = _lines(text)
    _, first = next(lines, (0, ""))
    entry = _split(first)
    if entry is None or not is_tag(entry[0]) or not _is_address(entry[1] + entry[2]):
        return False
    if _is_field(first):
        return False
    return not any(_is_field(line) for _, line in lines)


def parse_one_line(text: str) -> Manifest:
    """Return the manifest that a text in the one-line format means.

    Raises:
        ManifestError: a line is no entry, or an entry breaks a rule.
    """
    maintainers = [
        read_maintainer(line.removeprefix(_MAINTAINER))
        for _, line in _lines(text, comments=True)
        if line.startswith(_MAINTAINER)
    ]
    global_ = Entry(
        maintainers=tuple([maintainer for maintainer in maintainers if maintainer is not None]),
        git_fetch=ONE_LINE_FETCH,
    )
    assembler = Assembler(global_, At("the file's comments"), one_line=True)
    for number, line in _lines(text):
        parts = _split(line)
        if parts is None:
            raise ManifestError(
                f"{quote(line)} is no entry: write 'tag: repository@commit folder'", line=number
            )
        tag, repository, ref, folder = parts
        fetch, commit = ONE_LINE_FETCH, ref
        if ref and not is_commit(ref):
            fetch, commit = f"refs/tags/{ref}", ONE_LINE_COMMIT
        entry = Entry(
            maintainers=global_.maintainers,
            tags=(tag,),
            git_repo=repository,
            git_fetch=fetch,
            git_commit=commit,
            directory=folder,
        )
        assembler.add(entry, At(number))
    return assembler.manifest()


def _lines(text: str, *, comments: bool = False) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something, or the comments, each with its number."""
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip(SPACE)
        if stripped and stripped.startswith("#") == comments:
            yield number, stripped


def _split(line: str) -> tuple[str, str, str, str] | None:
    """Return tag, repository, commit and folder of a line, or None."""
    tag, colon, rest = line.partition(":")
    repository, at, rest = rest.partition("@")
    if not colon or not at:
        return None
    ref, *folder = _SPACES.split(rest, maxsplit=1)
    return tag.strip(SPACE), repository.strip(SPACE), ref, folder[0] if folder else "."


def _is_field(line: str) -> bool:
    """Tell whether the line is a field of today's format."""
    name = line.partition(":")[0].strip(SPACE)
    return name in FIELDS or name.endswith(ARCH_SUFFIXES)
