"""The image's page, `library/README.md`, within what Docker Hub shows of it.

Docker Hub cuts a page off at 25,000 bytes. A page that is longer says less of
why and where, tier by tier, so that a release is never refused because of it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.header import SENTENCES
from tagmatrix.layout import TOP
from tagmatrix.render.page.context import context
from tagmatrix.util.forges import file_link
from tagmatrix.util.markdown import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.render.templates import Templates

TEMPLATE: Final = "README.md.j2"
BUDGET: Final = 25_000
"""So many bytes of a page does Docker Hub show."""
CLOSE: Final = 0.9
"""The part of the budget above which there is a warning."""


class Tier(enum.StrEnum):
    """How much the page says; the value is what its list of tags has."""

    REASONS = "a link for each image, and what differs between them"
    IMAGES = "a link for each image"
    CYCLES = "a link for each cycle"
    NAMES = "the tags without links"
    MANIFEST = "a link to the manifest instead of the tags"

    @property
    def number(self) -> int:
        """Return its place: 1 is the fullest."""
        return list(Tier).index(self) + 1


@dataclass(frozen=True, slots=True)
class Page:
    """The page, header included, and the tier that it is of."""

    content: bytes
    tier: Tier
    budget: int = BUDGET

    def text(self) -> str:
        """Say for a person how long the page is, and of which tier."""
        tier = f"tier {self.tier.number} of {len(Tier)}, {self.tier}"
        return f"{len(self.content):,} of {self.budget:,} bytes; {tier}"

    def warning(self) -> str:
        """Return what is to be said of its length; empty if nothing is."""
        size = f"{len(self.content):,} bytes, and Docker Hub shows {self.budget:,}"
        if len(self.content) > self.budget:
            return f"the page has {size}, though it lists no tag: shorten templates/readme/"
        if self.tier is Tier.IMAGES:
            return "the page was too long: it does not say what differs between images any more"
        if self.tier is not Tier.REASONS:
            return f"the page was too long: it has {self.tier} now"
        if len(self.content) > CLOSE * self.budget:
            return f"the page has {size}: soon it will say less; shorten templates/readme/"
        return ""


def page(
    templates: Templates,
    config: Config,
    matrix: Matrix,
    commits: Mapping[str, str],
    *,
    prefix: str,
    budget: int = BUDGET,
) -> Page:
    """Return the fullest page that fits; arguments as in `context.context`.

    A tier whose tags and links alone take more than the budget is passed over
    without being rendered. The last tier is taken whether it fits or not.

    Raises TemplateError.
    """
    header = "".join(f"<!-- {sentence} -->\n" for sentence in SENTENCES)
    content = b""
    for tier in _possible(config, matrix, budget):
        seen = tier_context(tier, config, matrix, commits, prefix=prefix)
        content = f"{header}\n{tidy(templates.render(TEMPLATE, **seen))}".encode()
        if len(content) <= budget:
            return Page(content, tier, budget)
    return Page(content, Tier.MANIFEST, budget)


def tier_context(
    tier: Tier, config: Config, matrix: Matrix, commits: Mapping[str, str], *, prefix: str
) -> dict[str, Any]:
    """Return what the page's templates see in a tier."""
    return context(
        config,
        matrix,
        commits,
        prefix=prefix,
        link_images=tier in {Tier.REASONS, Tier.IMAGES},
        link_cycles=tier is Tier.CYCLES,
        name_tags=tier is not Tier.MANIFEST,
        tell_differences=tier is Tier.REASONS,
    )


def _possible(config: Config, matrix: Matrix, budget: int) -> list[Tier]:
    """Return the tiers that may fit, fullest first; the last one is always among them.

    A tag takes its name, two backticks, a comma and a space; a link its address.
    """
    address = len(file_link(config.repository, "0" * 40, f"{TOP}//Dockerfile"))
    names = images = 0
    for image in matrix.images:
        names += sum(len(tag.name) + 4 for tag in image.tags)
        images += address + len(image.folder)
        if names > budget:
            return [Tier.MANIFEST]
    linked = {Tier.REASONS, Tier.IMAGES}
    return [tier for tier in Tier if tier not in linked or names + images <= budget]
