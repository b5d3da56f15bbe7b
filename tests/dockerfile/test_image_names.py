"""Names of images: their grammar is that of `references`."""

from __future__ import annotations

import pytest

from tagmatrix.dockerfile.image_names import name_error, normal_name

DIGEST = "sha256:" + "c0ffee00" * 8


def test_digest_is_a_tag_enough() -> None:
    """An image named by its digest gets no tag."""
    assert normal_name(f"a@{DIGEST}") == f"a@{DIGEST}"


@pytest.mark.parametrize(
    "name",
    ["a", "a/b", "h.example:5000/a_b/c__d/e--f:1.2-x", f"a:1@{DIGEST}", f"a@sha512:{'0' * 128}"],
)
def test_names(name: str) -> None:
    """Names of images have a host, a path, a tag and a digest."""
    assert not name_error(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "A",
        "a:",
        "a:b c",
        "a//b",
        "a:$x",
        "-a",
        "a:" + "x" * 129,
        "a@b",
        "a@sha256:ab",
        f"a@{DIGEST.upper()}",
        f"a@{DIGEST}0",
        f"a@md5:{'0' * 32}",
    ],
)
def test_no_names(name: str) -> None:
    """Other texts name no image."""
    assert name_error(name).startswith("invalid image name ")
