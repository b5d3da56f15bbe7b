"""Write the templates of a family: of its Dockerfiles, and the files beside them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tagmatrix.imports.artifacts import Artifacts, needed, nested
from tagmatrix.imports.dockerfile_templates import Hole, draft, settle, text_of
from tagmatrix.imports.other_products import foreign_sums, setting_values
from tagmatrix.imports.placing import by_flavor
from tagmatrix.layout import DOCKERFILE_TEMPLATE
from tagmatrix.render.context_files import FOLDER, FileContent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.imports.checkout_sources import DockerfileSource
    from tagmatrix.imports.dockerfile_templates import Draft
    from tagmatrix.imports.other_products import SettingValues
    from tagmatrix.imports.placing import Placed


@dataclass(slots=True)
class ImportedTemplates:
    """The templates that are written.

    Attributes:
        files: the content of each file by its path in templates/.
        values: by the number of a cell the keys of its flavor: template, base, needs, files.
        sums: the SHA-256 of each artifact by cycle and, for a variant with an own version, by
            the number of its cell.
        settings: the variables of Dockerfiles that are settings, and their values.
    """

    files: dict[str, FileContent] = field(default_factory=dict)
    values: dict[int, dict[str, Any]] = field(default_factory=dict)
    sums: dict[str | int, dict[str, Any]] = field(default_factory=dict)
    settings: SettingValues = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The Dockerfiles, the checksums of other products in them, and what may be a setting."""

    sources: Mapping[int, DockerfileSource]
    foreign: frozenset[str]
    settings: SettingValues

    def drafts(self, members: Sequence[Placed], *, words: bool, settings: bool) -> list[Draft]:
        """Return the Dockerfiles of members in parts; empty if their checksums do not agree."""
        drafts = [
            draft(placed, self.sources[placed.cell.number], sums=True, words=words)
            for placed in members
        ]
        if not _agree(members, drafts):
            return []
        kept = {
            number
            for one in drafts
            for number, digest in enumerate(one.sums)
            if digest in self.foreign
        }
        return [settle(one, kept, self.settings if settings else ()) for one in drafts]


def write_templates(
    image: str, cells: Sequence[Placed], sources: Mapping[int, DockerfileSource]
) -> ImportedTemplates:
    """Return the templates of all flavors.

    Cells without a source are images of other refs, whose Dockerfiles are not rendered. They
    have the values of the others, but need no checksums.
    """
    written = ImportedTemplates()
    artifacts = Artifacts()
    known = _Known(
        sources=sources,
        foreign=foreign_sums(cells, sources),
        settings=setting_values(cells, sources),
    )
    for flavor, every in by_flavor(cells).items():
        members = [placed for placed in every if placed.cell.number in sources]
        if not members:
            continue
        for placed in members:
            source = sources[placed.cell.number]
            written.values[placed.cell.number] = {"base": _base(image, placed, source.base)}
        _add_flavor(written, flavor, members, known, artifacts)
        _add_files(written, flavor, members, sources)
        first = {**written.values[members[0].cell.number], "needs": []}
        written.values.update(
            (placed.cell.number, first) for placed in every if placed not in members
        )
    written.sums.update({owner: nested(each) for owner, each in artifacts.sums.items()})
    return written


def _base(image: str, placed: Placed, base: str) -> str:
    """Return the base as a pattern; a tag of the same image begins with `{image}:`."""
    repository, _, tag = base.rpartition(":")
    if repository != image:
        return placed.name.abstract(base, loose=True)
    for text, hole in ((placed.cell.version, "{version}"), (placed.release.cycle, "{cycle}")):
        if text and (tag == text or tag.startswith(f"{text}-")):
            return f"{{image}}:{hole}{placed.name.abstract(tag[len(text) :], loose=True)}"
    return f"{{image}}:{placed.name.abstract(tag, loose=True)}"


def _add_flavor(
    written: ImportedTemplates,
    flavor: str,
    members: Sequence[Placed],
    known: _Known,
    artifacts: Artifacts,
) -> None:
    """Add a template for a flavor; if that is not enough, one for each release or image."""
    each = _each(flavor, members)
    named = all(placed.variant for placed in members)
    choices = (flavor, *([f"{flavor}/{{name}}"] if named else []), f"{{cycle}}/{flavor}", each)
    numbers = [len({_path(one, placed) for placed in members}) for one in choices]
    for _, template in sorted(zip(numbers, choices, strict=True), key=lambda pair: pair[0]):
        for words, settings in ((False, False), (True, False), (True, True)):
            drafts = known.drafts(members, words=words, settings=settings)
            if not drafts:
                continue
            paths = [_path(template, placed) for placed in members]
            texts = {(path, one.parts) for path, one in zip(paths, drafts, strict=True)}
            if len(texts) == len(set(paths)):
                names = artifacts.name(flavor, members, drafts)
                _add_templates(written, template, members, drafts, names)
                _add_settings(written, drafts[0], known)
                return
    drafts = [
        draft(placed, known.sources[placed.cell.number], sums=False, words=False)
        for placed in members
    ]
    _add_templates(written, each, members, drafts, {})


def _add_settings(written: ImportedTemplates, one: Draft, known: _Known) -> None:
    """Add the settings that the templates of a flavor use."""
    for name, values in known.settings.items():
        if Hole.of_variable(name) in one.parts:
            written.settings[name] = values


def _each(flavor: str, members: Sequence[Placed]) -> str:
    """Return a pattern that is another path for each image of a flavor.

    The image without a name needs another word in its place.
    """
    if all(placed.variant for placed in members):
        return "{cycle}/{name}"
    alone = len({placed.release.cycle for placed in members}) == len(members)
    return f"{{cycle}}/{flavor}" if alone else f"{{cycle}}/{flavor}-{{name}}"


def _path(template: str, placed: Placed) -> str:
    """Return a template's name without holes."""
    return template.replace("{cycle}", placed.release.cycle).replace("{name}", placed.variant)


def _agree(members: Sequence[Placed], drafts: Sequence[Draft]) -> bool:
    """Return whether all images of one version have the same checksums, all versions as many."""
    if len({len(each.sums) for each in drafts}) > 1:
        return False
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    return all(
        known.setdefault((placed.release.cycle, placed.cell.version), each.sums) == each.sums
        for placed, each in zip(members, drafts, strict=True)
    )


def _add_templates(
    written: ImportedTemplates,
    template: str,
    members: Sequence[Placed],
    drafts: Sequence[Draft],
    names: Mapping[int, str],
) -> None:
    """Add the templates of a flavor; one that another flavor has too is not written twice."""
    contents = [
        FileContent(content=text_of(one.parts, names).encode(), executable=False) for one in drafts
    ]
    template = _free(written, template, members, contents)
    for placed, content in zip(members, contents, strict=True):
        written.files[f"{_path(template, placed)}{DOCKERFILE_TEMPLATE}"] = content
        values = written.values[placed.cell.number]
        values["template"] = template
        if names:
            values["needs"] = needed(names.values())


def _free(
    written: ImportedTemplates,
    template: str,
    members: Sequence[Placed],
    contents: Sequence[FileContent],
) -> str:
    """Return a name for templates; it is that of another one only if both are the same."""
    if "{" not in template:
        for path, other in written.files.items():
            if other == contents[0] and path.endswith(DOCKERFILE_TEMPLATE):
                return path.removesuffix(DOCKERFILE_TEMPLATE)
    while any(
        written.files.get(f"{_path(template, placed)}{DOCKERFILE_TEMPLATE}", content) != content
        for placed, content in zip(members, contents, strict=True)
    ):
        template = f"{members[0].flavor}/{template}"
    return template


def _add_files(
    written: ImportedTemplates,
    flavor: str,
    members: Sequence[Placed],
    sources: Mapping[int, DockerfileSource],
) -> None:
    """Add the files beside the Dockerfiles of a flavor."""
    contents: defaultdict[str, set[tuple[bytes, bool]]] = defaultdict(set)
    each = _each(flavor, members)
    for placed in members:
        for name, file in sources[placed.cell.number].files.items():
            contents[name].add((file.content, file.executable))
    for placed in members:
        items: list[dict[str, str]] = []
        for name, file in sources[placed.cell.number].files.items():
            pattern, path = f"{each}/{name}", f"{_path(each, placed)}/{name}"
            if len(contents[name]) == 1:
                pattern = path = _place(written, flavor, name, file)
            written.files[f"{FOLDER}/{path}"] = file
            items.append({"file": pattern} if pattern == name else {"file": pattern, "to": name})
        if items:
            written.values[placed.cell.number]["files"] = items


def _place(written: ImportedTemplates, flavor: str, name: str, file: FileContent) -> str:
    """Return the path of a file that all images of a flavor have, below templates/files/."""
    there = written.files.get(f"{FOLDER}/{name}")
    return name if there is None or there == file else f"{flavor}/{name}"
