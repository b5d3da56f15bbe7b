"""Names of images."""

from __future__ import annotations

import pytest

from tagmatrix.dockerfile.image_names import is_image_name, normal_name


def test_digest_is_a_tag_enough() -> None:
    """An image named by its digest gets no tag."""
    assert normal_name("a@sha256:ab") == "a@sha256:ab"


@pytest.mark.parametrize(
    "name", ["a", "a/b", "h.example:5000/a_b/c__d/e--f:1.2-x", "a:1@sha256:ab"]
)
def test_names(name: str) -> None:
    """Names of images have a host, a path, a tag and a digest."""
    assert is_image_name(name)


@pytest.mark.parametrize(
    "name", ["", "A", "a:", "a:b c", "a//b", "a:$x", "-a", "a:" + "x" * 129, "a@b"]
)
def test_no_names(name: str) -> None:
    """Other texts name no image."""
    assert not is_image_name(name)
