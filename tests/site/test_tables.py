"""The table of architectures on the first page."""

from __future__ import annotations

from tagmatrix.matrix.architectures import Excluded
from tagmatrix.site import tables
from tagmatrix.site.page_data import SiteFamily, SiteImage, TagSource

ARM = "arm64v8"


def image(cycle: str, base: str, *architectures: str, why: str = "") -> SiteImage:
    """Return an image; `why` is the reason why it is not built for arm64v8."""
    absent = (Excluded(ARM, why),) if why else ()
    return SiteImage(
        cycle=cycle,
        version=f"{cycle}.1",
        variant="slim",
        suite="",
        base=base,
        source=TagSource(),
        architectures=architectures,
        absent=absent,
        tags=(f"{cycle}-slim",),
    )


def reasons(*images: SiteImage) -> list[tuple[str, str]]:
    """Return the reasons, with links, in the cell of arm64v8."""
    family = SiteFamily(
        name="x", title="x", description="", repository="", cycles=(), suites=(), tags=(),
        images=images,
    )  # fmt: skip
    columns, ((_, cells),) = tables.architectures(family)
    return [(each.why, each.link) for each in cells[columns.index(ARM)].absent]


def test_the_reason_is_of_the_image_that_lacks_it() -> None:
    """The base of an image that has the architecture is not blamed."""
    tags = "https://hub.docker.com/_/debian/tags?name="
    assert reasons(
        image("3", "debian:trixie", "amd64", ARM),
        image("2", "debian:bullseye", "amd64"),
        image("1", "debian:buster", "amd64"),
        image("0", "debian:buster", "amd64"),
    ) == [
        ("debian:bullseye is not built for it", f"{tags}bullseye"),
        ("debian:buster is not built for it", f"{tags}buster"),
    ]


def test_reasons_of_rules_and_of_bases() -> None:
    """The cell has the reason of an excluded cycle, and that of a base that lacks it."""
    assert reasons(
        image("3", "debian:trixie", "amd64", ARM),
        image("2", "debian:trixie", "amd64", why="It is slow."),
        image("1", "example.org/debian:buster", "amd64"),
    ) == [("It is slow.", ""), ("example.org/debian:buster is not built for it", "")]
