"""The facts about one tag: its images, its published state, and the rules that form it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.matrix import reasons
from tagmatrix.util import forges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.config import Config
    from tagmatrix.config.model import Setting, SettingValue
    from tagmatrix.explain.owners import Owned
    from tagmatrix.explain.provenance import ManifestTag, Provenance, Since
    from tagmatrix.matrix.architectures import Excluded
    from tagmatrix.matrix.expand import Image, Matrix, MissingImage
    from tagmatrix.matrix.tags import Tag
    from tagmatrix.problems import ValuePath


class TagFacts(Struct, frozen=True, kw_only=True):
    """A tag and its images to show: all, or the one for an architecture.

    `accepted` are the paths of the acceptances that match the tag.
    """

    config: Config
    matrix: Matrix
    provenance: Provenance
    tag: Owned
    owners: Sequence[tuple[Image, Tag]]
    accepted: Sequence[ValuePath]

    @property
    def images(self) -> list[Image]:
        """Return the images to show."""
        return [image for image, _ in self.owners]

    def in_manifest(self) -> ManifestTag | None:
        """Return what the tag names in the committed manifest."""
        return self.provenance.in_manifest(self.tag.name, self.tag)

    def since(self) -> Since | None:
        """Return since which commit the tag names its images."""
        return self.provenance.since(self.tag.name, self.tag.images)

    def link(self, image: Image) -> str:
        """Return the link to the published Dockerfile; empty if there is none."""
        commit = self.provenance.commit(image)
        path = self.provenance.path_of(image)
        return forges.file_link(self.config.repository, commit, path) if commit else ""

    def left_out(self) -> list[MissingImage]:
        """Return the left-out cells that would share the tag if they were built."""
        cycle = self.images[0].cycle
        spellings = {word.spelling.text for _, word in self.owners if word.spelling.shared}
        if not spellings:
            return []
        return [
            cell
            for cell in self.matrix.left_out
            if cell.cycle == cycle and not spellings.isdisjoint(cell.spellings)
        ]


class SettingFacts(Struct, frozen=True, kw_only=True):
    """A value of a setting, the images that have it, and the path of the rule that sets it."""

    name: str
    value: SettingValue
    path: ValuePath
    images: list[Image]

    def rule(self, config: Config) -> Setting | None:
        """Return the setting that gives the reason; None if the release sets the value."""
        setting = config.settings[self.name]
        return setting if setting.by or self.path[0] == "settings" else None


def settings(config: Config, images: Sequence[Image]) -> list[SettingFacts]:
    """Return the settings of images: one record for each value and the rule that sets it."""
    found: dict[tuple[ValuePath, str], SettingFacts] = {}
    for image in images:
        own = image.release.settings
        paths: list[ValuePath] = [("settings", name) for name in image.reasons if name not in own]
        paths += [("releases", image.cycle, "settings", name) for name in own]
        for path in paths:
            name = str(path[-1])
            value = image.settings[name]
            if value is False and config.settings[name].by:
                continue
            new = SettingFacts(name=name, value=value, path=path, images=[])
            found.setdefault((path, repr(value)), new).images.append(image)
    return list(found.values())


def because(config: Config, tag: Tag) -> str:
    """Return the alias and the spelling of a tag, each with its reason and line."""
    alias = f"alias `{tag.alias.text}` because {reasons.why(config, tag.alias)}"
    why = reasons.why(config, tag.spelling)
    if not tag.spelling.text:
        return f"{alias}; no suffix because {why}"
    return f"{alias}; spelling `{tag.spelling.text}` because {why}"


def built_for(matrix: Matrix) -> list[str]:
    """Return the architectures of all images."""
    return list(dict.fromkeys(name for each in matrix.images for name in each.architectures))


def lacking(matrix: Matrix, image: Image, others: Sequence[str] = ()) -> list[str]:
    """Return the architectures of other images of the family that an image's base lacks.

    `others` are the architectures of all images, if the caller has them from `built_for`.
    """
    own = {*image.architectures, *(each.architecture for each in image.excluded)}
    system = {is_windows(name) for name in own}
    every = others or built_for(matrix)
    return [name for name in every if name not in own and is_windows(name) in system]


def excluded(config: Config, item: Excluded) -> str:
    """Return why an architecture is not built."""
    return f"{item.architecture}: {sourced(config, item.why, item.link, item.path)}"


def sourced(config: Config, why: str, link: str, path: ValuePath) -> str:
    """Return a reason with its link and its line."""
    return f"{why.rstrip('.')} ({f'{link}; ' if link else ''}{reasons.where(config, path)})"
