"""The image's page, `library/README.md`, within the limit of Docker Hub.

Docker Hub cuts a page off at 25,000 bytes. If a page is longer, tagmatrix leaves out
reasons and links, tier by tier, instead of refusing the release.
https://github.com/docker-library/docs/blob/master/push.pl has the same limit.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.header import SENTENCES
from tagmatrix.render.page.template_values import context
from tagmatrix.util.forges import file_link
from tagmatrix.util.markdown_text import plain, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.render.templates import Templates

TEMPLATE: Final = "README.md.j2"
BUDGET: Final = 25_000
"""How many bytes of a page Docker Hub shows."""
CLOSE: Final = 0.9
"""The part of the budget above which there is a warning."""


class Tier(enum.StrEnum):
    """How much the page contains; the value describes its list of tags."""

    REASONS = "a link for each image, and what differs between them"
    IMAGES = "a link for each image"
    CYCLES = "a link for each cycle"
    NAMES = "the tags without links"
    MANIFEST = "a link to the manifest instead of the tags"

    @property
    def number(self) -> int:
        """Return the number of the tier; tier 1 contains most."""
        return list(Tier).index(self) + 1


_LINKED: Final = frozenset({Tier.REASONS, Tier.IMAGES})
"""Those that have a link for each image."""


class Page(NamedTuple):
    """The page, header included, and its tier."""

    content: bytes
    tier: Tier
    budget: int = BUDGET

    def text(self) -> str:
        """Return the length and the tier of the page, for the user."""
        tier = f"tier {self.tier.number} of {len(Tier)}, {self.tier}"
        return f"{len(self.content):,} of {self.budget:,} bytes; {tier}"

    def warning(self) -> str:
        """Return a warning about its length; empty if it is short enough."""
        size = f"{len(self.content):,} bytes, and Docker Hub shows only {self.budget:,}"
        if len(self.content) > self.budget:
            return f"the page has {size}, although it lists no tags: shorten templates/readme/"
        if self.tier is Tier.IMAGES:
            return "the page was too long: it no longer lists the differences between images"
        if self.tier is not Tier.REASONS:
            return f"the page was too long: it now has only {self.tier}"
        if len(self.content) > CLOSE * self.budget:
            return (
                f"the page has {size}: if it grows, parts of it are left out; shorten "
                "templates/readme/"
            )
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
    """Return the page of the first tier that fits; arguments as in `template_values.context`.

    A tier whose tags and links alone exceed the budget is skipped without rendering.
    The last tier is used even if it does not fit.

    Raises TemplateError.
    """
    header = "".join(f"<!-- {sentence} -->\n" for sentence in SENTENCES)
    content = b""
    if not matrix.images:
        title = plain(config.page.title or config.image)
        text = f"{header}\n# {title}\n\nThis image is no longer published.\n"
        return Page(text.encode(), Tier.REASONS, budget)
    for tier in _possible(config, matrix, budget):
        seen = context(config, matrix, commits, prefix=prefix, **contents(tier))
        content = f"{header}\n{tidy(templates.render(TEMPLATE, **seen))}".encode()
        if len(content) <= budget:
            return Page(content, tier, budget)
    return Page(content, Tier.MANIFEST, budget)


def contents(tier: Tier) -> dict[str, bool]:
    """Return what a page of a tier contains, as arguments of `template_values.context`."""
    return {
        "link_images": tier in _LINKED,
        "link_cycles": tier is Tier.CYCLES,
        "name_tags": tier is not Tier.MANIFEST,
        "tell_differences": tier is Tier.REASONS,
    }


def _possible(config: Config, matrix: Matrix, budget: int) -> list[Tier]:
    """Return the tiers that may fit, in order; the last one is always among them.

    A tag takes its name, two backticks, a comma and a space; a link its address.
    """
    address = len(file_link(config.repository, "0" * 40, ""))
    names = images = 0
    for image in matrix.images:
        names += sum(len(tag.name) + 4 for tag in image.tags)
        images += address + len(image.dockerfile_path)
        if names > budget:
            return [Tier.MANIFEST]
    return [tier for tier in Tier if tier not in _LINKED or names + images <= budget]
