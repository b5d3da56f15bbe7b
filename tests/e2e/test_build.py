"""Build real images and test them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.commands import CommandError
from tests.e2e.images import Variant, look

if TYPE_CHECKING:
    from tests.e2e.certificates import Authority
    from tests.e2e.engine import Engine
    from tests.e2e.images import Images
    from tests.e2e.sources import Source

pytestmark = [pytest.mark.build, pytest.mark.timeout(7200)]
full = pytest.mark.full
ALL = ("slim-trixie", "slim-bookworm", "trixie")


@pytest.mark.parametrize(
    "name", ["slim-trixie", *(pytest.param(name, marks=full) for name in ALL[1:])]
)
def test_buildah(images: Images, source: Source, name: str) -> None:
    """An image without PGO and LTO is built and passes the image tests."""
    variant = Variant(name, source)
    images.build(variant)
    images.look(variant)


@full
@pytest.mark.parametrize("name", ALL)
def test_twice(images: Images, source: Source, name: str) -> None:
    """A second build of an image gives the same files."""
    variant = Variant(name, source)
    images.build(variant)
    again = images.again(variant)
    assert "1 passed" in images.look(variant, "--again", again, "-k", "test_twice")


@full
@pytest.mark.parametrize("name", ALL)
def test_optimized(images: Images, source: Source, name: str) -> None:
    """The published form, with PGO and LTO, is built and passes the image tests."""
    variant = Variant(name, source, optimized=True)
    images.build(variant)
    images.look(variant)


@full
def test_newer(images: Images, newer: Source) -> None:
    """3.14 is built, with the library for zstd."""
    variant = Variant("slim-trixie", newer)
    images.build(variant)
    images.look(variant)


@full
@pytest.mark.parametrize("cxx", [True, False], ids=["with", "without"])
def test_cxx(images: Images, looking_for_cxx: Source, cxx: bool) -> None:  # noqa: FBT001 (a parameter)
    """Without g++ the image records gcc for C++, and an extension can't be imported."""
    variant = Variant("slim-trixie", looking_for_cxx, cxx=cxx)
    images.build(variant)
    if cxx:
        images.look(variant)
        return
    with pytest.raises(CommandError) as error:
        images.look(variant, "-k", "test_cxx")
    assert "3 failed" in str(error.value)
    assert "undefined symbol" in str(error.value)


@full
@pytest.mark.parametrize("name", ALL)
def test_buildkit(
    images: Images, source: Source, engine: Engine, authority: Authority, name: str
) -> None:
    """BuildKit builds the same image as buildah."""
    variant = Variant(name, source)
    folder = images.render(variant)
    engine.load(variant.base, authority.certificate)
    engine.build(folder, variant.tag).ok()
    options = ("--base", variant.base)
    look(variant, variant.tag, engine.client, engine.environment, *options)
