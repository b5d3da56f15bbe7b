"""Check single fields: ignored, repeated, empty or invalid ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.architecture_names import ARCHITECTURES, OTHER_NAMES
from tagmatrix.manifest.errors import quote
from tagmatrix.manifest.query import resolve
from tagmatrix.manifest.values import (
    ARCH_FIELDS,
    ARCH_SUFFIXES,
    FIELDS,
    clean_directory,
    is_commit,
    is_fetch,
)
from tagmatrix.util.nearest import similar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagmatrix.manifest.checks.document import Finding, LintedManifest, LocatedEntry

_ALIKE: Final = 0.8
_ALIKE_IN_PARTS: Final = 0.85  # a name with a dash may be intended as a field of its own
_ALIKE_ARCHITECTURE: Final = 0.7
_LONGEST: Final = 40  # the comparison takes quadratic time
_SEPARATORS: Final = str.maketrans("", "", "-_ ")
_PLAIN_NAMES: Final = {name.casefold(): name for name in sorted(FIELDS)}
_FIELDS_OF_ALL: Final = {name.casefold(): name for name in sorted(FIELDS.difference(ARCH_FIELDS))}
_FIELDS_OF_ONE: Final = {name.casefold(): name for name in ARCH_FIELDS}
_SQUEEZED: Final = _PLAIN_NAMES | {
    f"{architecture}{name}".translate(_SEPARATORS).casefold(): f"{architecture}-{name}"
    for architecture in sorted(ARCHITECTURES)
    for name in ARCH_FIELDS
}


def check_fields(document: LintedManifest) -> Iterator[Finding]:
    """Yield the findings about single paragraphs."""
    used = {name for part in document.entries for name in part.entry.architectures}
    yield from _check_names(document, document.global_)
    yield from _check_arch_fields(document, document.global_, used, "no entry is built for it")
    for part in document.entries:
        own = set(part.entry.architectures)
        yield from _check_names(document, part)
        yield from _check_arch_fields(document, part, own, "the entry is not built for it")
        yield from _check_places(document, part)


def near(name: str) -> str:
    """Return the field that an unknown name is probably a misspelling of, or "".

    >>> near("Architecture"), near("Git-Repo"), near("arm64-directory"), near("Comment")
    ('Architectures', 'GitRepo', 'arm64v8-Directory', '')
    """
    if len(name) > _LONGEST:
        return ""
    folded = name.casefold()
    if exact := _SQUEEZED.get(folded.translate(_SEPARATORS)):
        return exact
    before, separator, last = _split(folded)
    if separator:
        field = _closest(last, _FIELDS_OF_ONE, _ALIKE)
        architecture = _near_architecture(before)
        if field and architecture:
            return f"{architecture}-{field}"
    # Authors choose names with `x-` for fields that tools must ignore.
    if folded.startswith("x-") or (separator and last in _PLAIN_NAMES):
        return ""
    return _closest(folded, _PLAIN_NAMES, _ALIKE_IN_PARTS if separator else _ALIKE)


def _of_all(name: str) -> str:
    """Return the field of `ARCH-Field` that exists only for all architectures, or ""."""
    before, _, last = _split(name.casefold())
    if len(name) > _LONGEST or not _near_architecture(before):
        return ""
    return _FIELDS_OF_ALL.get(last, "")


def _split(name: str) -> tuple[str, str, str]:
    """Split a name at its last separator."""
    return name.rpartition("-") if "-" in name else name.rpartition("_")


def _near_architecture(name: str) -> str:
    """Return the architecture that a name is, or is probably a misspelling of."""
    known = {architecture: architecture for architecture in sorted(ARCHITECTURES)}
    return OTHER_NAMES.get(name) or _closest(name, known, _ALIKE_ARCHITECTURE)


def _closest(name: str, names: Mapping[str, str], cutoff: float) -> str:
    found = similar(name, names, cutoff=cutoff)
    return names[found[0]] if found else ""


def _check_names(document: LintedManifest, part: LocatedEntry) -> Iterator[Finding]:
    """Yield fields that are ignored, repeated or empty."""
    if part.paragraph is None:
        return
    seen: dict[str, int] = {}
    for line, name in part.paragraph.names():
        if name in seen:
            problem = f"already set on line {seen[name]}, which is ignored: remove one"
            yield document.finding("duplicate-field", part, name, problem)
        seen[name] = line
        known = name in FIELDS or name.endswith(ARCH_SUFFIXES)
        if not known and (meant := _of_all(name)):
            problem = (
                f"is not a field and is ignored: {meant} is the same for all architectures of an "
                "entry; make a separate entry for that architecture"
            )
            yield document.finding("unknown-field", part, name, problem)
        elif not known and (meant := near(name)):
            problem = f"is not a field and is ignored: write {meant}"
            yield document.finding("unknown-field", part, name, problem)
        if known and not part.paragraph.fields[name].strip():
            problem = (
                "has no value; in some fields that overrides the default, in others it does not: "
                "set a value, or remove the field"
            )
            yield document.finding("empty-field", part, name, problem)
        elif name.endswith(tuple(ARCH_FIELDS)) and "\n" in part.paragraph.fields[name]:
            problem = "has a line break, which becomes part of the value: write it on one line"
            yield document.finding("folded-field", part, name, problem)


def _check_arch_fields(
    document: LintedManifest, part: LocatedEntry, architectures: set[str], why: str
) -> Iterator[Finding]:
    """Yield fields for single architectures that are ignored or have an invalid value."""
    for name, value in _own_arch_values(document, part).items():
        field = next(field for field in ARCH_FIELDS if name.endswith(f"-{field}"))
        architecture = name.removesuffix(f"-{field}")
        if architecture not in ARCHITECTURES:
            meant = near(name)
            problem = f"unknown architecture {quote(architecture)}, so this is ignored: " + (
                f"write {meant}" if meant else "remove it"
            )
            yield document.finding("arch-field", part, name, problem)
        elif architecture not in architectures:
            problem = f"{why}, so this is ignored: remove it, or add {architecture}"
            yield document.finding("arch-field", part, name, problem)
        if field == "GitCommit" and value and not is_commit(value):
            problem = (
                f"invalid commit {quote(value)}: write its whole hash; bashbrew does not check it"
            )
            yield document.finding("arch-value", part, name, problem)
        if field == "GitFetch" and value and not is_fetch(value):
            problem = (
                f"invalid branch or tag {quote(value)}: write 'refs/heads/NAME' or "
                "'refs/tags/NAME'; bashbrew does not check it"
            )
            yield document.finding("arch-value", part, name, problem)


def _own_arch_values(document: LintedManifest, part: LocatedEntry) -> dict[str, str]:
    """Return the fields for single architectures of a paragraph, without inherited ones."""
    values = part.entry.arch_values
    if part.paragraph is not None:
        return {name: value for name, value in values.items() if name in part.paragraph.fields}
    common = {} if part is document.global_ else document.global_.entry.arch_values
    return {name: value for name, value in values.items() if common.get(name) != value}


def _check_places(document: LintedManifest, part: LocatedEntry) -> Iterator[Finding]:
    """Yield folders and files outside the repository."""
    said = set()
    for architecture in ("", *part.entry.architectures):
        resolved = resolve(part.entry, architecture) if architecture else part.entry
        directory = clean_directory(resolved.directory)
        field, value = "Directory", resolved.directory
        if not _leaves(directory):
            field, value = "File", resolved.file
            if not _leaves(clean_directory(f"{directory}/{resolved.file}")):
                continue
        name = f"{architecture}-{field}"
        field = name if part.entry.arch_values.get(name) else field
        if field not in said:
            said.add(field)
            problem = f"{quote(value)} is outside the repository: give a path inside it"
            yield document.finding("outside", part, field, problem)


def _leaves(path: str) -> bool:
    return path == ".." or path.startswith(("../", "/"))
