"""Parse the text of a manifest."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.errors import ManifestError, quote
from tagmatrix.manifest.model import DEFAULTS, Entry
from tagmatrix.manifest.paragraphs import read_paragraphs
from tagmatrix.manifest.validate import Assembler
from tagmatrix.manifest.values import (
    ARCH_SUFFIXES,
    FIELDS,
    MAINTAINER_FORMAT,
    read_maintainer,
    split_list,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.manifest.model import Maintainer, Manifest
    from tagmatrix.manifest.paragraphs import Paragraph

# `latest: git://example.org/engine@v1 folder`, without its tag.
_is_one_line: Final = re.compile(r"[a-z+]+://[^\s@]++@\S+(?:[ \t]+\S+)?").fullmatch


def parse(text: str | bytes, *, any_architecture: bool = False) -> Manifest:
    """Return the manifest of the text of a file in `library/`.

    The text means the same as to bashbrew's `manifest` package
    (https://github.com/docker-library/bashbrew/blob/master/manifest/rfc2822.go). `Maintainers` and
    `Constraints` of an entry are added to those of the first paragraph; all other fields
    replace the values there. Unknown fields are ignored. Entries with the same build are
    merged.

    Args:
        text: the text, or its bytes. Bytes that are not UTF-8 are kept, as lone
            surrogates (https://peps.python.org/pep-0383/), and printed again by
            `dumps(...).encode("utf-8", "surrogateescape")`.
        any_architecture: accept unknown architectures with the form of an architecture's
            name. bashbrew rejects unknown ones, but may be newer than this program.

    Raises:
        ManifestError: the text is not a valid manifest; the message has line and cause.

    >>> manifest = parse('''
    ... Maintainers: Ada Lovelace (@ada)
    ... GitRepo: https://example.org/engine.git
    ...
    ... Tags: 1.2, 1
    ... GitCommit: deadbeefdeadbeefdeadbeefdeadbeefdeadbeef
    ... ''')
    >>> manifest.entries[0].tags, manifest.entries[0].git_repo
    (('1.2', '1'), 'https://example.org/engine.git')
    >>> parse("Tags: 1")
    Traceback (most recent call last):
      ...
    tagmatrix.manifest.errors.ManifestError: line 1: Maintainers: missing in the first \
paragraph: begin with 'Maintainers: Full Name <email-or-url> (@github-handle)'
    """
    paragraphs = read_paragraphs(decode(text))
    first = next(paragraphs, None)
    if first is None:
        raise ManifestError(
            f"the file is empty: begin with 'Maintainers: {MAINTAINER_FORMAT}'",
            line=1,
            field="Maintainers",
        )
    if FIELDS.isdisjoint(first.fields) and any(map(_is_one_line, first.fields.values())):
        raise ManifestError(
            "this is the one-line format of before 2016 ('tag: repository@commit folder'), which "
            f"is not supported: write paragraphs; begin with 'Maintainers: {MAINTAINER_FORMAT}'",
            line=first.line,
            field="Maintainers",
        )
    lists: dict[str, tuple[str, ...]] = {}
    global_ = read_entry(first, DEFAULTS, lists)
    assembler = Assembler(global_, first, any_architecture=any_architecture)
    for paragraph in paragraphs:
        assembler.add(read_entry(paragraph, global_, lists), paragraph)
    return assembler.manifest()


def decode(text: str | bytes) -> str:
    """Return text that can be encoded again, also if the bytes are not UTF-8."""
    if isinstance(text, bytes):
        return text.decode("utf-8", "surrogateescape")
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise ManifestError(
            f"{quote(text[error.start])} is a lone surrogate (half a character): "
            "read the file as bytes",
            line=text.count("\n", 0, error.start) + 1,
        ) from None


def read_entry(paragraph: Paragraph, defaults: Entry, lists: dict[str, tuple[str, ...]]) -> Entry:
    """Return the entry of a paragraph on top of the defaults.

    `lists` caches the lists of architectures that were parsed.
    """
    get = paragraph.fields.get
    maintainers = defaults.maintainers
    if (value := get("Maintainers")) is not None:
        maintainers += _read_maintainers(value, paragraph)
    architectures = defaults.architectures
    if (value := get("Architectures")) is not None:
        # A cache pays: real manifests repeat a few lists of many architectures.
        if (known := lists.get(value)) is None:
            known = lists[value] = tuple(sorted(set(split_list(value))))
        architectures = known
    constraints = defaults.constraints
    if (value := get("Constraints")) is not None:
        constraints += split_list(value)
    return Entry(
        maintainers=maintainers,
        tags=defaults.tags if (value := get("Tags")) is None else split_list(value),
        shared_tags=(
            defaults.shared_tags if (value := get("SharedTags")) is None else split_list(value)
        ),
        architectures=architectures,
        git_repo=get("GitRepo", defaults.git_repo),
        git_fetch=get("GitFetch", defaults.git_fetch),
        git_commit=get("GitCommit", defaults.git_commit),
        directory=get("Directory", defaults.directory),
        file=get("File", defaults.file),
        builder=get("Builder", defaults.builder),
        constraints=constraints,
        arch_values=_read_arch_values(paragraph.fields, defaults.arch_values),
    )


def _read_maintainers(value: str, paragraph: Paragraph) -> tuple[Maintainer, ...]:
    """Return the maintainers of a field."""
    maintainers = []
    for item in split_list(value):
        maintainer = read_maintainer(item)
        if maintainer is None:
            found = f"invalid maintainer {quote(item)}" if item else "empty item in the list"
            raise ManifestError(
                f"{found}: expected '{MAINTAINER_FORMAT}' (the part in <> is optional)",
                line=paragraph.line_of("Maintainers", item),
                field="Maintainers",
            )
        maintainers.append(maintainer)
    return tuple(maintainers)


def _read_arch_values(fields: Mapping[str, str], defaults: Mapping[str, str]) -> Mapping[str, str]:
    """Return the fields for single architectures, on top of the defaults."""
    if FIELDS.issuperset(fields):
        return defaults
    own = {
        name: value
        for name, value in fields.items()
        if name not in FIELDS and name.endswith(ARCH_SUFFIXES)
    }
    return MappingProxyType({**defaults, **own}) if own else defaults
