"""Which image of versions.yaml each folder of a manifest has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.diff.infer import KnownCell, infer
from tagmatrix.diff.snapshot import ListedNames, SnapshotImage
from tagmatrix.layout import ROOT, inside
from tagmatrix.manifest.exact_aliases import build_of
from tagmatrix.manifest.tag_dates import build_date
from tagmatrix.manifest.windows_builds import is_build
from tagmatrix.matrix.expand import expand_everything
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.config import Config
    from tagmatrix.diff.snapshot import Snapshot
    from tagmatrix.manifest import Entry, Manifest
    from tagmatrix.matrix.expand import Image
    from tagmatrix.versions import Version


def snapshot_of_manifest(manifest: Manifest, folders: Folders) -> Snapshot:
    """Return the tags of an image's own manifest; `folders` says which image each has."""
    (found,) = infer(manifest, known_cells=folders, sources=False)
    return found


def words_of(image: Image) -> tuple[tuple[str, str, str], ...]:
    """Return the tags of an image, each with its alias and the spelling of its variant."""
    return tuple([(tag.name, tag.alias.text, tag.spelling.text) for tag in image.all_tags])


def cell_of(image: Image) -> KnownCell:
    """Return the place of an image in the matrix."""
    return KnownCell(
        cycle=image.cycle,
        variant=image.name,
        flavor=image.flavor or image.name,
        suite=image.suite,
        axes=tuple([value for _, value in image.axes]),
    )


def shown_version(image: Image) -> Version | None:
    """Return the version of an image as its tags show it in a manifest."""
    return build_of(parse(image.version_tag, "loose"), [tag.alias.text for tag in image.all_tags])


def snapshot_image(
    cell: KnownCell,
    version: Version | None,
    aliases: Sequence[str],
    architectures: Iterable[str],
    constraints: Iterable[str],
) -> SnapshotImage:
    """Return the image of a known cell."""
    return SnapshotImage(
        cycle=cell.cycle,
        version=version,
        date=build_date(aliases, version),
        variant=cell.variant,
        flavor=cell.flavor,
        suite=cell.suite,
        axes=cell.axes,
        architectures=tuple(architectures),
        builds=tuple(filter(is_build, constraints)),
    )


class Folders:
    """Finds the image of a folder with the help of versions.yaml.

    An image that versions.yaml still makes, or would make if nothing were left out, is
    known exactly. For a retired cycle or suite, the folder's name and the flavors'
    patterns decide. `listed` is everything that versions.yaml lists, left out or not, and
    `style` is the style of its versions.
    """

    def __init__(self, config: Config) -> None:
        self.style = config.version_style
        self._layout = config.layout
        self._usual = f"refs/heads/{config.branch}:"
        self._images: dict[str, Image] = {}
        self._variants: dict[str, KnownCell] = {}
        self._folders = {release.folder: release.cycle for release in config.releases}
        self._patterns = [
            (name, re.compile(_pattern(flavor.name))) for name, flavor in config.flavors.items()
        ]
        for image in expand_everything(config).images:
            self._images[image.place] = image
            inner = self._inner(image.dockerfile_path).removeprefix(f"{image.release.folder}/")
            self._variants.setdefault(inner, cell_of(image))
        images = self._images.values()
        self.listed = ListedNames(
            cycles=frozenset([release.cycle for release in config.releases]),
            variants=frozenset([image.name for image in images]),
            flavors=frozenset([image.flavor or image.name for image in images]),
        )

    def made(self, entry: Entry) -> KnownCell | None:
        """Return the cell that versions.yaml makes of an entry; None if it makes none."""
        image = self._image(entry)
        return cell_of(image) if image else None

    def _image(self, entry: Entry) -> Image | None:
        path = inside(entry.directory, entry.file)
        ref = f"{entry.git_fetch}:"
        if ref != self._usual:
            there = (each for each in self._images if each.startswith(ref))
            return next(
                (
                    self._images[each]
                    for each in there
                    if f"/{path}".endswith(f"/{each.removeprefix(ref)}")
                ),
                None,
            )
        own = self._layout.is_of_an_image(path)
        while path and path not in self._images:  # the repository may have more above
            path = path.partition("/")[2]
        if own and "/" not in path and entry.directory != ROOT:
            return None  # another image than the one in the folder of versions.yaml
        return self._images.get(path)

    def _inner(self, path: str) -> str:
        """Return the path of a Dockerfile in the top folder of the layout."""
        if top := self._layout.top:
            return f"/{path}".rpartition(f"/{top}/")[2]
        return path

    def of(self, entry: Entry) -> KnownCell | None:
        """Return the image of an entry; None if it is not known."""
        if image := self._image(entry):
            words = words_of(image)
            if [name for name, _, _ in words] == [*entry.tags, *entry.shared_tags]:
                return replace(cell_of(image), tags=words, version=shown_version(image))
            return cell_of(image)
        path = self._inner(inside(entry.directory, entry.file))
        parts = path.split("/")
        for length in range(1, len(parts)):
            head, rest = "/".join(parts[:length]), "/".join(parts[length:])
            if rest in self._variants:
                return replace(self._variants[rest], cycle=self._folders.get(head, head))
        parts = parts[:-1] or parts  # without the Dockerfile
        heads = ["/".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
        head = next((one for one in heads if one in self._folders), parts[0])
        return self._by_pattern(self._folders.get(head, head), parts[-1])

    def _by_pattern(self, cycle: str, variant: str) -> KnownCell | None:
        """Return the image of a variant by the most literal of the flavors' patterns."""
        found = [
            (len(match["suite"]), flavor, match["suite"])
            for flavor, pattern in self._patterns
            if (match := pattern.fullmatch(variant))
        ]
        if not found:
            return None
        _, flavor, suite = min(found)
        return KnownCell(cycle=cycle, variant=variant, flavor=flavor, suite=suite)


def _hole(part: str) -> str:
    return "(?P<suite>.+)" if part == "{suite}" else ".+"


def _pattern(name: str) -> str:
    """Return the regular expression of a flavor's names, with the suite as a group."""
    parts = re.split(r"(\{\w+\})", name)
    pattern = "".join(_hole(part) if part.startswith("{") else re.escape(part) for part in parts)
    return pattern if "(?P<suite>" in pattern else f"{pattern}(?P<suite>)"
