"""A manifest with the places of its fields, and the findings about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.manifest.model import DEFAULTS
from tagmatrix.manifest.paragraphs import read_paragraphs
from tagmatrix.manifest.parse import decode, read_entry
from tagmatrix.manifest.places import ValuePlace
from tagmatrix.problems import format_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.manifest.model import Entry, Manifest
    from tagmatrix.manifest.paragraphs import Paragraph
    from tagmatrix.manifest.places import EntryPlace
    from tagmatrix.manifest.raw import RawManifest


class Finding(Struct, frozen=True, kw_only=True):
    """A problem of a manifest.

    Attributes:
        manifest: the manifest: `library/python`.
        line: the line in the manifest; None if it has no lines.
        subject: the field or the image that has the problem.
        rule: the name of the rule, one of RULES.
        problem: what is wrong and what to do, without the place.
    """

    manifest: str
    line: int | None
    subject: str
    rule: str
    problem: str

    def __str__(self) -> str:
        place = format_place(self.manifest, self.line)
        return f"{place}: {self.subject}: {self.problem} [{self.rule}]"


class LocatedEntry(Struct, frozen=True, kw_only=True):
    """The first paragraph, or the paragraph of an entry, before entries are merged."""

    entry: Entry
    place: EntryPlace
    paragraph: Paragraph | None = None


class LintedManifest(Struct, frozen=True, kw_only=True):
    """A manifest and its paragraphs; `read` returns one.

    Attributes:
        name: the image's name.
        origin: the source, for messages.
        manifest: the parsed manifest.
        global_: the first paragraph.
        entries: the paragraphs of the entries.
    """

    name: str
    origin: str
    manifest: Manifest
    global_: LocatedEntry
    entries: tuple[LocatedEntry, ...]

    @classmethod
    def read(cls, source: RawManifest) -> LintedManifest:
        """Return the document of a manifest.

        Raises:
            InputError: the manifest is invalid.
        """
        manifest = source.manifest()
        first, *entries = _values(manifest) if source.is_json else _paragraphs(source.content)
        return cls(
            name=source.name,
            origin=source.origin,
            manifest=manifest,
            global_=first,
            entries=tuple(entries),
        )

    def finding(self, rule: str, part: LocatedEntry, field: str, problem: str) -> Finding:
        """Return a finding about a field of a paragraph."""
        line = part.place.line_of(field)
        if line is None and isinstance(part.place.origin, int):
            line = part.place.origin
        subject = field if isinstance(part.place.origin, int) else f"{part.place.origin}.{field}"
        return Finding(manifest=self.origin, line=line, subject=subject, rule=rule, problem=problem)

    def about(self, rule: str, entry: Entry, problem: str) -> Finding:
        """Return a finding about an entry of the manifest."""
        tag = entry.tags[0]
        places = (part.place for part in self.entries if tag in part.entry.tags)
        line = next((place.line_of("Tags", tag) for place in places), None)
        subject = f"{self.name}:{tag}"
        return Finding(manifest=self.origin, line=line, subject=subject, rule=rule, problem=problem)


def _values(manifest: Manifest) -> Iterator[LocatedEntry]:
    """Yield the global part and the entries of a manifest that is not from a text."""
    yield LocatedEntry(entry=manifest.global_, place=ValuePlace("global"))
    for number, entry in enumerate(manifest.entries):
        yield LocatedEntry(entry=entry, place=ValuePlace(f"entries[{number}]"))


def _paragraphs(content: bytes) -> Iterator[LocatedEntry]:
    """Yield the paragraphs of a text, each with its entry."""
    first: Entry | None = None
    lists: dict[str, tuple[str, ...]] = {}
    for paragraph in read_paragraphs(decode(content)):
        entry = read_entry(paragraph, first or DEFAULTS, lists)
        first = first or entry
        yield LocatedEntry(entry=entry, place=paragraph, paragraph=paragraph)
