"""The image's page, `library/README.md`: what can be pulled, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagmatrix.entries import directory
from tagmatrix.header import SENTENCES
from tagmatrix.links import file_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.config import Config
    from tagmatrix.matrix import Image
    from tagmatrix.render import Templates

TEMPLATE = "README.md.j2"


@dataclass(frozen=True, slots=True)
class Row:
    """What the page says of an image; `link` is empty where no address is known."""

    tags: tuple[str, ...]
    shared_tags: tuple[str, ...]
    architectures: tuple[str, ...]
    folder: str
    commit: str
    link: str


@dataclass(frozen=True, slots=True)
class Section:
    """A release cycle and its images."""

    cycle: str
    version: str
    rows: tuple[Row, ...]


def page(
    templates: Templates,
    config: Config,
    images: Iterable[Image],
    commits: Mapping[str, str],
    *,
    prefix: str,
) -> bytes:
    """Return the page; arguments as in `tagmatrix.entries.manifest`.

    Raises TemplateError.
    """
    text = templates.render(TEMPLATE, **context(config, images, commits, prefix=prefix))
    header = "".join(f"<!-- {sentence} -->\n" for sentence in SENTENCES)
    return f"{header}\n{text}".encode()


def context(
    config: Config, images: Iterable[Image], commits: Mapping[str, str], *, prefix: str
) -> dict[str, Any]:
    """Return what the page's template sees."""
    sections: dict[str, list[Image]] = {}
    for image in images:
        sections.setdefault(image.cycle, []).append(image)
    return {
        "image": config.image,
        "repository": config.repository,
        "maintainers": config.maintainers,
        "exclusions": config.exclude,
        "sections": [
            Section(
                cycle,
                members[0].release.version,
                tuple(_row(config, image, commits[image.folder], prefix) for image in members),
            )
            for cycle, members in sections.items()
        ],
    }


def _row(config: Config, image: Image, commit: str, prefix: str) -> Row:
    path = f"{directory(prefix, image.folder)}/Dockerfile"
    return Row(
        tuple(tag.name for tag in image.tags),
        tuple(tag.name for tag in image.shared_tags),
        image.architectures,
        image.folder,
        commit,
        file_link(config.repository, commit, path),
    )
