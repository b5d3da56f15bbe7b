"""The two tables of the first page: cycles and variants, variants and architectures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.matrix.architectures import Excluded
from tagmatrix.site import file_paths
from tagmatrix.site.current_image import state
from tagmatrix.site.image_pages import page_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.site.page_data import Lifespan, Site, SiteFamily, SiteImage

_NO_VERSION: Final = "no version"
WORDS = {
    "final": "final",
    "pre-release": "pre-release",
    "channel": "channel",
    "ending": "ends within 90 days",
    "ended": "ended",
    "held": "waits for upstream",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """A cell of the matrix: an image, or why there is none."""

    text: str = ""
    state: str = ""
    page: str = ""
    why: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the matrix."""

    span: Lifespan
    state: str
    word: str
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supported:
    """A cell of the architectures: in which cycles an image is built for one, and why not."""

    every: bool
    cycles: tuple[str, ...]
    absent: tuple[Excluded, ...]


def variants(family: SiteFamily) -> list[str]:
    """Return the names of all variants, in the order of the images."""
    return list(
        dict.fromkeys(
            [image.variant for image in family.images] + [cell.variant for cell in family.empty]
        )
    )


def matrix(site: Site) -> list[Row]:
    """Return the rows of the matrix, the newest cycle first."""
    family = site.family
    images: dict[tuple[str, str], SiteImage] = {}
    for image in family.images:
        images.setdefault((image.cycle, image.variant), image)
    empty = {(cell.cycle, cell.variant): cell for cell in family.empty}
    rows = []
    columns = variants(family)
    for span in family.cycles:
        word = state(span, site.as_of)
        cells = []
        for variant in columns:
            place = (span.name, variant)
            if place in images:
                image = images[place]
                cells.append(
                    TableCell(
                        text=image.version or span.name or next(iter(image.tags), _NO_VERSION),
                        state=word,
                        page=file_paths.tag_page(image.tags[0]) if image.tags else "",
                    )
                )
            elif place in empty:
                cells.append(TableCell(why=empty[place].why, link=empty[place].link))
            else:
                cells.append(TableCell())
        rows.append(Row(span=span, state=word, word=WORDS[word], cells=tuple(cells)))
    return rows


def architectures(family: SiteFamily) -> tuple[list[str], list[tuple[str, list[Supported]]]]:
    """Return the architectures, and for each variant a cell for each of them."""
    built = {name for image in family.images for name in image.architectures}
    absent_ones = {each.architecture for image in family.images for each in image.absent}
    columns = sorted(built | absent_ones)
    of_variant: dict[str, list[SiteImage]] = {}
    for image in family.images:
        of_variant.setdefault(image.variant, []).append(image)
    rows = []
    for variant, images in of_variant.items():
        cells = []
        for architecture in columns:
            having = [image.cycle for image in images if architecture in image.architectures]
            every = len(having) == len(images)
            absent = () if every else _absent(images, architecture)
            cells.append(Supported(every=every, cycles=tuple(having), absent=absent))
        rows.append((variant, cells))
    return columns, rows


def _absent(images: Iterable[SiteImage], architecture: str) -> tuple[Excluded, ...]:
    """Return each reason why images are not built for an architecture, once."""
    found: dict[tuple[str, str], Excluded] = {}
    for image in images:
        if architecture in image.architectures:
            continue
        own = [each for each in image.absent if each.architecture == architecture]
        if not own and image.base:
            why = f"{image.base} is not built for it"
            own = [Excluded(architecture, why, page_of(image.base))]
        for each in own:
            found.setdefault((each.why, each.link), each)
    return tuple(found.values())
